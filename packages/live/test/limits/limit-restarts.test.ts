import { describe, expect, test } from 'vitest'
import { ACTIONS_OF_LIMITS, limitsOf, ORDER_LIMITS, STATE_LIMITS } from './limit-rows.ts'
import { LimitWorld, order, START_MS } from './limit-world.ts'

const STATUS = { block: 'active', reduce: 'reducing', flatten: 'halted' } as const

describe('a limit that has fired goes on firing after a crash', () => {
  test.each(ACTIONS_OF_LIMITS)('%s, %s', async (_, action, row) => {
    await using world = await LimitWorld.open(limitsOf(row, action), row.leverage)
    await row.hold(world)
    await row.approach(world)
    await row.arrive(world)
    await world.crash()
    expect(world.risk.status).toBe(STATUS[action])
    const { sent } = world
    await world.act({ first: order('buy', 1), second: order('buy', 1) })
    await world.act({ first: order('buy', 1, { type: 'limit', limitPrice: 40 }) })
    expect([world.sent, world.risk.status]).toEqual([sent, STATUS[action]])
    expect(world.refusals).toHaveLength(row.name === 'consecutiveRejects' ? 5 : 3)
  })
})

describe('what counts towards a limit before a crash counts after it', () => {
  test.each(STATE_LIMITS)('$name', async (row) => {
    await using world = await LimitWorld.open(limitsOf(row, 'reduce'), row.leverage)
    await row.hold(world)
    await row.approach(world)
    await world.crash()
    expect(world.risk.status).toBe('active')
    await row.arrive(world)
    const { sent } = world
    await world.act({ first: order('buy', 1) })
    expect([world.sent, world.refusals.at(-1)]).toEqual([
      sent,
      expect.stringContaining(row.name === 'lossStreak' ? row.reason : `only smaller positions: ${row.reason}`),
    ])
  })

  test('drawdown: the highest equity of open profit', async () => {
    await using world = await LimitWorld.open({ drawdown: { at: 0.002 } })
    await world.minute(100, { first: order('buy', 1) })
    await world.minute(150)
    await world.minute(60)
    await world.crash()
    await world.minute(49.91)
    expect(world.risk.status).toBe('active')
    await world.minute(49.9)
    expect(world.risk.status).toBe('halted')
  })

  test('dailyLoss: the equity at the start of a later day', async () => {
    await using world = await LimitWorld.open({ dailyLoss: { at: 0.001, action: 'reduce' } })
    await world.minute(100, { first: order('buy', 1) })
    await world.minute(60)
    await world.until(START_MS + 86_400_000 - 60_000)
    // The day begins at 49,959.95: 0.1 % of it are 49.96.
    await world.minute(60)
    await world.minute(30)
    await world.crash()
    await world.minute(10.05)
    expect(world.risk.status).toBe('active')
    await world.minute(10.04)
    expect(world.risk.status).toBe('reducing')
  })

  test('ordersPerMinute: the orders of the last minute', async () => {
    await using world = await LimitWorld.open({ ordersPerMinute: { at: 2 } })
    const buy = order('buy', 1)
    await world.minute(100, { first: buy })
    await world.crash()
    await world.act({ first: buy })
    await world.crash()
    await world.act({ first: buy })
    expect([world.sent, world.refusals]).toEqual([2, ['risk: 2 orders in a minute']])
    await world.minute(100, { first: buy })
    expect(world.sent).toBe(3)
  })
})

test.each(ORDER_LIMITS)('$name refuses $what after a crash as before it', async ({ name, at, price, ...row }) => {
  await using world = await LimitWorld.open({ [name]: at })
  await world.minute(price)
  await world.crash()
  await world.act(row.refused)
  expect(world.sent).toBe(0)
  await world.act(row.passes)
  expect(world.sent).toBe(1)
})

test('what was decided and not done before the crash is done after it', async () => {
  await using world = await LimitWorld.open({ clockSkewMs: { at: 250, action: 'flatten' } })
  await world.minute(100, { first: order('buy', 1) })
  world.gateway.skewMs = 250
  // The order to close never arrives at the venue: the process dies in between.
  const create = world.gateway.createOrder.bind(world.gateway)
  world.gateway.createOrder = async () => new Promise(() => undefined)
  world.session.tick()
  const crashed = world.crash()
  world.gateway.createOrder = create
  world.gateway.skewMs = 0
  await crashed
  expect(world.risk.status).toBe('halted')
  for (let second = 1; world.heldLots !== 0 && second <= 10; second++) await world.until(world.clock.nowMs() + 1_000)
  expect([world.heldLots, world.risk.status]).toEqual([0, 'halted'])
})

test('a feed that is down when the session comes back is not fresh', async () => {
  await using world = await LimitWorld.open({ staleDataMs: { at: 5_000 } })
  await world.minute(100)
  await world.until(world.clock.nowMs() + 3_600_000)
  await world.crash()
  await world.act({ first: order('buy', 1) })
  expect([world.sent, world.refusals.at(-1)]).toEqual([0, expect.stringContaining('is 3540001 ms late')])
})

test('a connection that does not come back with the session counts from when it was lost', async () => {
  await using world = await LimitWorld.open({ disconnectedMs: { at: 5_000, action: 'reduce' } })
  await world.minute(100)
  world.gateway.setUp(false)
  await world.settle()
  await world.until(world.clock.nowMs() + 4_998)
  await world.crash()
  await world.until(world.clock.nowMs() + 1)
  expect(world.risk.status).toBe('active')
  await world.until(world.clock.nowMs() + 1)
  expect(world.risk.status).toBe('reducing')
})

test('a connection that is back is not lost', async () => {
  await using world = await LimitWorld.open({ disconnectedMs: { at: 5_000, action: 'reduce' } })
  world.gateway.setUp(false)
  await world.until(world.clock.nowMs() + 4_999)
  world.gateway.setUp(true)
  await world.until(world.clock.nowMs() + 60_000)
  expect(world.risk.memory).toMatchObject({ status: 'active', disconnectedSinceMs: undefined })
})
