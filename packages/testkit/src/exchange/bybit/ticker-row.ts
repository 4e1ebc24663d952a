import { stepsToNumber } from '@kestrel/core'
import { numberText } from './atoms-text.ts'
import type { BybitMarket } from './bybit-market.ts'

const HOUR_MS = 3_600_000

/** The last day of a market as `market/tickers` shows it. `nowMs` is the venue's time. */
export function tickerRow(market: BybitMarket, nowMs: number): Record<string, string> {
  const { tape } = market
  const day = tape.day(nowMs)
  const bid = tape.book.best('buy')
  const ask = tape.book.best('sell')
  const change = day.openTicks === 0 ? 0 : (day.closeTicks - day.openTicks) / day.openTicks
  const touch = {
    bid1Price: market.price(bid?.priceTicks ?? 0),
    bid1Size: market.qty(bid?.qtyLots ?? 0),
    ask1Price: market.price(ask?.priceTicks ?? 0),
    ask1Size: market.qty(ask?.qtyLots ?? 0),
  }
  const prices = {
    lastPrice: market.price(day.closeTicks),
    prevPrice24h: market.price(day.openTicks),
    price24hPcnt: numberText(change, 6),
    highPrice24h: market.price(day.highTicks),
    lowPrice24h: market.price(day.lowTicks),
    turnover24h: market.value(day.quote),
    volume24h: market.qty(day.lots),
  }
  if (market.category === 'spot')
    return { symbol: market.symbol, ...touch, ...prices, usdIndexPrice: numberText(market.lastPrice()) }
  const mark = tape.marks.last
  const last = stepsToNumber(day.closeTicks, market.market.tick)
  const { fundingIntervalMs } = market.market
  const nextFundingMs = mark?.nextFundingMs ?? (Math.floor(nowMs / fundingIntervalMs) + 1) * fundingIntervalMs
  return {
    symbol: market.symbol,
    ...prices,
    indexPrice: numberText(mark?.indexPrice ?? last),
    markPrice: numberText(mark?.markPrice ?? last),
    prevPrice1h: market.price(tape.bars.span(nowMs - HOUR_MS, nowMs + 1).openTicks),
    // Only positions of accounts exist here.
    openInterest: '0',
    openInterestValue: '0',
    fundingRate: numberText(mark?.fundingRate ?? 0),
    nextFundingTime: String(nextFundingMs),
    predictedDeliveryPrice: '',
    basisRate: '',
    deliveryFeeRate: '',
    deliveryTime: '0',
    ...touch,
    basis: '',
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
  }
}
