import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { FeedBook, FeedQuote, FeedTrade } from '@kestrel/kernel'
import { type FaultSchedule, startExchange } from '@kestrel/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { localFeed, type LocalFeed } from './local-feed.ts'

const rest = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The exchange's book in numbers. */
function ownBook({ venue }: LocalFeed, marketId: `spot:${string}` | `linear:${string}`, depth: number) {
  const tape = venue.tapes.get(marketId)
  if (tape === undefined) throw new RangeError(marketId)
  const { tick, lot } = tape.market
  const side = (name: 'buy' | 'sell') =>
    tape.book.top(name, depth).map(({ priceTicks, qtyLots }) => ({
      price: (priceTicks * tick.mantissa) / tick.scale,
      quantity: (qtyLots * lot.mantissa) / lot.scale,
    }))
  return { bids: side('buy'), asks: side('sell') }
}

/** Lets time run to an instant at which streams have told all, and waits until it has arrived. */
async function settle({ clock }: LocalFeed, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    clock.advanceTo(Math.ceil((clock.nowMs() + 1) / 1_000) * 1_000)
    await rest(30)
    if (isSo()) return
  }
}

type Break = readonly [name: string, schedule: (on: 'book' | 'trade' | 'ticker') => FaultSchedule]

const BREAKS: readonly Break[] = [
  ['a socket that is dropped', (on) => ({ faults: [{ name: 'disconnect', on, nth: 10, numbers: { refusals: 1 } }] })],
  ['a socket that falls silent', (on) => ({ faults: [{ name: 'half-open', on, nth: 10 }] })],
  [
    'late and repeated messages',
    (on) => ({
      faults: [
        { name: 'delayed-messages', on, nth: 3, numbers: { delayMs: 20, messages: 20 } },
        { name: 'repeated-messages', on, nth: 8, numbers: { messages: 20 } },
      ],
    }),
  ],
  [
    'messages that are lost',
    (on) => ({ faults: [{ name: 'lost-messages', on, nth: 5, numbers: { messages: 2 }, every: 100 }] }),
  ],
]

const STALE: Break = [
  'a snapshot from a stale cache',
  () => ({
    faults: [
      { name: 'lost-messages', on: 'book', nth: 5, numbers: { messages: 2 }, every: 200 },
      { name: 'stale-snapshot', on: 'book', nth: 1, numbers: { delayMs: 50 }, every: 3 },
    ],
  }),
]

describe.each([
  ['spot', 'spot:BTCUSDT', BREAKS.slice(0, 2)],
  ['perpetual', 'linear:BTCUSDT', [...BREAKS.slice(2), STALE]],
] as const)('%s book', (kind, marketId, breaks) => {
  test.each(breaks)('equals the exchange’s after %s, and is never crossed', async (_name, schedule) => {
    const local = await localFeed(kind, 81)
    const player = local.venue.play(schedule('book'))
    const seen = { books: 0, empty: 0, last: undefined as FeedBook | undefined }
    local.feed.book(
      local.instrument,
      (book) => {
        seen.books++
        seen.last = book
        const [bid, ask] = [book.bids[0], book.asks[0]]
        if (bid === undefined || ask === undefined) seen.empty++
        else expect(bid.price).toBeLessThan(ask.price)
      },
      25,
    )
    await local.until(() => seen.books >= 30 && player?.struck.length !== 0, 200)
    local.venue.play(undefined)
    const equal = (): boolean =>
      JSON.stringify({ bids: seen.last?.bids, asks: seen.last?.asks }) === JSON.stringify(ownBook(local, marketId, 25))
    await settle(local, equal)
    expect({ bids: seen.last?.bids, asks: seen.last?.asks }).toEqual(ownBook(local, marketId, 25))
    const [status] = local.feed.status()
    expect(status).toMatchObject({ feed: 'book', isConnected: true, detail: 'connected' })
    // A book that broke was told as empty each time.
    if (status?.resubscriptions === 0) expect(seen.empty).toBe(0)
  })
})

/** An aggregated trade as the exchange's REST tells it. */
interface OwnTrade {
  readonly a: number
  readonly p: string
  readonly q: string
  readonly T: number
  readonly m: boolean
}

