import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { currencySchema, instrumentIdSchema, sessionIdSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

/**
 * What a session is doing: `starting` recovers and reconciles, `paused` keeps orders and positions and opens nothing,
 * `halted` sends nothing until somebody resets it, `failed` ended by itself.
 */
export const sessionStateSchema = z.enum(['starting', 'running', 'paused', 'stopping', 'stopped', 'halted', 'failed'])
export type SessionState = z.infer<typeof sessionStateSchema>

/** Money on paper or at a venue. */
export const sessionModeSchema = z.enum(['paper', 'live'])
export type SessionMode = z.infer<typeof sessionModeSchema>

/** A session at a glance. Money is in the reporting currency. */
export const sessionSchema = z.object({
  id: sessionIdSchema,
  mode: sessionModeSchema,
  state: sessionStateSchema,
  /** Why it is in this state, in words; empty where there is nothing to say. */
  detail: z.string(),
  strategies: z.array(z.string()),
  instruments: z.array(instrumentIdSchema),
  venues: z.array(z.string()),
  startedTimeMs: timeMsSchema,
  /** When it did something last: an event, an order, a heartbeat. */
  heartbeatTimeMs: timeMsSchema,
  reportingCurrency: currencySchema,
  /** Null before the first valuation. */
  equity: decimalSchema.nullable(),
  startEquity: decimalSchema.nullable(),
  realised: decimalSchema.nullable(),
  unrealised: decimalSchema.nullable(),
  /** Positive when paid. */
  fees: decimalSchema.nullable(),
  /** Positive when received. */
  funding: decimalSchema.nullable(),
  /** When the money above was worked out. */
  valuedTimeMs: timeMsSchema.nullable(),
  openOrders: z.number().int().min(0),
  openPositions: z.number().int().min(0),
  /** Names the code that runs, so that two sessions of one strategy can be told apart. */
  codeHash: z.string(),
  /** True where its market is generated or its venue is a rehearsal. */
  synthetic: z.boolean(),
})
export type Session = z.infer<typeof sessionSchema>
