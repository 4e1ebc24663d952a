import type { TimeMs } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'
import type { AccountLooks } from '../reconcile/account-looks.ts'
import type { OrderSender } from '../sending/order-sender.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionNotices } from './session-notices.ts'
import type { SessionSteps } from './session-steps.ts'

/** Time between looks at the account for the sake of a missing stop. */
const LOOK_EVERY_MS = 2_000
/** Who closes a position by hand may do so before its stop is taken away, and the venue's clock is not ours. */
const BY_HAND_MS = 60_000

/** What stops are kept with. */
interface KeeperParts {
  readonly core: SessionCore
  readonly looks: AccountLooks
  readonly sender: OrderSender
  readonly steps: SessionSteps
  readonly notices: SessionNotices
  nowMs(): TimeMs
  /** True while nothing may be sent, whoever asks for it. */
  isHalted(): boolean
}

/**
 * Sees that stops which the venue has lost go there again.
 *
 * What took a stop away may have closed its position, too: its account is looked at first, so that fills which were not told
 * are booked, and nothing goes out while it is not what the books say. Where somebody else traded the instrument meanwhile,
 * on spot nobody can tell whose coins are left: the stop is left to them.
 */
export class StopKeeper {
  readonly #parts: KeeperParts
  /** Venues that are looked at now. */
  readonly #looking = new Set<string>()
  readonly #lookedMs = new Map<string, TimeMs>()
  /** Trades by hand before this are known to somebody. */
  #knownToMs = -Infinity

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** Does what time brings. */
  tick(): void {
    const nowMs = this.#parts.nowMs()
    if (!this.#mayPutBack()) return
    for (const venue of new Set(this.#due().map(({ instrument }) => instrument.venue))) {
      if (this.#looking.has(venue) || nowMs < (this.#lookedMs.get(venue) ?? -Infinity) + LOOK_EVERY_MS) continue
      this.#lookedMs.set(venue, nowMs)
      void this.#lookAndDecide(venue)
    }
  }

  async #lookAndDecide(venue: string): Promise<void> {
    this.#looking.add(venue)
    await this.#parts.looks.lookAnew(venue)
    this.#looking.delete(venue)
    if (this.#mayPutBack() && this.#parts.looks.isAgreedAt(venue)) this.#decide(venue)
  }

  /** Somebody looked at the account and wants the stops back. */
  resume(): void {
    this.#knownToMs = this.#parts.nowMs()
    this.#lookedMs.clear()
  }

  #decide(venue: string): void {
    const { steps, notices } = this.#parts
    const timeMs = this.#parts.nowMs()
    const there = this.#due().filter(({ instrument }) => instrument.venue === venue)
    for (const instrument of new Set(there.map((stop) => stop.instrument.id))) {
      if (!this.#isTradedByHand(instrument, timeMs)) {
        steps.take({ kind: 'command', timeMs, command: 'put-back', reason: 'the venue has lost a stop', instrument })
        continue
      }
      const reason = `somebody else traded ${instrument}`
      steps.take({ kind: 'command', timeMs, command: 'leave-stops', reason, instrument })
      const what = 'The account has lost a stop and is traded by somebody else'
      const next = 'Close the position, or have the stop put back with kestrel bot resume.'
      notices.alarm('critical', 'LIVE_GUARD', `${what}: ${reason}. Its stops are not put back by themselves. ${next}`)
    }
    steps.commit()
  }

  #due(): readonly Order[] {
    return this.#parts.core.venue?.missing.due(this.#parts.nowMs()) ?? []
  }

  #isTradedByHand(instrumentId: string, nowMs: TimeMs): boolean {
    const sinceMs = Math.max(nowMs - 2 * BY_HAND_MS, this.#knownToMs)
    return this.#parts.sender.othersTradedMs(instrumentId) > sinceMs
  }

  #mayPutBack(): boolean {
    const { core, steps } = this.#parts
    return steps.state === 'running' && core.mustPutBack(this.#parts.nowMs()) && !this.#parts.isHalted()
  }
}
