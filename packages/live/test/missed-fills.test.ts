import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import type { OrderView } from '@kestrel/kernel'
import { expect, test, vi } from 'vitest'
import type { LiveSession } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const HOUR_MS = 3_600_000
const RESTING = barActor(({ submit, instrument }, bar) => {
  if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
})

function bookedOf({ core }: LiveSession): unknown[] {
  return core
    .records()
    .orders()
    .map(({ state, filledQuantity }) => [state, filledQuantity])
}

/** Fills a part of the first order at its limit; the stream says nothing of it. */
function fillUnheard({ gateway }: World, lots: number): void {
  gateway.isStreaming = false
  gateway.prices.set(PERPETUAL.id, 95)
  gateway.fill(gateway.received[0]?.clientOrderId ?? '', lots)
}

test('a partial fill is found although venue and stream were silent when it came', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open({ ...world.setup, reconcileMs: 30 })
  await world.minute(session, 100)
  const { gateway } = world
  const fillsSince = gateway.fillsSince.bind(gateway)
  gateway.fillsSince = async () => {
    throw new KestrelError({ code: 'TEST', message: '503', retry: 'safe' })
  }
  fillUnheard(world, 400)
  await wait(50)
  expect(bookedOf(session)).toEqual([['accepted', 0]])
  // When the venue is back the looks no longer ask as far back as the fill is.
  const filledMs = gateway.fills[0]?.tsEventMs ?? 0
  gateway.fillsSince = async (fromMs) => (filledMs - fromMs < 60_000 ? [] : fillsSince(fromMs))
  await expect.poll(() => bookedOf(session)).toEqual([['partially-filled', 0.4]])
  expect(session.core.mode).toBe('active')
  await session.stop()
})

test('a start finds a partial fill that is older than the end of the journal', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open()
  await world.minute(session, 100)
  fillUnheard(world, 400)
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + HOUR_MS)
  try {
    session.command('pause', 'an hour later')
    await session.suspend()
    world.crash()
    const again = await world.open()
    expect(bookedOf(again)).toEqual([['partially-filled', 0.4]])
    await again.stop()
  } finally {
    vi.restoreAllMocks()
  }
})

test('the end of an order is told after a fill that was asked for while it was open', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open()
  await world.minute(session, 100)
  const { gateway } = world
  fillUnheard(world, 400)
  const [resting] = gateway.orders
  if (resting === undefined) throw new Error('nothing was sent')
  gateway.stream?.onOrder(resting.order)
  gateway.fill(resting.clientOrderId, 600)
  gateway.stream?.onOrder(resting.order)
  await session.settled()
  expect(bookedOf(session)).toEqual([['filled', 1]])
  expect(session.core.kernel.desk.fills.count).toBe(2)
  await session.stop()
})

/** The venue lists fills by its own numbers of orders alone, and its stream says nothing of them. */
function listWithoutNames({ gateway }: World): void {
  const fillsSince = gateway.fillsSince.bind(gateway)
  gateway.fillsSince = async (fromMs) =>
    (await fillsSince(fromMs)).map((each) => ({ ...each, clientOrderId: undefined }))
  gateway.isStreaming = false
}

test.each(['in place', 'by another order'])(
  'a start knows fills by the number of an order that has ended, changed %s',
  async (how) => {
    let order: OrderView | undefined
    const mover = barActor(({ submit, amend, cancel, instrument }, bar) => {
      if (bar === 1) order = submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
      if (order === undefined) return
      if (bar === 2) amend(order, { limitPrice: 96 })
      if (bar === 3) cancel(order)
    })
    using world = new World('live', PERPETUAL, mover)
    const { gateway } = world
    Object.assign(gateway.abilities, { amendsInPlace: how === 'in place' })
    const session = await world.open()
    for (let bar = 0; bar < 3; bar++) await world.minute(session, 100)
    await world.quiet()
    await session.suspend()
    world.crash()
    listWithoutNames(world)
    const names = new Set(gateway.orders.map(({ clientOrderId }) => clientOrderId))
    expect(names.size).toBe(how === 'in place' ? 1 : 2)
    for (const [i, name] of [...names].entries()) {
      const resting = gateway.orders.find(({ clientOrderId }) => clientOrderId === name)
      if (resting === undefined) continue
      resting.order = { ...resting.order, state: 'open' }
      gateway.fill(name, 100 * (i + 1))
      resting.order = { ...resting.order, state: 'cancelled' }
    }
    const again = await world.open()
    expect(again.core.kernel.ledger.lots[0]).toBe(gateway.lots[PERPETUAL.id])
    expect(again.core.kernel.ledger.lots[0]).toBe(how === 'in place' ? 100 : 300)
    await again.stop()
  },
)

test('an order that filled in part and is gone at the venue has ended, although its answer was lost', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const { gateway } = world
  const session = await world.open()
  gateway.isStreaming = false
  gateway.faults.push({ of: 'create', how: 'answer-lost' })
  const create = gateway.createOrder.bind(gateway)
  gateway.createOrder = async (...order) => {
    gateway.findOrder = async () => undefined
    try {
      return await create(...order)
    } finally {
      fillUnheard(world, 400)
      const [resting] = gateway.orders
      if (resting !== undefined) resting.order = { ...resting.order, state: 'cancelled' }
    }
  }
  await world.minute(session, 100)
  await expect.poll(() => bookedOf(session)).toEqual([['cancelled', 0.4]])
  await session.stop()
})
