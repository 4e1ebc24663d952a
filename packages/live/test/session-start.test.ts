import { readdirSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { KestrelError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { RECONCILE_RULES } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const RESTING = barActor(({ submit, instrument }, bar) => {
  if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
})

test('a start gives up when the venue does not say where orders stand', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open()
  await world.minute(session, 100)
  await session.suspend()
  world.crash()
  const find = world.gateway.findOrder.bind(world.gateway)
  let asked = 0
  world.gateway.findOrder = async () => {
    asked++
    throw new Error('ETIMEDOUT')
  }
  await expect(world.open({ ...world.setup, startWithinMs: 30 })).rejects.toMatchObject({ code: 'LIVE_NO_ANSWER' })
  await wait(10)
  const askedBy = asked
  await wait(20)
  expect(asked).toBe(askedBy)
  world.gateway.findOrder = find
  world.crash()
  const again = await world.open()
  expect(
    again.core
      .records()
      .orders()
      .map(({ state }) => state),
  ).toEqual(['accepted'])
  await again.stop()
})

test('a session begun again under an old id gives its orders new names', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open()
  await world.minute(session, 100)
  await world.gateway.cancelAll()
  await session.stop()
  world.crash()
  for (const name of readdirSync(world.folder)) rmSync(join(world.folder, name))
  await wait(2)
  const again = await world.open()
  await world.minute(again, 100)
  const names = world.gateway.received.map(({ clientOrderId }) => clientOrderId)
  expect(new Set(names).size).toBe(2)
  await again.stop()
})

test('leverage, margin and position mode of the setup are those of the account', async () => {
  using world = new World('live', PERPETUAL)
  const told: unknown[] = []
  world.gateway.setPositionMode = async (...mode: unknown[]) => void told.push(mode)
  world.gateway.setLeverage = async (...terms: unknown[]) => void told.push(terms.slice(1))
  const margin = { leverage: 7, mode: 'cross', positionMode: 'one-way' } as const
  const session = await world.open({ ...world.setup, config: { ...world.setup.config, margin } })
  expect(told).toEqual([['one-way'], [7, 'cross']])
  await session.stop()
})

const CANCELLING = { ...RECONCILE_RULES, foreignOrders: 'cancel' } as const

test('a start that is refused for something else cancels no order of somebody else', async () => {
  using world = new World('live', PERPETUAL)
  world.gateway.placeForeign(PERPETUAL)
  world.gateway.lots[PERPETUAL.id] = 250
  await expect(world.open({ ...world.setup, rules: CANCELLING })).rejects.toThrow(/Nothing was sent\.\n/)
  expect(await world.gateway.openOrders()).toHaveLength(1)
})

test('an order of somebody else that fills while it is cancelled is looked at again', async () => {
  using world = new World('live', PERPETUAL)
  world.gateway.placeForeign(PERPETUAL)
  const cancel = world.gateway.cancelOrder.bind(world.gateway)
  world.gateway.cancelOrder = async (order) => {
    // It ends, and what it did shows in the account alone.
    await cancel(order)
    world.gateway.lots[PERPETUAL.id] = 10
    return cancel(order)
  }
  await expect(world.open({ ...world.setup, rules: CANCELLING })).rejects.toThrow(
    /Nothing was sent but cancellations of 1 orders .*\n[^]*position .*0 lots .*10 lots .*refused/,
  )
})

test('an order of somebody else that cannot be cancelled keeps the session from its start', async () => {
  using world = new World('live', PERPETUAL)
  world.gateway.placeForeign(PERPETUAL)
  let asked = 0
  world.gateway.cancelOrder = async () => {
    asked++
    throw new KestrelError({ code: 'VENUE_REFUSED', message: 'no', retry: 'never' })
  }
  await expect(world.open({ ...world.setup, rules: CANCELLING })).rejects.toThrow(/foreign-order .*refused/)
  expect(asked).toBe(3)
})
