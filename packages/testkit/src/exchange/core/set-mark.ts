import { type ExchangeState, type MarketState, markOf } from './exchange-state.ts'

/** Sets mark price, index price or funding rate and reports all three. */
export function setMarkValues(
  state: ExchangeState,
  market: MarketState,
  values: { readonly markPrice?: number; readonly indexPrice?: number; readonly fundingRate?: number },
): void {
  market.markPrice = values.markPrice ?? market.markPrice
  market.indexPrice = values.indexPrice ?? market.indexPrice
  market.fundingRate = values.fundingRate ?? market.fundingRate
  market.moved = true
  const markPrice = markOf(market)
  if (markPrice === undefined) return
  const { fundingRate, nextFundingMs } = market
  state.emit({
    type: 'mark',
    marketId: market.market.id,
    tsMs: state.clock.nowMs(),
    markPrice,
    indexPrice: market.indexPrice ?? markPrice,
    fundingRate,
    nextFundingMs,
  })
}
