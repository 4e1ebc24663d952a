import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { SPOT, World } from './session-world.ts'

type Context = Parameters<Parameters<typeof barActor>[0]>[0]

function long({ bracket, instrument }: Context, quantity: number, triggerPrice: number): void {
  const entry = { instrument, side: 'buy', quantity, type: 'limit', limitPrice: 99 } as const
  bracket({ entry, stop: { triggerPrice }, target: { limitPrice: 110 } })
}

/** Moves the stop of a quantity. */
function move({ openOrders, instrument, amend }: Context, quantity: number, triggerPrice: number): void {
  const stop = openOrders(instrument).find((each) => each.type === 'stop-market' && each.quantity === quantity)
  if (stop !== undefined) amend(stop, { triggerPrice })
}

/** A venue of spot that cannot change orders, sets coins aside for each sale from the moment it takes it, and refuses some stops. */
function strictWorld(strategy: ReturnType<typeof barActor>, refusedTicks?: number): World {
  const world = new World('live', SPOT, strategy)
  const { gateway } = world
  gateway.balance['BTC'] = 0
  Object.assign(gateway.abilities, { amendsInPlace: false })
  const create = gateway.createOrder.bind(gateway)
  const sales = new Map<string, number>()
  gateway.createOrder = async (order) => {
    if (order.triggerTicks === refusedTicks && order.type === 'stop-market')
      throw refusal('TEST', 'it would trigger now')
    if (order.side === 'sell') {
      let lockedLots = 0
      for (const [id, lots] of sales) {
        const there = gateway.orders.find(({ clientOrderId }) => clientOrderId === id)?.order
        if (there === undefined) lockedLots += lots
        else if (there.state === 'open') lockedLots += there.quantityLots - there.filledLots
      }
      if (lockedLots + order.quantityLots > (gateway.lots[SPOT.id] ?? 0))
        throw refusal('VENUE_FUNDS', 'not enough coins')
      sales.set(order.clientOrderId, order.quantityLots)
    }
    return create(order)
  }
  return world
}

function refusal(code: string, message: string): KestrelError {
  return new KestrelError({ code, message, retry: 'never' })
}

function fill({ gateway }: World, created: number, lots?: number): void {
  gateway.fill(gateway.received[created]?.clientOrderId ?? '', lots)
}

async function takeStopAway({ gateway }: World): Promise<void> {
  const stop = gateway.received.find(({ type }) => type === 'stop-market')
  await gateway.cancelOrder({ clientOrderId: stop?.clientOrderId ?? '', instrument: SPOT })
}

/** Type, lots and price in ticks of what rests. */
function restingAt({ gateway }: World): unknown[] {
  return gateway.orders
    .filter(({ order }) => order.state === 'open')
    .map(({ order }) => [order.type, order.quantityLots, order.triggerTicks ?? order.limitTicks])
}

function stopAlarms({ events }: World): string[] {
  const messages = events.flatMap((event) => (event.kind === 'alarm' ? [event.message] : []))
  return messages.filter((message) => message.includes('stop-market'))
}

test('no target takes the coins that a stop was to guard which the venue turned down', async () => {
  const both = barActor((context, bar) => {
    if (bar === 1) for (const triggerPrice of [90, 95]) long(context, 1, triggerPrice)
  })
  using world = strictWorld(both, 9_500)
  const session = await world.open()
  await world.minute(session, 100)
  world.gateway.prices.set(SPOT.id, 94)
  for (const created of [0, 1]) fill(world, created)
  await world.quiet()
  await world.minute(session, 94)
  await world.quiet()
  expect(world.gateway.lots[SPOT.id]).toBe(1_000)
  expect(restingAt(world)[0]).toEqual(['stop-market', 1_000, 9_000])
  expect(session.bare()).toEqual([])
  await session.stop()
})

test('where some of the coins were sold already the rest is closed', async () => {
  const both = barActor((context, bar) => {
    if (bar === 1) for (const triggerPrice of [90, 95]) long(context, 1, triggerPrice)
  })
  using world = strictWorld(both, 9_500)
  const session = await world.open()
  await world.minute(session, 100)
  const { gateway } = world
  gateway.prices.set(SPOT.id, 94)
  fill(world, 0)
  await world.quiet()
  // Two lots less than both brackets need, as where the strategy itself sells between a fill and its exits.
  session.core.kernel.ledger.lots[0] = 998
  session.core.kernel.ledger.accountLots[0] = 998
  gateway.lots[SPOT.id] = 998
  fill(world, 1)
  await world.quiet()
  await world.minute(session, 94)
  await world.quiet()
  const sales = gateway.received.filter(({ type, side }) => type === 'market' && side === 'sell')
  expect(sales.map(({ quantityLots }) => quantityLots)).toEqual([998])
  expect(restingAt(world)[0]).toEqual(['stop-market', 1_000, 9_000])
  await session.stop()
})

