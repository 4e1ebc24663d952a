import { describe, expect, test } from 'vitest'
import { riskLimitsSchema } from '../../src/index.ts'
import { ACTING_LIMITS, limitsOf, ORDER_LIMITS, STATE_LIMITS } from './limit-rows.ts'
import { LimitWorld, order, START_MS } from './limit-world.ts'

test('every limit that can be set is in the tables, or tested by name here', () => {
  const tested = new Set([...STATE_LIMITS, ...ORDER_LIMITS].map(({ name }) => name))
  expect([...tested, 'ordersPerMinute'].toSorted()).toEqual(Object.keys(riskLimitsSchema.shape).toSorted())
})

describe('a limit on the account does nothing at the last value below, and fires at its own', () => {
  test.each(STATE_LIMITS.filter(({ countsOrders }) => countsOrders !== true))(
    '$name refuses what would open a position',
    async (row) => {
      const { hold, approach, arrive, reason, leverage } = row
      await using below = await LimitWorld.open(limitsOf(row, 'block'), leverage)
      await hold(below)
      await approach(below)
      const before = below.sent
      await below.act({ first: order('buy', 1) })
      expect(below.sent).toBe(before + 1)

      await using at = await LimitWorld.open(limitsOf(row, 'block'), leverage)
      await hold(at)
      await approach(at)
      await arrive(at)
      const sent = at.sent
      await at.act({ first: order('buy', 1) })
      expect(at.sent).toBe(sent)
      expect(at.refusals.at(-1)).toContain(`risk: ${reason}`)
    },
  )

  test.each(ACTING_LIMITS)('$name acts by itself', async (row) => {
    const { hold, approach, arrive, reason, leverage } = row
    await using world = await LimitWorld.open(limitsOf(row, 'reduce'), leverage)
    await hold(world)
    await approach(world)
    expect(world.risk.memory).toMatchObject({ status: 'active', reason: '' })
    await arrive(world)
    expect(world.risk.memory).toMatchObject({ status: 'reducing', reason: expect.stringContaining(reason) as string })
  })
})

test.each(ORDER_LIMITS)('$name lets $what of its own size through, and no larger one', async (row) => {
  const { name, at, price, passes, refused, reason } = row
  await using world = await LimitWorld.open({ [name]: at })
  await world.minute(price, refused)
  expect(world.sent).toBe(0)
  expect(world.refusals).toEqual([expect.stringContaining(`risk: ${reason}`)])
  await world.act(passes)
  expect(world.sent).toBe(1)
})

describe('ordersPerMinute', () => {
  const three = { first: (context: Parameters<ReturnType<typeof order>>[0]) => [1, 2, 3].forEach(() => buy(context)) }
  const buy = order('buy', 1)

  test('lets as many orders through as it says, until the first is a minute old', async () => {
    await using world = await LimitWorld.open({ ordersPerMinute: { at: 2 } })
    await world.minute(100, three)
    expect([world.sent, world.refusals]).toEqual([2, ['risk: 2 orders in a minute']])
    await world.until(START_MS + 119_998)
    await world.act({ first: buy })
    expect([world.clock.nowMs(), world.sent]).toEqual([START_MS + 119_998, 2])
    await world.minute(100, three)
    expect([world.clock.nowMs(), world.sent]).toEqual([START_MS + 120_000, 4])
  })

  test('leaves as many again to get out with', async () => {
    await using world = await LimitWorld.open({ ordersPerMinute: { at: 2 } })
    await world.minute(100, three)
    const sell = order('sell', 0.5)
    const close = order('sell', 0.5, { reduceOnly: true, type: 'stop-market', triggerPrice: 50 })
    await world.act({ first: sell })
    await world.act({ first: close })
    expect(world.sent).toBe(4)
    await world.act({ first: sell })
    await world.act({ first: close })
    expect(world.sent).toBe(4)
    expect(world.refusals.slice(-2)).toEqual(['risk: 4 orders in a minute', 'risk: 4 orders in a minute'])
  })
})

