import { z } from 'zod'
import { instrumentIdSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

const LARGEST_PAGE = 1_000

/** What part of a list is wanted. Lists are newest first; `cursor` continues where the last page ended. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(100),
  cursor: z.string().max(200).optional(),
  instrument: instrumentIdSchema.optional(),
  strategy: z.string().max(100).optional(),
  /** From this instant on. */
  fromMs: z.coerce.number().pipe(timeMsSchema).optional(),
  /** Exclusive. */
  toMs: z.coerce.number().pipe(timeMsSchema).optional(),
})
export type PageQuery = z.infer<typeof pageQuerySchema>

/** Orders, and of them only the open ones where asked. */
export const orderQuerySchema = pageQuerySchema.extend({ state: z.enum(['open', 'closed', 'all']).default('all') })
export type OrderQuery = z.infer<typeof orderQuerySchema>

/** Equity is oldest first and thinned to at most `points`; the first, the last and the extremes stay. */
export const equityQuerySchema = z.strictObject({
  fromMs: z.coerce.number().pipe(timeMsSchema).optional(),
  toMs: z.coerce.number().pipe(timeMsSchema).optional(),
  points: z.coerce.number().int().min(2).max(20_000).default(2_000),
})
export type EquityQuery = z.infer<typeof equityQuerySchema>

/** A page of a list. */
export interface Page<Item> {
  readonly items: Item[]
  /** Give it as `cursor` for the next page; null on the last one. */
  readonly nextCursor: string | null
}

/** Schema of a page of `item`. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
