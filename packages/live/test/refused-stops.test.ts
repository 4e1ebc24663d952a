import { KestrelError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

type Context = Parameters<Parameters<typeof barActor>[0]>[0]

function long({ bracket, instrument }: Context, quantity: number): void {
  const entry = { instrument, side: 'buy', quantity, type: 'limit', limitPrice: 99 } as const
  bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
}

/** A bracket around a long of one unit at the first bar. */
const BRACKET = barActor((context, bar) => {
  if (bar === 1) long(context, 1)
})

/** Two brackets at once, one of them larger. */
const TWO_BRACKETS = barActor((context, bar) => {
  if (bar === 1) for (const quantity of [1, 2]) long(context, quantity)
})

/** The venue turns down every stop, because the price is past it. */
function refuseStops(world: World): void {
  const create = world.gateway.createOrder.bind(world.gateway)
  world.gateway.createOrder = async (order) => {
    if (order.type === 'stop-market') throw refusal('Order would immediately trigger.')
    return create(order)
  }
}

/** The venue sets coins aside for each order to sell, as long as it is open. */
function setCoinsAside(world: World): void {
  const create = world.gateway.createOrder.bind(world.gateway)
  world.gateway.createOrder = async (order) => {
    const locked = world.gateway.orders
      .filter(({ order: { state, side } }) => state === 'open' && side === 'sell')
      .reduce((sum, { order: { quantityLots, filledLots } }) => sum + quantityLots - filledLots, 0)
    if (order.side === 'sell' && locked + order.quantityLots > (world.gateway.lots[SPOT.id] ?? 0)) {
      throw refusal('Account has insufficient balance.')
    }
    return create(order)
  }
}

function refusal(message: string): KestrelError {
  return new KestrelError({ code: 'TEST', message, retry: 'never' })
}

function restingAt({ gateway }: World): unknown[] {
  return gateway.orders
    .filter(({ order }) => order.state === 'open')
    .map(({ order }) => [order.type, order.quantityLots])
}

function guardAlarms(world: World): string[] {
  return world.events.flatMap((event) => (event.kind === 'alarm' && event.code === 'LIVE_GUARD' ? [event.message] : []))
}

async function fill(world: World, created: number, lots?: number): Promise<void> {
  world.gateway.prices.set(world.instrument.id, 99)
  world.gateway.fill(world.gateway.received[created]?.clientOrderId ?? '', lots)
  await world.quiet()
}

describe('what a stop was to guard that the venue does not take', () => {
  test.each([PERPETUAL, SPOT])('is closed at the market: $id', async (instrument) => {
    using world = new World('live', instrument, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    refuseStops(world)
    await fill(world, 0, 400)
    // The rest of the entry would come without a stop.
    expect(restingAt(world)).toEqual([])
    expect(world.gateway.lots[instrument.id]).toBe(0)
    expect(guardAlarms(world)).toEqual([expect.stringContaining('What it was to guard is closed at the market.')])
    await session.stop()
  })

  test('is tried on where the venue turns down the order to close, and survives a restart', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const first = await world.open()
    await world.minute(first, 100)
    refuseStops(world)
    const create = world.gateway.createOrder
    world.gateway.createOrder = async (order) => {
      if (order.type === 'market') throw refusal('busy')
      return create(order)
    }
    await fill(world, 0)
    expect([world.gateway.lots[PERPETUAL.id], restingAt(world)]).toEqual([1_000, []])
    await first.suspend()
    world.crash()
    world.gateway.createOrder = create
    const session = await world.open()
    await world.minute(session, 99)
    session.tick()
    await world.quiet()
    expect(world.gateway.lots[PERPETUAL.id]).toBe(0)
    await session.stop()
  })

  test('is left alone where a stop of somebody here kept it from being sent', async () => {
    using world = new World('live', PERPETUAL, BRACKET)
    const session = await world.open()
    await world.minute(session, 100)
    world.isHalted = true
    await fill(world, 0)
    world.isHalted = false
    await world.minute(session, 99)
    expect(world.gateway.lots[PERPETUAL.id]).toBe(1_000)
    await session.stop()
  })
})

test('a stop that was turned down is not sent again by a look-up that was to come after it', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const { gateway } = world
  const session = await world.open()
  await world.minute(session, 100)
  refuseStops(world)
  const create = gateway.createOrder
  const tried: string[] = []
  gateway.createOrder = async (order) => {
    tried.push(order.type)
    // The stream was away meanwhile: where orders stand is asked for.
    if (order.type === 'stop-market') gateway.stream?.onGap(world.clock.nowMs() - 1, world.clock.nowMs(), 'test')
    return create(order)
  }
  await fill(world, 0)
  await new Promise((resolve) => setTimeout(resolve, 200))
  await world.quiet()
  expect(tried.filter((type) => type === 'stop-market')).toHaveLength(3)
  expect(gateway.lots[PERPETUAL.id]).toBe(0)
  await session.stop()
})

