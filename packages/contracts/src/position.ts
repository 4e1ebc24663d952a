import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { currencySchema, instrumentIdSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

/** What is held of one instrument; flat ones are left out. */
export const positionSchema = z.object({
  instrumentId: instrumentIdSchema,
  /** Empty where it is the account's and no strategy's. */
  strategy: z.string(),
  side: z.enum(['long', 'short']),
  /** Base units or contracts, positive. */
  quantity: decimalSchema,
  entryPrice: decimalSchema.nullable(),
  markPrice: decimalSchema.nullable(),
  liquidationPrice: decimalSchema.nullable(),
  /** Settle currency. */
  unrealised: decimalSchema.nullable(),
  realised: decimalSchema.nullable(),
  currency: currencySchema,
  leverage: decimalSchema.nullable(),
  openedTimeMs: timeMsSchema.nullable(),
  /** Time of the price that values it. */
  markTimeMs: timeMsSchema.nullable(),
})
export type Position = z.infer<typeof positionSchema>
