import { defineIndicator } from '../definition.ts'
import { changePct } from './roc.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WeightedMean, weightedMeans } from '../recurrence/weighted-mean.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('long', 14, 'bars of the long rate of change'),
  periodParam('short', 11, 'bars of the short rate of change'),
  periodParam('period', 10, 'bars in the weighted average'),
] as const

/**
 * Coppock curve: the weighted average of a long and a short rate of change added up.
 *
 * @param values - Any series without zeros, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param long - Bars of the long rate of change, integer >= 1. Coppock used 14 months.
 * @param short - Bars of the short rate of change, integer >= 1. Coppock used 11 months.
 * @param period - Bars in the weighted average, integer >= 1. Coppock used 10 months.
 * @returns Shape `[n]`, percent. The first `max(long, short) + period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for zero, an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Coppock, Trends in stock prices, Barron's (1962).
 */
export function coppock(values: Float64Array, long: number, short: number, period: number): Float64Array {
  checkParams(PARAMS, [long, short, period])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'non-zero')
  const first = start + Math.max(long, short)
  const sums = warmupColumn(values.length, first)
  for (let i = first; i < sums.length; i++) {
    const value = values[i] as number
    sums[i] = changePct(value, values[i - long] as number) + changePct(value, values[i - short] as number)
  }
  return weightedMeans(sums, first, period)
}

class CoppockState implements IndicatorState {
  readonly #long: WindowLag
  readonly #short: WindowLag
  readonly #mean: WeightedMean

  constructor(long: number, short: number, period: number) {
    this.#long = new WindowLag(long)
    this.#short = new WindowLag(short)
    this.#mean = new WeightedMean(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const long = changePct(value, this.#long.step(value, isNewBar))
    const sum = long + changePct(value, this.#short.step(value, isNewBar))
    if (!Number.isNaN(sum)) outputs[0] = this.#mean.step(sum, isNewBar)
  }
}

export const coppockIndicator = defineIndicator({
  name: 'coppock',
  title: 'Coppock curve',
  about: 'Weighted average of two rates of change added up.',
  source: "Coppock, Trends in stock prices, Barron's (1962).",
  inputs: INPUTS,
  domains: { value: 'non-zero' },
  params: PARAMS,
  outputs: ['coppock'],
  outputWarmup: (long, short, period) => [Math.max(long, short) + period - 1],
  batch: ([values], [long, short, period]) => [coppock(values, long, short, period)],
  state: (long, short, period) => new CoppockState(long, short, period),
})

/** The stream of {@link coppock}. */
export function createCoppock(long: number, short: number, period: number): StreamOf<typeof coppockIndicator> {
  return openStream(coppockIndicator, [long, short, period])
}
