import { z } from 'zod'
import { actionResultSchema } from './action.ts'
import { balanceSchema } from './balance.ts'
import { equityPointSchema } from './equity-point.ts'
import { feedStatusSchema } from './feed-status.ts'
import { fillSchema } from './fill.ts'
import { sessionIdSchema } from './names.ts'
import { orderSchema } from './order.ts'
import { positionSchema } from './position.ts'
import { riskStateSchema } from './risk-state.ts'
import { sessionSchema } from './session.ts'
import { timeMsSchema } from './time.ts'

export const severitySchema = z.enum(['debug', 'info', 'warning', 'error', 'critical'])
export type Severity = z.infer<typeof severitySchema>

/** Something a person should know. */
export const noticeSchema = z.object({
  severity: severitySchema,
  /** Names the kind of notice, such as `RISK_BREACH`. */
  code: z.string(),
  message: z.string(),
})
export type Notice = z.infer<typeof noticeSchema>

const base = { sessionId: sessionIdSchema, timeMs: timeMsSchema }

/** A change in a session. `data` is the whole new state of the thing, so an event that was missed is repaired by the next. */
export const sessionEventSchema = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('session'), data: sessionSchema }),
  z.object({ ...base, kind: z.literal('order'), data: orderSchema }),
  z.object({ ...base, kind: z.literal('fill'), data: fillSchema }),
  z.object({ ...base, kind: z.literal('position'), data: positionSchema }),
  z.object({ ...base, kind: z.literal('flat'), data: z.object({ instrumentId: z.string(), strategy: z.string() }) }),
  z.object({ ...base, kind: z.literal('balance'), data: balanceSchema }),
  z.object({ ...base, kind: z.literal('equity'), data: equityPointSchema }),
  z.object({ ...base, kind: z.literal('feed'), data: feedStatusSchema }),
  z.object({ ...base, kind: z.literal('risk'), data: riskStateSchema }),
  z.object({ ...base, kind: z.literal('action'), data: actionResultSchema }),
  z.object({ ...base, kind: z.literal('notice'), data: noticeSchema }),
])
export type SessionEvent = z.infer<typeof sessionEventSchema>

/** First event, named `lost`, of a stream that could not be continued: read everything again, then follow from here. */
export const streamLostSchema = z.object({
  reason: z.enum(['too-old', 'restarted', 'unknown-id']),
  /** Events that are gone; null where nobody knows. */
  missed: z.number().int().min(0).nullable(),
})
export type StreamLost = z.infer<typeof streamLostSchema>
