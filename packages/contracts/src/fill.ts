import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { currencySchema, instrumentIdSchema, sideSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

/** One execution of one of our orders. */
export const fillSchema = z.object({
  /** The venue's id of the trade, unique per instrument and account. */
  fillId: z.string(),
  clientOrderId: z.string(),
  instrumentId: instrumentIdSchema,
  strategy: z.string(),
  side: sideSchema,
  quantity: decimalSchema,
  /** Quote units per base unit. */
  price: decimalSchema,
  /** Positive when paid; null until the venue has said it. */
  fee: decimalSchema.nullable(),
  feeCurrency: currencySchema.nullable(),
  liquidity: z.enum(['maker', 'taker', 'liquidation']),
  tsEventMs: timeMsSchema,
  tsRecvMs: timeMsSchema,
})
export type Fill = z.infer<typeof fillSchema>
