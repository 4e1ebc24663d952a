import type { FeedQuote } from '@kestrel/kernel'
import { fieldsOf, readCount } from '../book/read-levels.ts'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { baseUnits } from '../market-of.ts'
import type { FeedTicker } from './feed-exchange.ts'
import type { FeedLine } from './feed-line.ts'

/** Runs a subscription to best bid and ask. What is crossed, incomplete or older than what was given out is dropped. */
export function runQuotes(line: FeedLine, market: CcxtMarket, onQuote: (quote: FeedQuote) => void): void {
  const { exchange } = line.open
  let lastId = -Infinity
  let lastMs = -Infinity
  line.follow(
    async () => {
      const ticker = (await exchange.watchBidsAsks([market.symbol]))[market.symbol]
      const { bid, ask, bidVolume = 0, askVolume = 0, timestamp } = ticker ?? {}
      if (bid === undefined || ask === undefined || !(bid > 0) || !(ask > bid)) return
      const [id, timeMs] = [updateId(ticker), timestamp ?? lastMs]
      if (id < lastId || timeMs < lastMs) return
      lastId = id
      lastMs = timeMs
      const nowMs = line.clock.nowMs()
      line.heard()
      onQuote({
        bidPrice: bid,
        bidQuantity: baseUnits(market, bidVolume, bid),
        askPrice: ask,
        askQuantity: baseUnits(market, askVolume, ask),
        tsEventMs: timestamp ?? nowMs,
        tsRecvMs: nowMs,
      })
    },
    // After maintenance a venue may count anew.
    () => {
      lastId = -Infinity
    },
  )
}

/** Number of the book's state, where the venue tells (Binance); its spot quotes have no time. */
function updateId(ticker: FeedTicker | undefined): number {
  return readCount(fieldsOf(ticker?.info)['u']) ?? Infinity
}
