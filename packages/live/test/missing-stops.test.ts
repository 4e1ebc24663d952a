// Long because each test is one way in which a stop that goes back could be one too many, too large, or missing.
import { instrumentOf, KestrelError } from '@kestrel/core'
import type { OrderView } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { type LiveSession, parityReport, rerunSession, SessionJournal } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { FakeGateway } from './fake-gateway.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

const BRACKET = barActor(({ bracket, instrument }, bar) => {
  if (bar !== 1) return
  const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
  bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 120 } })
})

const guardAlarms = ({ events }: World): string[] =>
  events.flatMap((event) => (event.kind === 'alarm' && event.code === 'LIVE_GUARD' ? [event.message] : []))

const stopsOf = async ({ gateway }: World): Promise<unknown[]> =>
  (await gateway.openOrders())
    .filter(({ type }) => type === 'stop-market')
    .map(({ triggerTicks, quantityLots }) => [triggerTicks, quantityLots])
const STOP = [9_500, 1_000]

/** A session whose entry has filled, with its stop and target at the venue. */
async function guarded(world: World): Promise<LiveSession> {
  const session = await world.open()
  await world.minute(session, 100)
  world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
  await world.quiet()
  expect(await stopsOf(world)).toEqual([STOP])
  return session
}

async function takeStopAway({ gateway, instrument }: World): Promise<void> {
  const stop = (await gateway.openOrders()).find(({ type }) => type === 'stop-market')
  await gateway.cancelOrder({ clientOrderId: stop?.clientOrderId ?? '', instrument })
}

/** Fills of an order that has ended at the venue. */
function fillEnded({ gateway }: World, clientOrderId: string, lots: readonly number[]): void {
  const resting = gateway.orders.find((each) => each.clientOrderId === clientOrderId)
  if (resting === undefined) throw new Error(`no order ${clientOrderId}`)
  resting.order = { ...resting.order, state: 'open' }
  for (const each of lots) gateway.fill(clientOrderId, each)
  resting.order = { ...resting.order, state: 'cancelled' }
}

/** Time goes by, and the session does what it brings. */
async function later(world: World, session: LiveSession, ms = 2_000): Promise<void> {
  world.clock.advanceTo(world.clock.nowMs() + ms)
  session.tick()
  await world.quiet()
}

