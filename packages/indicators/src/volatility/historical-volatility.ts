import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSquares, windowSquares } from '../recurrence/window-squares.ts'
import { PERIODS_PER_YEAR } from './mean-volatility.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'returns in the window', 2), PERIODS_PER_YEAR] as const

/** Annualised sample deviation from a sum of squared deviations of `period` returns. */
function annualised(squares: number, period: number, periodsPerYear: number): number {
  return Math.sqrt((squares / (period - 1)) * periodsPerYear)
}

/**
 * Historical volatility: sample standard deviation of close-to-close log returns, annualised.
 *
 * @param values - Positive prices, usually closes, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Returns in the window, integer >= 2. The mean return is subtracted and the divisor is `period - 1`.
 * @param periodsPerYear - Bars in a year, 1..100,000,000: 365 for daily bars of a market that never closes, 8,760 for
 *   hours, 525,600 for minutes.
 * @returns Shape `[n]`, a fraction per square root of a year (0.5 is 50 %). The first `period` entries are NaN.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for a price that is not positive, an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Hull, Options, Futures, and Other Derivatives, "Estimating volatility from historical data".
 */
export function historicalVolatility(values: Float64Array, period: number, periodsPerYear: number): Float64Array {
  checkParams(PARAMS, [period, periodsPerYear])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'positive')
  const returns = warmupColumn(values.length, start + 1)
  for (let i = start + 1; i < returns.length; i++) {
    returns[i] = Math.log((values[i] as number) / (values[i - 1] as number))
  }
  const out = windowSquares(returns, Math.min(start + 1, returns.length), period)
  for (let i = 0; i < out.length; i++) out[i] = annualised(out[i] as number, period, periodsPerYear)
  return out
}

class HistoricalVolatilityState implements IndicatorState {
  readonly #period: number
  readonly #periodsPerYear: number
  readonly #squares: WindowSquares
  #value = Number.NaN
  #valueBefore = Number.NaN

  constructor(period: number, periodsPerYear: number) {
    this.#period = period
    this.#periodsPerYear = periodsPerYear
    this.#squares = new WindowSquares(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#valueBefore = this.#value
    this.#value = inputs[0] as number
    if (Number.isNaN(this.#valueBefore)) return
    const squares = this.#squares.step(Math.log(this.#value / this.#valueBefore), isNewBar)
    outputs[0] = annualised(squares, this.#period, this.#periodsPerYear)
  }
}

export const historicalVolatilityIndicator = defineIndicator({
  name: 'historicalVolatility',
  title: 'Historical volatility',
  about: 'Annualised sample deviation of close-to-close log returns, as a fraction.',
  source: 'Hull, Options, Futures, and Other Derivatives',
  inputs: INPUTS,
  domains: { value: 'positive' },
  params: PARAMS,
  outputs: ['volatility'],
  outputWarmup: (period) => [period],
  batch: ([values], [period, periodsPerYear]) => [historicalVolatility(values, period, periodsPerYear)],
  state: (period, periodsPerYear) => new HistoricalVolatilityState(period, periodsPerYear),
})

/** The stream of {@link historicalVolatility}. */
export function createHistoricalVolatility(
  period: number,
  periodsPerYear: number,
): StreamOf<typeof historicalVolatilityIndicator> {
  return openStream(historicalVolatilityIndicator, [period, periodsPerYear])
}
