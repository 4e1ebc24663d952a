import { ExponentialMean } from './exponential-mean.ts'

/**
 * Exponential means of exponential means, each seeded with the plain mean of its own first `period` values.
 *
 * Batch kernels take the seeding from here, and then keep the means in local variables.
 */
export class ExponentialCascade {
  /** Latest mean of each stage; NaN while warming up. Stage `k` begins with bar `(k + 1) * (period - 1)`. */
  readonly means: Float64Array
  readonly #stages: readonly ExponentialMean[]

  constructor(period: number, depth: number) {
    this.means = new Float64Array(depth).fill(Number.NaN)
    this.#stages = Array.from({ length: depth }, () => new ExponentialMean(period, period))
  }

  /** Whether every stage has a mean at this bar. */
  step(value: number, isNewBar: boolean): boolean {
    let mean = value
    for (let k = 0; k < this.means.length; k++) {
      mean = (this.#stages[k] as ExponentialMean).step(mean, isNewBar)
      if (Number.isNaN(mean)) return false
      this.means[k] = mean
    }
    return true
  }
}
