import { BinanceRefusal, wholeParam } from './binance-answer.ts'
import type { MarketDesks } from './market-desk.ts'

/** Sizes that futures allow; spot takes any up to 5,000. */
const USDM_LIMITS = [5, 10, 20, 50, 100, 500, 1_000]

/** `GET depth`: the best levels, and the number of the last change that is in them. */
export function depthAnswer(desks: MarketDesks, query: URLSearchParams): object {
  const { tape, format } = desks.of(query)
  const limit = wholeParam(query, 'limit', desks.kind === 'spot' ? 100 : 500)
  if (desks.kind === 'usdm' && !USDM_LIMITS.includes(limit))
    throw new BinanceRefusal(-4021, `${limit} is not valid depth limit.`)
  const levels = (side: 'buy' | 'sell'): object =>
    tape.book.top(side, Math.min(limit, 5_000)).map(({ priceTicks, qtyLots }) => format.level(priceTicks, qtyLots))
  const nowMs = desks.clock.nowMs()
  return {
    lastUpdateId: format.updateId(tape.book.updateId),
    ...(desks.kind === 'usdm' ? { E: nowMs, T: nowMs } : {}),
    bids: levels('buy'),
    asks: levels('sell'),
  }
}

/** `GET ticker/bookTicker`. */
export function bookTickerAnswer(desks: MarketDesks, query: URLSearchParams): object {
  const { desks: chosen, isList } = desks.chosen(query)
  const rows = chosen.map(({ tape, format }) => {
    const bid = tape.book.best('buy')
    const ask = tape.book.best('sell')
    return {
      symbol: tape.market.symbol,
      bidPrice: format.price(bid?.priceTicks ?? 0),
      bidQty: format.qty(bid?.qtyLots ?? 0),
      askPrice: format.price(ask?.priceTicks ?? 0),
      askQty: format.qty(ask?.qtyLots ?? 0),
      ...(desks.kind === 'usdm'
        ? { time: desks.clock.nowMs(), lastUpdateId: format.updateId(tape.book.updateId) }
        : {}),
    }
  })
  return isList ? rows : (rows[0] as object)
}
