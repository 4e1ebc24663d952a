import type { MarketFeed, Subscription } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { PERPETUAL } from '../session-world.ts'
import { type Acts, BELL, LimitWorld, order, START_MS } from './limit-world.ts'

const MINUTE_MS = 60_000
/** The bar after the one that closed a minute after the start is due here. */
const DUE_MS = START_MS + 2 * MINUTE_MS
const LATE = expect.stringContaining('BTC-USDT-PERP.TEST 1m is ')
const inBell = order('buy', 1, { instrument: BELL })
const inLate = order('buy', 1)

/** The second strategy does not read the market whose bars stay away. */
async function withOneFeedLate(action: 'block' | 'reduce' | 'flatten' = 'block'): Promise<LimitWorld> {
  const world = await LimitWorld.open({ staleDataMs: { at: 5_000, action } }, 1, { second: [BELL] })
  world.gateway.prices.set(BELL.id, 100)
  await world.minute(100, { first: order('buy', 1) })
  await world.until(DUE_MS + 4_999)
  return world
}

/** What was sent at one moment, and why the rest was not. */
async function outcome(world: LimitWorld, acts: Acts): Promise<readonly [sent: number, refusals: readonly unknown[]]> {
  const { sent, refusals } = world
  await world.act(acts)
  return [world.sent - sent, world.refusals.slice(refusals.length)]
}

describe('a market whose bars stay away', () => {
  test('keeps back what is opened in it, by whatever strategy, from the configured age on', async () => {
    await using world = await withOneFeedLate()
    expect(await outcome(world, { first: inLate, second: inLate })).toEqual([2, []])
    expect(await outcome(world, { first: inLate, second: inLate })).toEqual([0, [LATE, LATE]])
  })

  test('keeps back what a strategy that reads it opens anywhere, and nothing of the others', async () => {
    await using world = await withOneFeedLate()
    expect(await outcome(world, { first: inBell, second: inBell })).toEqual([2, []])
    expect(await outcome(world, { first: inBell, second: inBell })).toEqual([1, [LATE]])
    expect(world.risk.status).toBe('active')
  })

  test('keeps back nothing that only closes', async () => {
    await using world = await withOneFeedLate()
    await world.until(DUE_MS + 60_000)
    expect(await outcome(world, { first: order('sell', 1) })).toEqual([1, []])
    expect(world.heldLots).toBe(0)
  })

  test('does all of this after a crash too', async () => {
    await using world = await withOneFeedLate()
    await world.crash()
    await world.until(DUE_MS + 5_000)
    expect(await outcome(world, { first: inBell, second: inBell })).toEqual([1, [LATE]])
    expect(await outcome(world, { second: inLate })).toEqual([0, [LATE]])
  })

  test('concerns the whole account where the limit is to reduce it', async () => {
    await using world = await withOneFeedLate('reduce')
    await world.until(DUE_MS + 5_000)
    expect(world.risk.status).toBe('reducing')
    const [sent, refusals] = await outcome(world, { second: inBell })
    expect([sent, refusals]).toEqual([0, [expect.stringContaining('only smaller positions: BTC-USDT-PERP.TEST 1m')]])
  })

  test('closes the whole account where the limit is to do so', async () => {
    await using world = await withOneFeedLate('flatten')
    await world.act({ second: inBell })
    expect(world.gateway.lots[BELL.id]).toBe(1_000)
    await world.until(DUE_MS + 5_000)
    for (let second = 6; world.gateway.lots[BELL.id] !== 0 && second <= 15; second++) {
      await world.until(DUE_MS + second * 1_000)
    }
    expect([world.heldLots, world.gateway.lots[BELL.id], world.risk.status]).toEqual([0, 0, 'halted'])
  })
})

describe('a market in which nobody trades', () => {
  test('is not late as long as its venue says so', async () => {
    await using world = await withOneFeedLate()
    await world.until(DUE_MS + 5_000)
    world.session.onQuiet(PERPETUAL, '1m', DUE_MS)
    expect(await outcome(world, { first: inLate, second: inLate })).toEqual([2, []])
    await world.until(DUE_MS + MINUTE_MS + 4_999)
    expect(await outcome(world, { first: inLate })).toEqual([1, []])
    expect(await outcome(world, { first: inLate })).toEqual([0, [LATE]])
  })

  test('is late after a crash until its venue says so again', async () => {
    await using world = await withOneFeedLate()
    await world.until(DUE_MS + 5_000)
    world.session.onQuiet(PERPETUAL, '1m', DUE_MS)
    await world.crash()
    expect(await outcome(world, { first: inLate })).toEqual([0, [LATE]])
    world.session.onQuiet(PERPETUAL, '1m', DUE_MS)
    expect(await outcome(world, { first: inLate })).toEqual([1, []])
  })

  test('is heard of through the feed', async () => {
    const subscription: Subscription = { close: async () => undefined }
    let tell: ((untilMs: number) => void) | undefined
    const feed: Pick<MarketFeed, 'venue' | 'bars' | 'marks'> = {
      venue: 'TEST',
      bars(instrument, _, __, onQuiet) {
        if (instrument.id === PERPETUAL.id) tell = onQuiet
        return subscription
      },
      marks: () => subscription,
    }
    await using world = await LimitWorld.open({ staleDataMs: { at: 5_000 } }, 1, {
      feeds: new Map([['TEST', feed as MarketFeed]]),
    })
    await world.minute(100)
    await world.until(DUE_MS + 5_000)
    expect(await outcome(world, { first: inLate })).toEqual([0, [LATE]])
    tell?.(DUE_MS)
    expect(await outcome(world, { first: inLate })).toEqual([1, []])
  })
})
