import type { ExchangeState, MarketState } from './exchange-state.ts'
import { settleFunding } from './funding.ts'
import { liquidateDue } from './liquidation.ts'
import { withdrawOrder } from './matching.ts'
import { closableLots } from './admission.ts'
import { fireTriggers } from './trigger-watch.ts'

/** Runs what the clock has made due: funding, orders past their time, dead-man timers. */
export function runDue(state: ExchangeState): void {
  for (const market of state.markets.values()) {
    if (market.market.kind === 'linear') settleFunding(state, market)
  }
  const nowMs = state.clock.nowMs()
  for (const [key, deadlineMs] of state.countdowns) {
    if (deadlineMs > nowMs) continue
    state.countdowns.delete(key)
    const [accountId = '', marketId = ''] = key.split('|')
    for (const order of state.accounts.get(accountId)?.open.values() ?? []) {
      const market = state.markets.get(order.market.id)
      if (market !== undefined && (marketId === '*' || order.market.id === marketId)) {
        withdrawOrder(state, market, order, 'cancelled')
      }
    }
  }
  for (const order of state.dated) {
    const market = state.markets.get(order.market.id)
    if (market !== undefined && (order.expiresMs ?? 0) <= nowMs) withdrawOrder(state, market, order, 'expired')
  }
  settleMoves(state)
}

/** Does what moved prices bring about (triggers, liquidations, reduce-only orders without a position) until all is quiet. */
export function settleMoves(state: ExchangeState): void {
  for (;;) {
    const moved = [...state.markets.values()].filter((market) => market.moved)
    if (moved.length === 0) return
    for (const market of moved) {
      market.moved = false
      fireTriggers(state, market)
      if (market.market.kind !== 'linear') continue
      liquidateDue(state, market)
      expireIdle(state, market)
    }
  }
}

/** Resting reduce-only orders whose position is gone expire, as at the venues. */
function expireIdle(state: ExchangeState, market: MarketState): void {
  for (const account of state.accounts.values()) {
    for (const order of account.open.values()) {
      if (order.market !== market.market || !order.reduceOnly || order.status === 'pending') continue
      const { side, positionSide } = order
      if (closableLots(account, { marketId: order.market.id, side, positionSide }) === 0) {
        withdrawOrder(state, market, order, 'expired')
      }
    }
  }
}
