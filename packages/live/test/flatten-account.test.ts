import { KestrelError } from '@kestrel/core'
import { describe, expect, test, vi } from 'vitest'
import {
  flattenAccount,
  journalledSpot,
  type LiveSession,
  readJournalCopy,
  SessionJournal,
  type SpotBooks,
} from '../src/index.ts'
import { FakeGateway } from './fake-gateway.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

const CLOCK = { nowMs: () => Math.floor(performance.timeOrigin + performance.now()) }
const OPTIONS = { withinMs: 6_000, name: 'flat1', nowMs: CLOCK.nowMs }

test('cancels every order, closes every position, and looks until nothing is left', async () => {
  const gateway = new FakeGateway('TEST', [PERPETUAL, SPOT], { USDT: 1_000, BTC: 2 }, CLOCK)
  gateway.placeForeign(SPOT)
  gateway.lots[PERPETUAL.id] = -250
  gateway.fillLots = 100
  const report = await flattenAccount(gateway, [PERPETUAL, SPOT], {
    ...OPTIONS,
    spot: () => ({ held: { [SPOT.id]: 0.5 }, open: [] }),
  })
  expect(report).toMatchObject({ isFlat: true, remaining: [] })
  expect(report.cancelled).toBeGreaterThanOrEqual(1)
  expect(gateway.lots[PERPETUAL.id]).toBe(0)
  // Half a coin was the session's; the rest of the balance is somebody else's.
  expect(gateway.balance['BTC']).toBeCloseTo(1.5, 9)
  expect(gateway.received.every(({ reduceOnly, instrument }) => reduceOnly || instrument === SPOT)).toBe(true)
})

test('says what remains when the time is up', async () => {
  const gateway = new FakeGateway('TEST', [PERPETUAL], { USDT: 1_000 }, CLOCK)
  gateway.lots[PERPETUAL.id] = 250
  for (let i = 0; i < 50; i++) gateway.faults.push({ of: 'create', how: 'refused' })
  const report = await flattenAccount(gateway, [PERPETUAL], { ...OPTIONS, withinMs: 300 })
  expect(report.isFlat).toBe(false)
  expect(report.remaining).toEqual(['BTC-USDT-PERP.TEST 0.25', 'close BTC-USDT-PERP.TEST: no answer'])
})

describe('a venue that cannot be reached', () => {
  const failure = (retry: 'safe' | 'never', meta = {}) =>
    new KestrelError({ code: 'TEST', message: 'HTML for an answer', retry, meta })

  test('is tried again until it can', async () => {
    const gateway = new FakeGateway('TEST', [PERPETUAL], { USDT: 1_000 }, CLOCK)
    gateway.lots[PERPETUAL.id] = 250
    const connect = vi.fn(async () => {
      if (connect.mock.calls.length < 3) throw failure('safe')
    })
    gateway.connect = connect
    const report = await flattenAccount(gateway, [PERPETUAL], OPTIONS)
    expect(report).toMatchObject({ isFlat: true, closed: ['BTC-USDT-PERP.TEST 0.25'] })
    expect(connect).toHaveBeenCalledTimes(3)
  })

  test('is left alone for as long as it asks, and what could not be asked is said', async () => {
    const gateway = new FakeGateway('TEST', [PERPETUAL], { USDT: 1_000 }, CLOCK)
    const connect = vi.fn(async () => Promise.reject(failure('safe', { retryAfterMs: 60_000 })))
    gateway.connect = connect
    const onConnected = vi.fn()
    const report = await flattenAccount(gateway, [PERPETUAL], { ...OPTIONS, onConnected })
    expect(report).toMatchObject({ isFlat: false, remaining: ['nothing could be asked: HTML for an answer'] })
    expect(connect).toHaveBeenCalledTimes(1)
    expect(onConnected).not.toHaveBeenCalled()
  })

  test('with keys that it refuses is not asked again', async () => {
    const gateway = new FakeGateway('TEST', [PERPETUAL], { USDT: 1_000 }, CLOCK)
    gateway.connect = async () => Promise.reject(failure('never'))
    await expect(flattenAccount(gateway, [PERPETUAL], OPTIONS)).rejects.toThrow('HTML for an answer')
  })
})

describe('coins of a session', () => {
  const BUYER = barActor(({ submit, instrument }, bar) => {
    if (bar !== 1) return
    submit({ instrument, side: 'buy', quantity: 1 })
    submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
  })

  /** Buys a coin, while another order rests; both are told of unless the stream is silent. */
  async function bought(world: World): Promise<LiveSession> {
    const { gateway } = world
    gateway.balance['BTC'] = 3
    gateway.feeCoin = { currency: 'BTC', price: 100 }
    const session = await world.open()
    await world.minute(session, 100)
    gateway.isStreaming = false
    gateway.prices.set(SPOT.id, 95)
    gateway.fill(gateway.received[1]?.clientOrderId ?? '', 400)
    // Written down for good at the next tick.
    await expect.poll(() => booksOf(world).held[SPOT.id]).toBeCloseTo(0.999, 9)
    return session
  }

  const booksOf = (world: World): SpotBooks =>
    readJournalCopy(world.journal.path, (journal) => journalledSpot(new SessionJournal(journal), [SPOT]))

  test('are read from a journal that somebody holds, and what its orders filled since from the venue', async () => {
    using world = new World('live', SPOT, BUYER)
    const session = await bought(world)
    const books = booksOf(world)
    expect(books.open).toMatchObject([{ clientOrderId: world.gateway.received[1]?.clientOrderId, bookedLots: 0 }])
    const sold: number[] = []
    const report = await flattenAccount(world.gateway, [SPOT], {
      ...OPTIONS,
      spot: () => books,
      onSold: (_, quantity) => sold.push(quantity),
    })
    expect(report).toMatchObject({ isFlat: true, cancelled: 1, closed: ['BTC-USDT.TEST 1.398'] })
    expect(sold.at(-1)).toBeCloseTo(1.398 * 1.00095, 9)
    await session.suspend()
  })

  test('are not sold before the fills of an order are known', async () => {
    using world = new World('live', SPOT, BUYER)
    const session = await bought(world)
    world.gateway.fillsSince = async () => []
    const spot = () => booksOf(world)
    const report = await flattenAccount(world.gateway, [SPOT], { ...OPTIONS, withinMs: 500, spot })
    expect(report.isFlat).toBe(false)
    expect(report.closed).toEqual(['BTC-USDT.TEST 0.999'])
    expect(report.remaining).toEqual([
      `what ${world.gateway.received[1]?.clientOrderId} filled: its fills are not listed yet`,
    ])
    await session.suspend()
  })
})
