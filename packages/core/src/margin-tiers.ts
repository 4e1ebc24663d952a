import { z } from 'zod'

/** One step of a venue's margin table, in the settle currency (or in contracts, see {@link MarginTierTable}). */
const marginTierSchema = z.strictObject({
  /** Position size from which the tier applies, exclusive; 0 for the first. */
  floor: z.number().min(0),
  /** Position size up to which it applies, inclusive. */
  cap: z.number().positive(),
  /** Maintenance margin as a share of the notional. Below 0.9, so that a price that liquidates always exists. */
  maintenanceRate: z.number().positive().max(0.9),
  /**
   * Subtracted from `notional * maintenanceRate`, in the settle currency: it makes a larger position pay each tier's
   * rate on that tier's part only. Binance calls it maintenance amount or `cum`, Bybit and Gate deduction.
   */
  maintenanceAmount: z.number().min(0).default(0),
  maxLeverage: z.number().min(1).max(1000),
})

/** A venue's margin table of one instrument, as files hold it. */
export const marginTierTableSchema = z.strictObject({
  /** Name of the table: an instrument id, or a name that instruments refer to by `marginTiers`. */
  id: z.string().min(1),
  /**
   * What floors and caps count: `notional` in the settle currency (Binance, Bybit, Gate), where the tier moves with the
   * price, or `contracts` (OKX), where it does not and the tier's rate holds for the whole position.
   */
  measure: z.enum(['notional', 'contracts']).default('notional'),
  tiers: z.array(marginTierSchema),
  /** Where the numbers come from, and of when. */
  source: z.string().min(1),
})

/** A margin table before its defaults are filled in. */
export type MarginTierTableSpec = z.input<typeof marginTierTableSchema>
/** A margin table with its defaults. */
export type MarginTierTable = z.output<typeof marginTierTableSchema>

/** The first thing wrong with a margin table. */
export interface MarginTierProblem {
  /** Number of the tier, from 1; 0 where the table itself is wrong. */
  readonly tier: number
  /** What is wrong, as a clause without a full stop. */
  readonly reason: string
}

/** Relative difference up to which a published amount counts as exact: venues round it to their currency's decimals. */
const AMOUNT_TOLERANCE = 1e-6

/**
 * First contradiction in a margin table, or undefined for a sound one.
 *
 * Sound means: at least one tier; the first begins at 0; each begins where the one before ends (no hole, no overlap);
 * maintenance rates rise; the largest leverage never rises and opens no position that its maintenance margin would
 * close at once (`1 / maxLeverage` above the rate); amounts keep the maintenance margin continuous at every floor.
 * Tiers counted in contracts hold their rate for the whole position, so they carry no amount.
 */
export function marginTierProblem(table: MarginTierTable): MarginTierProblem | undefined {
  const { tiers, measure } = table
  if (tiers.length === 0) return { tier: 0, reason: 'it has no tier' }
  for (const [index, tier] of tiers.entries()) {
    const wrong = (reason: string): MarginTierProblem => ({ tier: index + 1, reason })
    const before = tiers[index - 1]
    const end = before?.cap ?? 0
    if (!(tier.cap > tier.floor)) return wrong(`its cap ${tier.cap} is not above its floor ${tier.floor}`)
    if (tier.floor > end) return wrong(`there is a hole between ${end} and its floor ${tier.floor}`)
    if (tier.floor < end) return wrong(`its floor ${tier.floor} overlaps the tier before, which ends at ${end}`)
    if (tier.maintenanceRate * tier.maxLeverage >= 1) {
      return wrong(`leverage ${tier.maxLeverage} leaves no more than its maintenance rate ${tier.maintenanceRate}`)
    }
    if (before !== undefined && tier.maintenanceRate <= before.maintenanceRate) {
      return wrong(
        `its maintenance rate ${tier.maintenanceRate} is not above ${before.maintenanceRate} of the tier before`,
      )
    }
    if (before !== undefined && tier.maxLeverage > before.maxLeverage) {
      return wrong(`its leverage ${tier.maxLeverage} is above ${before.maxLeverage} of the tier before`)
    }
    const step = before === undefined ? 0 : tier.floor * (tier.maintenanceRate - before.maintenanceRate)
    const amount = measure === 'contracts' ? 0 : (before?.maintenanceAmount ?? 0) + step
    if (Math.abs(tier.maintenanceAmount - amount) > AMOUNT_TOLERANCE * Math.max(tier.maintenanceAmount, amount)) {
      return wrong(`its maintenance amount is ${tier.maintenanceAmount}, but ${amount} keeps the margin continuous`)
    }
  }
  return undefined
}
