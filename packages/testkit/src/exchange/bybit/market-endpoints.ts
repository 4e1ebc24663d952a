import type { BarLength } from '../flow/tape/exact-bar.ts'
import { badParameter } from './bybit-answer.ts'
import { numberText } from './atoms-text.ts'
import type { BybitMarket, BybitMarkets } from './bybit-market.ts'
import type { BybitParams } from './bybit-params.ts'
import { instrumentRow } from './instrument-row.ts'
import { tradeIdText } from './order-ids.ts'
import { tickerRow } from './ticker-row.ts'

/** What a public endpoint works on. */
export interface MarketQuestion {
  readonly markets: BybitMarkets
  readonly params: BybitParams
  readonly nowMs: number
}

const MINUTE_MS = 60_000

/** Names of bar lengths that are no number of minutes. */
const LONG_INTERVALS: Readonly<Record<string, BarLength>> = {
  D: 86_400_000,
  W: 7 * 86_400_000,
  M: 'month',
}

const MINUTES = new Set(['1', '3', '5', '15', '30', '60', '120', '240', '360', '720'])

/** Length of a bar the venue names; undefined for any other text. */
export function barLengthOf(interval: string): BarLength | undefined {
  return LONG_INTERVALS[interval] ?? (MINUTES.has(interval) ? Number(interval) * MINUTE_MS : undefined)
}

/** `GET market/time`. */
export function serverTime({ nowMs }: MarketQuestion): object {
  return { timeSecond: String(Math.floor(nowMs / 1_000)), timeNano: `${nowMs}000000` }
}

/** `GET market/instruments-info`: one page always holds them all. */
export function instrumentsInfo(question: MarketQuestion): object {
  const category = question.params.required('category')
  const list = chosen(question).map(instrumentRow)
  return category === 'spot' ? { category, list } : { category, list, nextPageCursor: '' }
}

/** `GET market/orderbook`. */
export function orderbook(question: MarketQuestion): object {
  const market = marketOf(question)
  const limit = question.params.whole(
    'limit',
    market.category === 'spot' ? 1 : 25,
    1,
    market.category === 'spot' ? 200 : 500,
  )
  const { book } = market.tape
  const side = (of: 'buy' | 'sell'): string[][] =>
    book.top(of, limit).map(({ priceTicks, qtyLots }) => [market.price(priceTicks), market.qty(qtyLots)])
  const { nowMs } = question
  return {
    s: market.symbol,
    b: side('buy'),
    a: side('sell'),
    ts: nowMs,
    u: book.updateId,
    seq: book.updateId,
    cts: nowMs,
  }
}

/** `GET market/kline`: newest first, `start` and `end` inclusive. */
export function kline(question: MarketQuestion): object {
  const market = marketOf(question)
  const { length, fromMs, toMs, limit } = barWindow(question)
  const { bars } = market.tape
  // The newest of the window, unless only a start is given.
  const rows =
    question.params.text('start') !== undefined && question.params.text('end') === undefined
      ? bars.barsFrom(fromMs, toMs, length, question.nowMs, limit)
      : bars.barsUntil(toMs, length, question.nowMs, limit).filter(({ openTimeMs }) => openTimeMs >= fromMs)
  const list = rows.map((bar) => [
    String(bar.openTimeMs),
    market.price(bar.openTicks),
    market.price(bar.highTicks),
    market.price(bar.lowTicks),
    market.price(bar.closeTicks),
    market.qty(bar.lots),
    market.value(bar.quote),
  ])
  return { symbol: market.symbol, category: market.category, list: list.reverse() }
}

/** `GET market/mark-price-kline` and `market/index-price-kline`. */
export function priceKline(of: 'mark' | 'index'): (question: MarketQuestion) => object {
  return (question) => {
    const market = marketOf(question)
    const { length, fromMs, toMs, limit } = barWindow(question)
    const rows = market.tape.marks
      .bars(of, fromMs, toMs, length, limit, 'newest')
      .map((bar) => [
        String(bar.openTimeMs),
        ...[bar.open, bar.high, bar.low, bar.close].map((price) => numberText(price)),
      ])
    return { symbol: market.symbol, category: market.category, list: rows.reverse() }
  }
}