describe('a stop that somebody takes off the venue', () => {
  test.each([PERPETUAL, SPOT])('is put back: $id', async (instrument) => {
    using world = new World('live', instrument, BRACKET)
    const session = await guarded(world)
    await takeStopAway(world)
    await world.quiet()
    expect(session.bare()).toMatchObject([{ strategy: 'bar-actor', instrument: instrument.id, quantity: 1 }])
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    expect(session.bare()).toEqual([])
    expect(guardAlarms(world)).toEqual([
      expect.stringMatching(/does not guard its position any more: .* It is put back/),
    ])
    await session.stop()
  })

  test('while the session is paused too', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await guarded(world)
    session.command('pause', 'test')
    await takeStopAway(world)
    await world.quiet()
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    await session.stop()
  })

  test('is left to them where they do it again, which is told again and again until trading is resumed', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await guarded(world)
    for (let i = 0; i < 2; i++) {
      await takeStopAway(world)
      await world.quiet()
      await later(world, session)
    }
    await later(world, session)
    expect(await stopsOf(world)).toEqual([])
    expect(guardAlarms(world)[1]).toContain('left as it is')
    const told = guardAlarms(world).length
    for (let i = 0; i < 3; i++) await later(world, session, 600_000)
    const again = guardAlarms(world).slice(told)
    expect(again).toEqual(
      Array(3).fill(expect.stringMatching(/^Nothing stops the loss of 1 of 1 .*kestrel bot resume\.$/)),
    )
    session.command('resume', 'test')
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    await session.stop()
  })

  test('while the session was away is put back by its next start', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const first = await guarded(world)
    await first.suspend()
    world.crash()
    await takeStopAway(world)
    const session = await world.open()
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    await session.suspend()
    world.crash()
    // The same comes out when the journal is played again, and nothing is sent twice.
    const last = await world.open()
    await later(world, last)
    expect(await stopsOf(world)).toEqual([STOP])
    await last.stop()
  })

  test('and is being put back in a crash is there once after it, whatever its names were before', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    Object.assign(world.gateway.abilities, { amendsInPlace: false })
    const first = await world.open()
    await world.minute(first, 100)
    const entry = world.gateway.received[0]?.clientOrderId ?? ''
    // Fills one after the other: the stop is replaced at the venue.
    for (const lots of [300, 700]) {
      world.gateway.fill(entry, lots)
      await world.quiet()
    }
    expect(await stopsOf(world)).toEqual([STOP])
    await takeStopAway(world)
    await world.quiet()
    const { turn } = world.gateway
    world.gateway.turn = () => new Promise(() => undefined)
    world.clock.advanceTo(world.clock.nowMs() + 2_000)
    first.tick()
    // The journal has it, the venue does not.
    world.crash()
    world.gateway.turn = turn
    const session = await world.open()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await world.quiet()
    expect(await stopsOf(world)).toEqual([STOP])
    const names = world.gateway.orders.map(({ clientOrderId }) => clientOrderId)
    expect(new Set(names).size).toBe(names.length)
    await session.stop()
  })

  test('is not put back where its position has been closed', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await guarded(world)
    await takeStopAway(world)
    await world.quiet()
    expect(session.core.venue?.missing.isEmpty).toBe(false)
    // Its target fills before it would be put back.
    world.gateway.fill(world.gateway.received[2]?.clientOrderId ?? '')
    await world.quiet()
    await later(world, session)
    expect(world.gateway.lots[PERPETUAL.id]).toBe(0)
    expect(await stopsOf(world)).toEqual([])
    expect(session.core.kernel.desk.openOrders(0, 0).filter(({ type }) => type === 'stop-market')).toEqual([])
    await session.stop()
  })

  test('is not put back while somebody closes the account', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await guarded(world)
    world.isHalted = true
    await world.gateway.cancelAll()
    await world.quiet()
    await later(world, session)
    expect(await world.gateway.openOrders()).toEqual([])
    world.isHalted = false
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    await session.stop()
  })

  test('and whose price was passed meanwhile has its position closed', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await guarded(world)
    await takeStopAway(world)
    await world.quiet()
    const create = world.gateway.createOrder.bind(world.gateway)
    world.gateway.createOrder = async (order) => {
      if (order.type !== 'stop-market') return create(order)
      throw new KestrelError({ code: 'TEST', message: 'Order would immediately trigger.', retry: 'never' })
    }
    world.gateway.prices.set(PERPETUAL.id, 90)
    await later(world, session)
    expect(world.gateway.lots[PERPETUAL.id]).toBe(0)
    await session.stop()
  })
})

test('what a trade made while its stop was away is put down to whoever took it', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await guarded(world)
  for (let i = 0; i < 2; i++) {
    await takeStopAway(world)
    await world.quiet()
    await later(world, session)
  }
  for (const price of [100, 90, 90, 90, 90]) await world.minute(session, price)
  await session.stop()
  const rerun = rerunSession(new SessionJournal(world.journal), world.setup.config)
  if (rerun === undefined) throw new Error('nothing was played')
  const report = parityReport(rerun)
  expect(report.rows.flatMap(({ attributions }) => attributions)).toContainEqual(
    expect.objectContaining({ cause: 'manual', detail: expect.stringContaining('its stop was not at the venue') }),
  )
  expect(report.isExplained).toBe(true)
})

