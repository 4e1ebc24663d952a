import { KestrelError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

/** A bracket around a long of one unit at the first bar. */
const BRACKET = barActor(({ bracket, instrument }, bar) => {
  if (bar !== 1) return
  const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
  bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
})

function refusal(): KestrelError {
  return new KestrelError({ code: 'TEST', message: 'the price is above the cap', retry: 'never' })
}

/** What rests at the venue: type and lots. */
function restingAt({ gateway }: World): unknown[] {
  return gateway.orders
    .filter(({ order }) => order.state === 'open')
    .map(({ order }) => [order.type, order.quantityLots])
}

async function fillEntry(world: World, lots: number): Promise<void> {
  world.gateway.prices.set(world.instrument.id, 99)
  world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '', lots)
  await world.quiet()
}

function guardAlarms(world: World): string[] {
  return world.events.flatMap((event) => (event.kind === 'alarm' && event.code === 'LIVE_GUARD' ? [event.message] : []))
}

describe('a target that the venue turns down', () => {
  test('leaves the stop of a perpetual standing, which grows on with the entry', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    const create = world.gateway.createOrder.bind(world.gateway)
    world.gateway.createOrder = async (order) => {
      if (order.type === 'limit') throw refusal()
      return create(order)
    }
    await fillEntry(world, 400)
    await fillEntry(world, 600)
    expect(restingAt(world)).toEqual([['stop-market', 1_000]])
    expect(guardAlarms(world)).toEqual([expect.stringContaining('limit')])
    await session.stop()
  })

  test('leaves the stop of spot standing, which goes out first', async () => {
    using world = new World('live', SPOT, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    const create = world.gateway.createOrder.bind(world.gateway)
    let locked = 0
    world.gateway.createOrder = async (order) => {
      // Coins are set aside as soon as the venue has the order; its answer takes a while.
      if (order.side === 'sell' && (locked += order.quantityLots) > (world.gateway.lots[SPOT.id] ?? 0)) throw refusal()
      await new Promise((resolve) => setTimeout(resolve, 5))
      return create(order)
    }
    await fillEntry(world, 1_000)
    expect(restingAt(world)).toEqual([['stop-market', 1_000]])
    expect(guardAlarms(world)).toEqual([expect.stringContaining('limit')])
    await session.stop()
  })
})

describe('exits are tried on until the venue takes them', () => {
  test.each([
    ['turns everything away for longer than an order waits', 'safe'],
    ['loses every request for longer than it is looked up', 'unknown-outcome'],
  ] as const)('where it %s', async (_, retry) => {
    using world = new World('live', PERPETUAL, BRACKET)
    const times = { settleMs: 20, firstWaitMs: 1, mostWaitMs: 4, staleMs: 20 }
    const session = await world.open({ ...world.setup, times })
    await world.minute(session, 100)
    const create = world.gateway.createOrder.bind(world.gateway)
    let isAway = true
    world.gateway.createOrder = async (order) => {
      if (isAway) throw new KestrelError({ code: 'TEST', message: 'away', retry })
      return create(order)
    }
    setTimeout(() => (isAway = false), 300)
    await fillEntry(world, 1_000)
    expect(restingAt(world)).toEqual(
      expect.arrayContaining([
        ['stop-market', 1_000],
        ['limit', 1_000],
      ]),
    )
    expect(guardAlarms(world).toSorted()).toEqual([
      expect.stringContaining('Order 2 (stop-market'),
      expect.stringContaining('Order 3 (limit'),
    ])
    await session.stop()
  })

  test.each([
    [2, 2, 1_000],
    [3, 0, 0],
  ])('a stop that it turns down %i times leaves %i exits of %i lots', async (refusals, exits, lots) => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    const create = world.gateway.createOrder.bind(world.gateway)
    let left = refusals
    world.gateway.createOrder = async (order) => {
      if (order.type === 'stop-market' && left-- > 0) throw refusal()
      return create(order)
    }
    await fillEntry(world, 1_000)
    expect(restingAt(world)).toHaveLength(exits)
    expect(world.gateway.lots[PERPETUAL.id]).toBe(lots)
    expect(guardAlarms(world)).toHaveLength(lots === 0 ? 1 : 0)
    await session.stop()
  })

  test('unless nobody wants them any more', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    const create = world.gateway.createOrder.bind(world.gateway)
    world.gateway.createOrder = async (order) => {
      if (order.type !== 'market') throw new KestrelError({ code: 'TEST', message: 'away', retry: 'safe' })
      return create(order)
    }
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
    await new Promise((resolve) => setTimeout(resolve, 10))
    session.command('flatten', 'test')
    await session.settled()
    expect(world.gateway.lots[PERPETUAL.id]).toBe(0)
    expect(guardAlarms(world)).toEqual([])
    await session.stop()
  })
})

test('where a venue of spot sets nothing aside both exits stand', async () => {
  using world = new World('live', SPOT, BRACKET)
  const session = await world.open()
  await world.minute(session, 100)
  await fillEntry(world, 1_000)
  expect(restingAt(world)).toEqual([
    ['stop-market', 1_000],
    ['limit', 1_000],
  ])
  await session.stop()
})

test('exits of spot wait until they are as large as the venue takes', async () => {
  using world = new World('live', SPOT, BRACKET)
  const session = await world.open()
  await world.minute(session, 100)
  await fillEntry(world, 40)
  expect(restingAt(world)).toEqual([['limit', 1_000]])
  await fillEntry(world, 60)
  expect(restingAt(world)).toEqual([
    ['limit', 1_000],
    ['stop-market', 100],
    ['limit', 100],
  ])
  await session.stop()
})

test('a strategy that cancels its target cancels the stop with it', async () => {
  const canceller = barActor((context, bar) => {
    const { bracket, cancel, openOrders, instrument } = context
    const entry = { instrument, side: 'buy', quantity: 1 } as const
    if (bar === 1) bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
    const target = openOrders(instrument).find(({ type }) => type === 'limit')
    if (bar === 2 && target !== undefined) cancel(target)
  })
  using world = new World('live', PERPETUAL, canceller)
  const session = await world.open()
  await world.minute(session, 100)
  expect(restingAt(world)).toHaveLength(2)
  await world.minute(session, 100)
  expect(restingAt(world)).toEqual([])
  await session.stop()
})
