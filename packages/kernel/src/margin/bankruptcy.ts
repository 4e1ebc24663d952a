import { type ContractPosition, positionNotional, positionPnl } from './contract-value.ts'
import type { LiquidationRule } from './liquidation-rule.ts'
import { faceOf, priceAxis, slopeOf } from './position-line.ts'

/**
 * Price at which nothing of the collateral is left: margin plus profit, less the closing fee, is 0.
 *
 * @param collateral - As for the liquidation price.
 * @param closingFeeRate - Fee of closing at that very price; 0 for the bankruptcy price as venues show it.
 * @returns undefined where no price takes it all; 0 for a short and Infinity for a long that have nothing to begin with.
 *   A linear long at leverage L goes bankrupt at `entry * (1 - 1 / L)`, a short at `entry * (1 + 1 / L)`.
 *
 * Source: Bybit help centre, "Bankruptcy Price (USDT Contract)".
 */
export function bankruptcyPrice(
  position: ContractPosition,
  collateral: number,
  closingFeeRate = 0,
): number | undefined {
  const face = faceOf(position)
  if (face === 0) return undefined
  const slope = slopeOf(position)
  const entryX = priceAxis(position, position.entryPrice)
  const x = (slope * face * entryX - collateral) / (face * (slope - closingFeeRate))
  if (x > 0) return priceAxis(position, x)
  if (slope === 1) return undefined
  return position.settlement === 'linear' ? 0 : Infinity
}

/** What a liquidation does to everybody, in the settle currency. The trader loses `collateral - returned`. */
export interface LiquidationOutcome {
  /** Profit of closing at the fill price, before any fee; below 0 as a rule. */
  readonly realisedPnl: number
  /** Liquidation fee taken, never more than what was left; it goes to the insurance fund. */
  readonly liquidationFee: number
  /** Margin that comes back to the trader; never below 0. */
  readonly returned: number
  /** What the insurance fund gets, or below 0 what it pays. */
  readonly insuranceFund: number
}

/**
 * Who gets what when a position is closed by force at `fillPrice`.
 *
 * `collateral + realisedPnl = returned + insuranceFund` always: money is neither made nor lost. A fill better than the
 * bankruptcy price leaves a remainder, from which the fee is taken first; what is then left is the trader's (Binance) or
 * the fund's (Bybit, OKX, Gate, which take the position over at the bankruptcy price). A worse fill leaves a hole that
 * the fund pays; the trader owes nothing.
 *
 * @param liquidationFeeRate - Share of the notional at the fill price; the instrument's `liquidationFeeRate`.
 *
 * Source: Binance, "Liquidation Protocols" and "Insurance Fund"; Bybit help centre, "Insurance Fund".
 */
export function settleLiquidation(
  position: ContractPosition,
  collateral: number,
  fillPrice: number,
  liquidationFeeRate: number,
  rule: LiquidationRule,
): LiquidationOutcome {
  const realisedPnl = positionPnl(position, fillPrice)
  const left = collateral + realisedPnl
  if (left <= 0) return { realisedPnl, liquidationFee: 0, returned: 0, insuranceFund: left }
  const liquidationFee = Math.min(left, positionNotional(position, fillPrice) * liquidationFeeRate)
  const remainder = left - liquidationFee
  const returned = rule.remainderTo === 'trader' ? remainder : 0
  return { realisedPnl, liquidationFee, returned, insuranceFund: left - returned }
}
