import { type AccountRecord, feeRatesOf, positionOf, type PositionRecord, settingsOf } from './account-record.ts'
import type { Income } from './account-types.ts'
import { lotsAtoms, lotsFor, notionalAtoms, shareAtoms } from './atoms.ts'
import type { ExchangeState, MarketState } from './exchange-state.ts'
import { openLots, type OrderRecord } from './order-record.ts'
import type { Fill, Side } from './order-types.ts'
import { emitAccount, emitOrder } from './report-events.ts'

/** One match as both sides see it. */
export interface Match {
  readonly market: MarketState
  readonly tradeId: number
  readonly priceTicks: number
  readonly qtyLots: number
}

/** Settles one side of a match. `order` is undefined for an anonymous participant, whose money is the house's `foreign` row. */
export function settleSide(
  state: ExchangeState,
  match: Match,
  side: Side,
  order: OrderRecord | undefined,
  maker: boolean,
): Fill | undefined {
  const { market } = match.market
  const quote = notionalAtoms(market, match.priceTicks, match.qtyLots)
  if (order === undefined) {
    const sign = side === 'buy' ? 1n : -1n
    state.house.book('foreign', market.quote, -sign * quote)
    if (market.kind === 'spot') state.house.book('foreign', market.base, sign * lotsAtoms(market, match.qtyLots))
    return undefined
  }
  order.filledLots += match.qtyLots
  order.filledQuoteAtoms += quote
  order.status = isComplete(order, match.priceTicks) ? 'filled' : 'partly-filled'
  const tsMs = state.clock.nowMs()
  const money =
    market.kind === 'spot'
      ? settleSpot(state, match, order, quote, maker)
      : settlePerpetual(state, match, order, quote, maker)
  const fill: Fill = Object.freeze({
    tradeId: match.tradeId,
    accountId: order.account.accountId,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    marketId: market.id,
    side,
    positionSide: order.positionSide,
    priceTicks: match.priceTicks,
    qtyLots: match.qtyLots,
    quoteAtoms: quote,
    feeAtoms: money.fee,
    feeAsset: money.feeAsset,
    maker,
    realizedAtoms: money.realized,
    tsMs,
  })
  order.fills.push(fill)
  order.account.fills.push(fill)
  if (market.kind === 'spot') {
    emitOrder(state, order, 'trade', { fill })
    emitAccount(state, order.account, 'spot', 'order')
  } else {
    bookIncome(state, order.account, {
      kind: 'commission',
      asset: market.quote,
      amountAtoms: -money.fee,
      marketId: market.id,
      tradeId: match.tradeId,
    })
    if (money.realized !== 0n) {
      bookIncome(state, order.account, {
        kind: 'realized',
        asset: market.quote,
        amountAtoms: money.realized,
        marketId: market.id,
        tradeId: match.tradeId,
      })
    }
    emitAccount(state, order.account, 'futures', 'order', money.position === undefined ? [] : [money.position])
    emitOrder(state, order, 'trade', { fill })
  }
  return fill
}

/** Whether nothing is left to do; an order for a sum is complete when the rest buys no lot at this price. */
function isComplete(order: OrderRecord, priceTicks: number): boolean {
  if (order.quoteAtoms === undefined) return openLots(order) === 0
  return lotsFor(order.market, priceTicks, order.quoteAtoms - order.filledQuoteAtoms) === 0
}

interface Money {
  readonly fee: bigint
  readonly feeAsset: string
  readonly realized: bigint
  readonly position: PositionRecord | undefined
}

function feeRate(order: OrderRecord, maker: boolean): number {
  const rates = feeRatesOf(order.account, order.market)
  return maker ? rates.maker : rates.taker
}

function settleSpot(state: ExchangeState, match: Match, order: OrderRecord, quote: bigint, maker: boolean): Money {
  const { market } = match.market
  const wallet = order.account.wallets.spot
  const coins = lotsAtoms(market, match.qtyLots)
  releaseLock(order)
  const buys = order.side === 'buy'
  const feeAsset = buys ? market.base : market.quote
  const fee = shareAtoms(buys ? coins : quote, feeRate(order, maker))
  wallet.add(market.base, buys ? coins : -coins)
  wallet.add(market.quote, buys ? -quote : quote)
  wallet.add(feeAsset, -fee)
  state.house.book('fees', feeAsset, fee)
  return { fee, feeAsset, realized: 0n, position: undefined }
}

