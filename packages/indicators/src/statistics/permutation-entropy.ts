import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, periodParam } from '../parameters.ts'
import { WindowValues } from '../recurrence/window-values.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { entropyOfCounts } from './entropy-of-counts.ts'

const INPUTS = ['value'] as const
const MAX_ORDER = 6
const PARAMS = [
  periodParam('period', 100, 'patterns in the window'),
  integerParam('order', 3, 2, MAX_ORDER, 'values in a pattern'),
] as const

/**
 * Number of the pattern in which `values[from .. from + order - 1]` lie: 0 for a rise throughout, order! - 1 for a fall.
 * Of equal values the earlier one counts as the smaller.
 */
function patternOf(values: Float64Array, from: number, order: number): number {
  // Lehmer code: for each value, how many later ones are smaller.
  let pattern = 0
  for (let i = 0; i < order - 1; i++) {
    const value = values[from + i] as number
    let smaller = 0
    for (let k = i + 1; k < order; k++) if ((values[from + k] as number) < value) smaller++
    pattern = (pattern + smaller) * (order - 1 - i)
  }
  return pattern
}

function factorial(order: number): number {
  return order <= 1 ? 1 : order * factorial(order - 1)
}

/** Counts of the patterns of a sliding window. Integers, so what leaves the window leaves no trace. */
class PatternCounts {
  readonly counts: Uint32Array
  readonly #window: Uint16Array
  #at = -1
  #filled = 0

  constructor(period: number, order: number) {
    this.counts = new Uint32Array(factorial(order))
    this.#window = new Uint16Array(period)
  }

  /** Take the pattern of this bar in. @returns the entropy; NaN while the window is not full. */
  step(pattern: number, isNewBar: boolean): number {
    const period = this.#window.length
    if (isNewBar) this.#at = this.#at + 1 === period ? 0 : this.#at + 1
    if (isNewBar && this.#filled < period) this.#filled++
    else this.#count(this.#window[this.#at] as number, -1)
    this.#window[this.#at] = pattern
    this.#count(pattern, 1)
    return this.#filled < period ? Number.NaN : entropyOfCounts(this.counts, period)
  }

  #count(pattern: number, change: number): void {
    this.counts[pattern] = (this.counts[pattern] as number) + change
  }
}

/**
 * Permutation entropy over a sliding window: how evenly the orders of neighbouring values are spread.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Patterns in the window, integer >= 1; it holds `period + order - 1` values. Far more than `order`
 *   factorial of them are needed for an entropy near 1.
 * @param order - Neighbouring values in a pattern, 2..6. Bandt and Pompe advise 3 to 7.
 * @returns Shape `[n]`, range 0..1: the entropy divided by ln(order!). The first `period + order - 2` entries are NaN.
 *   0 where all patterns are the same, as in a market that only rises or stands still; near 1 for a random walk with
 *   order 2, less with more, whose patterns are not equally likely. Of equal values the earlier counts as the smaller.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(order!) time a bar whatever the period, in batch and in streaming. Only comparisons: any rising function of
 * the values gives the same.
 * Source: Bandt and Pompe, Permutation entropy: a natural complexity measure for time series, Physical Review Letters 88
 * (2002), with a delay of 1.
 */
export function permutationEntropy(values: Float64Array, period: number, order: number): Float64Array {
  checkParams(PARAMS, [period, order])
  const start = seriesStart([values], INPUTS)
  const first = start + order - 1
  const out = warmupColumn(values.length, first + period - 1)
  const patterns = new PatternCounts(period, order)
  for (let i = first; i < out.length; i++) out[i] = patterns.step(patternOf(values, i - order + 1, order), true)
  return out
}

class PermutationEntropyState implements IndicatorState {
  readonly #order: number
  readonly #values: WindowValues
  readonly #patterns: PatternCounts

  constructor(period: number, order: number) {
    this.#order = order
    this.#values = new WindowValues(order)
    this.#patterns = new PatternCounts(period, order)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#values.step(inputs[0] as number, isNewBar)) return
    outputs[0] = this.#patterns.step(patternOf(this.#values.values, this.#values.from, this.#order), isNewBar)
  }
}

export const permutationEntropyIndicator = defineIndicator({
  name: 'permutationEntropy',
  title: 'Permutation entropy',
  about: 'How evenly the orders of neighbouring values are spread over the recent bars, 0 to 1.',
  source: 'Bandt and Pompe (2002), Permutation entropy: a natural complexity measure for time series',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['entropy'],
  outputWarmup: (period, order) => [period + order - 2],
  batch: ([values], [period, order]) => [permutationEntropy(values, period, order)],
  state: (period, order) => new PermutationEntropyState(period, order),
})

/** The stream of {@link permutationEntropy}. */
export function createPermutationEntropy(period: number, order: number): StreamOf<typeof permutationEntropyIndicator> {
  return openStream(permutationEntropyIndicator, [period, order])
}
