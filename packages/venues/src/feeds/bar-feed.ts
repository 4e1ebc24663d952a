import { type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { FeedBar } from '@kestrel/kernel'
import type { CcxtCandle, CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { askVenue } from './ask-venue.ts'
import { BarLine, type Candle } from './bar-line.ts'
import { closedBars } from './closed-bars.ts'
import type { FeedLine } from './feed-line.ts'
import type { VenueTime } from './venue-time.ts'

/** Rows of one request. */
export const PAGE_ROWS = 500

const LOOK_MS = 100

/** Venues that write a bar of a minute without trades as of any other: one that is not there is late. */
const WRITE_EMPTY_BARS = /^(?:binance|bybit|okx)/

/** Who hears of bars, and of the venue having none. */
export interface BarHearer {
  onBar(bar: FeedBar): void
  onQuiet(untilMs: TimeMs): void
}

/**
 * Runs a subscription to bars: the stream's final candles, and requests for those that it leaves out.
 *
 * @param askAfterMs - A bar that is so late is asked for.
 */
export function runBars(
  line: FeedLine,
  market: CcxtMarket,
  timeframe: Timeframe,
  venueTime: VenueTime,
  askAfterMs: number,
  { onBar, onQuiet }: BarHearer,
): void {
  const { open, clock } = line
  const { exchange } = open
  const stepMs = timeframeMs(timeframe)
  const interval = exchange.timeframes?.[timeframe]
  const topic = { marketId: market.id, interval: typeof interval === 'string' ? interval : timeframe }
  let writesEmpty = WRITE_EMPTY_BARS.test(exchange.id)
  const bars = new BarLine(stepMs, floorTo(venueTime.nowMs(), stepMs), (bar) => {
    writesEmpty ||= bar.volume === 0
    line.heard()
    onBar(bar)
  })
  line.listen((message) => {
    for (const openTimeMs of closedBars(exchange.id, message, topic)) {
      const row = exchange.ohlcvs?.[market.symbol]?.[timeframe]?.findLast(([timeMs]) => timeMs === openTimeMs)
      for (const candle of row === undefined ? [] : candleOf(row)) bars.closed(candle, clock.nowMs())
    }
  })
  line.follow(async () => {
    const candles = await exchange.watchOHLCV(market.symbol, timeframe)
    for (const [openTimeMs] of candles) if (openTimeMs !== undefined) bars.began(openTimeMs)
  })
  line.repeat(LOOK_MS, async () => {
    const isLate = venueTime.nowMs() >= bars.nextOpenMs + stepMs + askAfterMs
    if (!isLate && !bars.isMissing) return
    const wantedMs = bars.nextOpenMs
    // Before the bars, so that one which closes in between is not taken for final; the earlier of both clocks, since either
    // may be ahead.
    const oursMs = clock.nowMs()
    const closedMs = floorTo(Math.min(oursMs, await venueTime.ask()), stepMs)
    const rows = await askVenue(exchange, `the bars of ${market.symbol}`, async () =>
      exchange.fetchOHLCV(market.symbol, timeframe, wantedMs, PAGE_ROWS),
    )
    bars.answer(rows.flatMap(candleOf), closedMs, clock.nowMs())
    if (!writesEmpty && bars.nextOpenMs < closedMs && bars.isCompleteTo(closedMs)) onQuiet(closedMs)
    // Not asked again at once: there may have been no trade, or the venue's cache is behind.
    if (bars.nextOpenMs === wantedMs) await line.sleep(askAfterMs)
  })
}

/** A candle of ccxt; none where a price is missing. */
export function candleOf(row: CcxtCandle): Candle[] {
  const [openTimeMs, open, high, low, close, volume = 0] = row
  if (openTimeMs === undefined || open === undefined || high === undefined) return []
  if (low === undefined || close === undefined) return []
  return [{ openTimeMs, open, high, low, close, volume }]
}

function floorTo(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs
}