test('where none of the coins are free it is tried again until they are', async () => {
  const both = barActor((context, bar) => {
    if (bar === 1) for (const triggerPrice of [90, 95]) long(context, 1, triggerPrice)
    const stop = context.openOrders(context.instrument).find(({ type }) => type === 'stop-market')
    if (bar === 4 && stop !== undefined) context.cancel(stop)
  })
  using world = strictWorld(both, 9_500)
  const session = await world.open()
  await world.minute(session, 100)
  const { gateway } = world
  gateway.prices.set(SPOT.id, 94)
  fill(world, 0)
  await world.quiet()
  const { ledger } = session.core.kernel
  for (const lots of [ledger.lots, ledger.accountLots]) lots[0] = 0
  gateway.lots[SPOT.id] = 0
  fill(world, 1)
  await world.quiet()
  expect(gateway.received.filter(({ type }) => type === 'market')).toEqual([])
  for (let bar = 2; bar <= 5; bar++) {
    await world.minute(session, 94)
    await world.quiet()
  }
  const sales = gateway.received.filter(({ type }) => type === 'market')
  expect(sales.map(({ quantityLots }) => quantityLots)).toEqual([1_000])
  await session.stop()
})

test('a target that has coins which are to be sold gives way', async () => {
  const both = barActor((context, bar) => {
    const { openOrders, instrument, cancel } = context
    if (bar === 1) long(context, 1, 95)
    if (bar === 2) long(context, 0.052, 98)
    const entry = openOrders(instrument).find(({ side }) => side === 'buy')
    if (bar === 3 && entry !== undefined) cancel(entry)
  })
  using world = strictWorld(both)
  const session = await world.open()
  await world.minute(session, 100)
  // Worth 5.15 to buy, 4.94 at the stop: nothing guards these coins while the entry may fill on, as the least is 5.
  fill(world, 0, 52)
  await world.quiet()
  await world.minute(session, 100)
  fill(world, 1)
  await world.quiet()
  expect(restingAt(world)).toEqual([
    ['limit', 1_000, 9_900],
    ['stop-market', 52, 9_800],
    ['limit', 52, 11_000],
  ])
  for (let i = 0; i < 3; i++) {
    await world.minute(session, 100)
    await world.quiet()
  }
  expect(world.gateway.lots[SPOT.id]).toBe(52)
  expect(restingAt(world)).toEqual([['stop-market', 52, 9_800]])
  await session.stop()
})

test('a target does not take the coins of a stop of another bracket that is to be put back', async () => {
  const both = barActor((context, bar) => {
    if (bar === 1) for (const triggerPrice of [90, 95]) long(context, 1, triggerPrice)
  })
  using world = strictWorld(both)
  const session = await world.open()
  await world.minute(session, 100)
  fill(world, 0)
  await world.quiet()
  await takeStopAway(world)
  await world.quiet()
  fill(world, 1)
  await world.quiet()
  expect(restingAt(world)).toEqual([['stop-market', 1_000, 9_500]])
  world.clock.advanceTo(world.clock.nowMs() + 2_000)
  session.tick()
  await world.quiet()
  expect(restingAt(world)).toEqual([
    ['stop-market', 1_000, 9_500],
    ['stop-market', 1_000, 9_000],
  ])
  expect(session.bare()).toEqual([])
  await session.stop()
})

test('of a stop that is moved twice the coins are kept for it until it stands', async () => {
  const moved = barActor((context, bar) => {
    if (bar === 1) for (const quantity of [2, 1]) long(context, quantity, 95)
    if (bar === 2) move(context, 2, 96)
    if (bar === 3) move(context, 2, 97)
  })
  using world = strictWorld(moved)
  const { gateway } = world
  const session = await world.open()
  await world.minute(session, 100)
  gateway.prices.set(SPOT.id, 99)
  fill(world, 0)
  await world.quiet()
  const cancel = gateway.cancelOrder.bind(gateway)
  const mayCancel = Promise.withResolvers<void>()
  gateway.cancelOrder = async (order) => {
    await mayCancel.promise
    const answer = await cancel(order)
    await wait(20)
    return answer
  }
  const minutes = [world.minute(session, 100)]
  await wait(15)
  fill(world, 1)
  await wait(15)
  minutes.push(world.minute(session, 100))
  await wait(15)
  mayCancel.resolve()
  await Promise.all(minutes)
  await world.quiet()
  expect(stopAlarms(world)).toEqual([])
  expect(restingAt(world).filter((each) => Array.isArray(each) && each[0] === 'stop-market')).toEqual([
    ['stop-market', 1_000, 9_500],
    ['stop-market', 2_000, 9_700],
  ])
  await session.stop()
})