describe('a stop of spot whose coins are set aside for the target of another bracket', () => {
  /** The venue fills both entries and tells of one. */
  async function tellLate(world: World): Promise<void> {
    setCoinsAside(world)
    world.gateway.isStreaming = false
    world.gateway.fill(world.gateway.received[1]?.clientOrderId ?? '')
    world.gateway.isStreaming = true
    await fill(world, 0)
    expect(restingAt(world)).toEqual([
      ['stop-market', 1_000],
      ['limit', 1_000],
    ])
  }

  test('gets them, and is sent again', async () => {
    using world = new World('live', SPOT, TWO_BRACKETS)
    const session = await world.open()
    await world.minute(session, 100)
    await tellLate(world)
    for (const each of world.gateway.fills) world.gateway.stream?.onFill(each)
    await world.quiet()
    expect(restingAt(world)).toEqual([
      ['stop-market', 1_000],
      ['stop-market', 2_000],
    ])
    expect(guardAlarms(world)[0]).toContain('it is sent again')
    await session.stop()
  })

  test('was there before, and keeps no target of a later bracket waiting once it is there again', async () => {
    const moved = barActor((context, bar) => {
      if (bar === 1) long(context, 1)
      if (bar === 3) long(context, 2)
      const stop = context.openOrders(context.instrument).find(({ type }) => type === 'stop-market')
      if (bar === 2 && stop !== undefined) context.amend(stop, { triggerPrice: 96 })
    })
    using world = new World('live', SPOT, moved)
    Object.assign(world.gateway.abilities, { amendsInPlace: false })
    const session = await world.open()
    await world.minute(session, 100)
    await fill(world, 0)
    const { createOrder } = world.gateway
    setCoinsAside(world)
    await world.minute(session, 100)
    await world.quiet()
    expect(restingAt(world)).toEqual([['stop-market', 1_000]])
    world.gateway.createOrder = createOrder
    await world.minute(session, 100)
    world.gateway.fill(world.gateway.received.at(-1)?.clientOrderId ?? '')
    await world.quiet()
    expect(restingAt(world)).toEqual([
      ['stop-market', 1_000],
      ['stop-market', 2_000],
      ['limit', 2_000],
    ])
    await session.stop()
  })

  test('gets them after a restart', async () => {
    using world = new World('live', SPOT, TWO_BRACKETS)
    const first = await world.open()
    await world.minute(first, 100)
    await tellLate(world)
    await first.suspend()
    world.crash()
    const session = await world.open()
    await world.quiet()
    expect(restingAt(world)).toEqual([
      ['stop-market', 1_000],
      ['stop-market', 2_000],
    ])
    await session.suspend()
    world.crash()
    const last = await world.open()
    await world.quiet()
    expect(restingAt(world)).toHaveLength(2)
    await last.stop()
  })
})

test('what a stop of spot that is smaller than the venue takes was to guard is closed at the market', async () => {
  using world = new World('live', SPOT, BRACKET)
  const session = await world.open()
  await world.minute(session, 100)
  // Worth 5.15 to buy, 4.94 at the stop; the least is 5.
  await fill(world, 0, 52)
  expect(restingAt(world)).toEqual([['limit', 1_000]])
  await world.gateway.cancelAll()
  await world.quiet()
  expect(guardAlarms(world)).toEqual([expect.stringContaining('smaller than the venue takes. What it was to guard')])
  expect([world.gateway.lots[SPOT.id], restingAt(world)]).toEqual([0, []])
  await session.stop()
})
