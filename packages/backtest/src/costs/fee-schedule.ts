import { UsageError } from '@kestrel/core'
import { z } from 'zod'

const rate = z.number().min(-0.01).max(0.1)

/** Fees by traded volume, as configuration holds them. */
export const feeScheduleSchema = z.strictObject({
  venue: z.string().min(1).optional().describe('venue of the instruments that it applies to; all unless stated'),
  kind: z
    .enum(['spot', 'perpetual'])
    .optional()
    .describe('kind of the instruments that it applies to; all unless stated'),
  tiers: z
    .array(
      z.strictObject({
        minVolume: z.number().min(0).describe('traded notional of the last 30 days from which the tier applies'),
        makerRate: rate.describe('fraction of the notional; below 0 a rebate'),
        takerRate: rate.describe('fraction of the notional'),
      }),
    )
    .min(1),
  feeCurrency: z
    .strictObject({
      currency: z.string().min(1).describe('third currency that fees are paid in, such as BNB'),
      discount: z.number().min(0).max(1).describe('share of the fee that paying in it saves'),
    })
    .optional(),
  volumeDays: z.number().int().min(1).max(366).default(30).describe('days that the volume is counted over'),
  initialVolume: z.number().min(0).default(0).describe('traded notional of those days before the run begins'),
  source: z.string().default('stated by the user'),
})
export type FeeScheduleSpec = z.input<typeof feeScheduleSchema>
/** A sound fee schedule: the first tier begins at 0 and volumes rise. */
export type FeeSchedule = z.output<typeof feeScheduleSchema>

/** Whether a fill took liquidity or made it. */
export type Liquidity = 'maker' | 'taker'

/** A fee as it is booked. */
export interface FeeCharge {
  /** The third currency, or undefined for the settle currency of the fill. */
  readonly currency: string | undefined
  /** In that currency: above 0 paid, below 0 received. */
  readonly amount: number
}

/**
 * Fee schedule from its configuration.
 *
 * @throws UsageError `BACKTEST_FEE_SCHEDULE` where the first tier does not begin at 0, volumes do not rise, a rate rises
 *   with the volume, or a rebate is larger than the taker's fee (a wash trade would then earn money).
 */
export function feeScheduleOf(spec: FeeScheduleSpec): FeeSchedule {
  const refuse = (reason: string): never => {
    throw new UsageError({
      code: 'BACKTEST_FEE_SCHEDULE',
      message: `The fee schedule cannot be used: ${reason}. Nothing was run.`,
      meta: { reason },
    })
  }
  const parsed = feeScheduleSchema.safeParse(spec)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
  }
  for (const [index, tier] of parsed.data.tiers.entries()) {
    const before = parsed.data.tiers[index - 1]
    const name = `tier ${index + 1}`
    if (before === undefined && tier.minVolume !== 0) refuse(`${name} begins at ${tier.minVolume}, not at 0`)
    if (tier.makerRate + tier.takerRate < 0) refuse(`${name} rebates a maker more than it takes from the taker`)
    if (before === undefined) continue
    if (tier.minVolume <= before.minVolume) refuse(`${name} begins at ${tier.minVolume}, not above the one before`)
    if (tier.takerRate > before.takerRate) refuse(`${name} has a higher taker rate than the one before`)
    if (tier.makerRate > before.makerRate) refuse(`${name} has a higher maker rate than the one before`)
  }
  return parsed.data
}

/** Index of the first schedule that applies to an instrument; -1 where none does. */
export function scheduleFor(
  schedules: readonly FeeSchedule[],
  { venue, kind }: { readonly venue: string; readonly kind: string },
): number {
  return schedules.findIndex(
    (each) => (each.venue === undefined || each.venue === venue) && (each.kind === undefined || each.kind === kind),
  )
}

/**
 * Rate of a fill, before any discount, by the notional traded in the last 30 days (see `RollingVolume`).
 *
 * A volume equal to a tier's `minVolume` has reached it. O(tiers), no allocation.
 */
export function feeRateOf(schedule: FeeSchedule, volume30d: number, liquidity: Liquidity): number {
  const { tiers } = schedule
  let index = 0
  while (index + 1 < tiers.length && volume30d >= (tiers[index + 1]?.minVolume ?? Infinity)) index++
  const tier = tiers[index] as FeeSchedule['tiers'][number]
  return liquidity === 'maker' ? tier.makerRate : tier.takerRate
}

/**
 * Fee of a fill: its rate, its discount and its currency.
 *
 * A fee is paid in the third currency, at the discount, while the account holds enough of it; otherwise in full in the
 * settle currency, as Binance does. Rebates come in the settle currency and are not discounted.
 *
 * @param notional - Magnitude of the fill's value, settle currency.
 * @param feeCurrencyPrice - Settle units per unit of the third currency; undefined where it has no price yet, and then
 *   the settle currency pays.
 * @param feeCurrencyBalance - What the account holds of the third currency.
 */
export function feeChargeOf(
  schedule: FeeSchedule,
  notional: number,
  volume30d: number,
  liquidity: Liquidity,
  feeCurrencyPrice?: number,
  feeCurrencyBalance = 0,
): FeeCharge {
  const full = notional * feeRateOf(schedule, volume30d, liquidity)
  const third = schedule.feeCurrency
  if (third === undefined || feeCurrencyPrice === undefined || full <= 0) return { currency: undefined, amount: full }
  const amount = (full * (1 - third.discount)) / feeCurrencyPrice
  return amount <= feeCurrencyBalance ? { currency: third.currency, amount } : { currency: undefined, amount: full }
}
