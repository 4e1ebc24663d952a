import { setTimeout as wait } from 'node:timers/promises'
import type { OrderView } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { RECONCILE_RULES } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const IDLE = barActor(() => undefined)
const RESTING = barActor(({ submit, instrument }, bar) => {
  if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
})

describe('an account that is not what the books say pauses the session', () => {
  test('although positions were taken over at the start', async () => {
    using world = new World('live', PERPETUAL, IDLE)
    const rules = { ...RECONCILE_RULES, positions: 'adopt' } as const
    world.gateway.lots[PERPETUAL.id] = 5
    const session = await world.open({ ...world.setup, rules, reconcileMs: 10 })
    await wait(60)
    expect(session.core.mode).toBe('active')
    world.gateway.lots[PERPETUAL.id] = -777
    await expect.poll(() => session.core.mode).toBe('paused')
    await session.stop()
  })

  test('although something happens all the time', async () => {
    using world = new World('live', PERPETUAL, IDLE)
    const session = await world.open({ ...world.setup, reconcileMs: 20 })
    world.gateway.lots[PERPETUAL.id] = -777
    const positions = world.gateway.positions.bind(world.gateway)
    world.gateway.positions = async () => {
      await wait(5)
      return positions()
    }
    for (let bar = 0; bar < 100 && session.core.mode === 'active'; bar++) await world.minute(session, 100)
    expect(session.core.mode).toBe('paused')
    expect(world.events.filter((event) => event.kind === 'alarm' && event.code === 'LIVE_DIFFERENCE')).toHaveLength(1)
    await session.stop()
  })

  test('soon after the stream told of it', async () => {
    using world = new World('live', PERPETUAL, IDLE)
    const session = await world.open({ ...world.setup, reconcileMs: 150 })
    let looks = 0
    const open = world.gateway.openOrders.bind(world.gateway)
    world.gateway.openOrders = async () => {
      looks++
      return open()
    }
    world.gateway.lots[PERPETUAL.id] = -777
    world.gateway.stream?.onPosition(await world.gateway.positions())
    await expect.poll(() => session.core.mode).toBe('paused')
    expect(looks).toBeGreaterThanOrEqual(3)
    await session.stop()
  })
})

test('an order that the books call ended is cancelled where the venue has it open', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open({ ...world.setup, reconcileMs: 10 })
  await world.minute(session, 100)
  const [resting] = world.gateway.orders
  if (resting === undefined) throw new Error('nothing was sent')
  world.gateway.stream?.onOrder({ ...resting.order, state: 'cancelled' })
  await expect.poll(() => resting.order.state).toBe('cancelled')
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'alarm', code: 'LIVE_ORDER_LEFT' }))
  await session.stop()
})

test('a start shows it and cancels it once it may send', async () => {
  using world = new World('live', PERPETUAL, RESTING)
  const session = await world.open()
  await world.minute(session, 100)
  const [resting] = world.gateway.orders
  if (resting === undefined) throw new Error('nothing was sent')
  world.gateway.stream?.onOrder({ ...resting.order, state: 'cancelled' })
  await session.suspend()
  world.crash()
  const again = await world.open()
  const told = world.events.find(({ kind }) => kind === 'differences')
  expect(told).toMatchObject({ differences: [{ verdict: 'explained', ours: 'has ended' }] })
  await expect.poll(() => resting.order.state).toBe('cancelled')
  await again.stop()
})

test('differences that are too small for one start do not add up unseen', async () => {
  using world = new World('live', PERPETUAL, IDLE)
  let starts = 0
  const start = async (): Promise<void> => {
    const session = await world.open()
    await session.suspend()
    world.crash()
    starts++
    world.gateway.balance['USDT'] = (world.gateway.balance['USDT'] ?? 0) - 45
  }
  await expect(Promise.resolve().then(start).then(start).then(start)).rejects.toThrow(
    /not what the session's books say/,
  )
  expect(starts).toBe(2)
})

test('what a strategy cancels at its end goes out, and the session can be gone on with', async () => {
  const atEnd = barActor(
    ({ submit, instrument }, bar) => {
      if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
    },
    ({ openOrders, cancel }) => ({ onStop: () => openOrders().forEach((order: OrderView) => cancel(order)) }),
  )
  using world = new World('live', PERPETUAL, atEnd)
  const session = await world.open()
  await world.minute(session, 100)
  await session.stop()
  expect(world.gateway.orders.map(({ order }) => order.state)).toEqual(['cancelled'])
  world.crash()
  const again = await world.open()
  expect(
    again.core
      .records()
      .orders()
      .map(({ state }) => state),
  ).toEqual(['cancelled'])
  await again.stop()
})

test('a look that ends after the session says nothing any more', async () => {
  const rejections: unknown[] = []
  const hear = (error: unknown): unknown => rejections.push(error)
  process.on('unhandledRejection', hear)
  using world = new World('live', PERPETUAL, IDLE)
  const session = await world.open({ ...world.setup, reconcileMs: 10 })
  world.gateway.openOrders = async () => {
    await wait(60)
    throw new Error('socket closed')
  }
  await wait(30)
  await session.suspend()
  world.crash()
  await wait(80)
  process.off('unhandledRejection', hear)
  expect(rejections).toEqual([])
})
