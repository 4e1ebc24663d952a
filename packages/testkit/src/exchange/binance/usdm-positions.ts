import { stepsToText } from '@kestrel/core'
import type { Position } from '../core/account-types.ts'
import { atomsText } from '../core/atoms.ts'
import type { Market } from '../core/market-spec.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'

/** Positions of the account, of one symbol where the request names it. */
export function positionsOf(call: BinanceCall): readonly Position[] {
  const chosen = call.context.optionalMarket(call.params)?.market.id
  return call.context.core
    .positions(call.accountId)
    .filter(({ marketId }) => chosen === undefined || marketId === chosen)
}

function marketOf({ context }: BinanceCall, position: Position): Market {
  return context.format(position.marketId).market
}

/** A whole number of atoms as the venue writes zero in places where it is usual: `0`. */
function plain(atoms: bigint): string {
  return atoms === 0n ? '0' : atomsText(atoms)
}

/** Positions of `account`; version 3 lists only those that are held, version 2 all with their settings. */
export function accountPosition(call: BinanceCall, position: Position, version: 2 | 3): object {
  const market = marketOf(call, position)
  const initial = plain(position.initialMarginAtoms)
  const fields = {
    symbol: market.symbol,
    positionSide: position.positionSide.toUpperCase(),
    positionAmt: stepsToText(position.qtyLots, market.lot),
    unrealizedProfit: atomsText(position.unrealizedAtoms),
    isolatedMargin: plain(isolatedMargin(position)),
    notional: plain(position.notionalAtoms),
    isolatedWallet: plain(position.isolatedAtoms),
    initialMargin: initial,
    maintMargin: plain(position.maintenanceMarginAtoms),
    updateTime: position.updatedMs,
  }
  if (version === 3) return fields
  return {
    ...fields,
    positionInitialMargin: initial,
    openOrderInitialMargin: '0',
    leverage: String(position.leverage),
    isolated: position.marginMode === 'isolated',
    entryPrice: entryText(position, market),
    breakEvenPrice: position.breakEvenPrice.toFixed(8),
    maxNotional: String(maxNotional(market, position.leverage)),
    bidNotional: '0',
    askNotional: '0',
  }
}

function isolatedMargin({ isolatedAtoms, unrealizedAtoms, marginMode }: Position): bigint {
  return marginMode === 'isolated' && isolatedAtoms !== 0n ? isolatedAtoms + unrealizedAtoms : 0n
}

function entryText({ entryPrice, qtyLots }: Position, market: Market): string {
  return qtyLots === 0 ? '0.0' : Number(entryPrice.toFixed(market.tick.decimals + 5)).toString()
}

/** Largest notional at a leverage. */
export function maxNotional(market: Market, leverage: number): number {
  return Math.max(0, ...market.marginSteps.filter((step) => step.maxLeverage >= leverage).map(({ cap }) => cap))
}

/** `GET v2/positionRisk` (with leverage and margin type) and `GET v3/positionRisk` (positions that are held). */
export function positionRisk(version: 2 | 3): BinanceEndpoint {
  return (call) =>
    positionsOf(call)
      .filter(({ qtyLots }) => version === 2 || qtyLots !== 0)
      .map((position) => {
        const market = marketOf(call, position)
        const initial = plain(position.initialMarginAtoms)
        const shared = {
          symbol: market.symbol,
          positionSide: position.positionSide.toUpperCase(),
          positionAmt: stepsToText(position.qtyLots, market.lot),
          entryPrice: entryText(position, market),
          breakEvenPrice: Number(position.breakEvenPrice.toFixed(8)).toString(),
          markPrice: position.markPrice.toFixed(8),
          unRealizedProfit: atomsText(position.unrealizedAtoms),
          liquidationPrice: position.liquidationPrice === 0 ? '0' : position.liquidationPrice.toFixed(8),
          isolatedMargin: plain(isolatedMargin(position)),
          notional: plain(position.notionalAtoms),
          isolatedWallet: plain(position.isolatedAtoms),
          updateTime: position.updatedMs,
        }
        if (version === 2) {
          return {
            ...shared,
            leverage: String(position.leverage),
            maxNotionalValue: String(maxNotional(market, position.leverage)),
            marginType: position.marginMode,
            isAutoAddMargin: 'false',
            adlQuantile: 2,
          }
        }
        return {
          ...shared,
          marginAsset: market.quote,
          initialMargin: initial,
          maintMargin: plain(position.maintenanceMarginAtoms),
          positionInitialMargin: initial,
          openOrderInitialMargin: '0',
          adl: 2,
          bidNotional: '0',
          askNotional: '0',
        }
      })
}

/** `GET adlQuantile`. */
export const adlQuantile: BinanceEndpoint = (call) => {
  const rows = new Map<string, Record<string, number>>()
  for (const position of positionsOf(call)) {
    const { symbol } = marketOf(call, position)
    const quantile = position.qtyLots === 0 ? 0 : 2
    rows.set(symbol, {
      LONG: 0,
      SHORT: 0,
      BOTH: 0,
      ...rows.get(symbol),
      [position.positionSide.toUpperCase()]: quantile,
    })
  }
  return [...rows].map(([symbol, adl]) => ({ symbol, adlQuantile: adl }))
}