/** Asset that a spot order gives, and how much of it must be locked for what is left of the order. */
export function spotLock(order: OrderRecord): { readonly asset: string; readonly atoms: bigint } {
  const { market, side } = order
  if (side === 'sell') return { asset: market.base, atoms: lotsAtoms(market, openLots(order)) }
  // A conditional market order locks at its trigger, a trailing one nothing until it goes off.
  const ticks = order.priceTicks ?? order.trigger?.priceTicks
  if (order.quoteAtoms !== undefined) return { asset: market.quote, atoms: order.quoteAtoms - order.filledQuoteAtoms }
  return { asset: market.quote, atoms: ticks === undefined ? 0n : notionalAtoms(market, ticks, openLots(order)) }
}

/** Brings a spot order's lock down to what is left of it; to 0 when it is over. */
export function releaseLock(order: OrderRecord, over = false): void {
  if (order.lockedAtoms === 0n) return
  const { asset, atoms } = spotLock(order)
  const keep = over ? 0n : atoms < order.lockedAtoms ? atoms : order.lockedAtoms
  order.account.wallets.spot.lock(asset, keep - order.lockedAtoms)
  order.lockedAtoms = keep
}

function settlePerpetual(state: ExchangeState, match: Match, order: OrderRecord, quote: bigint, maker: boolean): Money {
  const { market } = match.market
  const { account } = order
  const position = positionOf(account, market, order.positionSide)
  const sign = order.side === 'buy' ? 1 : -1
  const isolated = settingsOf(account, market.id).marginMode === 'isolated'
  const lotsBefore = Math.abs(position.qtyLots)
  const closed = applyFill(position, sign * match.qtyLots, BigInt(sign) * quote)
  if (closed.lots > 0) position.isolatedAtoms -= (position.isolatedAtoms * BigInt(closed.lots)) / BigInt(lotsBefore)
  if (isolated && closed.openedAtoms !== 0n) {
    const opened = closed.openedAtoms < 0n ? -closed.openedAtoms : closed.openedAtoms
    position.isolatedAtoms += opened / BigInt(settingsOf(account, market.id).leverage)
  }
  position.updatedMs = state.clock.nowMs()
  const fee = shareAtoms(quote, feeRate(order, maker))
  account.wallets.futures.add(market.quote, closed.realized - fee)
  state.house.book('fees', market.quote, fee)
  return { fee, feeAsset: market.quote, realized: closed.realized, position }
}

/**
 * Moves a position by a fill; lots and sum are signed alike. What reduces realises profit against the average entry, what
 * goes beyond zero opens the other way at the fill's own price. `wallet - entryAtoms` changes by exactly the sum.
 */
function applyFill(
  position: PositionRecord,
  lots: number,
  sum: bigint,
): { readonly lots: number; readonly realized: bigint; readonly openedAtoms: bigint } {
  const against = position.qtyLots !== 0 && Math.sign(lots) !== Math.sign(position.qtyLots)
  const closedLots = against ? Math.min(Math.abs(lots), Math.abs(position.qtyLots)) : 0
  const closedSum = closedLots === 0 ? 0n : (sum * BigInt(closedLots)) / BigInt(Math.abs(lots))
  const entryPart =
    closedLots === 0 ? 0n : (position.entryAtoms * BigInt(closedLots)) / BigInt(Math.abs(position.qtyLots))
  const openedAtoms = sum - closedSum
  position.entryAtoms += openedAtoms - entryPart
  position.qtyLots += lots
  return { lots: closedLots, realized: -closedSum - entryPart, openedAtoms }
}

/** Writes a row of the income history. */
export function bookIncome(
  state: ExchangeState,
  account: AccountRecord,
  row: Omit<Income, 'incomeId' | 'accountId' | 'tsMs'>,
): void {
  const incomeId = state.nextIncomeId++
  account.income.push({ ...row, incomeId, accountId: account.accountId, tsMs: state.clock.nowMs() })
}
