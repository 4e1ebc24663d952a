import type { ContractPosition } from './contract-value.ts'
import { marginExcess } from './liquidation-price.ts'
import type { LiquidationRule } from './liquidation-rule.ts'
import { type MarginTiers, tierIndexOf } from './margin-tiers.ts'
import { faceOf, priceAxis } from './position-line.ts'

/**
 * Nearest mark price above or below the present one at which an account that holds both legs of one instrument in hedge
 * mode, in cross margin, is liquidated. Both legs move with the price and each has its own tier.
 *
 * Where no border of a tier lies on the way this is Binance's formula with the one-way part absent,
 * `(WB - TMM1 + UPNL1 + cumL + cumS - L * EPL + S * EPS) / (L * MMRL + S * MMRS - L + S)`. The formula names one price;
 * a pair can have two, because maintenance margin grows with the price even where the legs cancel.
 *
 * @param long - The long leg, `contracts` above 0 (or 0).
 * @param short - The short leg, `contracts` below 0 (or 0), of the same instrument.
 * @param collateral - Wallet balance, plus unrealised profit and less maintenance margin of all other instruments.
 * @returns undefined where the price can go that way for ever; the mark itself where the account is already there.
 *
 * Excess margin is concave and made of straight pieces in x, so the walk over the borders finds the nearest root
 * exactly. O(tiers), no allocation. A rule that takes maintenance margin at the entry price is not one for cross
 * margin; it is read as if at the mark.
 * Source: Binance support, "How to Calculate Liquidation Price of USD-M Futures Contracts".
 */
export function hedgedLiquidationPrice(
  long: ContractPosition,
  short: ContractPosition,
  collateral: number,
  markPrice: number,
  direction: 'above' | 'below',
  tiers: MarginTiers,
  rule: LiquidationRule,
  takerFeeRate: number,
): number | undefined {
  const linear = long.settlement === 'linear'
  const longFace = faceOf(long)
  const shortFace = faceOf(short)
  if (longFace === 0 && shortFace === 0) return undefined
  // An absent leg has no entry price; its line is 0 whatever stands there.
  const longX = longFace === 0 ? 0 : priceAxis(long, long.entryPrice)
  const shortX = shortFace === 0 ? 0 : priceAxis(long, short.entryPrice)
  const fee = rule.closingFee ? takerFeeRate : 0
  const tilt = linear ? longFace - shortFace : shortFace - longFace
  const start = linear
    ? collateral - longFace * longX + shortFace * shortX
    : collateral + longFace * longX - shortFace * shortX
  const rising = (direction === 'above') === linear
  const here = priceAxis(long, markPrice)
  let longTier = tierIndexOf(tiers, longFace * here, long.contracts)
  let shortTier = tierIndexOf(tiers, shortFace * here, short.contracts)
  const byContracts = tiers.measure === 'contracts'
  let from = here
  for (let step = 0; step <= 2 * tiers.count; step++) {
    const slope =
      tilt -
      longFace * ((tiers.maintenanceRate[longTier] as number) + fee) -
      shortFace * ((tiers.maintenanceRate[shortTier] as number) + fee)
    const amount =
      (longFace === 0 ? 0 : (tiers.maintenanceAmount[longTier] as number)) +
      (shortFace === 0 ? 0 : (tiers.maintenanceAmount[shortTier] as number))
    // Excess margin on this piece: start + amount + slope * x.
    if (start + amount + slope * from <= 0) return priceAxis(long, from)
    const longBorder = byContracts ? endOf(rising) : borderOf(tiers, longTier, longFace, rising)
    const shortBorder = byContracts ? endOf(rising) : borderOf(tiers, shortTier, shortFace, rising)
    const border = rising ? Math.min(longBorder, shortBorder) : Math.max(longBorder, shortBorder)
    if (slope < 0 === rising && slope !== 0) {
      const root = -(start + amount) / slope
      if (root > 0 && (rising ? root <= border : root >= border)) return priceAxis(long, root)
    }
    if (border === endOf(rising)) return undefined
    if (longBorder === border) longTier += rising ? 1 : -1
    if (shortBorder === border) shortTier += rising ? 1 : -1
    from = border
  }
  return undefined
}

/** Where the walk ends when no border is left: x grows without bound, or falls to 0. */
function endOf(rising: boolean): number {
  return rising ? Infinity : 0
}

/** The next x at which a leg changes its tier. */
function borderOf(tiers: MarginTiers, tier: number, face: number, rising: boolean): number {
  if (face === 0) return endOf(rising)
  if (rising) return tier === tiers.count - 1 ? Infinity : (tiers.cap[tier] as number) / face
  return tier === 0 ? 0 : (tiers.cap[tier - 1] as number) / face
}

/** Margin balance of both legs and the collateral, less what the rule demands of both, at a mark price. */
export function hedgedExcess(
  long: ContractPosition,
  short: ContractPosition,
  collateral: number,
  markPrice: number,
  tiers: MarginTiers,
  rule: LiquidationRule,
  takerFeeRate: number,
): number {
  return (
    (long.contracts === 0 ? 0 : marginExcess(long, markPrice, 0, tiers, rule, takerFeeRate)) +
    (short.contracts === 0 ? 0 : marginExcess(short, markPrice, 0, tiers, rule, takerFeeRate)) +
    collateral
  )
}
