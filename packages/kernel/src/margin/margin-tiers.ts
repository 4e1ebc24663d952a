import { type MarginTierTableSpec, marginTierProblem, marginTierTableSchema, UsageError } from '@kestrel/core'

/** A sound margin table, as columns of shape `[tiers]` in rising order: look-ups allocate nothing. */
export interface MarginTiers {
  readonly id: string
  /** What `cap` counts: notional in the settle currency, or contracts. */
  readonly measure: 'notional' | 'contracts'
  readonly count: number
  /** Largest size of each tier. Beyond the last cap the last tier's rate goes on, but no order may lead there. */
  readonly cap: Float64Array
  readonly maintenanceRate: Float64Array
  readonly maintenanceAmount: Float64Array
  readonly maxLeverage: Float64Array
  readonly source: string
}

/**
 * Margin tiers from a table.
 *
 * @throws UsageError `KERNEL_MARGIN_TIERS` naming table and tier for an empty table, a hole, an overlap, rates that do
 *   not rise, leverage that rises, or an amount that makes the maintenance margin jump.
 */
export function marginTiersOf(table: MarginTierTableSpec): MarginTiers {
  const parsed = marginTierTableSchema.safeParse(table)
  const issue = parsed.success ? undefined : parsed.error.issues[0]
  const problem = parsed.success
    ? marginTierProblem(parsed.data)
    : {
        tier: typeof issue?.path[1] === 'number' ? issue.path[1] + 1 : 0,
        reason: `${issue?.path.join('.')}: ${issue?.message}`,
      }
  if (!parsed.success || problem !== undefined) {
    const where = problem === undefined || problem.tier === 0 ? '' : `, tier ${problem.tier}`
    throw new UsageError({
      code: 'KERNEL_MARGIN_TIERS',
      message: `The margin table ${table.id}${where} cannot be used: ${problem?.reason ?? ''}.`,
      meta: { id: table.id, ...problem },
    })
  }
  const { id, measure, tiers, source } = parsed.data
  return Object.freeze({
    id,
    measure,
    source,
    count: tiers.length,
    cap: Float64Array.from(tiers, (tier) => tier.cap),
    maintenanceRate: Float64Array.from(tiers, (tier) => tier.maintenanceRate),
    maintenanceAmount: Float64Array.from(tiers, (tier) => tier.maintenanceAmount),
    maxLeverage: Float64Array.from(tiers, (tier) => tier.maxLeverage),
  })
}

/**
 * Index of the tier of a position: the first whose cap is at least its size. A size on a border belongs to the lower
 * tier, as the venues write it (`0 < position <= 300,000`). Beyond the last cap: the last tier.
 *
 * @param notional - Magnitude of the position's value, settle currency.
 * @param contracts - Contracts held, any sign; read only where the table counts contracts.
 */
export function tierIndexOf(tiers: MarginTiers, notional: number, contracts: number): number {
  const size = tiers.measure === 'contracts' ? Math.abs(contracts) : notional
  const last = tiers.count - 1
  let index = 0
  while (index < last && size > (tiers.cap[index] as number)) index++
  return index
}

/**
 * Maintenance margin: `notional * rate - amount` of the position's tier, in the settle currency. Continuous and convex
 * in the notional where tiers count notional.
 */
export function maintenanceMargin(tiers: MarginTiers, notional: number, contracts: number): number {
  const index = tierIndexOf(tiers, notional, contracts)
  return notional * (tiers.maintenanceRate[index] as number) - (tiers.maintenanceAmount[index] as number)
}

/** Margin to open a position: `notional / leverage`, in the settle currency. */
export function initialMargin(notional: number, leverage: number): number {
  return notional / leverage
}

/** Largest leverage at a size; 0 beyond the last cap, where no position may be opened. */
export function maxLeverageAt(tiers: MarginTiers, notional: number, contracts: number): number {
  const size = tiers.measure === 'contracts' ? Math.abs(contracts) : notional
  if (size > (tiers.cap[tiers.count - 1] as number)) return 0
  return tiers.maxLeverage[tierIndexOf(tiers, notional, contracts)] as number
}

/**
 * Why a position may not be opened with a leverage, or undefined where it may: the reason of a reject.
 *
 * O(tiers); the text is only built where the position is refused.
 */
export function leverageProblem(
  tiers: MarginTiers,
  leverage: number,
  notional: number,
  contracts: number,
): string | undefined {
  const allowed = maxLeverageAt(tiers, notional, contracts)
  if (leverage <= allowed) return undefined
  const size = tiers.measure === 'contracts' ? `${Math.abs(contracts)} contracts` : `a notional of ${notional}`
  if (allowed === 0) return `${size} is beyond the last margin tier, which ends at ${tiers.cap[tiers.count - 1]}`
  const tier = tierIndexOf(tiers, notional, contracts) + 1
  return `leverage ${leverage} is above the ${allowed} that tier ${tier} allows at ${size}`
}