test.each(['suspended', 'killed'])('a target waits no longer once a session that was %s goes on', async (how) => {
  const moved = barActor((context, bar) => {
    if (bar === 1) for (const quantity of [1, 2]) long(context, quantity, 95)
    if (bar === 2) move(context, 1, 96)
  })
  using world = new World('live', SPOT, moved)
  Object.assign(world.gateway.abilities, { amendsInPlace: false })
  const session = await world.open()
  await world.minute(session, 100)
  world.gateway.prices.set(SPOT.id, 99)
  fill(world, 0)
  await world.quiet()
  const create = world.gateway.createOrder.bind(world.gateway)
  // It ends between the old stop and the new one.
  world.gateway.createOrder = async (order) =>
    order.triggerTicks === 9_600 ? new Promise(() => undefined) : create(order)
  void world.minute(session, 100)
  await wait(20)
  fill(world, 1)
  await wait(20)
  if (how === 'suspended') await session.suspend()
  world.crash()
  world.gateway.createOrder = create
  const next = await world.open()
  await expect.poll(() => restingAt(world), { timeout: 5_000 }).toHaveLength(4)
  await next.suspend()
  world.crash()
  const last = await world.open()
  await world.quiet()
  expect(restingAt(world)).toHaveLength(4)
  await last.stop()
})

test('a target waits for no stop that is left to somebody who trades by hand', async () => {
  const both = barActor((context, bar) => {
    if (bar !== 1) return
    long(context, 1, 90)
    long(context, 2, 95)
  })
  using world = new World('live', SPOT, both)
  const { gateway } = world
  const session = await world.open()
  await world.minute(session, 100)
  fill(world, 0)
  await world.quiet()
  await takeStopAway(world)
  await world.quiet()
  fill(world, 1)
  await world.quiet()
  expect(restingAt(world)).not.toContainEqual(['limit', 2_000, 11_000])
  const [first] = gateway.fills
  if (first === undefined) throw new Error('no fill')
  const byHand = { ...first, fillId: 'by hand', venueOrderId: '999', clientOrderId: 'web_1' }
  gateway.stream?.onFill({ ...byHand, tsEventMs: world.clock.nowMs() })
  world.clock.advanceTo(world.clock.nowMs() + 2_000)
  session.tick()
  await world.quiet()
  expect(session.bare()[0]?.text).toMatch(/somebody trades by hand/)
  expect(restingAt(world)).toContainEqual(['limit', 2_000, 11_000])
  await session.stop()
})

test('of two changes of a stop the second is asked for again after a crash, although the first was refused', async () => {
  const moved = barActor((context, bar) => {
    if (bar === 1) for (const quantity of [2, 1]) long(context, quantity, 95)
    if (bar === 2) move(context, 2, 96)
    if (bar === 3) move(context, 2, 97)
  })
  using world = new World('live', SPOT, moved)
  const { gateway } = world
  const session = await world.open()
  await world.minute(session, 100)
  gateway.prices.set(SPOT.id, 99)
  fill(world, 0)
  await world.quiet()
  const amend = gateway.amendOrder
  const mayAnswer = Promise.withResolvers<void>()
  gateway.amendOrder = async (_, { triggerTicks }) => {
    if (triggerTicks !== 9_600) return new Promise(() => undefined)
    await mayAnswer.promise
    throw refusal('TEST', 'too late')
  }
  for (let bar = 0; bar < 2; bar++) {
    void world.minute(session, 100)
    await wait(20)
  }
  mayAnswer.resolve()
  await wait(30)
  world.crash()
  gateway.amendOrder = amend
  const next = await world.open()
  await world.quiet()
  fill(world, 1)
  await world.quiet()
  expect(restingAt(world)).toContainEqual(['stop-market', 2_000, 9_700])
  expect(restingAt(world)).toContainEqual(['limit', 1_000, 11_000])
  await next.stop()
})
