/**
 * The mean after one more value, once it is seeded.
 *
 * The correction form stays exactly where it is on a constant series, which the form with two products does not: flat
 * markets must not make two averages cross.
 */
export function exponentialNext(before: number, value: number, factor: number): number {
  return before + (value - before) * factor
}

/**
 * One step of an exponential mean that begins as the plain mean of its first `seedBars` values.
 *
 * @param before - Sum of the values so far up to `seedBars` bars, the mean from then on. 0 at first.
 * @param bars - Bars with this one, from 1.
 * @returns The next `before`; a mean once `bars >= seedBars`.
 */
export function exponentialStep(before: number, value: number, bars: number, seedBars: number, factor: number): number {
  if (bars > seedBars) return exponentialNext(before, value, factor)
  return bars === seedBars ? (before + value) / seedBars : before + value
}

/** Factor of an exponential moving average: 2 / (period + 1). */
export function exponentialFactor(period: number): number {
  return 2 / (period + 1)
}

/** The stream of {@link exponentialStep}. */
export class ExponentialMean {
  readonly #seedBars: number
  readonly #factor: number
  #bars = 0
  #now = 0
  #before = 0

  constructor(period: number, seedBars: number) {
    this.#seedBars = seedBars
    this.#factor = exponentialFactor(period)
  }

  /** The mean at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      this.#bars++
      this.#before = this.#now
    }
    this.#now = exponentialStep(this.#before, value, this.#bars, this.#seedBars, this.#factor)
    return this.#bars < this.#seedBars ? Number.NaN : this.#now
  }
}