describe('a stop that the venue said was cancelled and lists fills of', () => {
  /** The venue says that the stop is cancelled and nothing of it filled, which is not so. */
  async function sayCancelled({ gateway, instrument }: World): Promise<string> {
    const resting = gateway.orders.find(({ order }) => order.type === 'stop-market' && order.state === 'open')
    if (resting === undefined) throw new Error('No stop is open.')
    gateway.prices.set(instrument.id, 94)
    gateway.stream?.onOrder({ ...resting.order, state: 'cancelled', filledLots: 0, reason: 'gone' })
    return resting.clientOrderId
  }
  /** An order that the venue had ended fills all the same. */
  function fillEnded({ gateway }: World, clientOrderId: string, lots: number): void {
    const resting = gateway.orders.find((each) => each.clientOrderId === clientOrderId)
    if (resting === undefined) throw new Error('There is no such order.')
    resting.order = { ...resting.order, state: 'open' }
    gateway.fill(clientOrderId, lots)
    resting.order = { ...resting.order, state: lots < 1_000 ? 'cancelled' : 'filled' }
  }
  const heldOf = ({ core }: LiveSession): number => core.kernel.ledger.lots[0] as number

  test.each([PERPETUAL, SPOT])('does not go back once its position is gone, nor after a restart: $id', async (each) => {
    using world = new World('live', each, BRACKET)
    world.gateway.balance['BTC'] = 0
    let session = await guarded(world)
    const name = await sayCancelled(world)
    await world.quiet()
    fillEnded(world, name, 1_000)
    await world.quiet()
    await later(world, session)
    expect([heldOf(session), world.gateway.lots[each.id], await stopsOf(world)]).toEqual([0, 0, []])
    await session.suspend()
    world.crash()
    session = await world.open()
    await later(world, session)
    expect([heldOf(session), world.gateway.lots[each.id], await stopsOf(world)]).toEqual([0, 0, []])
    await session.stop()
  })

  test.each([PERPETUAL, SPOT])('does not go back for the rest, which is closed at the market: $id', async (each) => {
    using world = new World('live', each, BRACKET)
    const session = await guarded(world)
    const name = await sayCancelled(world)
    await world.quiet()
    fillEnded(world, name, 300)
    await world.quiet()
    await later(world, session)
    await world.minute(session, 94)
    await world.quiet()
    expect([heldOf(session), world.gateway.lots[each.id], await stopsOf(world)]).toEqual([0, 0, []])
    await session.stop()
  })

  test.each([PERPETUAL, SPOT])('has what took its place taken off, and the rest closed: $id', async (each) => {
    using world = new World('live', each, BRACKET)
    const session = await guarded(world)
    const stop = world.gateway.orders.find(({ order }) => order.type === 'stop-market')
    await takeStopAway(world)
    await world.quiet()
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    fillEnded(world, stop?.clientOrderId ?? '', 300)
    await world.quiet()
    await later(world, session)
    await world.minute(session, 94)
    await world.quiet()
    expect([heldOf(session), world.gateway.lots[each.id], await stopsOf(world)]).toEqual([0, 0, []])
    await session.stop()
  })

  test('has the rest closed once where it is listed in parts', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await guarded(world)
    const stop = world.gateway.orders.find(({ order }) => order.type === 'stop-market')
    await takeStopAway(world)
    await world.quiet()
    await later(world, session)
    fillEnded(world, stop?.clientOrderId ?? '', 300)
    fillEnded(world, stop?.clientOrderId ?? '', 300)
    await world.quiet()
    await later(world, session)
    expect(world.gateway.received.filter(({ type, side }) => type === 'market' && side === 'sell')).toHaveLength(1)
    expect([heldOf(session), world.gateway.lots[PERPETUAL.id], await stopsOf(world)]).toEqual([0, 0, []])
    await session.stop()
  })

  test.each([PERPETUAL, SPOT])('is no reason to end the stop where it is of a moved target: $id', async (each) => {
    let target: OrderView | undefined
    const mover = barActor(({ bracket, amend, instrument }, bar) => {
      const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
      if (bar === 1) ({ target } = bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 120 } }))
      else if (bar === 2 && target !== undefined) amend(target, { limitPrice: 125 })
    })
    using world = new World('live', each, mover)
    Object.assign(world.gateway.abilities, { amendsInPlace: false })
    const session = await world.open()
    await world.minute(session, 100)
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
    await world.quiet()
    const old = (await world.gateway.openOrders()).find(({ type }) => type === 'limit')
    await world.minute(session, 100)
    await world.quiet()
    fillEnded(world, old?.clientOrderId ?? '', 300)
    await world.quiet()
    await later(world, session)
    await later(world, session)
    const guarding = (await stopsOf(world)) as (readonly [number, number])[]
    expect(heldOf(session)).toBe(700)
    expect(guarding).toEqual([[9_500, 700]])
    await session.stop()
  })

  test.each([
    [PERPETUAL, 1_000],
    [SPOT, 1_000],
    [SPOT, 300],
  ] as const)('is not sent again by a start that lists its fill late (%#)', async (each, lots) => {
    using world = new World('live', each, BRACKET)
    world.gateway.balance['BTC'] = 5
    const { gateway } = world
    const first = await guarded(world)
    const stop = gateway.orders.find(({ order }) => order.type === 'stop-market')
    await takeStopAway(world)
    await world.quiet()
    const { turn } = gateway
    // It is written down that the stop is put back, and the process dies before it is sent.
    gateway.turn = () => new Promise(() => undefined)
    world.clock.advanceTo(world.clock.nowMs() + 2_000)
    first.tick()
    await new Promise((resolve) => setTimeout(resolve, 15))
    world.crash()
    gateway.turn = turn
    fillEnded(world, stop?.clientOrderId ?? '', lots)
    const list = gateway.fillsSince.bind(gateway)
    let calls = 0
    gateway.fillsSince = async (fromMs: number) => (calls++ === 0 ? [] : list(fromMs))
    const session = await world.open({ ...world.setup, reconcileMs: 50 })
    await new Promise((resolve) => setTimeout(resolve, 200))
    await later(world, session)
    await later(world, session)
    const guarding = (await stopsOf(world)) as (readonly [number, number])[]
    expect(guarding.reduce((sum, [, size]) => sum + size, 0)).toBeLessThanOrEqual(heldOf(session))
    await session.stop()
  })

  test.each([PERPETUAL, SPOT])('is booked once, and what took its place is taken off: $id', async (each) => {
    using world = new World('live', each, BRACKET)
    world.gateway.balance['BTC'] = 0
    const setup = { ...world.setup, reconcileMs: 20 }
    let session = await world.open(setup)
    await world.minute(session, 100)
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
    await world.quiet()
    const stop = (await world.gateway.openOrders()).find(({ type }) => type === 'stop-market')
    await takeStopAway(world)
    await world.quiet()
    await later(world, session)
    expect(await stopsOf(world)).toEqual([STOP])
    fillEnded(world, stop?.clientOrderId ?? '', 1_000)
    await world.quiet()
    // Looks list the fill again.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([heldOf(session), world.gateway.lots[each.id], await stopsOf(world)]).toEqual([0, 0, []])
    await session.suspend()
    world.crash()
    session = await world.open(setup)
    expect(heldOf(session)).toBe(0)
    await session.stop()
  })
})

