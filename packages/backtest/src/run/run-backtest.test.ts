import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { barsOf, closeMs, instrument, type Row, START_MS } from '../../test/scripted-run.ts'
import { runBacktest } from './run-backtest.ts'

/** Rises and falls in a saw tooth, so that an average cross trades often. */
const rows: Row[] = Array.from({ length: 2_000 }, (_, i) => {
  const price = 1_000 + Math.round(100 * Math.sin(i / 9)) + (i % 7)
  return [price, price + 5, price - 5, price + 1, 5_000]
})
const cross = defineStrategy({
  name: 'cross',
  about: 'Long above the average.',
  params: z.object({ bars: z.number().int().default(12) }),
  start({ params, instrument: traded, bars, indicator, target, explain }) {
    const { close } = bars(traded)
    const average = indicator.sma(close, params.bars)
    return {
      onBar() {
        if (!average.ready) return
        explain({ average: average.value })
        target(traded, close.value > average.value ? 1 : 0)
      },
    }
  },
})
const config = {
  instruments: [instrument({ takerFeeRate: 0.001, makerFeeRate: 0.001 })],
  timeframe: '1h',
  strategies: [configureStrategy(cross)],
  cash: 100_000,
}
const data = { bars: () => barsOf(rows) }

describe('runBacktest', () => {
  test('two runs give identical hashes', () => {
    const first = runBacktest(config, data)
    expect(runBacktest(config, data).hashes).toEqual(first.hashes)
    expect(first.base.trades.length).toBeGreaterThan(30)
  })

  test('the band runs from harsh over base to kind', () => {
    const { band, metrics } = runBacktest(config, data)
    expect(band?.base.endEquity).toBe(metrics.metrics.endEquity)
    expect(band?.harsh.endEquity).toBeLessThan(band?.base.endEquity as number)
    expect(band?.kind.endEquity).toBeGreaterThan(band?.base.endEquity as number)
  })

  test('a stopped run says so and has no band', () => {
    const control = { beat() {}, stopRequested: () => true }
    const stopped = runBacktest(config, data, { control: () => control })
    expect(stopped).toMatchObject({ stopped: true, band: undefined })
    expect(stopped.base.equity.timeMs.length).toBe(1_024)
  })

  test('decisions are kept where an order followed', () => {
    const { base } = runBacktest(config, data)
    expect(base.decisions.length).toBe(base.orders.length)
    expect(base.decisions[0]).toMatchObject({
      strategy: 'cross',
      orderIds: [1],
      values: { average: expect.any(Number) },
    })
  })

  test('the benchmark splits the money evenly and holds', () => {
    const other = instrument({ id: 'ETH-USDT.TEST' })
    const doubled = barsOf([[10, 20, 10, 20]])
    const still = barsOf([[5, 5, 5, 5]])
    const { benchmark } = runBacktest(
      { ...config, instruments: [instrument(), other] },
      { bars: (id) => (id === other.id ? still : doubled) },
    )
    expect(benchmark).toMatchObject({ startValue: 100_000, startTimeMs: START_MS })
    expect([...benchmark.value]).toEqual([150_000])
    expect([...benchmark.timeMs]).toEqual([closeMs(0)])
  })

  test('an instrument without bars in the window is named', () => {
    expect(() => runBacktest(config, { bars: () => undefined })).toThrow(
      expect.objectContaining({ code: 'BACKTEST_NO_BARS', name: 'DataError' }),
    )
  })
})
