import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deflatedSharpe, expectedMaxSharpe, minimumTrackRecord, probabilisticSharpe } from './sharpe-significance.ts'

const REFERENCE = '../shared/reference/expected/stats_reference.json'

interface SharpeReference {
  readonly returns: readonly number[]
  readonly psr_0: number
  readonly 'psr_0.02': number
  readonly dsr: {
    readonly trials: number
    readonly variance_of_trial_sharpes: number
    readonly expected_max_sharpe: number
    readonly dsr: number
  }
  readonly min_trl_0_95: number
  readonly 'min_trl_0.02_95': number
}

describe('significance of a Sharpe ratio', () => {
  test('the expected best of 25 worthless trials (numpy, scipy 1.17.1)', () => {
    expect(expectedMaxSharpe({ count: 25, sharpeVariance: 0.0009 })).toBeCloseTo(0.05991449662402078, 14)
    expect(expectedMaxSharpe({ count: 1, sharpeVariance: 0.0009 })).toBe(0)
  })

  // Ten returns worked out in numpy 2.4.6 and scipy 1.17.1: mean 0.005, skew and kurtosis with divisor n.
  const TEN = Float64Array.of(0.02, -0.01, 0.015, 0.005, -0.02, 0.03, 0.01, -0.005, 0.0, 0.005)
  test('ten returns by hand', () => {
    expect(probabilisticSharpe(TEN)).toBeCloseTo(0.8411990045162345, 12)
    expect(minimumTrackRecord(TEN)).toBeCloseTo(25.379241163776914, 8)
  })

  test('undefined below four returns and without deviation', () => {
    expect(probabilisticSharpe(Float64Array.of(0.1, 0.2, 0.1))).toBeUndefined()
    expect(probabilisticSharpe(new Float64Array(50).fill(0.01))).toBeUndefined()
    expect(minimumTrackRecord(TEN, 5)).toBeUndefined()
  })

  test.skipIf(!existsSync(REFERENCE))('the shared reference values of three series, to 1e-11', () => {
    const { sharpe } = JSON.parse(readFileSync(REFERENCE, 'utf8')) as {
      sharpe: { series: Record<string, SharpeReference> }
    }
    for (const series of Object.values(sharpe.series)) {
      const returns = Float64Array.from(series.returns)
      const trials = { count: series.dsr.trials, sharpeVariance: series.dsr.variance_of_trial_sharpes }
      expect(probabilisticSharpe(returns)).toBeCloseTo(series.psr_0, 11)
      expect(probabilisticSharpe(returns, 0.02)).toBeCloseTo(series['psr_0.02'], 11)
      expect(expectedMaxSharpe(trials)).toBeCloseTo(series.dsr.expected_max_sharpe, 12)
      expect(deflatedSharpe(returns, trials)).toBeCloseTo(series.dsr.dsr, 11)
      expect(minimumTrackRecord(returns)).toBeCloseTo(series.min_trl_0_95, 7)
      expect(minimumTrackRecord(returns, 0.02)).toBeCloseTo(series['min_trl_0.02_95'], 7)
    }
  })
})
