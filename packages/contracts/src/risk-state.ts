import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { timeMsSchema } from './time.ts'

/** `reducing` lets orders pass that make positions smaller; `halted` lets none pass. */
export const riskModeSchema = z.enum(['active', 'reducing', 'halted'])
export type RiskMode = z.infer<typeof riskModeSchema>

/** One limit and how much of it is used. */
export const riskLimitSchema = z.object({
  name: z.string(),
  /** What happens when it is reached. */
  action: z.enum(['block', 'reduce', 'flatten', 'halt']),
  limit: decimalSchema,
  /** Null where nothing is known yet. */
  used: decimalSchema.nullable(),
  /** `USDT`, `fraction`, `orders/min`, `ms` ... */
  unit: z.string(),
  isBreached: z.boolean(),
})
export type RiskLimit = z.infer<typeof riskLimitSchema>

/** A limit that was reached. */
export const riskBreachSchema = z.object({
  limit: z.string(),
  action: z.string(),
  timeMs: timeMsSchema,
  value: decimalSchema,
  threshold: decimalSchema,
  detail: z.string(),
})
export type RiskBreach = z.infer<typeof riskBreachSchema>

export const riskStateSchema = z.object({
  mode: riskModeSchema,
  /** Why it is not active; empty otherwise. */
  reason: z.string(),
  sinceTimeMs: timeMsSchema.nullable(),
  limits: z.array(riskLimitSchema),
  /** Latest first. */
  breaches: z.array(riskBreachSchema),
})
export type RiskState = z.infer<typeof riskStateSchema>
