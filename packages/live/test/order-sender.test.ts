import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import type { OrderChanges, StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import type { LiveSession } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

/** Rests at 90 at the first bar and is changed at the second. */
function amender(changes: OrderChanges): StrategyDefinition {
  return barActor(({ submit, amend, openOrders, instrument }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
    const [order] = openOrders(instrument)
    if (bar === 2 && order !== undefined) amend(order, changes)
  })
}

function statesOf(session: LiveSession): string[] {
  return session.core
    .records()
    .orders()
    .map(({ type, state }) => `${type} ${state}`)
}

function failure(retry: 'never' | 'safe' | 'unknown-outcome'): KestrelError {
  return new KestrelError({ code: 'TEST', message: 'no', retry })
}

describe('an order that is replaced', () => {
  test('waits for the fills of the old one, told after its cancellation', async () => {
    using world = new World('live', PERPETUAL, amender({ limitPrice: 91 }))
    const { gateway } = world
    Object.assign(gateway.abilities, { amendsInPlace: false })
    const session = await world.open({
      ...world.setup,
      times: { settleMs: 400, firstWaitMs: 60, mostWaitMs: 60, staleMs: 1_000 },
    })
    await world.minute(session, 100)
    const cancel = gateway.cancelOrder.bind(gateway)
    gateway.cancelOrder = async (reference) => {
      gateway.isStreaming = false
      gateway.fill(reference.clientOrderId, 400)
      const answer = await cancel(reference)
      gateway.isStreaming = true
      const fill = gateway.fills.at(-1)
      if (fill !== undefined) setTimeout(() => gateway.stream?.onFill(fill), 10)
      return answer
    }
    await world.minute(session, 100)
    expect(gateway.received.map(({ quantityLots }) => quantityLots)).toEqual([1_000, 600])
    expect(statesOf(session)).toEqual(['limit partially-filled'])
    expect(world.events.filter(({ kind }) => kind === 'alarm')).toEqual([])
    await session.stop()
  })
})

test('an execution without a name is booked for the order that it can be of alone', async () => {
  using world = new World('live', PERPETUAL, amender({ limitPrice: 91 }))
  const { gateway } = world
  const session = await world.open()
  await world.minute(session, 100)
  const [resting] = gateway.orders
  // Venues that keep stops apart number them apart: the number of one is that of another order, too.
  const fill = {
    venueOrderId: resting?.order.venueOrderId ?? '',
    clientOrderId: undefined,
    instrument: PERPETUAL,
    price: 90,
    fee: { currency: 'USDT', amount: 0 },
    liquidity: 'taker',
    tsEventMs: world.clock.nowMs(),
  } as const
  gateway.stream?.onFill({ ...fill, fillId: 'other side', side: 'sell', lots: 10 })
  await world.quiet()
  expect(statesOf(session)).toEqual(['limit accepted'])
  gateway.stream?.onFill({ ...fill, fillId: 'its own', side: 'buy', lots: 10 })
  await world.quiet()
  expect(statesOf(session)).toEqual(['limit partially-filled'])
  await session.stop()
})

test('a halt from outside holds amendments and replacements back', async () => {
  for (const amendsInPlace of [true, false]) {
    using world = new World('live', PERPETUAL, amender({ quantity: 3 }))
    Object.assign(world.gateway.abilities, { amendsInPlace })
    const session = await world.open()
    await world.minute(session, 100)
    world.isHalted = true
    await world.minute(session, 100)
    expect(world.gateway.orders.map(({ order }) => [order.quantityLots, order.state])).toEqual([[1_000, 'open']])
    await session.stop()
  }
})

test('an order that waits for its turn is not sent once the account is closed from outside', async () => {
  using world = new World('live', PERPETUAL)
  const session = await world.open()
  world.gateway.turn = async () => {
    await wait(1)
    world.isHalted = true
  }
  await world.minute(session, 100)
  expect(world.gateway.received).toEqual([])
  expect(session.core.records().orders()).toMatchObject([
    { state: 'rejected', reason: 'the session was halted from outside' },
  ])
  await session.stop()
})

test('an amendment that waits for its turn is not sent once the account is closed from outside', async () => {
  using world = new World('live', PERPETUAL, amender({ quantity: 3 }))
  const session = await world.open()
  await world.minute(session, 100)
  world.gateway.turn = async () => {
    await wait(1)
    world.isHalted = true
  }
  await world.minute(session, 100)
  expect(world.gateway.orders.map(({ order }) => [order.quantityLots, order.state])).toEqual([[1_000, 'open']])
  expect(session.core.records().orders()).toMatchObject([{ state: 'accepted', quantity: 1 }])
  await session.stop()
})

test('a pause holds back what waits to be sent again', async () => {
  using world = new World('live', PERPETUAL)
  const session = await world.open()
  const { gateway } = world
  const create = gateway.createOrder.bind(gateway)
  gateway.createOrder = async () => {
    throw failure('safe')
  }
  void world.minute(session, 100)
  await wait(5)
  session.command('pause', 'test')
  gateway.createOrder = create
  await session.settled()
  expect(gateway.received).toHaveLength(0)
  expect(statesOf(session)).toEqual(['market rejected'])
  await session.stop()
})

test('a start asks for no order that has filled', async () => {
  using world = new World()
  const session = await world.open()
  for (let bar = 0; bar < 4; bar++) await world.minute(session, 100)
  await session.suspend()
  world.crash()
  let asked = 0
  const find = world.gateway.findOrder.bind(world.gateway)
  world.gateway.findOrder = async (reference) => {
    asked++
    return find(reference)
  }
  const again = await world.open()
  expect(asked).toBe(0)
  await again.stop()
})

test('what an amendment adds to an order that has filled meanwhile is cancelled', async () => {
  using world = new World('live', PERPETUAL, amender({ quantity: 2 }))
  const session = await world.open()
  await world.minute(session, 100)
  const { gateway } = world
  const amend = gateway.amendOrder.bind(gateway)
  gateway.amendOrder = async (reference, terms) => {
    await amend(reference, terms)
    gateway.fill(reference.clientOrderId, 1_000)
    await wait(5)
    return undefined
  }
  await world.minute(session, 100)
  expect(gateway.orders.map(({ order }) => [order.filledLots, order.state])).toEqual([[1_000, 'cancelled']])
  expect(statesOf(session)).toEqual(['limit filled'])
  await session.stop()
})

test('an amendment that took effect is booked, though the venue could not be asked and then called it done', async () => {
  using world = new World('live', PERPETUAL, amender({ limitPrice: 91 }))
  const session = await world.open()
  await world.minute(session, 100)
  const { gateway } = world
  const amend = gateway.amendOrder.bind(gateway)
  let asked = 0
  gateway.amendOrder = async (reference, terms) => {
    if (asked++ > 0) throw failure('never')
    await amend(reference, terms)
    throw failure('unknown-outcome')
  }
  gateway.faults.push({ of: 'find', how: 'lost' }, { of: 'find', how: 'lost' })
  await world.minute(session, 100)
  const [order] = session.core.venue?.openOrders() ?? []
  expect(order?.limitTicks).toBe(gateway.orders[0]?.order.limitTicks)
  await session.stop()
})

test('an exit that was sent again and is refused as a duplicate is the one that is there', async () => {
  const bracketed = barActor(({ bracket, instrument }, bar) => {
    if (bar !== 1) return
    const entry = { instrument, side: 'buy', quantity: 1 } as const
    bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
  })
  using world = new World('live', PERPETUAL, bracketed)
  const { gateway } = world
  const create = gateway.createOrder.bind(gateway)
  const find = gateway.findOrder.bind(gateway)
  let stops = 0
  gateway.createOrder = async (order) => {
    if (order.type !== 'stop-market' || ++stops > 1) return create(order)
    gateway.isStreaming = false
    await create(order)
    gateway.isStreaming = true
    throw failure('unknown-outcome')
  }
  gateway.findOrder = async (reference) =>
    reference.type === 'stop-market' && stops === 1 ? undefined : find(reference)
  const session = await world.open()
  await world.minute(session, 100)
  expect(stops).toBe(2)
  expect(statesOf(session)).toEqual(['market filled', 'stop-market accepted', 'limit accepted'])
  await session.stop()
})
