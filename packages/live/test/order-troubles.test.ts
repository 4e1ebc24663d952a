import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import type { VenueFill } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import type { LiveSession } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

/** A bracket at the first bar; its entry is cancelled at the second. */
const BRACKET = barActor(({ bracket, cancel, openOrders, instrument }, bar) => {
  const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
  if (bar === 1) bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
  const [first] = openOrders(instrument)
  if (bar === 2 && first !== undefined) cancel(first)
})
const REFUSED = new KestrelError({ code: 'TEST', message: 'would trigger at once', retry: 'never' })

function alarmsOf(world: World): string[] {
  return world.events.flatMap((event) => (event.kind === 'alarm' ? [event.code] : []))
}

function ordersOf(session: LiveSession): unknown[] {
  return session.core
    .records()
    .orders()
    .map(({ type, state, quantity }) => [type, state, quantity])
}

async function fillEntry(world: World, session: LiveSession, lots: number): Promise<void> {
  world.gateway.prices.set(PERPETUAL.id, 99)
  world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '', lots)
  await wait(10)
  await session.settled()
}

describe('somebody is told when a position is not guarded', () => {
  test('since the venue refused its stop', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    const create = world.gateway.createOrder.bind(world.gateway)
    world.gateway.createOrder = async (order) => {
      if (order.type === 'stop-market') throw REFUSED
      return create(order)
    }
    await fillEntry(world, session, 1_000)
    expect(alarmsOf(world)).toContain('LIVE_GUARD')
    expect(world.events.filter(({ kind }) => kind === 'order')).toContainEqual(
      expect.objectContaining({ order: expect.objectContaining({ type: 'stop-market', state: 'cancelled' }) }),
    )
    await session.stop()
  })

  test('since the venue did not make its stop larger, which the books then know', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    await fillEntry(world, session, 400)
    world.gateway.amendOrder = async () => {
      throw REFUSED
    }
    await fillEntry(world, session, 600)
    expect(alarmsOf(world)).toContain('LIVE_GUARD')
    expect(ordersOf(session)).toEqual([
      ['limit', 'filled', 1],
      ['stop-market', 'accepted', 0.4],
      ['limit', 'accepted', 0.4],
    ])
    await session.stop()
  })

  test('since its entry was filled after it had ended', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    await world.minute(session, 100)
    const order = world.gateway.orders[0]?.order
    if (order === undefined) throw new Error('nothing was sent')
    const { venueOrderId, clientOrderId, instrument, side } = order
    const fee = { currency: 'USDT', amount: 0.01 }
    const late = { fillId: 'late', venueOrderId, clientOrderId, instrument, side, lots: 400, price: 99 } as const
    world.gateway.stream?.onFill({ ...late, fee, liquidity: 'maker', tsEventMs: 0 })
    expect(alarmsOf(world)).toEqual(['LIVE_LATE_FILL'])
    await session.stop()
  })

  test('and not when its target fills or an operator cancels', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    await fillEntry(world, session, 1_000)
    world.gateway.fill(world.gateway.received.find(({ limitTicks }) => limitTicks === 11_000)?.clientOrderId ?? '')
    await wait(10)
    await session.settled()
    expect(ordersOf(session).map((row) => (row as string[])[1])).toEqual(['filled', 'cancelled', 'filled'])
    expect(alarmsOf(world)).toEqual([])
    await session.stop()
  })
})

/** Fills an order of spot with a fee in another currency than the quote. */
async function fillWithFee(world: World, lots: number, fee: VenueFill['fee']): Promise<void> {
  const { gateway } = world
  gateway.isStreaming = false
  gateway.fill(gateway.received[0]?.clientOrderId ?? '', lots)
  gateway.isStreaming = true
  const fill = { ...(gateway.fills.at(-1) as VenueFill), fee }
  gateway.fills[gateway.fills.length - 1] = fill
  gateway.stream?.onFill(fill)
  const order = gateway.orders[0]?.order
  if (order !== undefined) gateway.stream?.onOrder(order)
  await wait(5)
}

test('an order that lost lots to fees ends when the venue ends it, although it was changed', async () => {
  const changed = barActor(({ submit, amend, openOrders, instrument }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 10, type: 'limit', limitPrice: 99 })
    const [order] = openOrders(instrument)
    if (bar === 2 && order !== undefined) amend(order, { limitPrice: 98 })
  })
  using world = new World('live', SPOT, changed)
  const session = await world.open()
  await world.minute(session, 100)
  await fillWithFee(world, 5_000, { currency: 'BTC', amount: 0.005 })
  await world.minute(session, 100)
  expect(world.gateway.orders[0]?.order.quantityLots).toBe(10_000)
  await fillWithFee(world, 5_000, { currency: 'BTC', amount: 0.005 })
  expect(ordersOf(session)).toEqual([['limit', 'filled', 9.99]])
  expect([...session.core.kernel.ledger.lots]).toEqual([9_990])
  await session.stop()
})

test('fees in a currency that the books do not keep are told of, once', async () => {
  const buyer = barActor(({ submit, instrument }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 10, type: 'limit', limitPrice: 99 })
  })
  using world = new World('live', SPOT, buyer)
  const session = await world.open()
  await world.minute(session, 100)
  for (const lots of [100, 200]) await fillWithFee(world, lots, { currency: 'BNB', amount: 0.5 })
  expect(alarmsOf(world)).toEqual(['LIVE_FEE_CURRENCY'])
  await session.stop()
})

test('a bar that is no bar is left out and told of', async () => {
  using world = new World('live', PERPETUAL)
  const session = await world.open()
  await world.minute(session, Number.NaN)
  expect(alarmsOf(world)).toEqual(['LIVE_BAD_BAR'])
  expect(session.core.kernel.ledger.equity()).toBe(50_000)
  await session.stop()
})
