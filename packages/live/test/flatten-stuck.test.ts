import { KestrelError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { LimitWorld, order } from './limits/limit-world.ts'

const FLAT_AT_A_LOSS = { drawdown: { at: 0.001 } }

/** Something is held and a second order rests when a limit closes the account. */
async function holding(): Promise<LimitWorld> {
  const world = await LimitWorld.open(FLAT_AT_A_LOSS)
  await world.minute(100, { first: order('buy', 1) })
  await world.act({ first: order('buy', 0.5, { type: 'limit', limitPrice: 50 }) })
  expect([world.heldLots, world.resting]).toEqual([1_000, ['buy limit 500']])
  return world
}

/** The limit fires; the venue answers what it is asked about orders, and time enough for it passes. */
async function fire(world: LimitWorld): Promise<void> {
  world.gateway.prices.set('BTC-USDT-PERP.TEST', 20)
  void world.minute(20)
  await paused()
  expect([world.risk.status, world.session.core.isFlattening]).toEqual(['halted', true])
}

/** Requests go on and never end, so nobody waits for them. */
async function tickAfter(world: LimitWorld, ms: number): Promise<void> {
  world.clock.advanceTo(world.clock.nowMs() + ms)
  world.session.tick()
  await paused()
}

function paused(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60))
}

describe('what a limit closes is closed', () => {
  test('although the venue does not answer a cancel, and no more than once', async () => {
    await using world = await holding()
    const cancel = world.gateway.cancelOrder.bind(world.gateway)
    world.gateway.cancelOrder = async () => {
      throw new KestrelError({ code: 'TEST', message: '503', retry: 'unknown-outcome' })
    }
    await fire(world)
    await tickAfter(world, 1_000)
    // An order that is being cancelled has a moment to go.
    expect([world.heldLots, world.session.core.closeAttempts]).toEqual([1_000, 0])
    await tickAfter(world, 3_000)
    await tickAfter(world, 60_000)
    expect([world.heldLots, world.session.core.closeAttempts]).toEqual([0, 1])
    // It is not done before the order is gone: it may fill.
    expect(world.session.core.isFlattening).toBe(true)
    world.gateway.cancelOrder = cancel
    await world.settle()
    expect([world.resting, world.session.core.isFlattening]).toEqual([[], false])
  })

  test('although the venue does not list a fill of an order that has ended', async () => {
    await using world = await holding()
    const hidden = world.gateway.orders.at(-1)?.clientOrderId ?? ''
    const fillsSince = world.gateway.fillsSince.bind(world.gateway)
    let isHiding = true
    world.gateway.fillsSince = async (timeMs) =>
      (await fillsSince(timeMs)).filter(({ clientOrderId }) => !isHiding || clientOrderId !== hidden)
    world.gateway.isStreaming = false
    world.gateway.fill(hidden, 200)
    world.gateway.isStreaming = true
    await fire(world)
    await tickAfter(world, 4_000)
    expect([world.heldLots, world.session.core.closeAttempts]).toEqual([200, 1])
    isHiding = false
    await world.settle()
    await world.until(world.clock.nowMs() + 60_000)
    expect([world.heldLots, world.session.core.isFlattening]).toEqual([0, false])
  })
})
