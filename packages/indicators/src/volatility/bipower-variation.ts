import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { PERIODS_PER_YEAR } from './mean-volatility.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 100, 'returns in the window', 2), PERIODS_PER_YEAR] as const

/** Columns of {@link bipowerVariation}. */
export interface BipowerVariationColumns {
  /** Variance a year from squared returns, jumps included. */
  readonly realisedVariance: Float64Array
  /** Variance a year from products of neighbouring returns, which a single jump hardly moves. */
  readonly bipowerVariance: Float64Array
  /** Share of the realised variance that comes from jumps, 0..1. */
  readonly jumpRatio: Float64Array
}

function realised(squares: number, period: number, periodsPerYear: number): number {
  return (squares / period) * periodsPerYear
}

function bipower(products: number, period: number, periodsPerYear: number): number {
  return (Math.PI / 2) * (products / (period - 1)) * periodsPerYear
}

function jumpShare(realisedVariance: number, bipowerVariance: number): number {
  if (realisedVariance === 0) return 0
  // Not a comparison with 0 alone: NaN, while warming up, must pass.
  const share = 1 - bipowerVariance / realisedVariance
  return share < 0 ? 0 : share
}

/**
 * Realised variance and bipower variation of log returns, annualised, and the share of jumps in the variance.
 *
 * The realised variance is the mean squared return; the mean return is not subtracted. The bipower variance is pi/2
 * times the mean product of the sizes of neighbouring returns: both estimate the same without jumps, and a jump enters
 * the second only once, as a factor beside an ordinary return.
 *
 * @param values - Positive prices, usually closes, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Returns in the window, integer >= 2. Jumps stand out where a window has many: one day of minutes.
 * @param periodsPerYear - Bars in a year, 1..100,000,000: 365 for daily bars, 525,600 for minutes.
 * @returns Columns of shape `[n]`; the first `period` entries are NaN. Variances are square fractions a year (0.25 is a
 *   volatility of 50 %). `jumpRatio` is 1 - bipower / realised, at least 0; 0 in a window without movement.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for a price that is not positive, an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Barndorff-Nielsen and Shephard, Power and bipower variation with stochastic volatility and jumps, Journal of
 * Financial Econometrics 2 (2004), with the correction n / (n - 1) for the one product less; the relative jump measure
 * of Huang and Tauchen, The relative contribution of jumps to total price variance, ibid. 3 (2005).
 */
export function bipowerVariation(
  values: Float64Array,
  period: number,
  periodsPerYear: number,
): BipowerVariationColumns {
  checkParams(PARAMS, [period, periodsPerYear])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'positive')
  const length = values.length
  const firstReturn = Math.min(start + 1, length)
  const firstProduct = Math.min(start + 2, length)
  const squares = warmupColumn(length, firstReturn)
  const products = warmupColumn(length, firstProduct)
  let before = 0
  for (let i = firstReturn; i < length; i++) {
    const size = Math.abs(Math.log((values[i] as number) / (values[i - 1] as number)))
    squares[i] = size * size
    if (i >= firstProduct) products[i] = size * before
    before = size
  }
  const realisedVariance = windowSums(squares, firstReturn, period, 1)
  const bipowerVariance = windowSums(products, firstProduct, period - 1, 1)
  const jumpRatio = warmupColumn(length, start + period)
  for (let i = start + period; i < length; i++) {
    const total = realised(realisedVariance[i] as number, period, periodsPerYear)
    const smooth = bipower(bipowerVariance[i] as number, period, periodsPerYear)
    realisedVariance[i] = total
    bipowerVariance[i] = smooth
    jumpRatio[i] = jumpShare(total, smooth)
  }
  return { realisedVariance, bipowerVariance, jumpRatio }
}

class BipowerVariationState implements IndicatorState {
  readonly #period: number
  readonly #periodsPerYear: number
  readonly #squares: WindowSum
  readonly #products: WindowSum
  #value = Number.NaN
  #valueBefore = Number.NaN
  #size = Number.NaN
  #sizeBefore = Number.NaN

  constructor(period: number, periodsPerYear: number) {
    this.#period = period
    this.#periodsPerYear = periodsPerYear
    this.#squares = new WindowSum(period)
    this.#products = new WindowSum(period - 1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) {
      this.#valueBefore = this.#value
      this.#sizeBefore = this.#size
    }
    this.#value = inputs[0] as number
    if (Number.isNaN(this.#valueBefore)) return
    const size = Math.abs(Math.log(this.#value / this.#valueBefore))
    this.#size = size
    const squares = this.#squares.step(size * size, isNewBar)
    if (Number.isNaN(this.#sizeBefore)) return
    const products = this.#products.step(size * this.#sizeBefore, isNewBar)
    const total = realised(squares, this.#period, this.#periodsPerYear)
    const smooth = bipower(products, this.#period, this.#periodsPerYear)
    outputs[0] = total
    outputs[1] = smooth
    outputs[2] = jumpShare(total, smooth)
  }
}

export const bipowerVariationIndicator = defineIndicator({
  name: 'bipowerVariation',
  title: 'Realised variance and bipower variation',
  about: 'Annualised variance of log returns with and without jumps, and the share of jumps.',
  source: 'Barndorff-Nielsen and Shephard (2004), Power and bipower variation with stochastic volatility and jumps',
  inputs: INPUTS,
  domains: { value: 'positive' },
  params: PARAMS,
  outputs: ['realisedVariance', 'bipowerVariance', 'jumpRatio'],
  outputWarmup: (period) => [period, period, period],
  batch: ([values], [period, periodsPerYear]) => {
    const columns = bipowerVariation(values, period, periodsPerYear)
    return [columns.realisedVariance, columns.bipowerVariance, columns.jumpRatio]
  },
  state: (period, periodsPerYear) => new BipowerVariationState(period, periodsPerYear),
})

/** The stream of {@link bipowerVariation}. */
export function createBipowerVariation(
  period: number,
  periodsPerYear: number,
): StreamOf<typeof bipowerVariationIndicator> {
  return openStream(bipowerVariationIndicator, [period, periodsPerYear])
}
