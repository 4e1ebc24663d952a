import type { FeedBook } from '@kestrel/kernel'
import type { BookLevel } from '../book/book-side.ts'
import type { BookOutcome } from '../book/book-outcome.ts'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { baseUnits } from '../market-of.ts'
import { askVenue } from './ask-venue.ts'
import type { FeedLine } from './feed-line.ts'
import { venueBook } from './venue-books.ts'

const LOOK_MS = 50

/**
 * Runs a subscription to a book. ccxt keeps the stream alive; the book itself is built from the venue's messages, because ccxt
 * checks no checksums and goes on with books that it could not join. A book that breaks is told with empty sides, and had anew.
 *
 * @throws UsageError `VENUE_NOT_SERVED`.
 */
export function runBook(line: FeedLine, market: CcxtMarket, depth: number, onBook: (book: FeedBook) => void): void {
  const { exchange } = line.open
  const { builder, limit, askSnapshot } = venueBook(exchange, market)
  let isShown = false
  let isAwaited = false
  const levels = (side: readonly BookLevel[]): FeedBook['bids'] =>
    side.slice(0, depth).map(({ price, quantity }) => ({ price, quantity: baseUnits(market, quantity, price) }))
  const show = (): void => {
    isShown = builder.isReady
    const nowMs = line.clock.nowMs()
    const { bids, asks } = builder.book
    onBook({ bids: levels(bids), asks: levels(asks), tsEventMs: builder.tsEventMs ?? nowMs, tsRecvMs: nowMs })
  }
  const digest = (outcome: BookOutcome): void => {
    if (outcome.kind === 'waiting') isAwaited = true
    if (outcome.kind === 'applied') {
      line.heard()
      show()
    }
    if (outcome.kind !== 'broken') return
    isAwaited = true
    line.broke(`${outcome.fault}: ${outcome.detail}`)
    if (isShown) show()
    // A snapshot of a stream comes with a new subscription only.
    if (askSnapshot === undefined) line.hangUp(`${outcome.fault}: ${outcome.detail}`)
  }
  let arrival = newArrival()
  const arrive = (error?: unknown): void => {
    const { resolve, reject } = arrival
    arrival = newArrival()
    if (error === undefined) resolve()
    else reject(error)
  }
  line.listen((message) => {
    const outcome = builder.take(message)
    if (outcome.kind === 'foreign') return
    arrive()
    digest(outcome)
  })
  let isWatched = false
  /** ccxt's own book may fail or stand still where ours does not: of it, only the socket counts. */
  const watch = async (): Promise<void> => {
    isWatched = true
    try {
      await exchange.watchOrderBook(market.symbol, limit)
      arrive()
    } catch (error) {
      if (line.isOnSocket) await line.sleep(LOOK_MS)
      else arrive(error)
    } finally {
      isWatched = false
    }
  }
  line.follow(
    async () => {
      const { promise } = arrival
      if (!isWatched) void watch()
      await promise
    },
    () => {
      builder.reset()
      isAwaited = false
      if (isShown) show()
    },
  )
  if (askSnapshot === undefined) return
  line.repeat(LOOK_MS, async () => {
    // Not before the first change: what the snapshot lacks must be on its way.
    if (builder.isReady || !isAwaited) return
    isAwaited = false
    try {
      const answer = await askVenue(exchange, `the book of ${market.symbol}`, askSnapshot)
      digest(builder.takeSnapshot?.(answer) ?? { kind: 'foreign' })
    } catch (error) {
      isAwaited = true
      throw error
    }
    // The same cache answers alike for a while.
    if (!builder.isReady) await line.sleep(5 * LOOK_MS)
  })
}

/** What the next message, or the end of the socket, settles. */
function newArrival(): PromiseWithResolvers<void> {
  const arrival = Promise.withResolvers<void>()
  // Nobody may be waiting when the socket ends.
  arrival.promise.catch(() => undefined)
  return arrival
}