test('lossStreak opens nothing until its pause is over', async () => {
  const row = STATE_LIMITS.find(({ name }) => name === 'lossStreak')
  if (row === undefined) throw new Error('no such row')
  await using world = await LimitWorld.open(limitsOf(row, 'block'))
  await row.approach(world)
  await row.arrive(world)
  const lostMs = START_MS + 240_000
  const { sent } = world
  await world.until(lostMs + 89_999)
  await world.act({ first: order('buy', 1) })
  expect([world.clock.nowMs() - lostMs, world.sent]).toEqual([89_999, sent])
  await world.act({ second: order('buy', 1) })
  expect([world.clock.nowMs() - lostMs, world.sent]).toEqual([90_000, sent + 1])
})

test('a gain between losses ends the row of them', async () => {
  await using world = await LimitWorld.open({ lossStreak: { at: 2, pauseMs: 90_000 } })
  for (const [bought, sold] of [
    [100, 99],
    [100, 110],
    [100, 99],
  ] as const) {
    await world.minute(bought, { first: order('buy', 1) })
    await world.minute(sold, { first: order('sell', 1) })
  }
  await world.act({ first: order('buy', 1) })
  expect(world.sent).toBe(7)
})

test('an accepted order between rejected ones ends the row of them', async () => {
  await using world = await LimitWorld.open({ consecutiveRejects: { at: 2 } })
  for (const isRefused of [true, false, true]) {
    if (isRefused) world.gateway.faults.push({ of: 'create', how: 'refused' })
    await world.minute(100, { first: order('buy', 1) })
  }
  expect(world.risk.memory).toMatchObject({ status: 'active', rejects: 1 })
})

describe('drawdown counts from the highest equity, open profit included', () => {
  // With one coin bought at 100 the peak is 50,049.95 at 150; 0.2 % of it are 100.0999.
  test.each([
    [49.91, 'active'],
    [49.9, 'halted'],
  ])('at %d it is %s', async (price, status) => {
    await using world = await LimitWorld.open({ drawdown: { at: 0.002 } })
    await world.minute(100, { first: order('buy', 1) })
    await world.minute(150)
    await world.minute(price)
    expect(world.risk.status).toBe(status)
  })
})

test('dailyLoss begins anew at 00:00 UTC', async () => {
  await using world = await LimitWorld.open({ dailyLoss: { at: 0.001, action: 'reduce' } })
  await world.minute(100, { first: order('buy', 1) })
  await world.until(START_MS + 86_399_999 - 60_000)
  await world.minute(60)
  // The last minute of the day closes at 00:00, and its equity of 49,959.95 is where the next day begins.
  await world.minute(60)
  await world.minute(10.05)
  expect(world.risk.memory).toMatchObject({ status: 'active', dayStartMs: START_MS + 86_400_000 })
  await world.minute(10.04)
  expect(world.risk.memory).toMatchObject({ status: 'reducing', reason: 'loss of 0.1 % today' })
})

test('a price beyond the liquidation is not away from it again', async () => {
  await using world = await LimitWorld.open({ marginDistance: { at: 0.01 } }, 10)
  await world.minute(100, { first: order('buy', 1) })
  await world.minute(80)
  expect(world.risk.memory).toMatchObject({ status: 'reducing', reason: 'liquidation is -15.44 % away' })
})

test('a bar that was there before does not make a feed fresh', async () => {
  await using world = await LimitWorld.open({ staleDataMs: { at: 5_000, action: 'reduce' } })
  await world.minute(100)
  await world.until(START_MS + 124_999)
  const repeated = { open: 100, high: 100, low: 100, close: 100, volume: 1, tsRecvMs: START_MS + 124_999 }
  const [instrument] = world.session.setup.config.instruments
  if (instrument === undefined) throw new Error('no instrument')
  world.session.onBar(instrument, '1m', { ...repeated, openTimeMs: START_MS, closeTimeMs: START_MS + 60_000 })
  expect(world.risk.status).toBe('active')
  await world.until(START_MS + 125_000)
  expect(world.risk.status).toBe('reducing')
})
