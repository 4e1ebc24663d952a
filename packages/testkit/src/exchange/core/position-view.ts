import { stepsToNumber } from '@kestrel/core'
import { type AccountRecord, feeRatesOf, type PositionRecord, settingsOf } from './account-record.ts'
import type { Position } from './account-types.ts'
import { atomsNumber } from './atoms.ts'
import { type ExchangeState, markOf } from './exchange-state.ts'
import { leverageOf, maintenanceAtoms, marginStepOf, marginSummary, positionNotional } from './margin.ts'

/** A position with everything that follows from the mark price. */
export function positionView(state: ExchangeState, account: AccountRecord, position: PositionRecord): Position {
  const { market } = position
  const marketState = state.markets.get(market.id)
  if (marketState === undefined) throw new Error(`${market.id} is not a market`)
  const { leverage, marginMode } = settingsOf(account, market.id)
  const notional = positionNotional(marketState, position)
  const size = notional < 0n ? -notional : notional
  const entryPrice = entryPriceOf(position)
  const fee = feeRatesOf(account, market).taker
  return Object.freeze({
    accountId: account.accountId,
    marketId: market.id,
    positionSide: position.positionSide,
    qtyLots: position.qtyLots,
    entryAtoms: position.entryAtoms,
    entryPrice,
    breakEvenPrice: entryPrice * (position.qtyLots < 0 ? 1 - fee : 1 + fee),
    markPrice: markOf(marketState) ?? entryPrice,
    notionalAtoms: notional,
    unrealizedAtoms: notional - position.entryAtoms,
    isolatedAtoms: position.isolatedAtoms,
    leverage,
    marginMode,
    initialMarginAtoms: size / leverageOf(account, market),
    maintenanceMarginAtoms: position.qtyLots === 0 ? 0n : maintenanceAtoms(market, notional),
    liquidationPrice: liquidationPrice(state, account, position),
    updatedMs: position.updatedMs,
  })
}

/** Average entry price in quote units; 0 when flat. */
function entryPriceOf(position: PositionRecord): number {
  if (position.qtyLots === 0) return 0
  return atomsNumber(position.entryAtoms) / stepsToNumber(position.qtyLots, position.market.lot)
}

/**
 * Mark price at which margin equals maintenance, other positions standing still; 0 where it is not positive.
 *
 * With wallet W, other positions' maintenance M and profit U, quantity q (signed), entry E, rate r and amount c:
 * `(W - M + U + c - q E) / (|q| r - q)`. Source: Binance, "How to calculate liquidation price of USD-M futures".
 */
function liquidationPrice(state: ExchangeState, account: AccountRecord, position: PositionRecord): number {
  if (position.qtyLots === 0) return 0
  const { market } = position
  const marketState = state.markets.get(market.id)
  if (marketState === undefined) return 0
  const isolated = settingsOf(account, market.id).marginMode === 'isolated'
  const notional = positionNotional(marketState, position)
  const step = marginStepOf(market, notional)
  let money = atomsNumber(position.isolatedAtoms)
  if (!isolated) {
    const margin = marginSummary(state, account, market.quote)
    const otherMaintenance = crossMaintenance(state, account, market.quote) - maintenanceAtoms(market, notional)
    const otherProfit = margin.crossUnrealized - (notional - position.entryAtoms)
    money = atomsNumber(margin.crossWallet - otherMaintenance + otherProfit)
  }
  const quantity = stepsToNumber(position.qtyLots, market.lot)
  const top = money + step.maintenanceAmount - atomsNumber(position.entryAtoms)
  const price = top / (Math.abs(quantity) * step.maintenanceRate - quantity)
  return Number.isFinite(price) && price > 0 ? price : 0
}

/** Maintenance margin of all cross positions of a settle currency. */
export function crossMaintenance(state: ExchangeState, account: AccountRecord, asset: string): bigint {
  let sum = 0n
  for (const position of account.positions.values()) {
    const { market } = position
    if (market.quote !== asset || position.qtyLots === 0) continue
    if (settingsOf(account, market.id).marginMode === 'isolated') continue
    const marketState = state.markets.get(market.id)
    if (marketState !== undefined) sum += maintenanceAtoms(market, positionNotional(marketState, position))
  }
  return sum
}
