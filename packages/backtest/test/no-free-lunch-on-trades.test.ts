import { type Instrument, instrumentOf, type TradeColumns } from '@kestrel/core'
import type { OrderView, PublicTrade, StrategyContext } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import type { FillModel } from '../src/venue/fill-model.ts'
import { coinPrints, runOn, tradesFrom } from './trade-run.ts'

/**
 * On trades that walk like a fair coin nobody who does not know the future earns without costs. Each gambit would, if a
 * reply acted on the trade that it answers, if a queue gave more to who knows where price goes, or if trades of one
 * millisecond could be told apart.
 */

const LONG = process.env['KESTREL_VERIFY'] === '1'
const SEEDS = LONG ? [1, 2, 3, 4, 5, 6] : [1]
const PRINTS = LONG ? 1_000_000 : 250_000
const D = 6
const SIGNIFICANT = 3.5

const ONE: Instrument = instrumentOf({
  id: 'ONE-USD-PERP.TEST',
  tickSize: '1',
  lotSize: '0.01',
  makerFeeRate: 0,
  takerFeeRate: 0,
})

type Context = StrategyContext<Record<string, unknown>>
interface Bet {
  onTrade?(trade: PublicTrade): void
  onFill?(orderId: number): void
}
type Gambit = (context: Context, close: number) => Bet

const markets: readonly TradeColumns[] = SEEDS.map((seed) => tradesFrom(coinPrints(seed, PRINTS)))

/** Mean over its standard error of the money made a minute: bets in one minute, is flat from the next. */
function significance(gambit: Gambit, fill: Partial<FillModel> = {}, played = markets): number {
  const changes: number[] = []
  for (const trades of played) {
    const { equity } = runOn(
      [trades],
      (context) => {
        const { bars, openOrders, cancel, position, submit } = context
        const { close } = bars(ONE)
        let bet: Bet = {}
        return {
          onBar() {
            for (const order of openOrders()) cancel(order)
            const { quantity } = position(ONE)
            bet = {}
            if (quantity === 0) bet = gambit(context, close.value)
            else submit({ instrument: ONE, side: quantity > 0 ? 'sell' : 'buy', quantity: Math.abs(quantity) })
          },
          onTrade: (trade) => bet.onTrade?.(trade),
          onFill: ({ orderId }) => bet.onFill?.(orderId),
        }
      },
      { instruments: [ONE], fill, cash: 1e9 },
    ).equity
    for (let i = 1; i < equity.length; i++) changes.push((equity[i] as number) - (equity[i - 1] as number))
  }
  const mean = changes.reduce((sum, each) => sum + each, 0) / changes.length
  const variance = changes.reduce((sum, each) => sum + (each - mean) ** 2, 0) / changes.length
  return variance === 0 ? 0 : mean / Math.sqrt(variance / changes.length)
}

const buy = (quantity: number) => ({ instrument: ONE, side: 'buy', quantity }) as const
const sell = (quantity: number) => ({ instrument: ONE, side: 'sell', quantity }) as const
const limit = (limitPrice: number) => ({ type: 'limit', limitPrice }) as const
const stop = (triggerPrice: number) => ({ type: 'stop-market', triggerPrice }) as const

