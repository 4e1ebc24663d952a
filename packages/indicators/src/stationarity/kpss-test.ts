import { DegenerateSeriesError, InvalidParameterError, SeriesTooShortError } from '../errors.ts'
import { requireSeries } from '../series.ts'
import { KPSS_TABLE, kpssProbability, KpssResiduals, type KpssTrend } from './kpss-statistic.ts'
import { type CriticalValues, schwertLags } from './trend.ts'

/** Autocovariances in the long-run variance: a fixed number, chosen by the data, or Schwert's 12 (n / 100)^(1/4). */
export type KpssLagChoice = number | 'auto' | 'schwert'

/** Options of {@link kpssTest}. */
export interface KpssTestOptions {
  /** Whether the series is stationary around a level (the default) or around a line. */
  readonly trend?: KpssTrend
  /** `auto` unless given. */
  readonly lags?: KpssLagChoice
}

/** Outcome of {@link kpssTest}. */
export interface KpssTestResult {
  /** The larger, the more evidence against stationarity. */
  readonly statistic: number
  /** Interpolated in the table of the source, so never outside 0.01..0.1. */
  readonly pValue: number
  readonly lags: number
  readonly criticalValues: CriticalValues
}

const LEAST_LENGTH = 3

/**
 * KPSS test of a whole series. Null hypothesis: it is stationary around a level or a line. The reverse of
 * {@link adfTest}: a small p-value speaks against reversion.
 *
 * @param values - Any series, oldest first. Shape `[n]`, finite numbers only.
 * @returns Agrees with `kpss` of statsmodels; `schwert` is its `legacy`.
 * @throws {@link InvalidParameterError} for lags that are no whole number from 0 to n - 1.
 * @throws {@link SeriesTooShortError} for fewer than three values.
 * @throws {@link DegenerateSeriesError} for a constant series, or a straight line where a line is taken out.
 * @throws {@link InvalidInputError} for NaN or an infinity.
 *
 * O(n lags) time.
 * Source: Kwiatkowski, Phillips, Schmidt and Shin, Testing the null hypothesis of stationarity against the alternative of
 * a unit root, Journal of Econometrics 54 (1992); Hobijn, Franses and Ooms, Generalizations of the KPSS-test for
 * stationarity, Statistica Neerlandica 58 (2004), for the lags by the data.
 */
export function kpssTest(values: Float64Array, options: KpssTestOptions = {}): KpssTestResult {
  requireSeries([values], ['value'])
  const length = values.length
  if (length < LEAST_LENGTH) throw new SeriesTooShortError('The KPSS test', length, LEAST_LENGTH)
  const trend = options.trend ?? 'constant'
  const residuals = new KpssResiduals(length, trend)
  if (!residuals.read(values, 0)) {
    throw new DegenerateSeriesError('The series does not move around its level or line: it has no test.')
  }
  const lags = lagsOf(options.lags ?? 'auto', residuals, length)
  const statistic = residuals.statistic(lags)
  const [tenPercent, fivePercent, , onePercent] = KPSS_TABLE[trend].map(([value]) => value)
  return {
    statistic,
    pValue: kpssProbability(statistic, trend),
    lags,
    criticalValues: {
      onePercent: onePercent as number,
      fivePercent: fivePercent as number,
      tenPercent: tenPercent as number,
    },
  }
}

function lagsOf(choice: KpssLagChoice, residuals: KpssResiduals, length: number): number {
  if (choice === 'auto') return residuals.automaticLags()
  if (choice === 'schwert') return Math.min(schwertLags(length), length - 1)
  if (Number.isInteger(choice) && choice >= 0 && choice < length) return choice
  throw new InvalidParameterError('lags', choice, `a whole number from 0 to ${length - 1}`)
}
