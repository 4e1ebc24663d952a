import { allocateBars, type BarColumns, type Instrument, instrumentOf } from '@kestrel/core'
import { configureStrategy, defineStrategy, type MarginOptions, type OrderView } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import { play, type Row, START_MS } from './scripted-run.ts'

/** What one account's cross margin covers when several orders and positions draw on it at once. */

const HOUR_MS = 3_600_000
const [A, B] = ['AAA-USD-PERP.TEST', 'BBB-USD-PERP.TEST'].map((id) =>
  instrumentOf({ id, tickSize: '1', lotSize: '1', makerFeeRate: 0, takerFeeRate: 0 }),
) as [Instrument, Instrument]
const TABLE = {
  id: 'wide',
  source: 'test',
  tiers: [{ floor: 0, cap: 1e15, maintenanceRate: 0.001, maxLeverage: 100 }],
}
const margin: MarginOptions = { mode: 'cross', leverage: 10, tables: { [A.id]: TABLE, [B.id]: TABLE } }
const flat = (price: number): Row => [price, price, price, price]

function barsOf(count: number, lengthMs: number, rowOf: (i: number) => Row): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    const [open, high, low, close] = rowOf(i)
    bars.openTimeMs[i] = START_MS + i * lengthMs
    bars.closeTimeMs[i] = START_MS + (i + 1) * lengthMs
    Object.assign(bars.open, { [i]: open })
    Object.assign(bars.high, { [i]: high })
    Object.assign(bars.low, { [i]: low })
    Object.assign(bars.close, { [i]: close })
    bars.volume[i] = 1e6
  }
  return bars
}

describe('cross margin that several draw on', () => {
  test('a position that lost nearly everything turns over into no more than is left', () => {
    const rows = [flat(100), flat(100), flat(100), flat(91), flat(91), flat(91)]
    const bars = {
      0: ({ target }: { target: (instrument: Instrument, quantity: { quantity: number }) => void }) =>
        target(A, { quantity: 100 }),
      3: ({ target }: { target: (instrument: Instrument, quantity: { quantity: number }) => void }) =>
        target(A, { quantity: -100 }),
    }
    const run = play(rows, { bars }, { instruments: [A], cash: 1_000, margin })
    // 100 are left: ten times that is 10 contracts at 91.
    expect(run.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['buy', 100],
      ['sell', 110],
    ])
  })

  test('amendments that were all promised the same margin have it once', () => {
    // Decided on bars of B while a bar of A is under way, so that the orders of A change when it ends.
    const falls = barsOf(8, HOUR_MS, (i) => (i < 4 ? flat(100) : i === 4 ? [100, 100, 80, 90] : flat(90)))
    const still = barsOf(8, HOUR_MS, () => flat(100))
    const quarters = barsOf(32, HOUR_MS / 4, () => flat(100))
    const strategy = defineStrategy({
      name: 'amends',
      about: 'Rests five orders and enlarges them all.',
      params: z.object({}),
      start({ bars, submit, amend }) {
        bars(A)
        bars(B)
        bars(B, '15m')
        let instants = 0
        let orders: readonly OrderView[] = []
        return {
          onSlice() {
            instants++
            if (instants === 5) {
              orders = [90, 91, 92, 93, 94].map((limitPrice) =>
                submit({ instrument: A, side: 'buy', quantity: 1, type: 'limit', limitPrice }),
              )
            }
            if (instants === 6) for (const order of orders) amend(order, { quantity: 100 })
          },
        }
      },
    })
    const config = resolveConfig({
      instruments: [A, B],
      timeframe: '1h',
      cash: 1_000,
      strategies: [configureStrategy(strategy)],
      sizeMode: 'units',
      margin,
      fill: { spreadBps: 0, slippageBps: 0, volumeShare: undefined },
    })
    const data = prepareData(config, {
      bars: (id, timeframe) =>
        timeframe === '15m' ? (id === B.id ? quarters : undefined) : id === A.id ? falls : still,
    })
    const run = simulate(config, data, config.fill)
    const bought = run.fills.filter(({ side }) => side === 'buy')
    const spent = bought.reduce((sum, { price, quantity }) => sum + (price * quantity) / 10, 0)
    expect(bought.length).toBeGreaterThan(0)
    expect(spent).toBeLessThanOrEqual(1_000)
  })
})