describe('trades', () => {
  test.each(BREAKS)('come once each and in order, none left out, through %s', async (_name, schedule) => {
    const local = await localFeed('perpetual', 82)
    const trades: FeedTrade[] = []
    local.feed.trades(local.instrument, (trade) => trades.push(trade))
    await local.until(() => trades.length > 0, 200)
    const player = local.venue.play(schedule('trade'))
    await local.until(() => trades.length >= 30 && player?.struck.length !== 0, 200)
    local.venue.play(undefined)
    const seen = trades.map(({ id, price, quantity, timeMs, side }) => ({ id, price, quantity, timeMs, side }))
    const own: OwnTrade[] = []
    // A slow machine lets more trades pass while the socket is away than one answer holds.
    for (let from = trades[0]?.id ?? 0; own.length < seen.length; from = (own.at(-1)?.a ?? 0) + 1) {
      const answer = await fetch(`${local.venue.url}/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=${from}&limit=1000`)
      const page = (await answer.json()) as OwnTrade[]
      if (page.length === 0) break
      own.push(...page)
    }
    expect(seen).toEqual(
      own.slice(0, seen.length).map(({ a, p, q, T, m }) => ({
        id: a,
        price: Number(p),
        quantity: Number(q),
        timeMs: T,
        side: m ? 'sell' : 'buy',
      })),
    )
  })
})

test.each(BREAKS)('quotes are in order and never crossed, through %s', async (_name, schedule) => {
  const local = await localFeed('spot', 83)
  const player = local.venue.play(schedule('ticker'))
  const quotes: FeedQuote[] = []
  local.feed.quotes(local.instrument, (quote) => quotes.push(quote))
  await local.until(() => quotes.length >= 30 && player?.struck.length !== 0, 200)
  for (const { bidPrice, askPrice } of quotes) expect(bidPrice).toBeLessThan(askPrice)
  expect(quotes.map(({ tsEventMs }) => tsEventMs)).toEqual(
    quotes.map(({ tsEventMs }) => tsEventMs).toSorted((a, b) => a - b),
  )
})

test('a stream that says nothing on a living socket is subscribed again', async () => {
  const local = await localFeed('perpetual', 84, { silentMs: 100 })
  let events = 0
  local.feed.quotes(local.instrument, () => events++)
  await local.until(() => events > 5, 200)
  // The exchange's time stands, so nothing happens there.
  await rest(300)
  const [status] = local.feed.status()
  expect(status).toMatchObject({ feed: 'quotes', detail: 'nothing came for 0.1 s' })
  expect(status?.resubscriptions).toBeGreaterThan(0)
  const before = events
  await local.until(() => events > before + 5, 200)
  expect(local.feed.status()[0]).toMatchObject({ isConnected: true, detail: 'connected' })
})

test('marks are asked for again after a failure, which the status tells', async () => {
  const local = await localFeed('perpetual', 85, { markEveryMs: 20 })
  const marks: number[] = []
  local.feed.marks(local.instrument, ({ markPrice }) => marks.push(markPrice))
  await local.until(() => marks.length > 2)
  expect(marks.every((price) => price > 0)).toBe(true)
  expect(local.feed.status()[0]).toMatchObject({ feed: 'mark', detail: 'connected', isConnected: true })
})

test('a subscription that is closed says nothing more; the others go on', async () => {
  const local = await localFeed('spot', 86)
  const seen = { quotes: 0, books: 0 }
  const quotes = local.feed.quotes(local.instrument, () => seen.quotes++)
  local.feed.book(local.instrument, () => seen.books++)
  await local.until(() => seen.quotes > 3 && seen.books > 3, 200)
  await quotes.close()
  expect(local.feed.status().map(({ feed }) => feed)).toEqual(['book'])
  const ended = { ...seen }
  await local.until(() => seen.books > ended.books + 5, 200)
  expect(seen.quotes).toBe(ended.quotes)
})

/** Follows everything, and closes while one of its sockets is silent. Its process must end by itself. */
const FOLLOWER = `
  const { instrumentOf } = await import('@kestrel/core')
  const { ccxtMarketFeed } = await import(process.argv[1])
  const feed = await ccxtMarketFeed({ venue: 'binance', baseUrl: process.argv[2], products: ['spot'], pingEveryMs: 60_000 })
  const instrument = instrumentOf(feed.specOf('BTC-USDT.BINANCE'))
  const closing = Promise.withResolvers()
  let events = 0
  feed.book(instrument, () => ++events === 8 && closing.resolve())
  feed.quotes(instrument, () => undefined)
  feed.trades(instrument, () => undefined)
  feed.bars(instrument, '1m', () => undefined)
  await closing.promise
  await feed.close()
  process.stdout.write('closed ' + feed.status().length)
`

test('closing leaves nothing open, a silent socket included', async () => {
  const faults: FaultSchedule = { faults: [{ name: 'half-open', on: 'ticker', nth: 0 }] }
  const local = await startExchange({ venues: ['binance'], historyMinutes: 2, faults })
  onTestFinished(async () => local.close())
  const index = new URL('../src/index.ts', import.meta.url).href
  const args = ['--input-type=module', '--eval', FOLLOWER, index, local.venue('binance').url]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000, cwd: import.meta.dirname })
  expect(stdout).toBe('closed 0')
})
