import { roundToSteps } from '@kestrel/core'
import { type AccountRecord, type PositionRecord, settingsOf } from './account-record.ts'
import { shareAtoms, valueAtoms } from './atoms.ts'
import { bestTicks, type ExchangeState, type MarketState, markOf } from './exchange-state.ts'
import { maintenanceAtoms, marginSummary, positionNotional } from './margin.ts'
import { execute, sweep, withdrawOrder } from './matching.ts'
import { newOrder } from './order-entry.ts'
import { openLots } from './order-record.ts'
import { crossMaintenance } from './position-view.ts'
import { bookIncome } from './settle-fill.ts'
import { emitAccount, emitOrder } from './report-events.ts'

/** Closes by force what no longer has its maintenance margin on a market. True where something was closed. */
export function liquidateDue(state: ExchangeState, market: MarketState): boolean {
  let closed = false
  for (const account of state.accounts.values()) {
    for (const position of account.positions.values()) {
      if (position.market !== market.market || position.qtyLots === 0) continue
      const isolated = settingsOf(account, market.market.id).marginMode === 'isolated'
      if (isolated ? isolatedIsShort(market, position) : crossIsShort(state, account, market.market.quote)) {
        if (isolated) liquidateIsolated(state, account, market, position)
        else liquidateCross(state, account, market.market.quote)
        closed = true
      }
    }
  }
  return closed
}

function isolatedIsShort(market: MarketState, position: PositionRecord): boolean {
  const notional = positionNotional(market, position)
  return position.isolatedAtoms + notional - position.entryAtoms <= maintenanceAtoms(market.market, notional)
}

/** Whether what the wallet holds beyond isolated money, with its profits, is no more than the maintenance margin. */
function crossIsShort(state: ExchangeState, account: AccountRecord, asset: string): boolean {
  let equity = account.wallets.futures.total(asset)
  for (const position of account.positions.values()) {
    if (position.market.quote !== asset || position.qtyLots === 0) continue
    const market = state.markets.get(position.market.id)
    if (market === undefined) continue
    if (settingsOf(account, position.market.id).marginMode === 'isolated') equity -= position.isolatedAtoms
    else equity += positionNotional(market, position) - position.entryAtoms
  }
  return equity <= crossMaintenance(state, account, asset)
}

function cancelOrders(state: ExchangeState, account: AccountRecord, concerns: (market: MarketState) => boolean): void {
  for (const order of account.open.values()) {
    const market = state.markets.get(order.market.id)
    // In a unified account spot orders hold money that the positions need.
    if (market !== undefined && (account.unified || order.market.kind === 'linear') && concerns(market)) {
      withdrawOrder(state, market, order, 'expired')
    }
  }
}

function liquidateCross(state: ExchangeState, account: AccountRecord, asset: string): void {
  cancelOrders(state, account, ({ market }) => market.quote === asset)
  for (const position of account.positions.values()) {
    if (position.market.quote !== asset || position.qtyLots === 0) continue
    if (settingsOf(account, position.market.id).marginMode === 'isolated') continue
    const market = state.markets.get(position.market.id)
    if (market !== undefined) closeByForce(state, account, market, position)
  }
  const wallet = account.wallets.futures
  const owed = -marginSummary(state, account, asset).crossWallet
  if (owed > 0n) insure(state, account, asset, owed)
  emitAccount(state, account, 'futures', 'liquidation')
  if (wallet.total(asset) < 0n) throw new Error(`${account.accountId} owes ${asset} after its liquidation`)
}

function liquidateIsolated(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  position: PositionRecord,
): void {
  const asset = market.market.quote
  cancelOrders(state, account, (other) => other === market)
  const crossBefore = account.wallets.futures.total(asset) - position.isolatedAtoms
  closeByForce(state, account, market, position)
  // An isolated position loses no more than was set aside for it.
  const owed = crossBefore - account.wallets.futures.total(asset)
  if (owed > 0n) insure(state, account, asset, owed)
  emitAccount(state, account, 'futures', 'liquidation')
}

function insure(state: ExchangeState, account: AccountRecord, asset: string, atoms: bigint): void {
  account.wallets.futures.add(asset, atoms)
  state.house.book('insurance', asset, -atoms)
  bookIncome(state, account, { kind: 'insurance', asset, amountAtoms: atoms, marketId: undefined, tradeId: undefined })
}

/** Sells or buys back at whatever the book gives; what it cannot take goes to an anonymous participant at the mark price. */
function closeByForce(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  position: PositionRecord,
): void {
  const side = position.qtyLots > 0 ? 'sell' : 'buy'
  const qtyLots = Math.abs(position.qtyLots)
  const markPrice = markOf(market) ?? 0
  const tsMs = state.clock.nowMs()
  const { id: marketId, tick, quote } = market.market
  state.emit({ type: 'liquidation', accountId: account.accountId, tsMs, marketId, side, qtyLots, markPrice })
  const order = newOrder(
    state,
    account,
    market,
    {
      marketId,
      side,
      type: 'market',
      qtyLots,
      timeInForce: 'IOC',
      positionSide: position.positionSide,
      selfTradePrevention: 'none',
      clientOrderId: `autoclose-${tsMs}${state.nextOrderId}`,
      venueType: 'LIMIT',
    },
    true,
  )
  order.workingMs = tsMs
  emitOrder(state, order, 'new')
  if (market.market.mode === 'book') {
    sweep(state, market, {
      order,
      orderId: order.orderId,
      side,
      priceTicks: undefined,
      wants: () => openLots(order),
      onFill: () => undefined,
    })
  }
  if (openLots(order) > 0) {
    const touch = market.touch === undefined ? undefined : bestTicks(market, side === 'buy' ? 'sell' : 'buy')
    const ticks = touch ?? Math.max(1, roundToSteps(markPrice, tick, 'nearest'))
    execute(state, market, side, ticks, openLots(order), {
      taker: order,
      takerId: order.orderId,
      maker: undefined,
      makerId: state.nextOrderId++,
    })
  }
  const charge = shareAtoms(valueAtoms(market.market, markPrice, qtyLots), market.market.liquidationFeeRate)
  const left = account.wallets.futures.total(quote)
  const paid = charge < left ? charge : left > 0n ? left : 0n
  if (paid === 0n) return
  account.wallets.futures.add(quote, -paid)
  state.house.book('insurance', quote, paid)
  bookIncome(state, account, {
    kind: 'liquidation-fee',
    asset: quote,
    amountAtoms: -paid,
    marketId,
    tradeId: undefined,
  })
}
