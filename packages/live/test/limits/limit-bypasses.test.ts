import { describe, expect, test } from 'vitest'
import { AccountRisk, riskLimitsSchema } from '../../src/index.ts'
import { barActor } from '../bar-actor.ts'
import { PERPETUAL, World } from '../session-world.ts'
import { ACTIONS_OF_LIMITS, limitsOf, ORDER_LIMITS } from './limit-rows.ts'
import { type Act, LimitWorld, order } from './limit-world.ts'

const instrument = PERPETUAL

/** All that a strategy can think of to get into a position, one way after the other. */
const ATTEMPTS: Readonly<Record<string, Act>> = {
  'a market order': order('buy', 1),
  'a market order of the other side': order('sell', 3),
  'the smallest order': order('buy', 0.1),
  'a limit': order('buy', 1, { type: 'limit', limitPrice: 40 }),
  'a stop': order('buy', 1, { type: 'stop-market', triggerPrice: 200 }),
  'an order that must not open': order('buy', 1, { reduceOnly: true }),
  'the name of the session for its own': order('buy', 1, { tag: 'flatten' }),
  'a target': ({ target }) => target(instrument, { quantity: 5 }),
  'a target of the other side': ({ target }) => target(instrument, { quantity: -5 }),
  'a bracket': ({ bracket }) => {
    bracket({ entry: { instrument, side: 'buy', quantity: 1 }, stop: { triggerPrice: 1 }, target: { limitPrice: 900 } })
  },
  'a group': ({ submitGroup }) => {
    submitGroup({
      members: [
        { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 40 },
        { instrument, side: 'buy', quantity: 1, type: 'stop-market', triggerPrice: 200 },
      ],
    })
  },
  'a larger order in the place of one that rests': ({ openOrders, amend }) => {
    for (const each of openOrders(instrument)) if (each.side === 'buy') amend(each, { quantity: 50 })
  },
  'another price for one that rests': ({ openOrders, amend }) => {
    for (const each of openOrders(instrument)) if (each.side === 'buy') amend(each, { limitPrice: 30 })
  },
  'a cancel, and the order again': ({ openOrders, cancel, submit }) => {
    for (const each of openOrders(instrument)) if (each.side === 'buy') cancel(each)
    submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 20 })
  },
}

describe('no strategy opens anything while a limit fires', () => {
  test.each(ACTIONS_OF_LIMITS)('%s, %s', async (_, action, row) => {
    await using world = await LimitWorld.open(limitsOf(row, action), row.leverage)
    await row.hold(world)
    if (row.countsOrders !== true) await world.act({ second: order('buy', 1, { type: 'limit', limitPrice: 20 }) })
    await row.approach(world)
    await row.arrive(world)
    await world.settle()
    const { sent, heldLots } = world
    const terms = world.gateway.orders.map((each) => each.order.quantityLots)
    for (const attempt of Object.values(ATTEMPTS)) {
      // Over and over, in one moment, by both.
      const thrice: Act = (context) => [1, 2, 3].forEach(() => attempt(context))
      await world.act({ first: thrice, second: thrice })
    }
    expect([world.sent, world.heldLots]).toEqual([sent, heldLots])
    expect(world.gateway.orders.map((each) => each.order.quantityLots)).toEqual(terms)
    expect(world.resting).toEqual([])
    expect(world.session.state).toBe('running')
  })
})

test('what strategies attempt goes out where no limit is in the way', async () => {
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    if (name === 'an order that must not open') continue
    await using world = await LimitWorld.open({})
    await world.minute(100, { second: order('buy', 1, { type: 'limit', limitPrice: 20 }) })
    const before = JSON.stringify([world.sent, world.gateway.orders.map((each) => each.order)])
    await world.act({ second: attempt })
    expect(JSON.stringify([world.sent, world.gateway.orders.map((each) => each.order)]), name).not.toBe(before)
  }
})

