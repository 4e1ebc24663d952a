import { z } from 'zod'
import { instrumentIdSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

/** Health of one subscription to market data or to an account. */
export const feedStatusSchema = z.object({
  venue: z.string(),
  /** Null for the stream of an account. */
  instrumentId: instrumentIdSchema.nullable(),
  /** `bars 1m`, `trades`, `quotes`, `book`, `mark`, `account`. */
  feed: z.string(),
  isConnected: z.boolean(),
  /** Our time of the last event; null before the first. */
  lastEventTimeMs: timeMsSchema.nullable(),
  /** Age above which the feed counts as stale. */
  staleAfterMs: z.number().int().positive(),
  isStale: z.boolean(),
  events: z.number().int().min(0),
  resubscriptions: z.number().int().min(0),
  detail: z.string(),
})
export type FeedStatus = z.infer<typeof feedStatusSchema>
