import type { TimeMs } from '@kestrel/core'
import { Cooldown } from './cooldown.ts'
import { DrawdownPause } from './drawdown-pause.ts'
import type { ClosedTrade, Protection } from './protection.ts'
import type { ProtectionSpec } from './protection-spec.ts'
import { SessionHours } from './session-hours.ts'
import { StopGuard } from './stop-guard.ts'

function made(spec: ProtectionSpec): Protection {
  switch (spec.kind) {
    case 'cooldown':
      return new Cooldown(spec)
    case 'stop-guard':
      return new StopGuard(spec)
    case 'drawdown-pause':
      return new DrawdownPause(spec)
    case 'session-hours':
      return new SessionHours(spec)
  }
}

/** The protections of a run, asked before every order that would open or enlarge a position. */
export class EntryGuard {
  readonly #protections: readonly Protection[]
  readonly #clock: { readonly nowMs: TimeMs }
  /** The refusal of a target that was said last, by position: a target asks again at every bar. */
  readonly #said = new Map<number, string>()

  /** @param clock - Says what time it is whenever the guard is asked. */
  constructor(specs: readonly ProtectionSpec[], clock: { readonly nowMs: TimeMs }) {
    this.#protections = specs.map(made)
    this.#clock = clock
  }

  /** Whether a trade that is closed may begin a pause. */
  get followsTrades(): boolean {
    return this.#protections.some(({ closed }) => closed !== undefined)
  }

  closed(trade: ClosedTrade): void {
    for (const each of this.#protections) each.closed?.(trade)
  }

  marked(timeMs: TimeMs, equity: number): void {
    for (const each of this.#protections) each.marked?.(timeMs, equity)
  }

  /** Why no position may be opened in the instrument now, by the first protection that says so. */
  refusal(instrumentIndex: number): string | undefined {
    for (const each of this.#protections) {
      const reason = each.refusal(instrumentIndex, this.#clock.nowMs)
      if (reason !== undefined) return `protection: ${reason}`
    }
    return undefined
  }

  /**
   * Whether a target in this place was refused for the same reason before; remembers the reason. One refusal a pause is
   * enough for the log.
   */
  wasSaid(slot: number, reason: string): boolean {
    if (this.#said.get(slot) === reason) return true
    this.#said.set(slot, reason)
    return false
  }

  /** Forgets what was said of a place: an entry has passed. */
  forget(slot: number): void {
    this.#said.delete(slot)
  }
}
