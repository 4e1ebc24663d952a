import { TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import { dayStatistics } from '../day-statistics.ts'
import type { Desk, MarketDesks } from '../market-desk.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'

/** How often tickers are looked at, exchange time. */
const TICKER_EVERY_MS = { spot: 1_000, usdm: 2_000 } as const

/** Best bid and ask, at every change of either. Nothing is sent while a side is empty. */
export function bookTickerStream({ desks, desk: { tape, format } }: SourceContext): StreamSource {
  return (publish) =>
    tape.listen({
      onLevel({ updateId, tsMs }, isTouch) {
        const bid = tape.book.best('buy')
        const ask = tape.book.best('sell')
        if (!isTouch || bid === undefined || ask === undefined) return
        const touch = {
          u: format.updateId(updateId),
          s: tape.market.symbol,
          b: format.price(bid.priceTicks),
          B: format.qty(bid.qtyLots),
          a: format.price(ask.priceTicks),
          A: format.qty(ask.qtyLots),
        }
        publish(format.kind === 'spot' ? touch : { e: 'bookTicker', ...touch, T: tsMs, E: desks.clock.nowMs() })
      },
    })
}

/** Tickers of one market, sent where it traded since the last one. */
export function tickerStream({ desks, desk }: SourceContext, isMini: boolean): StreamSource {
  return (publish) => {
    let sentId = -1
    return desks.clock.every(
      TICKER_EVERY_MS[desks.kind],
      () => {
        const lastId = desk.tape.trades.latest(1)[0]?.id ?? -1
        if (lastId === sentId) return
        sentId = lastId
        publish(tickerFrame(desks, desk, isMini))
      },
      TIMER_RANK.publish,
    )
  }
}

/** Tickers of all markets that traded, in one list. */
export function allTickersStream(desks: MarketDesks, isMini: boolean): StreamSource {
  return (publish) => {
    const sent = new Map<Desk, number>()
    return desks.clock.every(
      TICKER_EVERY_MS[desks.kind],
      () => {
        const changed = desks.all.filter((desk) => {
          const lastId = desk.tape.trades.latest(1)[0]?.id ?? -1
          const isNew = sent.get(desk) !== lastId
          sent.set(desk, lastId)
          return isNew
        })
        if (changed.length > 0) publish(changed.map((desk) => tickerFrame(desks, desk, isMini)))
      },
      TIMER_RANK.publish,
    )
  }
}

function tickerFrame(desks: MarketDesks, desk: Desk, isMini: boolean): object {
  const { tape, format } = desk
  const nowMs = desks.clock.nowMs()
  const day = dayStatistics(desk, nowMs)
  const head = { e: isMini ? '24hrMiniTicker' : '24hrTicker', E: nowMs, s: tape.market.symbol }
  const range = { o: day.openPrice, h: day.highPrice, l: day.lowPrice, v: day.volume, q: day.quoteVolume }
  if (isMini) return { ...head, c: day.lastPrice, ...range }
  const bid = tape.book.best('buy')
  const ask = tape.book.best('sell')
  const isSpot = format.kind === 'spot'
  return {
    ...head,
    p: day.priceChange,
    P: day.priceChangePercent,
    w: day.weightedAvgPrice,
    ...(isSpot ? { x: day.openPrice } : {}),
    c: day.lastPrice,
    Q: day.lastQty,
    ...(isSpot
      ? {
          b: format.price(bid?.priceTicks ?? 0),
          B: format.qty(bid?.qtyLots ?? 0),
          a: format.price(ask?.priceTicks ?? 0),
          A: format.qty(ask?.qtyLots ?? 0),
        }
      : {}),
    ...range,
    O: day.openTimeMs,
    C: day.closeTimeMs,
    F: day.firstId,
    L: day.lastId,
    n: day.count,
  }
}
