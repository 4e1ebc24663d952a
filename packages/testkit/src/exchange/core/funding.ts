import { type AccountRecord, type PositionRecord, settingsOf } from './account-record.ts'
import { shareAtoms, valueAtoms } from './atoms.ts'
import { type ExchangeState, type MarketState, markOf } from './exchange-state.ts'
import { bookIncome } from './settle-fill.ts'
import { emitAccount } from './report-events.ts'

/**
 * Settles every funding instant that has passed: `lots * mark * rate`, paid by longs to shorts where the rate is positive,
 * on the positions held before the instant's trades. Anonymous participants take the other side.
 */
export function settleFunding(state: ExchangeState, market: MarketState): void {
  const nowMs = state.clock.nowMs()
  while (market.nextFundingMs <= nowMs) {
    const markPrice = markOf(market)
    if (markPrice !== undefined) {
      for (const account of state.accounts.values()) payFunding(state, account, market, markPrice)
      const { fundingRate } = market
      state.emit({ type: 'funding', marketId: market.market.id, tsMs: market.nextFundingMs, fundingRate, markPrice })
    }
    market.nextFundingMs += market.market.fundingIntervalMs
    market.moved = true
  }
}

function payFunding(state: ExchangeState, account: AccountRecord, market: MarketState, markPrice: number): void {
  const { id: marketId, quote } = market.market
  const paid: PositionRecord[] = []
  for (const position of account.positions.values()) {
    if (position.market !== market.market || position.qtyLots === 0) continue
    const payment = shareAtoms(valueAtoms(market.market, markPrice, position.qtyLots), market.fundingRate)
    if (payment === 0n) continue
    account.wallets.futures.add(quote, -payment)
    if (settingsOf(account, marketId).marginMode === 'isolated') position.isolatedAtoms -= payment
    state.house.book('foreign', quote, payment)
    bookIncome(state, account, { kind: 'funding', asset: quote, amountAtoms: -payment, marketId, tradeId: undefined })
    paid.push(position)
  }
  if (paid.length > 0) emitAccount(state, account, 'futures', 'funding', paid)
}
