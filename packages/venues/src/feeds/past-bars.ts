import { type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { FeedBar } from '@kestrel/kernel'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { askAgain } from './ask-venue.ts'
import { candleOf, PAGE_ROWS } from './bar-feed.ts'
import type { FeedExchange } from './feed-exchange.ts'

/**
 * Closed bars of the past, oldest first, each once.
 *
 * @param toMs - Exclusive, and not after the venue's time.
 * @throws VenueError where the venue does not answer after several tries: rather none than some.
 */
export async function pastBars(
  exchange: FeedExchange,
  market: CcxtMarket,
  timeframe: Timeframe,
  fromMs: TimeMs,
  toMs: TimeMs,
  means: { readonly nowMs: () => TimeMs; readonly signal: AbortSignal },
): Promise<readonly FeedBar[]> {
  const stepMs = timeframeMs(timeframe)
  const out: FeedBar[] = []
  for (let sinceMs = Math.floor(fromMs / stepMs) * stepMs; sinceMs + stepMs <= toMs;) {
    const rows = await askAgain(exchange, `the past bars of ${market.symbol}`, means.signal, async () =>
      exchange.fetchOHLCV(market.symbol, timeframe, sinceMs, PAGE_ROWS),
    )
    const sorted = rows.flatMap(candleOf).toSorted((a, b) => a.openTimeMs - b.openTimeMs)
    const tsRecvMs = means.nowMs()
    let nextMs = sinceMs
    for (const row of sorted) {
      if (row.openTimeMs < nextMs || row.openTimeMs + stepMs > toMs) continue
      nextMs = row.openTimeMs + stepMs
      out.push({ ...row, closeTimeMs: nextMs, tsRecvMs })
    }
    // A stretch without a trade may be longer than an answer.
    sinceMs = nextMs > sinceMs ? nextMs : sinceMs + PAGE_ROWS * stepMs
  }
  return out
}
