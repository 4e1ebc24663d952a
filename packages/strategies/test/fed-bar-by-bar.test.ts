import { type BarColumns, sliceBars, lowerBound } from '@kestrel/core'
import { type BacktestConfig, sessionKernel, runBacktest } from '@kestrel/backtest'
import { configureStrategy, GrowingMarket, type Kernel, type StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { STRATEGIES } from '../src/index.ts'
import { QUICK_PARAMS } from './quick-params.ts'
import { instrumentsFor, marketData, randomMarket } from './random-market.ts'
import { randomStrategy } from './random-strategy.ts'

const WARM_UP_BARS = 90

function configOf(
  definition: StrategyDefinition,
  params: Readonly<Record<string, unknown>>,
  market: ReadonlyMap<string, BarColumns>,
  seed: number,
) {
  const instruments = instrumentsFor(definition)
  const bars = market.get(instruments[0]?.id ?? '') as BarColumns
  const config: BacktestConfig = {
    instruments,
    timeframe: '1h',
    strategies: [configureStrategy(definition, params)],
    cash: 100_000,
    seed,
    playFromMs: bars.closeTimeMs[WARM_UP_BARS] as number,
    ...(instruments.some(({ kind }) => kind === 'perpetual') ? { margin: { leverage: 3 } } : {}),
  }
  return config
}

/** Plays a market as a session gets it: each bar when it closes, after everything before it was played. */
function feed(config: BacktestConfig, market: ReadonlyMap<string, BarColumns>): Kernel {
  const growing = new GrowingMarket()
  const playFromMs = config.playFromMs as number
  const data = marketData(market)
  const rows: { readonly timeMs: number; append(): void }[] = []
  for (const { id, kind } of config.instruments) {
    const bars = market.get(id) as BarColumns
    const past = lowerBound(bars.closeTimeMs, playFromMs + 1)
    growing.addBars(id, '1h', sliceBars(bars, 0, past))
    for (let row = past; row < bars.close.length; row++) {
      const bar = Object.fromEntries(Object.entries(bars).map(([name, column]) => [name, column[row]]))
      rows.push({ timeMs: bar['closeTimeMs'] as number, append: () => growing.appendBar(id, '1h', bar as never) })
    }
    if (kind === 'spot') continue
    growing.addFunding(id)
    const funding = data.funding?.(id)
    funding?.tsEventMs.forEach((timeMs, row) => {
      const rate = funding.values['rate']?.[row] as number
      if (timeMs > playFromMs) rows.push({ timeMs, append: () => growing.appendFunding(id, timeMs, rate, undefined) })
    })
  }
  rows.sort((a, b) => a.timeMs - b.timeMs)
  const kernel = sessionKernel(config, growing, 'bt')
  kernel.begin()
  rows.forEach(({ timeMs, append }, i) => {
    append()
    if (rows[i + 1]?.timeMs !== timeMs) kernel.play(timeMs)
  })
  return kernel
}

function expectEqual(definition: StrategyDefinition, params: Readonly<Record<string, unknown>>, seed: number): number {
  const instruments = instrumentsFor(definition)
  const market = randomMarket({ seed, bars: 500, missingRate: seed % 2 === 0 ? 0 : 0.03, instruments })
  const config = configOf(definition, params, market, seed)
  const whole = runBacktest(config, marketData(market), { band: false })
  const records = feed(config, market).end()
  expect(records.endEquity).toBe(whole.base.endEquity)
  expect(records.fills()).toEqual(whole.base.fills)
  expect(records.funding()).toEqual(whole.base.funding)
  expect(records.log.hash(records.equity.timeMs, records.equity.equity)).toBe(whole.hashes.log)
  return records.fills().length
}

describe('a market fed bar by bar is played as one that is there from the start', () => {
  test.each(STRATEGIES.map((each) => [each.name, each] as const))('%s', (name, definition) => {
    const fills = [1, 2].map((seed) => expectEqual(definition, QUICK_PARAMS[name] ?? {}, seed))
    expect(Math.max(...fills)).toBeGreaterThan(0)
  })

  test('random orders of every type', () => {
    const fills = Array.from({ length: 30 }, (_, seed) => expectEqual(randomStrategy, {}, seed + 1))
    expect(Math.max(...fills)).toBeGreaterThan(100)
  })
})
