import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const BUYER = barActor(({ submit, instrument }, bar) => {
  if (bar === 1) submit({ instrument, side: 'buy', quantity: 1 })
})
const TIMES = { settleMs: 10, firstWaitMs: 1, mostWaitMs: 2, staleMs: 1_000 }

test('a fill that the venue never lists stops neither looks at the account nor a start that refuses it', async () => {
  using world = new World('live', PERPETUAL, BUYER)
  const setup = { ...world.setup, times: TIMES }
  const session = await world.open({ ...setup, reconcileMs: 20 })
  world.gateway.isStreaming = false
  world.gateway.fillsSince = async () => []
  await world.minute(session, 100)
  await expect.poll(() => session.core.mode).toBe('paused')
  expect(world.events.flatMap((event) => (event.kind === 'alarm' ? [event.code] : [])).toSorted()).toEqual([
    'LIVE_DIFFERENCE',
    'LIVE_FILLS_MISSING',
  ])
  await session.suspend()
  world.crash()
  await expect(world.open(setup)).rejects.toMatchObject({ code: 'LIVE_DIFFERENCE' })
})

test('a fill that the venue lists late is booked, and the order ends with it', async () => {
  using world = new World('live', PERPETUAL, BUYER)
  const session = await world.open({ ...world.setup, times: TIMES })
  world.gateway.isStreaming = false
  const fillsSince = world.gateway.fillsSince.bind(world.gateway)
  world.gateway.fillsSince = async () => []
  await world.minute(session, 100)
  await wait(50)
  expect(session.core.records().orders()[0]?.state).toBe('accepted')
  world.gateway.fillsSince = fillsSince
  await expect.poll(() => session.core.records().orders()[0]?.state).toBe('filled')
  await session.stop()
})

test('a look does not wait for orders that cannot be looked up', async () => {
  const rester = barActor(({ submit, instrument }, bar) => {
    if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
  })
  using world = new World('live', PERPETUAL, rester)
  const session = await world.open({ ...world.setup, times: TIMES, reconcileMs: 20 })
  await world.minute(session, 100)
  let looks = 0
  const balances = world.gateway.balances.bind(world.gateway)
  world.gateway.balances = async () => {
    looks++
    return balances()
  }
  world.gateway.openOrders = async () => []
  world.gateway.findOrder = async () => {
    throw new Error('ETIMEDOUT')
  }
  await expect.poll(() => looks, { timeout: 2_000 }).toBeGreaterThan(3)
  await session.suspend()
})
