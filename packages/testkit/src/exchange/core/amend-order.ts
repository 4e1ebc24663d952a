import type { AccountRecord } from './account-record.ts'
import { notionalAtoms } from './atoms.ts'
import { bestTicks, type ExchangeState, type MarketState } from './exchange-state.ts'
import { marginSummary, openOrderInitial } from './margin.ts'
import { endOrder, work } from './matching.ts'
import { placed } from './order-entry.ts'
import { isOpen, type OrderRecord } from './order-record.ts'
import type { Amendment, Outcome, Placed } from './order-types.ts'
import { spotLock } from './settle-fill.ts'
import { emitAccount, emitOrder } from './report-events.ts'

/**
 * Changes a resting or waiting order. The same price with no more lots keeps the place in the queue; any other change goes to
 * the back and may take. A quantity at or below what is filled ends the order, as Binance does it.
 */
export function amendOrder(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  order: OrderRecord,
  change: Amendment,
): Outcome<Placed> {
  if (!isOpen(order.status)) return { ok: false, reason: 'order-not-open' }
  const priceTicks = change.priceTicks ?? order.priceTicks
  const qtyLots = change.qtyLots ?? order.qtyLots ?? 0
  const triggerTicks = change.triggerTicks ?? order.trigger?.priceTicks
  const samePrice = priceTicks === order.priceTicks
  if (samePrice && qtyLots === order.qtyLots && triggerTicks === order.trigger?.priceTicks) {
    return { ok: false, reason: 'no-change' }
  }
  if (qtyLots < market.market.minLots) return { ok: false, reason: 'quantity-too-small' }
  if (!Number.isSafeInteger(priceTicks ?? 1)) return { ok: false, reason: 'price-out-of-band' }
  if (!Number.isSafeInteger(qtyLots) || qtyLots > market.market.maxLots)
    return { ok: false, reason: 'quantity-too-large' }
  if (
    notionalAtoms(market.market, priceTicks ?? triggerTicks ?? 0, qtyLots) < market.market.minNotional &&
    !order.reduceOnly
  ) {
    return { ok: false, reason: 'notional-too-small' }
  }
  if (order.timeInForce === 'GTX' && priceTicks !== undefined && takes(market, order, priceTicks)) {
    return { ok: false, reason: 'would-take' }
  }
  const resting = market.book.order(order.orderId)
  if (qtyLots <= order.filledLots + order.preventedLots) {
    if (resting !== undefined) market.book.remove(resting)
    endOrder(state, order, 'cancelled')
    return { ok: true, value: placed(order) }
  }
  const before = { priceTicks: order.priceTicks, qtyLots: order.qtyLots, trigger: order.trigger }
  const fewer = (order.qtyLots ?? 0) - qtyLots
  const apply = (): void => {
    order.priceTicks = priceTicks
    order.qtyLots = qtyLots
    if (order.trigger !== undefined) order.trigger = { ...order.trigger, priceTicks: triggerTicks }
  }
  const refusal = market.market.kind === 'spot' ? relock(order, apply) : remargin(state, account, market, apply)
  if (refusal !== undefined) {
    Object.assign(order, before)
    return { ok: false, reason: refusal }
  }
  order.amendments++
  if (resting !== undefined && samePrice && fewer >= 0) {
    market.book.shrink(resting, fewer)
    emitOrder(state, order, 'amended')
  } else {
    if (resting !== undefined) market.book.remove(resting)
    emitOrder(state, order, 'amended')
    if (order.status === 'pending') market.moved = true
    else work(state, market, order)
  }
  emitAccount(state, account, market.market.kind === 'spot' ? 'spot' : 'futures', 'order')
  return { ok: true, value: placed(order) }
}

function takes(market: MarketState, order: OrderRecord, priceTicks: number): boolean {
  const opposite = bestTicks(market, order.side === 'buy' ? 'sell' : 'buy')
  if (opposite === undefined) return false
  return order.side === 'buy' ? priceTicks >= opposite : priceTicks <= opposite
}

/** Applies the change and brings the lock to what the order needs now, if the money is there. */
function relock(order: OrderRecord, apply: () => void): 'insufficient-balance' | undefined {
  apply()
  const { asset, atoms } = spotLock(order)
  const more = atoms - order.lockedAtoms
  if (more > order.account.wallets.spot.free(asset)) return 'insufficient-balance'
  order.account.wallets.spot.lock(asset, more)
  order.lockedAtoms = atoms
  return undefined
}

/** Applies the change and asks whether the margin still covers all open orders. */
function remargin(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  apply: () => void,
): 'insufficient-margin' | undefined {
  const before = openOrderInitial(account, market)
  const { available } = marginSummary(state, account, market.market.quote)
  apply()
  return openOrderInitial(account, market) - before > available ? 'insufficient-margin' : undefined
}
