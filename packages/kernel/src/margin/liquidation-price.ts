import { type ContractPosition, positionNotional, positionPnl } from './contract-value.ts'
import type { LiquidationRule } from './liquidation-rule.ts'
import { maintenanceMargin, type MarginTiers, tierIndexOf } from './margin-tiers.ts'
import { faceOf, priceAxis, slopeOf } from './position-line.ts'

/**
 * Margin that a rule demands of a position at a mark price, in the settle currency: maintenance margin, and the taker
 * fee of closing where the rule counts it.
 */
export function requiredMargin(
  position: ContractPosition,
  markPrice: number,
  tiers: MarginTiers,
  rule: LiquidationRule,
  takerFeeRate: number,
): number {
  const notional = positionNotional(position, markPrice)
  const base = rule.maintenanceAt === 'mark' ? notional : positionNotional(position, position.entryPrice)
  return maintenanceMargin(tiers, base, position.contracts) + (rule.closingFee ? notional * takerFeeRate : 0)
}

/**
 * Margin balance of a position less what the rule demands of it: the position is liquidated where this is 0 or less.
 *
 * @param collateral - See {@link liquidationPrice}.
 */
export function marginExcess(
  position: ContractPosition,
  markPrice: number,
  collateral: number,
  tiers: MarginTiers,
  rule: LiquidationRule,
  takerFeeRate: number,
): number {
  return collateral + positionPnl(position, markPrice) - requiredMargin(position, markPrice, tiers, rule, takerFeeRate)
}

/**
 * Collateral of one cross position while all others stand still: wallet balance, plus the unrealised profit of the
 * others, less their maintenance margin. Binance's `WB + UPNL1 - TMM1`.
 */
export function crossCollateral(
  walletBalance: number,
  otherUnrealisedPnl: number,
  otherMaintenanceMargin: number,
): number {
  return walletBalance + otherUnrealisedPnl - otherMaintenanceMargin
}

/**
 * Mark price at which a position's margin balance equals the margin that the venue's rule demands.
 *
 * The tier is the one at the liquidation price, not the one of today: the loop tries the tiers from the smallest, and
 * margin balance and requirement cross only once because rate plus fee are below 1. For one tier this gives
 * - Binance, linear: `(WB + cum - side * size * entry) / (size * rate - side * size)`;
 * - OKX and Gate, linear: the same with `rate + takerFee`; inverse long: `face * (1 + rate + fee) / (margin + face / entry)`;
 * - Bybit, linear: `entry - side * (initial margin - maintenance margin) / size`.
 *
 * @param collateral - Settle currency. Isolated: the margin put aside for the position, without unrealised profit.
 *   Cross: {@link crossCollateral}. May be negative.
 * @param takerFeeRate - Read only where the rule counts the closing fee.
 * @returns Quote units per base unit. undefined where no price liquidates (flat, or enough collateral to lose all of
 *   it). 0 for a short, Infinity for a long, where every price does.
 *
 * Allocates nothing; O(tiers). Source: see {@link LiquidationRule.source} of each rule.
 */
export function liquidationPrice(
  position: ContractPosition,
  collateral: number,
  tiers: MarginTiers,
  rule: LiquidationRule,
  takerFeeRate: number,
): number | undefined {
  const face = faceOf(position)
  if (face === 0) return undefined
  const slope = slopeOf(position)
  const entryX = priceAxis(position, position.entryPrice)
  const fee = rule.closingFee ? takerFeeRate : 0
  if (rule.maintenanceAt === 'entry') {
    const maintenance = maintenanceMargin(tiers, face * entryX, position.contracts)
    // slope * face * (x - entryX) + collateral = maintenance + fee * face * x
    return priceAt(position, slope, (slope * face * entryX - collateral + maintenance) / (face * (slope - fee)))
  }
  const last = tiers.count - 1
  const byContracts = tiers.measure === 'contracts'
  let x = 0
  for (let tier = byContracts ? tierIndexOf(tiers, 0, position.contracts) : 0; tier <= last; tier++) {
    const rate = (tiers.maintenanceRate[tier] as number) + fee
    const amount = tiers.maintenanceAmount[tier] as number
    // slope * face * (x - entryX) + collateral = rate * face * x - amount
    x = (slope * face * entryX - collateral - amount) / (face * (slope - rate))
    if (byContracts || face * x <= (tiers.cap[tier] as number)) break
  }
  return priceAt(position, slope, x)
}

/** Price of a solution in x; see the return value of {@link liquidationPrice} for solutions of 0 or less. */
function priceAt(position: ContractPosition, slope: 1 | -1, x: number): number | undefined {
  if (x > 0) return priceAxis(position, x)
  // The position loses as x falls: x would have to fall below 0, which no price does.
  if (slope === 1) return undefined
  return position.settlement === 'linear' ? 0 : Infinity
}
