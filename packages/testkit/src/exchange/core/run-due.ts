import type { ExchangeState, MarketState } from './exchange-state.ts'
import { settleFunding } from './funding.ts'
import { liquidateDue } from './liquidation.ts'
import { withdrawOrder } from './matching.ts'
import type { OrderRecord } from './order-record.ts'
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
    withdrawAll(state, accountId, 'cancelled', ({ market }) => marketId === '*' || market.id === marketId)
  }
  for (const accountId of state.accounts.keys()) {
    withdrawAll(state, accountId, 'expired', ({ expiresMs }) => expiresMs !== undefined && expiresMs <= nowMs)
  }
  settleMoves(state)
}

function withdrawAll(
  state: ExchangeState,
  accountId: string,
  status: 'cancelled' | 'expired',
  concerns: (order: OrderRecord) => boolean,
): void {
  for (const order of state.accounts.get(accountId)?.open.values() ?? []) {
    const market = state.markets.get(order.market.id)
    if (market !== undefined && concerns(order)) withdrawOrder(state, market, order, status)
  }
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
