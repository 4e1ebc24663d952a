import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSquares, windowSquares } from '../recurrence/window-squares.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { PERIODS_PER_YEAR } from './mean-volatility.ts'
import { barVariance } from './rogers-satchell.ts'

const INPUTS = ['open', 'high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window', 2), PERIODS_PER_YEAR] as const

/** Weight of the open-to-close variance that makes the variance of the estimate least. */
function bodyWeight(period: number): number {
  return 0.34 / (1.34 + (period + 1) / (period - 1))
}

/**
 * @param gaps - Sum of squared deviations of the returns from close to open.
 * @param bodies - The same of the returns from open to close.
 * @param ranges - Sum of the Rogers-Satchell variances.
 */
function combined(gaps: number, bodies: number, ranges: number, period: number, periodsPerYear: number): number {
  const weight = bodyWeight(period)
  const variance = (gaps + weight * bodies) / (period - 1) + (1 - weight) * (ranges / period)
  return Math.sqrt(Math.max(0, variance) * periodsPerYear)
}

/**
 * Yang and Zhang's volatility: gaps between bars, bodies and ranges together, annualised. Neither drift nor gaps bias it.
 *
 * @param open - Positive opens, oldest first. Shape `[n]`.
 * @param high - Positive highs. Shape `[n]`.
 * @param low - Positive lows. Shape `[n]`.
 * @param close - Positive closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 2. Each counts with the gap before it. The weight of the bodies is
 *   0.34 / (1.34 + (period + 1) / (period - 1)); variances of gaps and bodies are divided by `period - 1`.
 * @param periodsPerYear - Bars in a year, 1..100,000,000: 365 for daily bars of a market that never closes.
 * @returns Shape `[n]`, a fraction per square root of a year (0.5 is 50 %). The first `period` entries are NaN.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for a price that is not positive, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Yang and Zhang, Drift-independent volatility estimation based on high, low, open, and close prices, Journal of
 * Business 73 (2000).
 */
export function yangZhang(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  periodsPerYear: number,
): Float64Array {
  checkParams(PARAMS, [period, periodsPerYear])
  const columns = [open, high, low, close] as const
  const start = seriesStart(columns, INPUTS)
  columns.forEach((column, k) => requireDomain(column, start, INPUTS[k] as 'open', 'positive'))
  const length = close.length
  const first = Math.min(start + 1, length)
  const gaps = warmupColumn(length, first)
  const bodies = warmupColumn(length, first)
  const ranges = warmupColumn(length, first)
  for (let i = first; i < length; i++) {
    const begin = open[i] as number
    const end = close[i] as number
    gaps[i] = Math.log(begin / (close[i - 1] as number))
    bodies[i] = Math.log(end / begin)
    ranges[i] = barVariance(begin, high[i] as number, low[i] as number, end)
  }
  const out = windowSquares(gaps, first, period)
  const bodySquares = windowSquares(bodies, first, period)
  const rangeSums = windowSums(ranges, first, period, 1)
  for (let i = start + period; i < length; i++) {
    out[i] = combined(out[i] as number, bodySquares[i] as number, rangeSums[i] as number, period, periodsPerYear)
  }
  return out
}

class YangZhangState implements IndicatorState {
  readonly #period: number
  readonly #periodsPerYear: number
  readonly #gaps: WindowSquares
  readonly #bodies: WindowSquares
  readonly #ranges: WindowSum
  #close = Number.NaN
  #closeBefore = Number.NaN

  constructor(period: number, periodsPerYear: number) {
    this.#period = period
    this.#periodsPerYear = periodsPerYear
    this.#gaps = new WindowSquares(period)
    this.#bodies = new WindowSquares(period)
    this.#ranges = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#closeBefore = this.#close
    const open = inputs[0] as number
    const close = inputs[3] as number
    this.#close = close
    if (Number.isNaN(this.#closeBefore)) return
    const gaps = this.#gaps.step(Math.log(open / this.#closeBefore), isNewBar)
    const bodies = this.#bodies.step(Math.log(close / open), isNewBar)
    const ranges = this.#ranges.step(barVariance(open, inputs[1] as number, inputs[2] as number, close), isNewBar)
    outputs[0] = combined(gaps, bodies, ranges, this.#period, this.#periodsPerYear)
  }
}

export const yangZhangIndicator = defineIndicator({
  name: 'yangZhang',
  title: 'Yang-Zhang volatility',
  about: 'Annualised volatility from gaps, bodies and ranges, unmoved by drift and gaps, as a fraction.',
  source: 'Yang and Zhang (2000), Drift-independent volatility estimation',
  inputs: INPUTS,
  domains: { open: 'positive', high: 'positive', low: 'positive', close: 'positive' },
  params: PARAMS,
  outputs: ['volatility'],
  outputWarmup: (period) => [period],
  batch: ([open, high, low, close], [period, periodsPerYear]) => [
    yangZhang(open, high, low, close, period, periodsPerYear),
  ],
  state: (period, periodsPerYear) => new YangZhangState(period, periodsPerYear),
})

/** The stream of {@link yangZhang}. */
export function createYangZhang(period: number, periodsPerYear: number): StreamOf<typeof yangZhangIndicator> {
  return openStream(yangZhangIndicator, [period, periodsPerYear])
}