test('a stop is put back as large as what is left to guard', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await guarded(world)
  await takeStopAway(world)
  await world.quiet()
  session.core.kernel.ledger.lots[0] = 400
  world.gateway.lots[PERPETUAL.id] = 400
  await later(world, session)
  expect(await stopsOf(world)).toEqual([[9_500, 400]])
  await session.stop()
})

test('a stop that would open a position guards none', async () => {
  const both = barActor(({ bracket, instrument }, bar) => {
    if (bar !== 1) return
    const long = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
    bracket({ entry: long, stop: { triggerPrice: 95 }, target: { limitPrice: 120 } })
    const short = { instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 80 } as const
    bracket({ entry: short, stop: { triggerPrice: 90 }, target: { limitPrice: 60 } })
  })
  using world = new World('live', PERPETUAL, both)
  const session = await world.open()
  await world.minute(session, 100)
  const { gateway } = world
  gateway.fill(gateway.received.find(({ type }) => type === 'limit')?.clientOrderId ?? '')
  await world.quiet()
  const guard = (await gateway.openOrders()).find(({ triggerTicks }) => triggerTicks === 9_500)
  await gateway.cancelOrder({ clientOrderId: guard?.clientOrderId ?? '', instrument: PERPETUAL })
  await world.quiet()
  expect(session.bare()).toHaveLength(1)
  await later(world, session)
  expect((await gateway.openOrders()).filter(({ triggerTicks }) => triggerTicks === 9_500)).toHaveLength(1)
  await session.stop()
})

test('where somebody else trades the coins a stop is left to them until trading is resumed', async () => {
  using world = new World('live', SPOT, BRACKET)
  // Coins that are not the session's: what the account has does not tell whether its own were sold.
  world.gateway.balance['BTC'] = 5
  const session = await guarded(world)
  await takeStopAway(world)
  world.gateway.stream?.onFill({
    fillId: 'by hand',
    venueOrderId: '999',
    clientOrderId: undefined,
    instrument: SPOT,
    side: 'sell',
    lots: 1_000,
    price: 100,
    fee: { currency: 'USDT', amount: 0 },
    liquidity: 'taker',
    tsEventMs: world.clock.nowMs(),
  })
  await world.quiet()
  await later(world, session)
  await later(world, session)
  expect(await stopsOf(world)).toEqual([])
  expect(guardAlarms(world).filter((text) => text.includes('traded by somebody else'))).toHaveLength(1)
  expect(session.bare()[0]?.text).toMatch(/kestrel bot resume/)
  session.command('resume', 'the coins are there')
  await later(world, session)
  expect(await stopsOf(world)).toEqual([STOP])
  await session.stop()
})

