import { warmupColumn } from '../series.ts'
import { WindowSum, windowSums } from './window-sums.ts'

/**
 * How straight a path was: net change over length, 0 to 1. A path without length counts as straight.
 *
 * The sum of a path may come out a rounding shorter than its net change, which counts as straight, too.
 */
export function efficiency(change: number, path: number): number {
  const distance = Math.abs(change)
  return path <= distance ? 1 : distance / path
}

/**
 * Length of the path over the last `period` changes: the sum of their magnitudes.
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @param memory - For the result.
 * @returns Shape `[n]`. The first `start + period` entries are NaN.
 */
export function windowPaths(values: Float64Array, start: number, period: number, memory?: Float64Array): Float64Array {
  const steps = warmupColumn(values.length, start + 1, memory)
  for (let i = start + 1; i < steps.length; i++) steps[i] = Math.abs((values[i] as number) - (values[i - 1] as number))
  return windowSums(steps, start + 1, period, 1, steps)
}

/** The stream of {@link windowPaths}. */
export class WindowPath {
  readonly #sum: WindowSum
  #value = Number.NaN
  #valueBefore = Number.NaN

  constructor(period: number) {
    this.#sum = new WindowSum(period)
  }

  /** Length of the path that ends at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) this.#valueBefore = this.#value
    this.#value = value
    const move = Math.abs(value - this.#valueBefore)
    return Number.isNaN(move) ? Number.NaN : this.#sum.step(move, isNewBar)
  }
}
