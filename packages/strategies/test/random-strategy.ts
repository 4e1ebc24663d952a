import type { Instrument } from '@kestrel/core'
import { defineStrategy, type OrderRequest, type StrategyContext } from '@kestrel/kernel'
import { z } from 'zod'

const TYPES = ['market', 'limit', 'stop-market', 'stop-limit', 'take-profit'] as const

type Context = StrategyContext<{ readonly activity: number }>

/**
 * Does everything a strategy can do, at random: orders of every type and time in force near the price, amendments,
 * cancellations, targets of every form, replies from inside fills and changes of state.
 */
export const randomStrategy = defineStrategy({
  name: 'random-orders',
  about: 'Submits, amends, cancels and targets at random.',
  params: z.object({ activity: z.number().min(0).max(1).default(0.5).describe('chance of an action at each bar') }),
  start(context) {
    const { instruments, bars, rng, params } = context
    const series = new Map(instruments.map((each) => [each, bars(each)]))
    const act = (instrument: Instrument): void => {
      const price = series.get(instrument)?.close.value ?? Number.NaN
      if (!Number.isNaN(price)) actAtRandom(context, instrument, price)
    }
    return {
      onBar({ instrument }) {
        while (rng.nextFloat() < params.activity) act(instrument)
      },
      onSlice() {
        if (rng.nextFloat() < params.activity / 4) act(pick(context, instruments))
      },
      onFill() {
        if (rng.nextFloat() < params.activity / 2) act(pick(context, instruments))
      },
      onOrder() {
        if (rng.nextFloat() < params.activity / 4) act(pick(context, instruments))
      },
      onStop() {
        act(instruments[0] as Instrument)
      },
    }
  },
})

function pick<T>({ rng }: Context, from: readonly T[]): T {
  return from[rng.nextUint32() % from.length] as T
}

function actAtRandom(context: Context, instrument: Instrument, price: number): void {
  const { rng, openOrders, cancel, amend, target, submit, account } = context
  const choice = rng.nextFloat()
  const open = openOrders()
  if (choice < 0.15 && open.length > 0) cancel(pick(context, open))
  else if (choice < 0.3 && open.length > 0) {
    const order = pick(context, open)
    const near = context.roundPrice(order.instrument, priceNear(context, order.instrument, price), 'nearest')
    const quantity = context.roundQuantity(order.instrument, order.quantity * (0.5 + rng.nextFloat()))
    amend(order, {
      ...(quantity > 0 ? { quantity } : {}),
      ...(order.type === 'limit' && near > 0 && order.instrument === instrument ? { limitPrice: near } : {}),
      ...(order.type === 'stop-market' && near > 0 && order.instrument === instrument ? { triggerPrice: near } : {}),
    })
  } else if (choice < 0.55) {
    const weight = rng.nextFloat() * 1.2
    target(
      instrument,
      pick(context, [
        0,
        weight,
        { weight },
        { quantity: (account.equity * weight) / price },
        { notional: account.equity * weight },
      ]),
    )
  } else submit(randomRequest(context, instrument, price))
}

function priceNear({ rng }: Context, _instrument: Instrument, price: number): number {
  return price * Math.exp(0.01 * rng.nextNormal())
}

function randomRequest(context: Context, instrument: Instrument, price: number): OrderRequest {
  const { rng, account, position, clock } = context
  const type = pick(context, TYPES)
  const side = rng.nextFloat() < 0.5 ? 'buy' : 'sell'
  const near = (): number =>
    Math.max(instrument.tick.size, context.roundPrice(instrument, priceNear(context, instrument, price), 'nearest'))
  const held = position(instrument).quantity
  const wish =
    side === 'sell' && rng.nextFloat() < 0.8 ? held * rng.nextFloat() : (account.equity * rng.nextFloat()) / price
  const quantity = Math.max(instrument.lot.size, context.roundQuantity(instrument, wish))
  const postOnly = type === 'limit' && rng.nextFloat() < 0.3
  const market = type === 'market' || type === 'stop-market' || type === 'take-profit'
  const force = pick(context, market ? (['GTC', 'IOC', 'GTD'] as const) : (['GTC', 'IOC', 'FOK', 'GTD'] as const))
  return {
    instrument,
    side,
    quantity,
    type,
    timeInForce: force,
    postOnly,
    reduceOnly: rng.nextFloat() < 0.2,
    ...(type === 'limit' || type === 'stop-limit' ? { limitPrice: near() } : {}),
    ...(type === 'market' || type === 'limit' ? {} : { triggerPrice: near() }),
    ...(force === 'GTD' ? { expireTimeMs: clock.nowMs + (rng.nextUint32() % 10) * 1_800_000 } : {}),
  }
}
