import type { Instrument } from '@kestrel/core'
import type { FeedTrade } from '@kestrel/kernel'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { tradeRow } from '../history/trade-pages.ts'
import { askVenue } from './ask-venue.ts'
import type { FeedLine } from './feed-line.ts'
import { TradeLine } from './trade-line.ts'

const LOOK_MS = 50
const MOST_ROWS = 1_000

/** Runs a subscription to trades; those that fell into a break of the stream are asked for. */
export function runTrades(
  line: FeedLine,
  market: CcxtMarket,
  instrument: Instrument,
  onTrade: (trade: FeedTrade) => void,
): void {
  const { exchange } = line.open
  const isBinance = exchange.id.startsWith('binance')
  const trades = new TradeLine(isBinance, (trade) => {
    const [timeUs = Number.NaN, id = Number.NaN, price = Number.NaN, quantity = Number.NaN] = tradeRow(trade, market)
    // A trade without price, size or time is none.
    if (!(price > 0) || !(quantity > 0) || Number.isNaN(timeUs)) return
    line.heard()
    onTrade({
      instrument,
      id,
      side: trade.side === 'buy' || trade.side === 'sell' ? trade.side : undefined,
      price,
      quantity,
      timeMs: Math.floor(timeUs / 1_000),
      timeUs,
      tsRecvMs: line.clock.nowMs(),
    })
  })
  line.follow(
    async () => trades.stream(await exchange.watchTrades(market.symbol)),
    () => trades.broke(),
  )
  line.repeat(LOOK_MS, async () => {
    const { last } = trades
    // Asked for when the stream is there again, so that nothing falls in between.
    if (!trades.isMissing || last === undefined || line.client?.isConnected !== true) return
    const [since, params] = isBinance ? [undefined, { fromId: Number(last.id) + 1 }] : [last.timestamp, {}]
    const rows = await askVenue(exchange, `the trades of ${market.symbol}`, async () =>
      exchange.fetchTrades(market.symbol, since, MOST_ROWS, params),
    )
    trades.answer(rows, rows.length >= MOST_ROWS)
  })
}