describe('an order beyond a limit does not get out', () => {
  test.each(ORDER_LIMITS)('$name: $what by the other strategy', async ({ name, at, price: mark, refused }) => {
    await using world = await LimitWorld.open({ [name]: at })
    await world.minute(mark, { second: refused.first as Act })
    expect(world.sent).toBe(0)
  })

  test.each([
    ['orderNotional', 999.99, { quantity: 11 }],
    ['orderQuantity', 10, { quantity: 10.001 }],
    ['priceBand', 0.07, { limitPrice: 92.99 }],
    ['grossExposure', 0.02, { quantity: 10.001 }],
    ['netExposure', 0.02, { quantity: 10.001 }],
    ['instrumentExposure', 0.02, { quantity: 10.001 }],
    ['venueExposure', 0.02, { quantity: 10.001 }],
    ['leverage', 0.02, { quantity: 10.001 }],
  ])('%s: as an amendment of one that rests', async (name, at, changes) => {
    await using world = await LimitWorld.open({ [name]: { at } })
    await world.minute(100, { first: order('buy', 5, { type: 'limit', limitPrice: 95 }) })
    const amend: Act = (context) => context.openOrders(instrument).forEach((each) => context.amend(each, changes))
    await world.act({ first: amend })
    const [resting] = world.gateway.orders
    expect(resting?.order).toMatchObject({ state: 'open', quantityLots: 5_000, limitTicks: 9_500 })
    expect(world.sent).toBe(1)
  })

  test.each(['grossExposure', 'netExposure', 'instrumentExposure', 'venueExposure', 'leverage'])(
    '%s: in parts, by two strategies, at rest',
    async (name) => {
      await using world = await LimitWorld.open({ [name]: { at: 0.02 } })
      await world.minute(100, { first: order('buy', 5), second: order('buy', 3) })
      await world.act({ first: order('buy', 1.9, { type: 'limit', limitPrice: 50 }) })
      expect(world.sent).toBe(3)
      for (let time = 0; time < 5; time++) {
        await world.act({ first: order('buy', 0.1), second: order('buy', 0.1, { type: 'limit', limitPrice: 60 }) })
      }
      expect(world.sent).toBe(3)
    },
  )

  test('netExposure: with an order on the other side that never fills', async () => {
    await using world = await LimitWorld.open({ netExposure: { at: 0.02 } })
    await world.minute(100, { second: order('sell', 5, { type: 'limit', limitPrice: 150 }) })
    await world.act({ first: order('buy', 10.001) })
    expect(world.sent).toBe(1)
    await world.act({ first: order('buy', 10) })
    expect(world.sent).toBe(2)
  })
})

describe('ordersPerMinute', () => {
  const rest = order('buy', 1, { type: 'limit', limitPrice: 90 })
  const cancelAll: Act = ({ openOrders, cancel }) => openOrders(instrument).forEach((each) => cancel(each))

  test('is one number for all strategies', async () => {
    await using world = await LimitWorld.open({ ordersPerMinute: { at: 2 } })
    await world.minute(100, { first: rest, second: rest })
    await world.act({ first: rest, second: rest })
    expect(world.sent).toBe(2)
  })

  test('does not give back what was cancelled', async () => {
    await using world = await LimitWorld.open({ ordersPerMinute: { at: 2 } })
    await world.minute(100)
    for (let time = 0; time < 5; time++) {
      await world.act({ first: rest })
      await world.act({ first: cancelAll })
    }
    expect([world.sent, world.resting]).toEqual([2, []])
  })

  test('counts amendments', async () => {
    await using world = await LimitWorld.open({ ordersPerMinute: { at: 2 } })
    await world.minute(100, { first: rest })
    for (const limitPrice of [91, 92, 93]) {
      await world.act({
        first: ({ openOrders, amend }) => openOrders(instrument).forEach((each) => amend(each, { limitPrice })),
      })
    }
    expect(world.gateway.orders.map((each) => each.order.limitTicks)).toEqual([9_100])
    await world.act({ second: rest })
    expect(world.sent).toBe(1)
  })
})

test('lossStreak: a new order in the moment of the last loss is too late', async () => {
  const again = barActor(
    ({ submit }, bar) => {
      if (bar <= 2) submit({ instrument, side: bar === 1 ? 'buy' : 'sell', quantity: 1 })
    },
    ({ submit, position }) => ({
      onFill: () => {
        if (position(instrument).quantity === 0) submit({ instrument, side: 'buy', quantity: 1 })
      },
    }),
  )
  using world = new World('live', PERPETUAL, again)
  const limits = riskLimitsSchema.parse({ lossStreak: { at: 1, pauseMs: 3_600_000 } })
  const session = await world.open(world.setup, new AccountRisk(limits, undefined, () => undefined))
  await world.minute(session, 100)
  await world.minute(session, 90)
  await world.minute(session, 90)
  expect(world.gateway.received.map(({ side }) => side)).toEqual(['buy', 'sell'])
  expect(session.core.records().orders().at(-1)?.reason).toBe('risk: a pause after losses')
  await session.stop()
})

test('an amendment on paper passes the same limits as an order', async () => {
  const amender = barActor(({ submit, amend, openOrders }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
    if (bar === 2) for (const each of openOrders(instrument)) amend(each, { quantity: 2 })
    if (bar === 3) for (const each of openOrders(instrument)) amend(each, { quantity: 2.001 })
  })
  using world = new World('paper', PERPETUAL, amender)
  const limits = riskLimitsSchema.parse({ orderQuantity: { at: 2 } })
  const session = await world.open(world.setup, new AccountRisk(limits, undefined, () => undefined))
  for (let minute = 0; minute < 4; minute++) await world.minute(session, 100)
  const orders = session.core.records().orders()
  expect(orders.map(({ quantity, state }) => [quantity, state])).toEqual([[2, 'accepted']])
  await session.stop()
})