test('a stop that lacks its coins as it is put back is left, and nothing is sold for it', async () => {
  using world = new World('live', SPOT, BRACKET)
  const session = await guarded(world)
  await takeStopAway(world)
  const create = world.gateway.createOrder.bind(world.gateway)
  world.gateway.createOrder = async (order) => {
    // Somebody's own stop has them.
    if (order.type === 'stop-market')
      throw new KestrelError({ code: 'VENUE_FUNDS', message: 'not enough coins', retry: 'never' })
    return create(order)
  }
  await world.quiet()
  for (let i = 0; i < 3; i++) await later(world, session)
  expect(world.gateway.lots[SPOT.id]).toBe(1_000)
  expect(session.bare()[0]?.text).toMatch(/kestrel bot resume/)
  world.gateway.createOrder = create
  session.command('resume', 'the coins are free')
  await later(world, session)
  expect(await stopsOf(world)).toEqual([STOP])
  await session.stop()
})

test.each([PERPETUAL, SPOT])(
  'of a stop that the venue knows again after it was put back one is left: $id',
  async (each) => {
    using world = new World('live', each, BRACKET)
    world.gateway.balance['BTC'] = 5
    const setup = { ...world.setup, reconcileMs: 100 }
    const session = await world.open(setup)
    await world.minute(session, 100)
    const { gateway } = world
    gateway.fill(gateway.received[0]?.clientOrderId ?? '')
    await world.quiet()
    const [find, list] = [gateway.findOrder.bind(gateway), gateway.openOrders.bind(gateway)]
    gateway.findOrder = async () => undefined
    gateway.openOrders = async () => []
    const create = gateway.createOrder.bind(gateway)
    gateway.createOrder = async (order) => {
      gateway.findOrder = find
      gateway.openOrders = list
      return create(order)
    }
    gateway.stream?.onGap(world.clock.nowMs() - 1_000, world.clock.nowMs(), 'test')
    await new Promise((resolve) => setTimeout(resolve, 150))
    await later(world, session)
    await later(world, session)
    await expect.poll(() => stopsOf(world), { timeout: 5_000 }).toEqual([STOP])
    await new Promise((resolve) => setTimeout(resolve, 200))
    await world.quiet()
    expect(await stopsOf(world)).toEqual([STOP])
    await session.stop()
  },
)

test('a venue that cannot be looked at keeps no stop of another one away', async () => {
  const far = instrumentOf({
    id: 'BTC-USDT-PERP.FAR',
    tickSize: '0.01',
    lotSize: '0.001',
    makerFeeRate: 0,
    takerFeeRate: 0,
  })
  using world = new World('live', PERPETUAL, BRACKET)
  const away = new FakeGateway('FAR', [far], { USDT: 100_000 }, world.clock)
  world.gateways.push(away)
  const config = { ...world.setup.config, instruments: [PERPETUAL, far] }
  const session = await world.open({ ...world.setup, config, barGraceMs: 1 })
  await world.minute(session, 100)
  world.clock.advanceTo(world.clock.nowMs() + 50)
  session.tick()
  await world.quiet()
  world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '')
  await world.quiet()
  expect(await stopsOf(world)).toEqual([STOP])
  away.balances = async () => new Promise(() => undefined)
  await takeStopAway(world)
  await world.quiet()
  await later(world, session)
  await expect.poll(() => stopsOf(world), { timeout: 5_000 }).toEqual([STOP])
  away.balances = async () => []
})

test('while the account is not what the books say no stop is put back', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await guarded(world)
  await takeStopAway(world)
  world.gateway.lots[PERPETUAL.id] = 0
  await world.quiet()
  await later(world, session)
  expect(await stopsOf(world)).toEqual([])
  world.gateway.lots[PERPETUAL.id] = 1_000
  await later(world, session)
  expect(await stopsOf(world)).toEqual([STOP])
  await session.stop()
})

