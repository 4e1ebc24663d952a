import { type BacktestConfig, runBacktest } from '@kestrel/backtest'
import { type BarColumns, instrumentOf } from '@kestrel/core'
import { configureStrategy, type StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { dca } from '../src/dca.ts'
import { donchianBreakout } from '../src/donchian-breakout.ts'
import { grid } from '../src/grid.ts'
import { openingRangeBreakout } from '../src/opening-range-breakout.ts'
import { volatilityBreakout } from '../src/volatility-breakout.ts'
import { volatilityTargetTrend } from '../src/volatility-target-trend.ts'
import { QUICK_PARAMS } from './quick-params.ts'
import { hourlyBars, type Row } from './single-market.ts'

const COMMON = { tickSize: '0.5', makerFeeRate: 0, takerFeeRate: 0 }
/** One contract is 10 dollars, settled in ETH. */
const INVERSE = instrumentOf({
  ...COMMON,
  id: 'ETH-USD-PERP.TEST',
  lotSize: '1',
  contractSize: 10,
  settlement: 'inverse',
})
const LINEAR = instrumentOf({ ...COMMON, id: 'ETH-USDT-PERP.TEST', lotSize: '0.0001' })

/** Waves around 3,000 with a range of a percent or two, three days long. */
const ROWS: readonly Row[] = Array.from({ length: 96 }, (_, i) => {
  const price = (hour: number): number =>
    Math.round(2 * (3_000 + 150 * Math.sin(hour / 7) + 60 * Math.sin(hour / 2.3))) / 2
  const [open, close] = [price(i), price(i + 1)]
  return [open, Math.max(open, close) + 20, Math.min(open, close) - 20, close] as const
})
const BARS: BarColumns = hourlyBars(ROWS)

/** Dollars that each fill traded. */
function sizes(definition: StrategyDefinition, config: Pick<BacktestConfig, 'instruments' | 'cash'>): number[] {
  const [instrument] = config.instruments
  const { base } = runBacktest(
    {
      timeframe: '1h',
      strategies: [configureStrategy(definition, QUICK_PARAMS[definition.name])],
      funding: 'none',
      fill: { spreadBps: 0, slippageBps: 0, volumeShare: 1 },
      margin: { mode: 'cross', leverage: 3 },
      ...config,
    },
    { bars: () => BARS },
    { band: false },
  )
  return base.fills.map(({ quantity, price }) => quantity * (instrument === LINEAR ? price : 10))
}

describe('a strategy trades as many dollars of an inverse contract as of a linear one', () => {
  test.each(
    [dca, donchianBreakout, grid, openingRangeBreakout, volatilityBreakout, volatilityTargetTrend].map(
      (each) => [each.name, each] as const,
    ),
  )('%s', (_, definition) => {
    const linear = sizes(definition, { instruments: [LINEAR], cash: 300_000 })
    const inverse = sizes(definition, { instruments: [INVERSE], cash: { ETH: 100 } })
    expect(linear.length).toBeGreaterThan(1)
    // Money in coins moves with the price, and so do sizes after the first.
    for (let i = 0; i < 2; i++) expect((inverse[i] as number) / (linear[i] as number)).toBeCloseTo(1, 0)
    expect((inverse[0] as number) / (linear[0] as number)).toBeGreaterThan(0.9)
  })
})
