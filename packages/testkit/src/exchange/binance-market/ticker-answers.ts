import { BinanceRefusal } from './binance-answer.ts'
import { dayStatistics } from './day-statistics.ts'
import type { Desk, MarketDesks } from './market-desk.ts'

/** `GET ticker/24hr`: of one market, several or all. */
export function dayTickers(desks: MarketDesks, query: URLSearchParams): object {
  const { desks: chosen, isList } = desks.chosen(query)
  const rows = chosen.map((desk) => dayTicker(desk, desks.clock.nowMs(), query.get('type') === 'MINI'))
  return isList ? rows : (rows[0] as object)
}

/** `GET ticker/price`. */
export function lastPrices(desks: MarketDesks, query: URLSearchParams): object {
  const { desks: chosen, isList } = desks.chosen(query)
  const rows = chosen.map(({ tape, format }) => ({
    symbol: tape.market.symbol,
    price: format.price(tape.bars.lastTicks),
    ...(desks.kind === 'usdm' ? { time: desks.clock.nowMs() } : {}),
  }))
  return isList ? rows : (rows[0] as object)
}

/** `GET avgPrice`: volume-weighted over the last five minutes, spot only. */
export function averagePrice(desks: MarketDesks, query: URLSearchParams): object {
  const { tape, format } = desks.of(query)
  const nowMs = desks.clock.nowMs()
  const { lots, quote, closeTicks } = tape.bars.span(nowMs - 300_000, nowMs + 1)
  const averageTicks = lots === 0 ? closeTicks : Number((2n * quote + BigInt(lots)) / (2n * BigInt(lots)))
  return { mins: 5, price: format.price(averageTicks), closeTime: nowMs }
}

/** Windows of {@link rollingTickers}: minutes, hours, days. */
const WINDOW = /^(?:([1-9]|[1-5]\d)m|([1-9]|1\d|2[0-3])h|([1-7])d)$/

/** `GET ticker`: statistics of a window of one's choice, spot only; default a day. */
export function rollingTickers(desks: MarketDesks, query: URLSearchParams): object {
  if (!query.has('symbol') && !query.has('symbols'))
    throw new BinanceRefusal(-1128, 'Combination of optional parameters invalid.')
  const found = WINDOW.exec(query.get('windowSize') ?? '1d')
  if (found === null) throw new BinanceRefusal(-1100, "Illegal characters found in parameter 'windowSize'.")
  const [, minutes = 0, hours = 0, days = 0] = found.map((each) => Number(each ?? 0))
  const spanMs = ((days * 24 + hours) * 60 + minutes) * 60_000
  const { desks: chosen, isList } = desks.chosen(query)
  const rows = chosen.map((desk) => rollingTicker(desk, desks.clock.nowMs(), spanMs))
  return isList ? rows : (rows[0] as object)
}

function rollingTicker(desk: Desk, nowMs: number, spanMs: number): object {
  const day = dayStatistics(desk, nowMs, spanMs)
  return {
    symbol: desk.tape.market.symbol,
    priceChange: day.priceChange,
    priceChangePercent: day.priceChangePercent,
    weightedAvgPrice: day.weightedAvgPrice,
    openPrice: day.openPrice,
    highPrice: day.highPrice,
    lowPrice: day.lowPrice,
    lastPrice: day.lastPrice,
    volume: day.volume,
    quoteVolume: day.quoteVolume,
    openTime: Math.ceil(day.openTimeMs / 60_000) * 60_000,
    closeTime: day.closeTimeMs,
    firstId: day.firstId,
    lastId: day.lastId,
    count: day.count,
  }
}

function dayTicker(desk: Desk, nowMs: number, isMini: boolean): object {
  const day = dayStatistics(desk, nowMs)
  const { tape, format } = desk
  const isSpot = format.kind === 'spot'
  const bid = tape.book.best('buy')
  const ask = tape.book.best('sell')
  const prices = {
    openPrice: day.openPrice,
    highPrice: day.highPrice,
    lowPrice: day.lowPrice,
    ...(isMini ? { lastPrice: day.lastPrice } : {}),
    volume: day.volume,
    quoteVolume: day.quoteVolume,
    openTime: day.openTimeMs,
    closeTime: day.closeTimeMs,
    firstId: day.firstId,
    lastId: day.lastId,
    count: day.count,
  }
  if (isMini) return { symbol: tape.market.symbol, ...prices }
  return {
    symbol: tape.market.symbol,
    priceChange: day.priceChange,
    priceChangePercent: day.priceChangePercent,
    weightedAvgPrice: day.weightedAvgPrice,
    ...(isSpot ? { prevClosePrice: day.openPrice } : {}),
    lastPrice: day.lastPrice,
    lastQty: day.lastQty,
    ...(isSpot
      ? {
          bidPrice: format.price(bid?.priceTicks ?? 0),
          bidQty: format.qty(bid?.qtyLots ?? 0),
          askPrice: format.price(ask?.priceTicks ?? 0),
          askQty: format.qty(ask?.qtyLots ?? 0),
        }
      : {}),
    ...prices,
  }
}
