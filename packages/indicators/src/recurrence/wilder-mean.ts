/**
 * Wilder's average after one more value, once it is seeded: (period - 1) parts of the average before and one part of
 * the new value, divided by the period.
 *
 * Source: Wilder, New Concepts in Technical Trading Systems (1978).
 */
export function wilderNext(before: number, value: number, period: number): number {
  return (before * (period - 1) + value) / period
}

/**
 * One step of Wilder's average, which begins as the plain mean of its first `period` values.
 *
 * @param before - Sum of the values so far up to `period` bars, the average from then on. 0 at first.
 * @param bars - Bars with this one, from 1.
 * @returns The next `before`; an average once `bars >= period`.
 */
export function wilderStep(before: number, value: number, bars: number, period: number): number {
  if (bars > period) return wilderNext(before, value, period)
  return bars === period ? (before + value) / period : before + value
}

/** The stream of {@link wilderStep}. */
export class WilderMean {
  readonly #period: number
  #bars = 0
  #now = 0
  #before = 0

  constructor(period: number) {
    this.#period = period
  }

  /** The average at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      this.#bars++
      this.#before = this.#now
    }
    this.#now = wilderStep(this.#before, value, this.#bars, this.#period)
    return this.#bars < this.#period ? Number.NaN : this.#now
  }
}
