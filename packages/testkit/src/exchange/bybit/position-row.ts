import type { Position } from '../core/account-types.ts'
import { stepsToNumber } from '@kestrel/core'
import { atomsText, numberText } from './atoms-text.ts'
import type { BybitContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'

const POSITION_IDX = { both: 0, long: 1, short: 2 } as const

/** A position as `position/list` and the position stream show it; `entryPrice` is the stream's name of `avgPrice`. */
export function positionRow(context: BybitContext, market: BybitMarket, position: Position): Record<string, unknown> {
  const isFlat = position.qtyLots === 0
  const realized = atomsText(context.notes.realizedAtoms(position.accountId, position.marketId))
  const step = market.market.marginSteps.at(-1)
  const cap = step === undefined || !Number.isFinite(step.cap) ? '' : numberText(step.cap, 0)
  const value = position.notionalAtoms < 0n ? -position.notionalAtoms : position.notionalAtoms
  const margin = atomsText(position.initialMarginAtoms)
  const maintenance = atomsText(position.maintenanceMarginAtoms)
  return {
    symbol: market.symbol,
    leverage: numberText(position.leverage),
    breakEvenPrice: isFlat ? '0' : numberText(position.breakEvenPrice),
    autoAddMargin: 0,
    avgPrice: isFlat ? '0' : numberText(position.entryPrice),
    liqPrice: isFlat || position.liquidationPrice === 0 ? '' : numberText(position.liquidationPrice),
    riskLimitValue: cap,
    takeProfit: '',
    positionValue: isFlat ? '' : atomsText(value),
    isReduceOnly: false,
    positionIMByMp: margin,
    tpslMode: 'Full',
    riskId: 1,
    trailingStop: '0',
    liqPriceByMp: '',
    unrealisedPnl: isFlat ? '' : atomsText(position.unrealizedAtoms),
    markPrice: numberText(position.markPrice),
    adlRankIndicator: isFlat ? 0 : 2,
    cumRealisedPnl: realized,
    positionMM: isFlat ? '0' : maintenance,
    createdTime: String(position.updatedMs),
    positionIdx: POSITION_IDX[position.positionSide],
    positionIM: isFlat ? '0' : margin,
    positionMMByMp: maintenance,
    seq: position.updatedMs,
    updatedTime: String(position.updatedMs),
    side: isFlat ? '' : position.qtyLots > 0 ? 'Buy' : 'Sell',
    bustPrice: '',
    positionBalance: atomsText(position.isolatedAtoms),
    leverageSysUpdatedTime: '',
    curRealisedPnl: realized,
    size: numberText(stepsToNumber(Math.abs(position.qtyLots), market.market.lot)),
    positionStatus: 'Normal',
    mmrSysUpdatedTime: '',
    stopLoss: '',
    tradeMode: position.marginMode === 'isolated' ? 1 : 0,
    sessionAvgPrice: '',
  }
}
