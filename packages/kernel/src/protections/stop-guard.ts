import { isoTime, type TimeMs, timeframeMs } from '@kestrel/core'
import { type ClosedTrade, Pauses, type Protection } from './protection.ts'
import type { StopGuardSpec } from './protection-spec.ts'

/** Pauses after several stop-outs within a window: the market is not the one that the strategy was made for. */
export class StopGuard implements Protection {
  readonly #spec: StopGuardSpec
  readonly #withinMs: number
  readonly #pauseMs: number
  readonly #pauses: Pauses
  /** Times of the newest stop-outs, oldest first, by what they are counted under. */
  readonly #times = new Map<number, TimeMs[]>()

  constructor(spec: StopGuardSpec) {
    this.#spec = spec
    this.#withinMs = timeframeMs(spec.within)
    this.#pauseMs = timeframeMs(spec.pause)
    this.#pauses = new Pauses(spec.scope)
  }

  closed({ instrumentIndex, timeMs, profit, byStop }: ClosedTrade): void {
    const { count, stops, within, scope } = this.#spec
    if (!(profit < 0) || (count === 'stop' && !byStop)) return
    const key = this.#pauses.key(instrumentIndex)
    const times = (this.#times.get(key) ?? []).filter((each) => each > timeMs - this.#withinMs)
    times.push(timeMs)
    this.#times.set(key, times)
    if (times.length < stops) return
    const untilMs = timeMs + this.#pauseMs
    const what = count === 'stop' ? 'stop-outs' : 'losing trades'
    const where = scope === 'all' ? '' : ' in the instrument'
    this.#pauses.begin(
      instrumentIndex,
      untilMs,
      `stop guard: ${times.length} ${what} within ${within}${where}, until ${isoTime(untilMs)}`,
    )
  }

  refusal(instrumentIndex: number, timeMs: TimeMs): string | undefined {
    return this.#pauses.reason(instrumentIndex, timeMs)
  }
}
