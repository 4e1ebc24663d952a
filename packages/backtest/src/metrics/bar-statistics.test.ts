import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barStatistics } from './bar-statistics.ts'
import { lcgRun } from './lcg-run.fixture.ts'

const curve = fc.array(fc.double({ min: 0.01, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 40 })

describe('statistics of every bar', () => {
  test('agree with numpy 2.4.6 on a four-hour curve', () => {
    const run = lcgRun()
    const statistics = barStatistics(run.equity.equity, run.startEquity)
    expect(statistics.observations).toBe(360)
    expect(statistics.sharpe).toBeCloseTo(0.01802661809578842, 13)
    expect(statistics.maxDrawdown).toBeCloseTo(-0.09783229915886305, 14)
  })

  test('take the first return and the first peak against the start balance', () => {
    const statistics = barStatistics(Float64Array.of(90, 99), 100)
    expect(statistics.meanReturn).toBeCloseTo(0, 15)
    expect(statistics.deviation).toBeCloseTo(Math.SQRT2 * 0.1, 14)
    expect(statistics.maxDrawdown).toBeCloseTo(-0.1, 15)
  })

  test('leave the Sharpe ratio undefined without deviation, whatever the mean', () => {
    const growing = Float64Array.from({ length: 500 }, (_, i) => 100 * 1.001 ** (i + 1))
    expect(barStatistics(growing, 100)).toMatchObject({ sharpe: undefined, maxDrawdown: 0 })
    expect(barStatistics(Float64Array.of(100, 100, 100), 100).sharpe).toBeUndefined()
    expect(barStatistics(Float64Array.of(101), 100)).toMatchObject({ deviation: undefined, sharpe: undefined })
    expect(barStatistics(new Float64Array(0), 100)).toMatchObject({ observations: 0, meanReturn: undefined })
  })

  test('stop returns, not drawdown, where equity falls to zero or below', () => {
    const statistics = barStatistics(Float64Array.of(110, 55, -5, -20, 30, 10, 12), 100)
    expect(statistics.observations).toBe(3)
    expect(statistics.maxDrawdown).toBeCloseTo(-20 / 110 - 1, 14)
    expect(statistics.endEquity).toBe(12)
  })

  test('equal a plain pass over the definition', () => {
    fc.assert(
      fc.property(curve, fc.double({ min: 0.01, max: 1e9, noNaN: true }), (values, start) => {
        const returns = values.map((value, i) => value / (values[i - 1] ?? start) - 1)
        const average = returns.reduce((sum, value) => sum + value, 0) / returns.length
        let peak = start
        let depth = 0
        for (const value of values) {
          peak = Math.max(peak, value)
          depth = Math.min(depth, value / peak - 1)
        }
        const statistics = barStatistics(Float64Array.from(values), start)
        expect(statistics.maxDrawdown).toBeCloseTo(depth, 12)
        const scale = Math.max(1, ...returns.map(Math.abs))
        expect(Math.abs((statistics.meanReturn as number) - average) / scale).toBeLessThan(1e-12)
      }),
    )
  })
})
