import { isoTime, type TimeMs, timeframeMs } from '@kestrel/core'
import { type ClosedTrade, Pauses, type Protection } from './protection.ts'
import type { CooldownSpec } from './protection-spec.ts'

const WHAT = { trade: 'a closed trade', loss: 'a losing trade', stop: 'a stop-out' } as const

/** Pauses after a closed trade, so that the same signal is not traded again at once. */
export class Cooldown implements Protection {
  readonly #spec: CooldownSpec
  readonly #pauseMs: number
  readonly #pauses: Pauses

  constructor(spec: CooldownSpec) {
    this.#spec = spec
    this.#pauseMs = timeframeMs(spec.pause)
    this.#pauses = new Pauses(spec.scope)
  }

  closed({ instrumentIndex, instrumentId, timeMs, profit, byStop }: ClosedTrade): void {
    const { after, pause } = this.#spec
    if (after !== 'trade' && !(profit < 0)) return
    if (after === 'stop' && !byStop) return
    const untilMs = timeMs + this.#pauseMs
    this.#pauses.begin(
      instrumentIndex,
      untilMs,
      `cooldown of ${pause} after ${WHAT[after]} in ${instrumentId}, until ${isoTime(untilMs)}`,
    )
  }

  refusal(instrumentIndex: number, timeMs: TimeMs): string | undefined {
    return this.#pauses.reason(instrumentIndex, timeMs)
  }
}
