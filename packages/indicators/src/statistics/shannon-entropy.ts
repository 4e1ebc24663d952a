import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, periodParam } from '../parameters.ts'
import { WindowValues } from '../recurrence/window-values.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { entropyOfCounts } from './entropy-of-counts.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 100, 'returns in the window', 2),
  integerParam('bins', 10, 2, 1000, 'bins of equal width between the smallest and the largest return'),
] as const

/** Counts the returns of a window by bins. One object is filled again for each window, so a stream creates none. */
class ReturnHistogram {
  readonly #period: number
  readonly #counts: Uint32Array

  constructor(period: number, bins: number) {
    this.#period = period
    this.#counts = new Uint32Array(bins)
  }

  /** Entropy of `returns[from .. from + period - 1]`. */
  entropy(returns: Float64Array, from: number): number {
    const counts = this.#counts
    const end = from + this.#period
    let smallest = Infinity
    let largest = -Infinity
    for (let i = from; i < end; i++) {
      const value = returns[i] as number
      if (value < smallest) smallest = value
      if (value > largest) largest = value
    }
    const width = (largest - smallest) / counts.length
    if (!(width > 0)) return 0
    counts.fill(0)
    for (let i = from; i < end; i++) {
      const bin = Math.min(counts.length - 1, Math.floor(((returns[i] as number) - smallest) / width))
      counts[bin] = (counts[bin] as number) + 1
    }
    return entropyOfCounts(counts, this.#period)
  }
}

/**
 * Shannon entropy of the log returns of a sliding window: 0 where all fall into one bin, 1 where all bins hold as many.
 *
 * @param values - Positive prices, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Returns in the window, integer >= 2.
 * @param bins - Bins of equal width from the smallest to the largest return of the window, 2..1000. With few returns a
 *   bin the estimate is too low, and 1 is out of reach where there are fewer returns than bins.
 * @returns Shape `[n]`, range 0..1: the entropy divided by ln(bins). The first `period` entries are NaN. 0 where all
 *   returns are equal. The scale of the returns does not matter, only the shape of their distribution: single large
 *   moves crowd the others into few bins and lower it.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for a price that is not positive, an infinity, or NaN after the first number.
 *
 * Causal. O(period + bins) time a bar, in batch and in streaming: the bins move with the extremes of the window.
 * Source: Shannon, A mathematical theory of communication (1948), of a histogram.
 */
export function shannonEntropy(values: Float64Array, period: number, bins: number): Float64Array {
  checkParams(PARAMS, [period, bins])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'positive')
  const returns = new Float64Array(values.length)
  for (let i = start + 1; i < returns.length; i++) {
    returns[i] = Math.log((values[i] as number) / (values[i - 1] as number))
  }
  const out = warmupColumn(values.length, start + period)
  const histogram = new ReturnHistogram(period, bins)
  for (let i = start + period; i < out.length; i++) out[i] = histogram.entropy(returns, i - period + 1)
  return out
}

class ShannonEntropyState implements IndicatorState {
  readonly #returns: WindowValues
  readonly #histogram: ReturnHistogram
  #value = Number.NaN
  #valueBefore = Number.NaN

  constructor(period: number, bins: number) {
    this.#returns = new WindowValues(period)
    this.#histogram = new ReturnHistogram(period, bins)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#valueBefore = this.#value
    this.#value = inputs[0] as number
    if (Number.isNaN(this.#valueBefore)) return
    if (!this.#returns.step(Math.log(this.#value / this.#valueBefore), isNewBar)) return
    outputs[0] = this.#histogram.entropy(this.#returns.values, this.#returns.from)
  }
}

export const shannonEntropyIndicator = defineIndicator({
  name: 'shannonEntropy',
  title: 'Shannon entropy of returns',
  about: 'How evenly the recent log returns fill the bins between their extremes, 0 to 1.',
  source: 'Shannon (1948), A mathematical theory of communication',
  inputs: INPUTS,
  domains: { value: 'positive' },
  params: PARAMS,
  outputs: ['entropy'],
  outputWarmup: (period) => [period],
  batch: ([values], [period, bins]) => [shannonEntropy(values, period, bins)],
  state: (period, bins) => new ShannonEntropyState(period, bins),
})

/** The stream of {@link shannonEntropy}. */
export function createShannonEntropy(period: number, bins: number): StreamOf<typeof shannonEntropyIndicator> {
  return openStream(shannonEntropyIndicator, [period, bins])
}
