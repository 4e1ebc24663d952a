import { defineIndicator } from '../definition.ts'
import { EmaState, exponentialMeans } from './ema.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars; the weight of the newest value is 2 / (period + 1)')] as const

/**
 * Exponential moving average that begins at the first value, without warm-up.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN are kept.
 * @param period - Bars, integer >= 1. The factor is 2 / (period + 1).
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`. `out[0]` is `values[0]`; the first value weighs heavily for some
 *   `3 * period` bars.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal: `out[i]` reads all of `values[0..i]`. O(n) time, one allocation.
 * Source: the recursion of `ewm(span, adjust=False).mean()` in pandas.
 */
export function emaFromFirst(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  return exponentialMeans(values, seriesStart([values], INPUTS), period, 1, memory)
}

export const emaFromFirstIndicator = defineIndicator({
  name: 'emaFromFirst',
  title: 'Exponential moving average from the first value',
  about: 'Mean in which older values fade geometrically; begins at the first value, so there is no warm-up.',
  source: 'The recursion of ewm(span, adjust=False).mean() in pandas',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['ema'],
  outputWarmup: () => [0],
  batch: ([values], [period], out) => [emaFromFirst(values, period, out?.[0])],
  state: (period) => new EmaState(period, 1),
})

/** The stream of {@link emaFromFirst}. */
export function createEmaFromFirst(period: number): StreamOf<typeof emaFromFirstIndicator> {
  return openStream(emaFromFirstIndicator, [period])
}
