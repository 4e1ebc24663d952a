import { keepRecent } from './account-history.ts'
import { type AccountRecord, positionOf } from './account-record.ts'
import { closableLots, isReducing, marginRefusal, refusalOf, spotRefusal } from './admission.ts'
import type { ExchangeState, MarketState } from './exchange-state.ts'
import { endOrder, work } from './matching.ts'
import { openLots, type OrderRecord, orderState } from './order-record.ts'
import type { OrderIntent, Outcome, Placed } from './order-types.ts'
import { releaseLock, spotLock } from './settle-fill.ts'
import { emitAccount, emitOrder } from './report-events.ts'

/** Judges an order, takes it in, and lets it meet the market or wait for its trigger. */
export function placeOrder(state: ExchangeState, account: AccountRecord, intent: OrderIntent): Outcome<Placed> {
  const reason = refusalOf(state, account, intent)
  const market = state.markets.get(intent.marketId)
  if (reason !== undefined || market === undefined) return { ok: false, reason: reason ?? 'unknown-market' }
  const order = newOrder(state, account, market, intent, false)
  const conditional = order.status === 'pending'
  if (market.market.kind === 'spot' && (conditional || order.type === 'limit')) lockFor(order)
  emitOrder(state, order, 'new')
  if (market.market.kind === 'spot') emitAccount(state, account, 'spot', 'order')
  if (conditional) {
    market.pending.set(order.orderId, order)
    // A trailing order begins to follow at once.
    market.moved = true
  } else work(state, market, order)
  return { ok: true, value: placed(order) }
}

/** The order and its fills as they stand. */
export function placed(order: OrderRecord): Placed {
  return { order: orderState(order), fills: [...order.fills] }
}

function lockFor(order: OrderRecord): void {
  const { asset, atoms } = spotLock(order)
  if (atoms <= 0n) return
  order.account.wallets.spot.lock(asset, atoms)
  order.lockedAtoms = atoms
}

/** Makes the record of an accepted order and enters it in the account's lists. */
export function newOrder(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  intent: OrderIntent,
  liquidation: boolean,
): OrderRecord {
  const conditional = intent.trigger !== undefined || intent.trailing !== undefined
  const nowMs = state.clock.nowMs()
  const order: OrderRecord = {
    orderId: state.nextOrderId++,
    conditionalId: conditional ? state.nextConditionalId++ : undefined,
    account,
    market: market.market,
    clientOrderId: intent.clientOrderId ?? state.nextClientOrderId(),
    side: intent.side,
    type: intent.type,
    venueType: intent.venueType,
    status: conditional ? 'pending' : 'open',
    qtyLots: intent.qtyLots,
    quoteAtoms: intent.quoteAtoms,
    priceTicks: intent.type === 'limit' ? intent.priceTicks : undefined,
    timeInForce: intent.timeInForce ?? 'GTC',
    expiresMs: intent.timeInForce === 'GTD' ? intent.expiresMs : undefined,
    trigger: triggerOf(intent),
    trailing: intent.trailing,
    extremeTicks: undefined,
    triggeredMs: undefined,
    reduceOnly: intent.closePosition !== true && market.market.kind === 'linear' && isReducing(intent),
    closePosition: intent.closePosition ?? false,
    positionSide: intent.positionSide ?? 'both',
    selfTradePrevention: intent.selfTradePrevention ?? 'expire-maker',
    visibleLots: intent.visibleLots,
    filledLots: 0,
    filledQuoteAtoms: 0n,
    preventedLots: 0,
    createdMs: nowMs,
    updatedMs: nowMs,
    workingMs: undefined,
    amendments: 0,
    reject: undefined,
    liquidation,
    lockedAtoms: 0n,
    worth: undefined,
    fills: [],
  }
  keepRecent(account, state.keptRows)
  account.orders.push(order)
  if (order.expiresMs !== undefined) state.dated.add(order)
  account.open.set(order.orderId, order)
  account.byId.set(order.orderId, order)
  if (order.conditionalId !== undefined) account.byConditionalId.set(order.conditionalId, order)
  account.byClientId.set(`${market.market.id}|${order.clientOrderId}`, order)
  // The leg exists from the first order on, so that it is listed as flat.
  if (market.market.kind === 'linear') positionOf(account, market.market, order.positionSide)
  return order
}

function triggerOf(intent: OrderIntent): OrderRecord['trigger'] {
  if (intent.trailing !== undefined) {
    return { by: intent.triggerBy ?? 'last', when: intent.trailing.when, priceTicks: undefined }
  }
  return intent.trigger
}

/** Sends an order whose trigger has fired to the market, or refuses it for what only now can be judged. */
export function fireOrder(state: ExchangeState, market: MarketState, order: OrderRecord): void {
  market.pending.delete(order.orderId)
  order.triggeredMs = state.clock.nowMs()
  order.status = 'open'
  if (order.market.kind === 'linear') {
    const intent = { marketId: order.market.id, side: order.side, positionSide: order.positionSide, type: order.type }
    if (order.reduceOnly || order.closePosition) {
      const closable = closableLots(order.account, intent)
      if (order.closePosition) order.qtyLots = closable
      if (closable === 0) {
        endOrder(state, order, order.closePosition ? 'expired' : 'rejected', 'reduce-only-refused')
        return
      }
    } else {
      const refusal = marginRefusal(state, order.account, market, {
        ...intent,
        qtyLots: openLots(order),
        priceTicks: order.priceTicks,
      })
      if (refusal !== undefined) {
        endOrder(state, order, 'rejected', refusal)
        return
      }
    }
  } else if (order.type === 'market') releaseLock(order, true)
  emitOrder(state, order, 'triggered')
  // A conditional market purchase may have become dearer than the money there is.
  const spot = { marketId: order.market.id, side: order.side, type: order.type, qtyLots: openLots(order) }
  if (
    order.market.kind === 'spot' &&
    order.type === 'market' &&
    spotRefusal(order.account, market, spot) !== undefined
  ) {
    endOrder(state, order, 'rejected', 'insufficient-balance')
    return
  }
  work(state, market, order)
}