function barWindow({ params, nowMs }: MarketQuestion): {
  readonly length: BarLength
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
} {
  const length = barLengthOf(params.required('interval'))
  if (length === undefined) throw badParameter('Invalid period!')
  return {
    length,
    fromMs: params.whole('start', 0, 0, Number.MAX_SAFE_INTEGER),
    toMs: params.whole('end', nowMs, 0, Number.MAX_SAFE_INTEGER),
    limit: params.whole('limit', 200, 1, 1_000),
  }
}

/** `GET market/recent-trade`: newest first. */
export function recentTrades(question: MarketQuestion): object {
  const market = marketOf(question)
  const isSpot = market.category === 'spot'
  const limit = question.params.whole('limit', isSpot ? 60 : 500, 1, isSpot ? 60 : 1_000)
  const list = market.tape.trades.latest(limit).map((trade) => ({
    execId: tradeIdText(market.category, trade.id),
    symbol: market.symbol,
    price: market.price(trade.priceTicks),
    size: market.qty(trade.qtyLots),
    side: trade.takerSide === 'buy' ? 'Buy' : 'Sell',
    time: String(trade.tsMs),
    isBlockTrade: false,
    isRPITrade: false,
    seq: String(trade.id),
  }))
  return { category: market.category, list: list.reverse() }
}

/** `GET market/tickers`. */
export function tickers(question: MarketQuestion): object {
  const list = chosen(question).map((market) => tickerRow(market, question.nowMs))
  return { category: question.params.required('category'), list }
}

/** `GET market/funding/history`: newest first, both ends inclusive. */
export function fundingHistory(question: MarketQuestion): object {
  const market = marketOf(question)
  const fromMs = question.params.whole('startTime', 0, 0, Number.MAX_SAFE_INTEGER)
  const toMs = question.params.whole('endTime', question.nowMs, 0, Number.MAX_SAFE_INTEGER)
  const limit = question.params.whole('limit', 200, 1, 200)
  const list = market.tape.marks.settlements
    .filter(({ tsMs }) => tsMs >= fromMs && tsMs <= toMs)
    .slice(-limit)
    .map(({ fundingRate, tsMs }) => ({
      symbol: market.symbol,
      fundingRate: numberText(fundingRate),
      fundingRateTimestamp: String(tsMs),
    }))
  return { category: market.category, list: list.reverse() }
}

/** `GET market/risk-limit`: the margin table. */
export function riskLimits(question: MarketQuestion): object {
  const list = chosen(question).flatMap(({ symbol, market }) =>
    market.marginSteps.map((step, index) => ({
      id: index + 1,
      symbol,
      riskLimitValue: numberText(Number.isFinite(step.cap) ? step.cap : 1e12, 0),
      maintenanceMargin: numberText(step.maintenanceRate),
      initialMargin: numberText(1 / step.maxLeverage),
      isLowestRisk: index === 0 ? 1 : 0,
      maxLeverage: numberText(step.maxLeverage, 2),
      mmDeduction: step.maintenanceAmount === 0 ? '' : numberText(step.maintenanceAmount),
    })),
  )
  return { category: question.params.required('category'), list, nextPageCursor: '' }
}

/** `GET market/open-interest`. Only positions of accounts exist here, so there is nothing to publish. */
export function openInterest(question: MarketQuestion): object {
  const market = marketOf(question)
  return { symbol: market.symbol, category: market.category, list: [], nextPageCursor: '' }
}

function marketOf({ markets, params }: MarketQuestion): BybitMarket {
  return markets.of(params.text('category') ?? 'linear', params.required('symbol'))
}

/** The market of `symbol`, or all of the category. */
function chosen({ markets, params }: MarketQuestion): readonly BybitMarket[] {
  const category = params.required('category')
  const symbol = params.text('symbol')
  const all = markets.list(category)
  return symbol === undefined ? all : [markets.of(category, symbol)]
}
