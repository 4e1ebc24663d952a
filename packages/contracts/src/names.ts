import { instrumentSpecSchema } from '@kestrel/core'
import { z } from 'zod'

/** Name of a session: a start in letters or digits, then also `.`, `_` and `-`; at most 80 characters. */
export const sessionIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'the name of a session')

/** `BTC-USDT.BINANCE`, `BTC-USDT-PERP.BINANCE`. */
export const instrumentIdSchema = instrumentSpecSchema.shape.id

/** `USDT` */
export const currencySchema = z.string().min(1).max(20)

export const sideSchema = z.enum(['buy', 'sell'])
