import { isoTime, type TimeMs, timeframeMs } from '@kestrel/core'
import type { Protection } from './protection.ts'
import type { DrawdownPauseSpec } from './protection-spec.ts'

/**
 * Pauses all entries once equity has fallen from its peak by more than the limit. When a pause is over the peak begins
 * anew, at the equity of that instant: otherwise an account that is below its old peak could never trade again.
 */
export class DrawdownPause implements Protection {
  readonly #limit: number
  readonly #withinMs: number
  readonly #pauseMs: number
  /** Candidates for the peak of the window: ever later and ever lower, so that the first is the peak. */
  #peaks: { readonly timeMs: TimeMs; readonly equity: number }[] = []
  #untilMs = -Infinity
  #reason = ''

  constructor(spec: DrawdownPauseSpec) {
    this.#limit = spec.limit
    this.#withinMs = spec.within === undefined ? Infinity : timeframeMs(spec.within)
    this.#pauseMs = timeframeMs(spec.pause)
  }

  marked(timeMs: TimeMs, equity: number): void {
    if (timeMs < this.#untilMs) return
    while ((this.#peaks.at(-1)?.equity ?? Infinity) <= equity) this.#peaks.pop()
    this.#peaks.push({ timeMs, equity })
    while ((this.#peaks[0]?.timeMs ?? timeMs) < timeMs - this.#withinMs) this.#peaks.shift()
    const peak = this.#peaks[0]?.equity ?? equity
    const drawdown = 1 - equity / peak
    if (!(drawdown > this.#limit)) return
    this.#untilMs = timeMs + this.#pauseMs
    this.#reason =
      `drawdown pause: equity is ${(drawdown * 100).toFixed(1)} % below its peak, ` +
      `the limit is ${(this.#limit * 100).toFixed(1)} %, until ${isoTime(this.#untilMs)}`
    this.#peaks = []
  }

  refusal(_instrumentIndex: number, timeMs: TimeMs): string | undefined {
    return timeMs < this.#untilMs ? this.#reason : undefined
  }
}
