import { defineStrategy, type StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AccountRisk, riskLimitsSchema } from '../src/index.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

/** A bracket at the first bar; later, what the test tells it to do. */
function actor(act: (context: Parameters<StrategyDefinition['start']>[0], bar: number) => void): StrategyDefinition {
  return defineStrategy({
    name: 'actor',
    about: 'Acts.',
    params: z.object({}),
    start(context) {
      const series = context.bars(context.instrument, '1m')
      return { onBar: () => act(context as never, series.length - 10) }
    },
  })
}

const BRACKET = actor(({ bracket, instrument }, bar) => {
  if (bar !== 1) return
  bracket({
    entry: { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 },
    stop: { triggerPrice: 90 },
    target: { limitPrice: 120 },
  })
})

describe('what protects a position goes out', () => {
  test('while the session is paused', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    session.command('pause', 'test')
    world.gateway.prices.set(PERPETUAL.id, 95)
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
    await world.minute(session, 95)
    expect(world.gateway.received.map(({ type }) => type)).toEqual(['limit', 'stop-market', 'limit'])
    await session.stop()
  })

  test('whatever limits say of opening orders', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const limits = riskLimitsSchema.parse({ ordersPerMinute: { at: 1 }, priceBand: { at: 0.06 } })
    const session = await world.open(world.setup, new AccountRisk(limits, undefined, () => undefined))
    await world.minute(session, 100)
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
    await world.minute(session, 95)
    expect(world.gateway.received).toHaveLength(3)
    await session.stop()
  })
})

test('an amendment passes the same limits as an order', async () => {
  const amender = actor(({ submit, amend, openOrders, instrument }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
    const [order] = openOrders(instrument)
    if (bar === 2 && order !== undefined) amend(order, { quantity: 400 })
  })
  using world = new World('live', SPOT, amender)
  const limits = riskLimitsSchema.parse({ orderQuantity: { at: 1 } })
  const session = await world.open(world.setup, new AccountRisk(limits, undefined, () => undefined))
  await world.minute(session, 100)
  await world.minute(session, 100)
  expect(world.gateway.orders[0]?.order.quantityLots).toBe(1_000)
  await session.stop()
})

test('a session that only makes positions smaller lets no opening order out', async () => {
  using world = new World()
  const session = await world.open()
  session.command('reduce', 'test')
  await world.minute(session, 100)
  expect(world.gateway.received).toHaveLength(0)
  await session.stop()
})

test('an order to close a perpetual is reduce-only', async () => {
  using world = new World('live', PERPETUAL)
  const session = await world.open()
  await world.minute(session, 100)
  session.command('flatten', 'test')
  await session.settled()
  expect(world.gateway.received.at(-1)).toMatchObject({ side: 'sell', reduceOnly: true })
  await session.stop()
})

test('where one order of a group is kept back, none goes out', async () => {
  const grouped = actor(({ submitGroup, submit, instrument }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 2 })
    if (bar !== 2) return
    submitGroup({
      members: [
        { instrument, side: 'sell', quantity: 2, type: 'limit', limitPrice: 300 },
        { instrument, side: 'sell', quantity: 2, type: 'limit', limitPrice: 110 },
      ],
    })
  })
  using world = new World('live', SPOT, grouped)
  const session = await world.open()
  await world.minute(session, 100)
  session.command('pause', 'test')
  await world.minute(session, 100)
  expect(world.gateway.received).toHaveLength(1)
  expect(
    session.core
      .records()
      .orders()
      .slice(1)
      .map(({ state }) => state)
      .toSorted(),
  ).toEqual(['cancelled', 'rejected'])
  await session.stop()
})
