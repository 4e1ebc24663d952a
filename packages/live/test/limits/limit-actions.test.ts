import { describe, expect, test } from 'vitest'
import { ACTING_LIMITS, limitsOf, ORDER_LIMITS, PLAIN_ORDER_LIMITS } from './limit-rows.ts'
import { type Act, LimitWorld, order } from './limit-world.ts'

/** A stop under a long position, and an order of the other strategy that would open one. */
const STOP = order('sell', 1, { type: 'stop-market', triggerPrice: 10, reduceOnly: true })
const ENTRY = order('buy', 1, { type: 'limit', limitPrice: 20 })
const RESTING = ['sell stop-market 1000', 'buy limit 1000']

/** Held, guarded and about to hold more: what each action does differently. */
async function fired(limits: Parameters<typeof LimitWorld.open>[0], row: (typeof ACTING_LIMITS)[number]) {
  const world = await LimitWorld.open(limits, row.leverage)
  await row.hold(world)
  await world.act({ first: STOP, second: ENTRY })
  expect(world.resting).toEqual(row.countsOrders ? RESTING.slice(0, 1) : RESTING)
  await row.approach(world)
  await row.arrive(world)
  await world.settle()
  return world
}

describe.each(ACTING_LIMITS)('$name', (row) => {
  test('block refuses what opens, leaves what is there, and lets out', async () => {
    await using world = await fired(limitsOf(row, 'block'), row)
    expect([world.risk.status, world.session.core.mode]).toEqual(['active', 'active'])
    const { sent, resting } = world
    await world.act({ first: order('buy', 1), second: order('sell', 1) })
    expect([world.sent, world.resting]).toEqual([sent, resting])
    await world.act({ first: order('sell', 1) })
    expect([world.sent, world.heldLots]).toEqual([sent + 1, 0])
  })

  test('reduce takes what would open off the venue, and lets out', async () => {
    await using world = await fired(limitsOf(row, 'reduce'), row)
    expect([world.risk.status, world.session.core.mode]).toEqual(['reducing', 'reducing'])
    expect([world.resting, world.heldLots]).toEqual([['sell stop-market 1000'], 1_000])
    const { sent } = world
    await world.act({ first: order('buy', 1), second: order('sell', 1) })
    expect([world.sent, world.refusals.at(-1)]).toEqual([sent, expect.stringContaining('only smaller positions')])
    await world.act({ first: order('sell', 0.5) })
    expect([world.sent, world.heldLots]).toEqual([sent + 1, 500])
  })

  test('flatten cancels and closes everything and opens nothing until it is reset', async () => {
    await using world = await fired(limitsOf(row, 'flatten'), row)
    expect([world.risk.status, world.session.core.mode]).toEqual(['halted', 'paused'])
    expect([world.resting, world.heldLots]).toEqual([[], 0])
    const { sent } = world
    await world.act({ first: order('buy', 1) })
    world.session.command('resume', 'somebody')
    await world.act({ first: order('buy', 1) })
    expect([world.sent, world.refusals.at(-1)]).toEqual([sent, expect.stringContaining('risk: halted: ')])
  })
})

describe.each(PLAIN_ORDER_LIMITS)('$name, for $what', ({ name, at, price, refused }) => {
  test.each([
    ['block', 'active', 'active', 1_000],
    ['reduce', 'reducing', 'reducing', 1_000],
    ['flatten', 'halted', 'paused', 0],
  ] as const)('%s', async (action, status, mode, held) => {
    await using world = await LimitWorld.open({ [name]: { ...at, action } })
    await world.minute(price, { first: order('buy', 1) })
    const { sent } = world
    await world.act({ second: refused.first as Act })
    await world.settle()
    expect([world.risk.status, world.session.core.mode, world.heldLots]).toEqual([status, mode, held])
    expect(world.sent).toBe(action === 'flatten' ? sent + 1 : sent)
  })
})

