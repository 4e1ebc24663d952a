import type { FeedMark } from '@kestrel/kernel'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { askVenue } from './ask-venue.ts'
import type { FeedLine } from './feed-line.ts'

/** Runs a subscription to mark price and funding, which are asked for now and then. */
export function runMarks(line: FeedLine, market: CcxtMarket, everyMs: number, onMark: (mark: FeedMark) => void): void {
  const { exchange } = line.open
  line.repeat(everyMs, async () => {
    const { markPrice, indexPrice, fundingRate, fundingTimestamp, timestamp } = await askVenue(
      exchange,
      `the mark price of ${market.symbol}`,
      async () => exchange.fetchFundingRate(market.symbol),
    )
    if (markPrice === undefined || line.signal.aborted) return
    const nowMs = line.clock.nowMs()
    line.heard()
    onMark({
      markPrice,
      indexPrice,
      fundingRate,
      nextFundingTimeMs: fundingTimestamp,
      tsEventMs: timestamp ?? nowMs,
      tsRecvMs: nowMs,
    })
  })
}
