import type { BarColumns, Instrument, SeriesColumns } from '@kestrel/core'
import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { barsOf, instrument, START_MS } from '../../test/scripted-run.ts'
import { type BacktestConfig, resolveConfig } from './backtest-config.ts'
import { equalWeightBenchmark } from './equal-weight-benchmark.ts'

const HOUR_MS = 3_600_000
const idle = configureStrategy(
  defineStrategy({ name: 'idle', about: 'Does nothing.', params: z.object({}), start: () => ({}) }),
)
const perp = instrument({ id: 'BTC-USDT-PERP.TEST' })

/** Rates by hours after the start. */
function fundingOf(rows: Readonly<Record<number, number>>): SeriesColumns {
  const tsEventMs = Float64Array.from(Object.keys(rows), (hour) => START_MS + Number(hour) * HOUR_MS)
  return { tsEventMs, knowableTimeMs: tsEventMs, values: { rate: Float64Array.from(Object.values(rows)) } }
}

function valuesOf(
  markets: readonly (readonly [Instrument, BarColumns])[],
  options: Partial<BacktestConfig> = {},
  data: Parameters<typeof equalWeightBenchmark>[3] = {},
  startEquity = 1_000,
): number[] {
  const instruments = markets.map(([each]) => each)
  const config = resolveConfig({ instruments, timeframe: '1h', strategies: [idle], cash: startEquity, ...options })
  const bars = new Map(markets.map(([{ id }, columns]) => [id, columns]))
  return [...equalWeightBenchmark(config, bars, startEquity, data).value]
}

const rising = barsOf([
  [100, 100, 100, 100],
  [100, 120, 100, 120],
  [120, 150, 120, 150],
])

describe('a perpetual', () => {
  test('pays funding on what is held before the instant, at the mark or the newest close', () => {
    // Ten contracts: 0.01 of 1,000 at the second hour; at the third 0.01 of the mark of 130.
    const funding = () => fundingOf({ 0: 0.5, 1: 0.01, 3: 0.01 })
    const at = Float64Array.of(START_MS + 3 * HOUR_MS)
    const mark = () => ({ tsEventMs: at, knowableTimeMs: at, values: { open: Float64Array.of(130) } })
    expect(valuesOf([[perp, rising]], {}, { funding, mark })).toEqual([990, 1_190, 1_477])
    expect(valuesOf([[perp, rising]], {}, { funding })).toEqual([990, 1_190, 1_478])
    expect(valuesOf([[perp, rising]], { funding: 'none' }, { funding, mark })).toEqual([1_000, 1_200, 1_500])
  })

  test('that is used up stays at nothing', () => {
    const funding = () => fundingOf({ 2: 2, 3: -5 })
    expect(valuesOf([[perp, rising]], {}, { funding })).toEqual([1_000, 0, 0])
  })

  test('settled in its base is worth what the contract makes of it', () => {
    const inverse = instrument({ id: 'ETH-USD-PERP.TEST', settlement: 'inverse', contractSize: 10 })
    const values = valuesOf([[inverse, rising]], { reportingCurrency: 'ETH' }, {}, 10)
    // Face 1,000 USD: 1,000 / 100 - 1,000 / price coins.
    expect(values.map((value) => value.toFixed(9))).toEqual(['10.000000000', '11.666666667', '13.333333333'])
  })
})

test('spot quoted in another currency is converted at its price of the day', () => {
  const base = instrument({ id: 'BTC-USDT.TEST' })
  const cross = instrument({ id: 'ETH-BTC.TEST', tickSize: '0.001' })
  const still = barsOf([
    [0.05, 0.05, 0.05, 0.05],
    [0.05, 0.05, 0.05, 0.05],
    [0.05, 0.05, 0.05, 0.05],
  ])
  const markets = [
    [base, rising],
    [cross, still],
  ] as const
  // Coins that stand still against the currency that rises rise with it.
  expect(valuesOf(markets, { reportingCurrency: 'USDT' })).toEqual([1_000, 1_200, 1_500])
})
