import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

/** A bracket around a long of one unit at the first bar. */
const BRACKET = barActor(({ bracket, instrument }, bar) => {
  if (bar !== 1) return
  const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
  bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
})

test('each change of an order is told once, whatever is still asked of one that has ended', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await world.open()
  await world.minute(session, 100)
  const create = world.gateway.createOrder.bind(world.gateway)
  world.gateway.createOrder = async (order) => {
    if (order.type !== 'limit') return create(order)
    // Meanwhile the entry fills on, and the target is to grow with it.
    await wait(30)
    throw new KestrelError({ code: 'TEST', message: 'the price is above the cap', retry: 'never' })
  }
  world.gateway.prices.set(PERPETUAL.id, 99)
  for (let part = 0; part < 5; part++) {
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '', 200)
    await wait(3)
  }
  await wait(40)
  await world.quiet()
  const told = world.events.flatMap((event) => (event.kind === 'order' ? [event.order] : []))
  const states = (id: number) => told.flatMap(({ orderId, state }) => (orderId === id ? [state] : []))
  expect(states(1)).toEqual(['accepted', ...Array.from({ length: 4 }, () => 'partially-filled'), 'filled'])
  expect(states(3)).toEqual(['cancelled'])
  const texts = told.map((order) => JSON.stringify(order))
  expect(texts).toHaveLength(new Set(texts).size)
  await session.stop()
})