test.each([
  ['block', 'active', 2_000],
  ['reduce', 'reducing', 2_000],
  ['flatten', 'halted', 0],
] as const)('ordersPerMinute: %s', async (action, status, held) => {
  await using world = await LimitWorld.open({ ordersPerMinute: { at: 2, action } })
  const buy = order('buy', 1)
  await world.minute(100, { first: buy, second: buy })
  expect([world.risk.status, world.heldLots]).toEqual(['active', 2_000])
  await world.act({ first: buy })
  await world.settle()
  expect([world.risk.status, world.heldLots]).toEqual([status, held])
})

test.each(ORDER_LIMITS.filter((row) => !PLAIN_ORDER_LIMITS.includes(row)))(
  '$name does nothing to what is held for an order that would go beyond it',
  async ({ name, at, price, refused }) => {
    await using world = await LimitWorld.open({ [name]: { ...at, action: 'flatten' } })
    await world.minute(price, { second: order('buy', 1) })
    await world.act(refused)
    expect([world.risk.status, world.heldLots, world.sent]).toEqual(['active', 1_000, 1])
  },
)

describe('a reset', () => {
  test('is explicit, counts from now, and the limit fires again at its value from there', async () => {
    await using world = await LimitWorld.open({ drawdown: { at: 0.001 } })
    await world.minute(100, { first: order('buy', 1) })
    await world.minute(50.05)
    // What a price that comes back changes: nothing.
    await world.minute(100)
    expect([world.risk.status, world.heldLots]).toEqual(['halted', 0])
    world.risk.reset(world.session.core.kernel.ledger.equity())
    world.session.command('resume', 'somebody')
    await world.minute(100, { first: order('buy', 1) })
    expect([world.risk.status, world.heldLots]).toEqual(['active', 1_000])
    await world.minute(50.2)
    expect(world.risk.status).toBe('active')
    await world.minute(50.1)
    expect(world.risk.status).toBe('halted')
  })

  test('does not hide what still holds', async () => {
    await using world = await LimitWorld.open({ clockSkewMs: { at: 250, action: 'reduce' } })
    world.gateway.skewMs = 250
    await world.settle()
    world.risk.reset(50_000)
    await world.settle()
    expect(world.risk.memory).toMatchObject({ status: 'reducing', reason: 'clocks differ by 250 ms' })
  })

  test('ends a pause after losses and the row of rejected orders', async () => {
    await using world = await LimitWorld.open({
      lossStreak: { at: 1, pauseMs: 3_600_000 },
      consecutiveRejects: { at: 1, action: 'block' },
    })
    await world.minute(100, { first: order('buy', 1) })
    await world.minute(99, { first: order('sell', 1) })
    world.risk.reset(50_000)
    world.gateway.faults.push({ of: 'create', how: 'refused' })
    await world.act({ first: order('buy', 1) })
    const { sent } = world
    await world.act({ first: order('buy', 1) })
    expect(world.sent).toBe(sent)
    world.risk.reset(50_000)
    await world.act({ first: order('buy', 1) })
    expect(world.sent).toBe(sent + 1)
  })
})

test('of two limits that fire at once the one that closes everything prevails', async () => {
  await using world = await LimitWorld.open({
    drawdown: { at: 0.001, action: 'reduce' },
    dailyLoss: { at: 0.001, action: 'flatten' },
  })
  await world.minute(100, { first: order('buy', 1) })
  await world.minute(50)
  await world.settle()
  expect([world.risk.status, world.session.core.mode, world.heldLots]).toEqual(['halted', 'paused', 0])
})

test('a stop and a target beside each other stay when only smaller positions are let through', async () => {
  await using world = await LimitWorld.open({ clockSkewMs: { at: 250, action: 'reduce' } })
  await world.minute(100, { first: order('buy', 1) })
  await world.act({ first: order('sell', 1, { type: 'stop-market', triggerPrice: 10 }) })
  await world.act({ first: order('sell', 1, { type: 'limit', limitPrice: 120 }) })
  world.gateway.skewMs = 250
  await world.settle()
  expect(world.resting).toEqual(['sell stop-market 1000', 'sell limit 1000'])
})
