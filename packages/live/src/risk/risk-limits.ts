import { z } from 'zod'

const action = z.enum(['block', 'reduce', 'flatten'])
const fraction = z.number().gt(0).max(1)

/**
 * One limit: where it fires and what is done then. `block` refuses what would open a position while it fires; `reduce` lets
 * only smaller positions through from then on, and takes orders off the venue that would open; `flatten` closes everything
 * and halts. A limit on orders does so when one is asked for that it refuses.
 */
const limit = <T extends z.ZodType<number>>(at: T, fallback: 'block' | 'reduce' | 'flatten') =>
  z.strictObject({ at, action: action.default(fallback) })

/** Limits of an account. Money in the reporting currency; fractions of equity unless stated. Absent: no such limit. */
export const riskLimitsSchema = z.strictObject({
  /** Loss of equity, open profit included, from its highest point since the session began. */
  drawdown: limit(fraction, 'flatten').optional(),
  /** Loss since 00:00 UTC. */
  dailyLoss: limit(fraction, 'flatten').optional(),
  /** Sum of all positions, long and short, as a multiple of equity; so are the next ones. Resting orders that open count in an order's way. */
  grossExposure: limit(z.number().positive(), 'block').optional(),
  /** Long less short, or short less long. */
  netExposure: limit(z.number().positive(), 'block').optional(),
  /** Position in one instrument. */
  instrumentExposure: limit(z.number().positive(), 'block').optional(),
  /** Positions at one venue. */
  venueExposure: limit(z.number().positive(), 'block').optional(),
  /** Perpetuals alone, long and short: spot is paid for in full. */
  leverage: limit(z.number().positive(), 'block').optional(),
  /** Money of one order, reporting currency, at the newest price or its own, whichever is more. */
  orderNotional: limit(z.number().positive(), 'block').optional(),
  /** Base units of one order. */
  orderQuantity: limit(z.number().positive(), 'block').optional(),
  /** Orders and amendments that may open a position, in one minute; those that only close one have as many again. */
  ordersPerMinute: limit(z.number().int().positive(), 'block').optional(),
  /** Distance of a limit or trigger price from the newest price, as a fraction of that. */
  priceBand: limit(fraction, 'block').optional(),
  /** Least distance of a perpetual's price from its liquidation, as a fraction of the price. */
  marginDistance: limit(fraction, 'reduce').optional(),
  /** Age of a feed's newest bar beyond its length, ms. `block` concerns that market and the strategies that read it. */
  staleDataMs: limit(z.number().positive(), 'block').optional(),
  /** Time in which the account's stream was down, or the account could not be looked at, ms. */
  disconnectedMs: limit(z.number().positive(), 'block').optional(),
  /** Difference between the venue's clock and ours, ms. */
  clockSkewMs: limit(z.number().positive(), 'block').optional(),
  /** Orders turned down one after the other. */
  consecutiveRejects: limit(z.number().int().positive(), 'reduce').optional(),
  /** Trades lost one after the other, then a pause of `pauseMs`. */
  lossStreak: z.strictObject({ at: z.number().int().positive(), pauseMs: z.number().positive() }).optional(),
})
export type AccountLimits = z.output<typeof riskLimitsSchema>
export type RiskAction = z.output<typeof action>