const GAMBITS: Readonly<Record<string, Gambit>> = {
  'limits on both sides': ({ submit }, c) => {
    submit({ ...buy(1), ...limit(c - 2) })
    submit({ ...sell(1), ...limit(c + 2) })
    return {}
  },
  'a limit and a reversal in reply to its fill': ({ submit }, c) => {
    const entry = submit({ ...buy(1), ...limit(c - D) })
    return { onFill: (id) => id === entry.orderId && submit({ ...sell(2), ...limit(c - D + 1) }) }
  },
  'an entry with a tight stop in reply': ({ submit }, c) => {
    const entry = submit({ ...buy(1), ...stop(c + D) })
    return { onFill: (id) => id === entry.orderId && submit({ ...sell(1), ...stop(c + D - 2) }) }
  },
  'a limit that steps back as price comes': ({ submit, cancel }, c) => {
    const entry = submit({ ...buy(1), ...limit(c - D) })
    let last = c
    return {
      onTrade({ price }) {
        if (price < last && price < c - D + 2) cancel(entry)
        last = price
      },
    }
  },
  'a market order with each run of three': ({ submit, position }) => {
    let run = 0
    let last = Number.NaN
    return {
      onTrade({ price }) {
        run = price > last ? Math.max(1, run + 1) : Math.min(-1, run - 1)
        last = price
        const { quantity } = position(ONE)
        if (run >= 3 && quantity <= 0) submit(buy(1))
        if (run <= -3 && quantity >= 0) submit(sell(1))
      },
    }
  },
  'a stop above a trailing entry': ({ bracket }, c) => {
    const entry = { ...buy(1), type: 'trailing-stop', trailingDistance: 3, activationPrice: c - 3 } as const
    bracket({ entry, stop: { triggerPrice: c - 1 }, target: { limitPrice: c + 500 } })
    return {}
  },
  'a stop amended above its entry': ({ bracket, amend }, c) => {
    const entry = { ...buy(1), ...limit(c - 3) }
    const made = bracket({ entry, stop: { triggerPrice: c - 100 }, target: { limitPrice: c + 500 } })
    amend(made.stop, { triggerPrice: c + 100 })
    return {}
  },
  'a limit taken back by a trailing stop on a crumb': ({ submit, submitGroup }, c) => {
    const held = submit(buy(0.01))
    return {
      onFill: (id) =>
        id === held.orderId &&
        submitGroup({
          members: [
            { ...sell(1), type: 'trailing-stop', trailingDistance: 8, reduceOnly: true },
            { ...sell(1), ...limit(c + 4) },
          ],
        }),
    }
  },
  'a trailing stop that wakes up above': ({ submit }, c) => {
    submit({ ...sell(1), type: 'trailing-stop', trailingDistance: 4, activationPrice: c + 1 })
    return {}
  },
  'a market order that is cut, then a reversal': ({ submit }) => {
    const entry = submit(buy(1))
    return {
      onFill: (id) => id === entry.orderId && entry.filledQuantity < 1 && submit({ ...sell(2), timeInForce: 'IOC' }),
    }
  },
  'a limit at the last price against each trade': ({ submit, openOrders, cancel }) => {
    let order: OrderView | undefined
    return {
      onTrade({ price }) {
        if (openOrders().length > 0 && order !== undefined) cancel(order)
        order = submit({ ...(price % 2 === 0 ? buy(0.1) : sell(0.1)), ...limit(price) })
      },
    }
  },
}

/** Orders larger than what a millisecond offers, so that its volume says how much of them trades there. */
const OVERSIZED: Readonly<Record<string, Gambit>> = {
  'a market order': ({ submit }) => (submit({ ...buy(10), timeInForce: 'IOC' }), {}),
  'market orders that are left in small parts': ({ submit, position }) => {
    let trades = 0
    return {
      onTrade() {
        if (trades++ % 25 === 0) submit({ ...buy(5), timeInForce: 'IOC' })
        else if (position(ONE).quantity > 0) submit({ ...sell(0.1), timeInForce: 'IOC' })
      },
    }
  },
  'a stop': ({ submit }, c) => (submit({ ...buy(10), ...stop(c + 4) }), {}),
  'stops on both sides': ({ submit }, c) => {
    submit({ ...buy(10), ...stop(c + D) })
    submit({ ...sell(10), ...stop(c - D) })
    return {}
  },
  'a limit': ({ submit }, c) => (submit({ ...buy(10), ...limit(c - D) }), {}),
}

/** The trades with more of them wherever price moves on in `direction` within the millisecond. */
function withSweeps(trades: TradeColumns, direction: number): TradeColumns {
  const { tsEventUs, price } = trades
  const msOf = (row: number): number => Math.floor((tsEventUs[row] ?? 0) / 1_000)
  const quantity = trades.quantity.slice()
  for (let start = 0; start < price.length;) {
    let end = start + 1
    while (end < price.length && msOf(end) === msOf(start)) end++
    const isSweep = ((price[end - 1] ?? 0) - (price[start] ?? 0)) * direction > 0
    if (isSweep) for (let row = start; row < end; row++) quantity[row] = (quantity[row] ?? 0) * 20
    start = end
  }
  return { ...trades, quantity }
}

describe('nobody earns on trades that walk like a fair coin', () => {
  test.each(Object.entries(GAMBITS))('%s', (_, gambit) => {
    const fills: Partial<FillModel>[] = [{}, { queue: { windowMs: 60_000, scale: 0 } }, { latencyMs: 40 }]
    for (const fill of fills) {
      expect(significance(gambit, fill), JSON.stringify(fill)).toBeLessThan(SIGNIFICANT)
    }
  })

  test.each(Object.entries(OVERSIZED))('%s larger than what trades at once', (_, gambit) => {
    for (const direction of [1, -1]) {
      const sweeping = markets.map((trades) => withSweeps(trades, direction))
      expect(significance(gambit, { volumeShare: 0.1 }, sweeping), String(direction)).toBeLessThan(SIGNIFICANT)
    }
  })

  test('who knows the next trade is found out', () => {
    const [{ tsEventUs, price }] = markets as [TradeColumns]
    let row = 0
    const oracle: Gambit = ({ submit, clock }, c) => {
      while ((tsEventUs[row] as number) < clock.nowMs * 1_000) row++
      // Knows the hundredth trade from now, one minute in three.
      const later = price[row + 100] ?? c
      if (c % 3 === 0 ? later > c : c % 2 === 0) submit(buy(1))
      return {}
    }
    expect(significance(oracle)).toBeGreaterThan(SIGNIFICANT)
  })
})
