import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { timeMsSchema } from './time.ts'

/** Equity marked to market at an instant, reporting currency, net of fees and funding. */
export const equityPointSchema = z.object({
  timeMs: timeMsSchema,
  equity: decimalSchema,
  /** Fraction below the highest equity so far, 0 or less. */
  drawdown: z.number().max(0),
})
export type EquityPoint = z.infer<typeof equityPointSchema>
