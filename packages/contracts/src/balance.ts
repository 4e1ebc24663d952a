import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { currencySchema } from './names.ts'

/** Money of one currency at one venue. */
export const balanceSchema = z.object({
  venue: z.string(),
  currency: currencySchema,
  /** What open orders hold back included. */
  total: decimalSchema,
  free: decimalSchema,
  /** Borrowed, where the account may. */
  debt: decimalSchema,
})
export type Balance = z.infer<typeof balanceSchema>