test.each([
  [PERPETUAL, [300, 300]],
  [PERPETUAL, [600]],
  [SPOT, [300, 300]],
  [SPOT, [600]],
] as const)(
  'the rest of one that fills late is closed, and the bracket beside it is left alone (%#)',
  async (each, lots) => {
    const two = barActor(({ bracket, instrument }, bar) => {
      if (bar !== 1) return
      const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
      for (const triggerPrice of [95, 94]) bracket({ entry, stop: { triggerPrice }, target: { limitPrice: 120 } })
    })
    using world = new World('live', each, two)
    const { gateway } = world
    gateway.balance['BTC'] = 0
    const session = await world.open()
    await world.minute(session, 100)
    for (const { clientOrderId } of gateway.received) gateway.fill(clientOrderId)
    await world.quiet()
    const stop = gateway.orders.find(({ order }) => order.triggerTicks === 9_500)
    await gateway.cancelOrder({ clientOrderId: stop?.clientOrderId ?? '', instrument: each })
    await world.quiet()
    await later(world, session)
    expect(await stopsOf(world)).toEqual([[9_400, 1_000], STOP])
    fillEnded(world, stop?.clientOrderId ?? '', lots)
    await world.quiet()
    for (let i = 0; i < 3; i++) await later(world, session)
    expect(gateway.received.filter(({ type }) => type === 'market').map((order) => order.quantityLots)).toEqual([400])
    expect(await stopsOf(world)).toEqual([[9_400, 1_000]])
    expect(gateway.lots[each.id]).toBe(1_000)
    expect(session.bare()).toEqual([])
    expect(guardAlarms(world).at(-1)).toMatch(
      /begun to fill before it was changed. What is left is closed at the market/,
    )
    await session.stop()
  },
)

test.each([PERPETUAL, SPOT])(
  'of a stop without bracket that fills in part before it is moved somebody is told: $id',
  async (each) => {
    let stop: OrderView | undefined
    const plain = barActor(({ submit, amend, instrument }, bar) => {
      const guard = { instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 90 } as const
      if (bar === 1) submit({ instrument, side: 'buy', quantity: 1 })
      if (bar === 2) stop = submit({ ...guard, reduceOnly: each === PERPETUAL })
      if (bar === 3 && stop !== undefined) amend(stop, { triggerPrice: 95 })
    })
    using world = new World('live', each, plain)
    world.gateway.balance['BTC'] = 0
    Object.assign(world.gateway.abilities, { amendsInPlace: false })
    const session = await world.open()
    for (let i = 0; i < 3; i++) await world.minute(session, 100)
    await world.quiet()
    expect(await stopsOf(world)).toEqual([STOP])
    const old = world.gateway.orders.find(({ order }) => order.triggerTicks === 9_000)
    fillEnded(world, old?.clientOrderId ?? '', [300])
    await world.quiet()
    await later(world, session)
    expect(await stopsOf(world)).toEqual([])
    expect(guardAlarms(world)).toEqual([
      expect.stringMatching(/before it was changed. Guard what is left, or close it/),
    ])
    expect(session.bare()).toMatchObject([{ quantity: 0.7 }])
    await session.stop()
  },
)

test.each([PERPETUAL, SPOT])('a stop that filled whole before it was moved is told of once: $id', async (each) => {
  const two = barActor(({ bracket, amend, openOrders, instrument }, bar) => {
    const stop = openOrders(instrument).find(({ type }) => type === 'stop-market')
    const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
    if (bar === 1)
      for (let i = 0; i < 2; i++) bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 120 } })
    if (bar === 2 && stop !== undefined) amend(stop, { triggerPrice: 96 })
  })
  using world = new World('live', each, two)
  const { gateway } = world
  gateway.balance['BTC'] = 0
  Object.assign(gateway.abilities, { amendsInPlace: false })
  const session = await world.open()
  await world.minute(session, 100)
  for (const { clientOrderId } of gateway.received) gateway.fill(clientOrderId)
  await world.quiet()
  const old = gateway.orders.find(({ order }) => order.type === 'stop-market')
  await world.minute(session, 100)
  await world.quiet()
  fillEnded(world, old?.clientOrderId ?? '', [1_000])
  await world.quiet()
  // What the other bracket holds is guarded, and nothing of this one is left.
  expect(await stopsOf(world)).toEqual([STOP])
  expect(gateway.lots[each.id]).toBe(1_000)
  expect(guardAlarms(world)).toEqual([])
  await session.stop()
})
