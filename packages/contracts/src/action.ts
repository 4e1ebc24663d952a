import { z } from 'zod'
import { sessionIdSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

/**
 * What an operator may ask of a session: `pause` opens nothing new, `resume` undoes it, `stop` ends the session and leaves
 * positions, `flatten` cancels and closes everything, `halt` lets nothing pass until `reset-risk`.
 */
export const actionNameSchema = z.enum(['pause', 'resume', 'stop', 'flatten', 'halt', 'reset-risk'])
export type ActionName = z.infer<typeof actionNameSchema>

/** Names one intent of the caller, so that a repeated request is the same one. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{8,128}$/, 'an idempotency key of 8 to 128 printable characters without spaces')

export const actionRequestSchema = z.strictObject({
  action: actionNameSchema,
  /** Why, for the audit log. */
  reason: z.string().max(500).default(''),
  /** Has to repeat the session's id for `flatten`, so that no slip closes everything. */
  confirm: sessionIdSchema.optional(),
})
export type ActionRequest = z.infer<typeof actionRequestSchema>

/** What became of one order or position that an action touched. */
export const actionEffectSchema = z.object({
  what: z.string(),
  isDone: z.boolean(),
  detail: z.string(),
})
export type ActionEffect = z.infer<typeof actionEffectSchema>

export const actionResultSchema = z.object({
  sessionId: sessionIdSchema,
  action: actionNameSchema,
  /** `accepted`: begun, and the stream tells the rest; `done`: over; `refused`: nothing was changed. */
  outcome: z.enum(['accepted', 'done', 'refused']),
  detail: z.string(),
  effects: z.array(actionEffectSchema),
  timeMs: timeMsSchema,
})
export type ActionResult = z.infer<typeof actionResultSchema>
