import type { Clock } from '@kestrel/core'
import type { ExchangeEvent } from './exchange-event.ts'
import type { MarketState } from './exchange-state.ts'
import { marketOf } from './market-of.ts'
import type { MarketSpec } from './market-spec.ts'
import { OrderBook } from './order-book.ts'

/** A market before its first order; every change of its book becomes an event with the next update id. */
export function marketState(spec: MarketSpec, clock: Clock, emit: (event: ExchangeEvent) => void): MarketState {
  const market = marketOf(spec)
  const book = new OrderBook((side, priceTicks, qtyLots) => {
    const updateId = ++state.lastUpdateId
    emit({ type: 'book', marketId: market.id, tsMs: clock.nowMs(), updateId, side, priceTicks, qtyLots })
  })
  const state: MarketState = {
    market,
    book,
    pending: new Map(),
    lastTicks: undefined,
    markPrice: undefined,
    indexPrice: undefined,
    fundingRate: 0,
    nextFundingMs: (Math.floor(clock.nowMs() / market.fundingIntervalMs) + 1) * market.fundingIntervalMs,
    nextTradeId: 1,
    lastUpdateId: 0,
    touch: undefined,
    touchOrders: [],
    moved: false,
  }
  return state
}
