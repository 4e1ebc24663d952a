import type { Order } from '@kestrel/kernel'
import { isExit, isOpening, isReleased } from '../risk/order-effect.ts'
import type { OrderSender } from '../sending/order-sender.ts'
import type { AccountWatch } from './account-watch.ts'
import type { BarIntake } from './bar-intake.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionCommand } from './session-input.ts'
import type { SessionFacts, SessionPorts } from './session-ports.ts'
import type { SessionSteps } from './session-steps.ts'
import type { SessionVenues } from './session-venues.ts'

/** What limits look at. */
interface LimitParts {
  readonly core: SessionCore
  readonly steps: SessionSteps
  readonly venues: SessionVenues
  readonly sender: OrderSender
  readonly bars: BarIntake
  readonly watch: AccountWatch
  readonly ports: Pick<SessionPorts, 'clock' | 'risk' | 'isHalted'>
  command(command: SessionCommand, reason: string): void
}

/** What keeps orders back: how the session was left, whoever halts it, its mode, and the limits of the account. */
export class SessionLimits {
  readonly #parts: LimitParts

  constructor(parts: LimitParts) {
    this.#parts = parts
  }

  /** What limits are told. */
  facts(): SessionFacts {
    const { venues, bars, sender, watch } = this.#parts
    const skews = venues.gateways.map((each) => Math.abs(each.clockSkewMs()))
    return {
      knownToMs: bars.knownToMs(),
      hasUnknownOrders: sender.hasUnknown,
      clockSkewMs: Math.max(0, ...skews),
      isConnected: watch.isConnected,
    }
  }

  /** Why an order may not go out now, or not stand on other terms; undefined where it may. */
  refusalOf(order: Order, isAmendment: boolean): string | undefined {
    const { core, steps, bars, ports } = this.#parts
    const { kernel, mode } = core
    const { state } = steps
    const gate = (): string | undefined => ports.risk?.gate(order, kernel, ports.clock.nowMs(), this.facts())
    if (state === 'ended' || state === 'failed') return `the session has ${state}`
    if (ports.isHalted?.() === true) return 'the session was halted from outside'
    if (core.isClosing) return undefined
    // What protects an open position goes out whatever else may not, unless everything is being closed. Its entry let it
    // out; what a strategy does beside that is counted.
    if (isExit(order) && !core.isFlattening) {
      if (isAmendment) return gate()
      if (isReleased(order)) return undefined
      return mode === 'paused' ? 'the session is paused' : gate()
    }
    if (bars.refusal !== undefined && isOpening(order, kernel)) return bars.refusal
    if (mode === 'paused') return 'the session is paused'
    const refusal = gate()
    if (refusal !== undefined) return refusal
    return mode === 'reducing' && isOpening(order, kernel) ? 'the session only makes positions smaller' : undefined
  }

  /** Does what limits of the account decide, while the session trades. */
  observe(): void {
    const { core, steps, ports, command } = this.#parts
    if (steps.state !== 'running') return
    // What it counts is written down.
    const decision = steps.write(() => ports.risk?.observe(core.kernel, this.facts(), ports.clock.nowMs()))
    if (steps.state !== 'running') return
    if (decision !== undefined) command(decision.command, decision.reason)
    else if (ports.risk?.mustBeFlat === true && core.isHolding && !core.isFlattening) {
      command('flatten', 'risk: halted, and something is held')
    }
  }
}
