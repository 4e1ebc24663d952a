import { z } from 'zod'
import { decimalSchema } from './decimal.ts'
import { instrumentIdSchema, sideSchema } from './names.ts'
import { timeMsSchema } from './time.ts'

export const orderTypeSchema = z.enum([
  'market',
  'limit',
  'stop-market',
  'stop-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
])

export const timeInForceSchema = z.enum(['GTC', 'IOC', 'FOK', 'GTD'])

/** `unknown`: sent, and nobody knows yet whether the venue took it. */
export const orderStateSchema = z.enum([
  'created',
  'refused',
  'waiting',
  'submitted',
  'unknown',
  'rejected',
  'accepted',
  'triggered',
  'partially-filled',
  'filled',
  'cancelled',
  'expired',
])
export type OrderState = z.infer<typeof orderStateSchema>

/** One of our orders as it stands. Quantities are base units, or contracts where the instrument counts them. */
export const orderSchema = z.object({
  clientOrderId: z.string(),
  /** Null before the venue acknowledged it. */
  venueOrderId: z.string().nullable(),
  instrumentId: instrumentIdSchema,
  /** Empty for an order that nobody's strategy placed. */
  strategy: z.string(),
  side: sideSchema,
  type: orderTypeSchema,
  timeInForce: timeInForceSchema,
  postOnly: z.boolean(),
  reduceOnly: z.boolean(),
  state: orderStateSchema,
  quantity: decimalSchema,
  filledQuantity: decimalSchema,
  averagePrice: decimalSchema.nullable(),
  limitPrice: decimalSchema.nullable(),
  triggerPrice: decimalSchema.nullable(),
  createdTimeMs: timeMsSchema,
  updatedTimeMs: timeMsSchema,
  /** Why it was refused, rejected, cancelled or expired; empty otherwise. */
  reason: z.string(),
  tag: z.string(),
})
export type Order = z.infer<typeof orderSchema>
