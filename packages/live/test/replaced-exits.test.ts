import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

/** A bracket around a long of one unit at the first bar; its stop is moved at the second. */
const BRACKET = barActor(({ bracket, amend, openOrders, instrument }, bar) => {
  const entry = { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 } as const
  if (bar === 1) bracket({ entry, stop: { triggerPrice: 95 }, target: { limitPrice: 110 } })
  const stop = openOrders(instrument).find(({ type }) => type === 'stop-market')
  if (bar === 2 && stop !== undefined) amend(stop, { triggerPrice: 97 })
})

/** A venue that cannot change stops. */
function world(): World {
  const made = new World('live', PERPETUAL, BRACKET)
  Object.assign(made.gateway.abilities, { amendableTypes: ['limit'] })
  return made
}

function stopsAt({ gateway }: World): unknown[] {
  return gateway.orders
    .filter(({ order }) => order.state === 'open' && order.type === 'stop-market')
    .map(({ order }) => [order.quantityLots, order.triggerTicks])
}

async function fillEntry(at: World, lots: number): Promise<void> {
  at.gateway.prices.set(PERPETUAL.id, 99)
  at.gateway.fill(at.gateway.received[0]?.clientOrderId ?? '', lots)
  await at.quiet()
}

/** Turns down stops that `isBad` names. */
function refuseStops({ gateway }: World, isBad: (lots: number, triggerTicks: number | undefined) => boolean): void {
  const create = gateway.createOrder.bind(gateway)
  gateway.createOrder = async (order) => {
    if (order.type === 'stop-market' && isBad(order.quantityLots, order.triggerTicks)) {
      throw new KestrelError({ code: 'TEST', message: 'it would trigger at once', retry: 'never' })
    }
    return create(order)
  }
}

test('a stop whose new place the venue turns down is put back, and somebody is told', async () => {
  using at = world()
  const session = await at.open()
  await at.minute(session, 100)
  await fillEntry(at, 1_000)
  refuseStops(at, (_, triggerTicks) => triggerTicks === 9_700)
  await at.minute(session, 100)
  await at.quiet()
  expect(stopsAt(at)).toEqual([[1_000, 9_500]])
  expect(at.events.flatMap((event) => (event.kind === 'alarm' ? [event.code] : []))).toEqual(['LIVE_GUARD'])
  expect(session.core.venue?.orderOf(2)).toMatchObject({ state: 'accepted', quantityLots: 1_000, triggerTicks: 9_500 })
  await session.stop()
})

test('a stop that the venue does not take larger is put back as it was, which the books then know', async () => {
  using at = world()
  const session = await at.open()
  await at.minute(session, 100)
  await fillEntry(at, 400)
  refuseStops(at, (lots) => lots > 400)
  await fillEntry(at, 600)
  expect(stopsAt(at)).toEqual([[400, 9_500]])
  expect(session.core.records().orders()[1]).toMatchObject({ state: 'accepted', quantity: 0.4 })
  await session.stop()
})

test('an entry that fills in many parts has its stop replaced once', async () => {
  using at = world()
  const session = await at.open({
    ...at.setup,
    times: { settleMs: 40, firstWaitMs: 1, mostWaitMs: 4, staleMs: 1_000, gatherMs: 60 },
  })
  await at.minute(session, 100)
  at.gateway.prices.set(PERPETUAL.id, 99)
  for (let part = 0; part < 5; part++) {
    at.gateway.fill(at.gateway.received[0]?.clientOrderId ?? '', 200)
    await wait(5)
  }
  await at.quiet()
  expect(stopsAt(at)).toEqual([[1_000, 9_500]])
  expect(at.gateway.received.filter(({ type }) => type === 'stop-market')).toHaveLength(2)
  await session.stop()
})

test('a stop that is moved while it grows is moved and grows', async () => {
  using at = world()
  const session = await at.open({
    ...at.setup,
    times: { settleMs: 40, firstWaitMs: 1, mostWaitMs: 4, staleMs: 1_000, gatherMs: 30 },
  })
  await at.minute(session, 100)
  await fillEntry(at, 400)
  void at.minute(session, 100)
  await wait(5)
  await fillEntry(at, 600)
  expect(stopsAt(at)).toEqual([[1_000, 9_700]])
  expect(session.core.venue?.orderOf(2)).toMatchObject({ quantityLots: 1_000, triggerTicks: 9_700 })
  await session.stop()
})

test('a session that ends between the old stop and the new one sends the new one when it goes on', async () => {
  using at = world()
  const session = await at.open()
  await at.minute(session, 100)
  await fillEntry(at, 1_000)
  const cancel = at.gateway.cancelOrder.bind(at.gateway)
  at.gateway.cancelOrder = async (reference) => {
    at.gateway.isStreaming = false
    await cancel(reference)
    return new Promise(() => undefined)
  }
  void at.minute(session, 100)
  await wait(20)
  await session.suspend()
  at.crash()
  Object.assign(at.gateway, { cancelOrder: cancel, isStreaming: true })
  const again = await at.open()
  await at.quiet()
  expect(stopsAt(at)).toEqual([[1_000, 9_700]])
  expect(again.core.venue?.orderOf(2)).toMatchObject({ quantityLots: 1_000, triggerTicks: 9_700 })
  await again.stop()
})

test('a stop that has nothing to guard for now stays, and grows when its entry fills on', async () => {
  using at = world()
  const session = await at.open()
  await at.minute(session, 100)
  await fillEntry(at, 400)
  const target = at.gateway.received.find(({ type, side }) => type === 'limit' && side === 'sell')
  at.gateway.fill(target?.clientOrderId ?? '')
  await at.quiet()
  await fillEntry(at, 600)
  expect(stopsAt(at)).toEqual([[600, 9_500]])
  expect(at.events.filter(({ kind }) => kind === 'alarm')).toEqual([])
  await session.stop()
})

test('a target of spot waits while its stop is moved: the coins are free for a moment', async () => {
  using at = new World('live', SPOT, BRACKET)
  Object.assign(at.gateway.abilities, { amendsInPlace: false })
  const session = await at.open()
  await at.minute(session, 100)
  const create = at.gateway.createOrder.bind(at.gateway)
  const isMoved = Promise.withResolvers<void>()
  at.gateway.createOrder = async (order) => {
    const answer = await create(order)
    // The answer to the first one comes when the strategy wants it elsewhere.
    if (order.triggerTicks === 9_500) await isMoved.promise
    return answer
  }
  at.gateway.prices.set(SPOT.id, 99)
  at.gateway.fill(at.gateway.received[0]?.clientOrderId ?? '')
  at.gateway.isStreaming = false
  await wait(20)
  const minute = at.minute(session, 100)
  await wait(20)
  isMoved.resolve()
  await minute
  await at.quiet()
  expect(at.gateway.received.map(({ type, triggerTicks }) => [type, triggerTicks])).toEqual([
    ['limit', undefined],
    ['stop-market', 9_500],
    ['stop-market', 9_700],
    ['limit', undefined],
  ])
  await session.stop()
})
