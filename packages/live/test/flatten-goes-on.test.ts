import { KestrelError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { LimitWorld, order } from './limits/limit-world.ts'

const FLAT_AT_A_LOSS = { drawdown: { at: 0.001 } }

/** A limit closes the account, and the venue turns the first order to close down. */
async function closing(): Promise<LimitWorld> {
  const world = await LimitWorld.open(FLAT_AT_A_LOSS)
  await world.minute(100, { first: order('buy', 1) })
  const create = world.gateway.createOrder.bind(world.gateway)
  world.gateway.createOrder = async () => {
    throw new KestrelError({ code: 'BUSY', message: 'busy', retry: 'never' })
  }
  await world.minute(20)
  world.gateway.createOrder = create
  expect([world.risk.status, world.heldLots, world.session.core.isFlattening]).toEqual(['halted', 1_000, true])
  return world
}

/** Long enough for the next order to close, whatever the number of those before. */
async function aMinuteOn(world: LimitWorld): Promise<void> {
  await world.until(world.clock.nowMs() + 60_000)
}

describe('an account that is being closed is closed', () => {
  test.each(['pause', 'reduce', 'cancel-all'] as const)('although somebody orders a %s', async (command) => {
    await using world = await closing()
    world.session.command(command, 'somebody')
    expect([world.session.core.isFlattening, world.session.core.mode]).toEqual([true, 'paused'])
    await aMinuteOn(world)
    expect([world.heldLots, world.risk.status, world.session.core.isFlattening]).toEqual([0, 'halted', false])
  })

  test('although a look at the account found it to differ', async () => {
    await using world = await closing()
    world.session.command('pause', 'the account is not what the books say')
    await world.crash()
    await aMinuteOn(world)
    expect([world.heldLots, world.risk.status]).toEqual([0, 'halted'])
  })

  test('by whoever resumes it, only where the limits were reset too', async () => {
    await using world = await closing()
    world.session.command('resume', 'somebody')
    await aMinuteOn(world)
    expect(world.heldLots).toBe(0)
  })
})

test('a resume with a reset of the limits ends the closing', async () => {
  await using world = await closing()
  world.risk.reset(world.session.core.kernel.ledger.equity())
  world.session.command('resume', 'somebody')
  await aMinuteOn(world)
  expect([world.heldLots, world.risk.status, world.session.core.mode]).toEqual([1_000, 'active', 'active'])
})

test('what comes to be held after the account was closed by a limit is closed too', async () => {
  await using world = await LimitWorld.open(FLAT_AT_A_LOSS)
  await world.minute(100, { first: order('buy', 1) })
  await world.act({ second: order('buy', 1, { type: 'limit', limitPrice: 20 }) })
  await world.minute(30)
  expect([world.heldLots, world.resting, world.session.core.isFlattening]).toEqual([0, [], false])
  // The cancelled limit was filled as well: the venue tells of it late.
  const limit = world.gateway.orders.find((each) => each.order.type === 'limit')
  if (limit === undefined) throw new Error('no limit order')
  limit.order = { ...limit.order, state: 'open' }
  world.gateway.fill(limit.clientOrderId)
  await world.settle()
  await aMinuteOn(world)
  expect([world.heldLots, world.risk.status]).toEqual([0, 'halted'])
})
