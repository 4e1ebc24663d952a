/**
 * Wilder's average after one more value, once it is seeded: it goes 1 / period of the way to the new value, which is
 * (period - 1) parts of the average before and one part of the value, divided by the period.
 *
 * In this form no division waits for the one of the bar before, and a constant series stays exactly where it is.
 *
 * With a factor of 1 the average is the value itself, without what rounding would leave of the one before.
 *
 * @param factor - 1 / period.
 *
 * Source: Wilder, New Concepts in Technical Trading Systems (1978).
 */
export function wilderNext(before: number, value: number, factor: number): number {
  return factor === 1 ? value : before + (value - before) * factor
}

/**
 * One step of Wilder's average, which begins as the plain mean of its first `period` values.
 *
 * @param before - Sum of the values so far up to `period` bars, the average from then on. 0 at first.
 * @param bars - Bars with this one, from 1.
 * @returns The next `before`; an average once `bars >= period`.
 */
export function wilderStep(before: number, value: number, bars: number, period: number): number {
  if (bars > period) return wilderNext(before, value, 1 / period)
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
