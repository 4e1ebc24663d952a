import type { FeedBar, FeedBook, FeedQuote, FeedTrade } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { localFeed } from './local-feed.ts'

test('Bybit: bars, trades, quotes and book are the exchange’s, through a broken socket', async () => {
  const local = await localFeed('perpetual', 91, { venue: 'bybit' })
  const { feed, instrument, venue } = local
  const seen = { bars: [] as FeedBar[], trades: [] as FeedTrade[], quotes: [] as FeedQuote[], books: [] as FeedBook[] }
  feed.bars(instrument, '1m', (bar) => seen.bars.push(bar))
  feed.trades(instrument, (trade) => seen.trades.push(trade))
  feed.quotes(instrument, (quote) => seen.quotes.push(quote))
  feed.book(instrument, (book) => seen.books.push(book))
  await local.until(() => seen.books.length > 5 && seen.trades.length > 5, 200)
  const player = venue.play({ faults: [{ name: 'lost-messages', on: 'book', nth: 3, numbers: { messages: 2 } }] })
  await local.until(() => player?.struck.length === 1 && seen.bars.length > 2, 500)
  venue.play({ faults: [{ name: 'half-open', on: 'trade', nth: 3 }] })
  const books = seen.books.length
  await local.until(() => seen.books.length > books + 30 && seen.bars.length > 5, 500)
  venue.play(undefined)
  const [first, last] = [seen.bars[0], seen.bars.at(-1)]
  const own = await feed.pastBars(instrument, '1m', first?.openTimeMs ?? 0, last?.closeTimeMs ?? 0)
  const plain = (bars: readonly FeedBar[]) => bars.map((bar) => ({ ...bar, tsRecvMs: 0 }))
  expect(plain(seen.bars)).toEqual(plain(own))
  const times = seen.trades.map(({ timeMs }) => timeMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  for (const { bidPrice, askPrice } of seen.quotes) expect(bidPrice).toBeLessThan(askPrice)
  const whole = seen.books.filter(({ bids }) => bids.length > 0)
  expect(whole.length).toBeLessThan(seen.books.length)
  for (const { bids, asks } of whole) expect(bids[0]?.price).toBeLessThan(asks[0]?.price ?? 0)
  expect(feed.status().find(({ feed: name }) => name === 'book')?.resubscriptions).toBeGreaterThan(0)
})
