import { instrumentOf } from '@kestrel/core'
import { configureStrategy, defineStrategy, type MarginOptions, type StrategyContext } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import { coinWalk } from './coin-walk.ts'

/**
 * Margin that ends near a position caps its loss inside a bar. On a fair coin walk without costs that is worth nothing,
 * as long as the simulator neither liquidates too late, nor lets orders act after the position is gone, nor takes a profit
 * first that came too late.
 */

const LONG = process.env['KESTREL_VERIFY'] === '1'
const SEEDS = LONG ? [1, 2, 3, 4] : [1]
const BARS = LONG ? 20_000 : 4_000
const STEPS = 400
/** A margin of 20 ticks, as far as a bar usually goes, of which all but a trace may be lost. */
const START_PRICE = 20_000
const LEVERAGE = 1_000
const SIGNIFICANT = 3.5

const ONE = instrumentOf({ id: 'ONE-USD-PERP.TEST', tickSize: '1', lotSize: '1', makerFeeRate: 0, takerFeeRate: 0 })
const tiers = [{ floor: 0, cap: 1e15, maintenanceRate: 1e-6, maxLeverage: LEVERAGE }]
const TABLES = { [ONE.id]: { id: 'thin', source: 'test', tiers } }

type Context = StrategyContext<Record<string, unknown>>
/** Places its orders around the close `c`. */
type Gambit = (context: Context, c: number) => void

const buy = { instrument: ONE, side: 'buy' } as const
const sell = { instrument: ONE, side: 'sell' } as const

const GAMBITS: Readonly<Record<string, Gambit>> = {
  'a loss that the margin caps': ({ submit }) => submit({ ...buy, quantity: 1 }),
  'a short one': ({ submit }) => submit({ ...sell, quantity: 1 }),
  'a stop a little before the liquidation': ({ submit }, c) => {
    submit({ ...buy, quantity: 1 })
    submit({ ...sell, quantity: 1, type: 'stop-market', triggerPrice: c - 18 })
  },
  'a stop beyond the liquidation': ({ submit }, c) => {
    submit({ ...buy, quantity: 1 })
    submit({ ...sell, quantity: 1, type: 'stop-market', triggerPrice: c - 23 })
  },
  'a target on the other side of the liquidation': ({ submit }, c) => {
    submit({ ...buy, quantity: 1 })
    submit({ ...sell, quantity: 1, type: 'limit', limitPrice: c + 15 })
  },
  'a target that turns the position over': ({ submit }, c) => {
    submit({ ...buy, quantity: 1 })
    submit({ ...sell, quantity: 2, type: 'limit', limitPrice: c + 15 })
  },
  'a purchase before the liquidation that holds it off': ({ submit }, c) => {
    submit({ ...buy, quantity: 1 })
    submit({ ...buy, quantity: 3, type: 'limit', limitPrice: c - 15 })
  },
  'a purchase that may come after the liquidation': ({ submit }, c) => {
    submit({ ...buy, quantity: 1 })
    submit({ ...buy, quantity: 1, type: 'limit', limitPrice: c - 22 })
  },
  'an entry on the way up': ({ submit }, c) =>
    submit({ ...buy, quantity: 1, type: 'stop-market', triggerPrice: c + 12 }),
  'an entry on the way down': ({ submit }, c) => submit({ ...buy, quantity: 1, type: 'limit', limitPrice: c - 12 }),
  'entries on both sides': ({ submit }, c) => {
    submit({ ...buy, quantity: 1, type: 'stop-market', triggerPrice: c + 12 })
    submit({ ...sell, quantity: 1, type: 'stop-market', triggerPrice: c - 12 })
  },
}

/** Bets in one bar and is flat from the open after it. */
function gambler(gambit: Gambit) {
  return defineStrategy({
    name: 'gambler',
    about: 'Bets every second bar.',
    params: z.object({}),
    start(context) {
      const { openOrders, cancel, position, submit } = context
      const series = context.bars(ONE)
      return {
        onBar() {
          for (const order of openOrders()) cancel(order)
          const { quantity } = position(ONE)
          if (quantity === 0) gambit(context, series.close.value)
          else submit({ instrument: ONE, side: quantity > 0 ? 'sell' : 'buy', quantity: Math.abs(quantity) })
        },
      }
    },
  })
}

/** Mean over its standard error of the money made a bar, and how often a position was taken over. */
function play(gambit: Gambit, margin: MarginOptions): { significance: number; liquidations: number } {
  const changes: number[] = []
  let liquidations = 0
  for (const seed of SEEDS) {
    const bars = coinWalk(seed, BARS, STEPS, 1_000_000, START_PRICE)
    const config = resolveConfig({
      instruments: [ONE],
      timeframe: '1h',
      cash: 1e6,
      strategies: [configureStrategy(gambler(gambit))],
      sizeMode: 'units',
      fill: { spreadBps: 0, slippageBps: 0, throughTicks: 0, volumeShare: undefined },
      margin,
    })
    const run = simulate(config, prepareData(config, { bars: () => bars }), config.fill)
    liquidations += run.fills.filter(({ liquidity }) => liquidity === 'liquidation').length
    const { equity } = run.equity
    for (let i = 1; i < equity.length; i++) changes.push((equity[i] as number) - (equity[i - 1] as number))
  }
  const mean = changes.reduce((sum, each) => sum + each, 0) / changes.length
  const variance = changes.reduce((sum, each) => sum + (each - mean) ** 2, 0) / changes.length
  return { significance: mean / Math.sqrt(variance / changes.length), liquidations }
}

test.each(Object.keys(GAMBITS))('earns nothing: %s', (name) => {
  const gambit = GAMBITS[name] as Gambit
  const { significance, liquidations } = play(gambit, { leverage: LEVERAGE, tables: TABLES })
  expect(significance).toBeLessThan(SIGNIFICANT)
  if (name !== 'a stop a little before the liquidation') expect(liquidations).toBeGreaterThan(BARS / 100)
})
