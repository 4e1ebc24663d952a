import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Deterministic, KpssLagChoice, KpssTrend, LagChoice, Trend } from '../../src/index.ts'

type Cells = readonly (number | null)[]

/** What `make_statistics.py` writes: series, and results of statsmodels, TA-Lib, numpy and pandas on them. */
interface StatisticsReference {
  readonly source: string
  readonly series: Readonly<Record<string, readonly number[]>>
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>
  readonly adf: readonly {
    readonly series: string
    readonly trend: Trend
    readonly lags: LagChoice
    readonly statistic: number
    readonly pValue: number
    readonly usedLags: number
    readonly observations: number
    readonly criticalValues: readonly number[]
  }[]
  readonly kpss: readonly {
    readonly series: string
    readonly trend: KpssTrend
    readonly lags: KpssLagChoice
    readonly statistic: number
    readonly pValue: number
    readonly usedLags: number
  }[]
  readonly engleGranger: readonly {
    readonly y: string
    readonly regressors: readonly string[]
    readonly trend: Trend
    readonly lags: LagChoice
    readonly statistic: number
    readonly pValue: number
    readonly criticalValues: Cells
    readonly coefficients: readonly number[]
    readonly lastResidual: number
  }[]
  readonly johansen: readonly {
    readonly series: readonly string[]
    readonly deterministic: Deterministic
    readonly lags: number
    readonly eigenvalues: readonly number[]
    readonly eigenvectors: readonly (readonly number[])[]
    readonly trace: readonly number[]
    readonly maxEigen: readonly number[]
    readonly traceCritical: readonly (readonly number[])[]
    readonly maxEigenCritical: readonly (readonly number[])[]
  }[]
  readonly talib: Readonly<Record<'mfi14' | 'ad' | 'adosc3_10' | 'beta20', Cells>>
  readonly volatility10: Readonly<
    Record<'parkinson' | 'garmanKlass' | 'rogersSatchell' | 'yangZhang' | 'realisedVariance' | 'bipowerVariance', Cells>
  >
  readonly window: Readonly<
    Record<
      'period' | 'shannonEntropy8' | 'permutationEntropy3' | 'hurst10' | 'ar1' | 'beta' | 'alpha' | 'autocorrelation3',
      number
    >
  >
}

export const REFERENCE = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/statistics.json'), 'utf8'),
) as StatisticsReference

/** A series of the reference by its name. */
export function referenceSeries(name: string): Float64Array {
  const values = REFERENCE.series[name]
  if (values === undefined) throw new Error(`The reference has no series ${name}.`)
  return Float64Array.from(values)
}

/** A column of the reference, NaN where it is empty. */
export function referenceColumn(cells: Cells): Float64Array {
  return Float64Array.from(cells, (cell) => cell ?? Number.NaN)
}
