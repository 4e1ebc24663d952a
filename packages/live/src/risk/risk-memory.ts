import type { TimeMs } from '@kestrel/core'
import { z } from 'zod'

/** `halted` is left by an explicit reset alone. */
export type RiskStatus = 'active' | 'reducing' | 'halted'

/** What survives a restart: all that limits count, and what they have decided. */
export interface RiskMemory {
  readonly status: RiskStatus
  /** Why it is not active. */
  readonly reason: string
  /** What was decided and the session has not been told yet. */
  readonly due: 'reduce' | 'flatten' | undefined
  /** Reporting currency; -Infinity before the first look. */
  readonly peakEquity: number
  /** 00:00 UTC of the day that `dayStartEquity` is of; -Infinity before the first look. */
  readonly dayStartMs: TimeMs
  readonly dayStartEquity: number
  /** Nothing is opened before. */
  readonly pausedUntilMs: TimeMs
  /** Trades that were counted, and how many of the newest of them were lost in a row. */
  readonly countedTrades: number
  readonly losses: number
  /** Orders that the venue turned down in a row. */
  readonly rejects: number
  /** When orders of the last minute went out, oldest first; empty where that is not limited. */
  readonly sentMs: readonly TimeMs[]
  /** Since when there is no connection to the account. */
  readonly disconnectedSinceMs: TimeMs | undefined
}

/** Of an account that nothing has happened on. */
export const NEW_RISK_MEMORY: RiskMemory = Object.freeze({
  status: 'active',
  reason: '',
  due: undefined,
  peakEquity: -Infinity,
  dayStartMs: -Infinity,
  dayStartEquity: Number.NaN,
  pausedUntilMs: -Infinity,
  countedTrades: 0,
  losses: 0,
  rejects: 0,
  sentMs: Object.freeze([]),
  disconnectedSinceMs: undefined,
})

/** {@link RiskMemory} as JSON keeps it, without what is not a number yet and what an older version did not count. */
export const writtenRiskSchema = z
  .object({
    status: z.enum(['active', 'reducing', 'halted']),
    reason: z.string(),
    due: z.enum(['reduce', 'flatten']),
    peakEquity: z.number(),
    dayStartMs: z.number(),
    dayStartEquity: z.number(),
    pausedUntilMs: z.number(),
    countedTrades: z.number().int().nonnegative(),
    losses: z.number().int().nonnegative(),
    rejects: z.number().int().nonnegative(),
    sentMs: z.array(z.number()),
    disconnectedSinceMs: z.number(),
  } satisfies Record<keyof RiskMemory, z.ZodType>)
  .partial()
