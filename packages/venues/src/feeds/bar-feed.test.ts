import { ManualClock } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import type { CcxtCandle, CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { runBars } from './bar-feed.ts'
import type { FeedLine } from './feed-line.ts'
import type { VenueTime } from './venue-time.ts'

const MINUTE_MS = 60_000
const START_MS = 1_704_067_200_000

/** A subscription whose stream says nothing, at a venue that answers what a test wants. */
function quietFeed(venue: string, answer: () => readonly CcxtCandle[]) {
  const clock = new ManualClock(START_MS)
  const told: number[] = []
  const bars: number[] = []
  let look = async (): Promise<void> => undefined
  let stream = async (): Promise<void> => undefined
  let streamed: readonly CcxtCandle[] = []
  const exchange = {
    id: venue,
    watchOHLCV: async () => Promise.resolve(streamed),
    fetchOHLCV: async () => Promise.resolve(answer()),
  }
  const line = {
    open: { exchange },
    clock,
    heard: () => undefined,
    listen: () => undefined,
    follow: (next: typeof stream) => (stream = next),
    repeat: (_: number, act: typeof look) => (look = act),
    sleep: async () => undefined,
  } as unknown as FeedLine
  const venueTime = { nowMs: () => clock.nowMs(), ask: async () => Promise.resolve(clock.nowMs()) }
  runBars(line, { symbol: 'A/B' } as CcxtMarket, '1m', venueTime as VenueTime, 1_500, {
    onBar: ({ openTimeMs }) => bars.push((openTimeMs - START_MS) / MINUTE_MS),
    onQuiet: (untilMs) => told.push((untilMs - START_MS) / MINUTE_MS),
  })
  return {
    /** In minutes after the start: until when the venue had no bars. */
    told,
    /** Openings of the bars that came, likewise. */
    bars,
    async lookAt(minutes: number) {
      clock.advanceTo(START_MS + minutes * MINUTE_MS + 1_500)
      await look()
    },
    async begins(minute: number) {
      streamed = [candle(minute)]
      await stream()
    },
  }
}

const candle = (minute: number, volume = 1): CcxtCandle => [START_MS + minute * MINUTE_MS, 2, 2, 2, 2, volume]

describe('a venue that writes no bar of a minute without trades', () => {
  test('is asked, and what it does not have is told as quiet', async () => {
    const feed = quietFeed('kraken', () => [])
    await feed.lookAt(0.5)
    expect(feed.told).toEqual([])
    await feed.lookAt(1)
    await feed.lookAt(3)
    expect([feed.told, feed.bars]).toEqual([[1, 3], []])
  })

  test('is quiet up to the bar that is under way', async () => {
    const feed = quietFeed('kraken', () => [candle(2)])
    await feed.begins(2)
    await feed.lookAt(2)
    expect([feed.told, feed.bars]).toEqual([[2], []])
  })

  test('is not quiet where its stream has seen a bar that it does not list', async () => {
    const feed = quietFeed('kraken', () => [])
    await feed.begins(1)
    await feed.lookAt(1)
    await feed.lookAt(2)
    expect(feed.told).toEqual([1])
  })

  test('is not quiet where the bars are there', async () => {
    const feed = quietFeed('kraken', () => [candle(0), candle(1)])
    await feed.lookAt(2)
    expect([feed.told, feed.bars]).toEqual([[], [0, 1]])
  })

  test('is not quiet where it does not answer', async () => {
    const feed = quietFeed('kraken', () => {
      throw new Error('not now')
    })
    await expect(feed.lookAt(2)).rejects.toThrow('did not give the bars')
    expect(feed.told).toEqual([])
  })
})

describe('a venue that writes bars of minutes without trades is never quiet', () => {
  test.each(['binance', 'binanceusdm', 'bybit', 'okx'])('%s', async (venue) => {
    const feed = quietFeed(venue, () => [])
    await feed.lookAt(3)
    expect(feed.told).toEqual([])
  })

  test('another one, once it has shown such a bar', async () => {
    const answers = [[], [candle(0), candle(1, 0)], []]
    const feed = quietFeed('other', () => answers.shift() ?? [])
    await feed.lookAt(1)
    await feed.lookAt(2)
    await feed.lookAt(5)
    expect([feed.told, feed.bars]).toEqual([[1], [0, 1]])
  })
})
