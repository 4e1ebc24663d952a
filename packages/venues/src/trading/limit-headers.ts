import type { CallContext } from './call-context.ts'
import type { RequestLimiter } from './request-limiter.ts'
import type { Product } from './trading-options.ts'

/** Request weight of a minute, and orders of ten seconds, at Binance. Source: its `exchangeInfo`, `rateLimits`. */
const BINANCE: Readonly<Record<Product, { readonly weight: number; readonly orders: number }>> = {
  spot: { weight: 6_000, orders: 100 },
  linear: { weight: 2_400, orders: 300 },
  inverse: { weight: 2_400, orders: 300 },
}

/** Stops that a venue orders without saying for how long. */
const STOP_MS: Readonly<Record<number, number>> = { 429: 10_000, 418: 120_000 }

/**
 * Reads from the headers of an answer how much of the venue's limits is used, and hands it to the limiter.
 *
 * @param nowMs - Venue time.
 */
export function readLimits(
  limiter: RequestLimiter,
  answer: { readonly venue: string; readonly product: Product; readonly status: number; readonly headers: unknown },
  call: CallContext | undefined,
  nowMs: number,
): void {
  const header = headerReader(answer.headers)
  const retryAfterMs = retryAfter(header)
  if (call !== undefined) call.retryAfterMs = retryAfterMs
  const stopMs = STOP_MS[answer.status]
  if (stopMs !== undefined) limiter.stop(retryAfterMs ?? stopMs)
  if (answer.venue === 'binance') {
    const limits = BINANCE[answer.product]
    const weight = Number(header('x-mbx-used-weight-1m') ?? Number.NaN)
    if (Number.isFinite(weight)) limiter.observe(1 - weight / limits.weight)
    const orders = Number(header('x-mbx-order-count-10s') ?? Number.NaN)
    if (orders >= limits.orders - 1) limiter.hold('create', 10_000 - (nowMs % 10_000))
  }
  if (answer.venue === 'bybit' && header('x-bapi-limit-status') === '0') {
    const resetMs = Number(header('x-bapi-limit-reset-timestamp') ?? Number.NaN)
    if (Number.isFinite(resetMs)) limiter.hold(call?.priority ?? 'query', Math.min(5_000, Math.max(0, resetMs - nowMs)))
  }
}

type HeaderReader = (name: string) => string | undefined

function headerReader(headers: unknown): HeaderReader {
  const entries = Object.entries((headers ?? {}) as Record<string, unknown>)
  return (name) => {
    const value = entries.find(([key]) => key.toLowerCase() === name)?.[1]
    const first: unknown = Array.isArray(value) ? value[0] : value
    return typeof first === 'string' || typeof first === 'number' ? `${first}` : undefined
  }
}

/** `Retry-After` in seconds, or as a date against the answer's own date. */
function retryAfter(header: HeaderReader): number | undefined {
  const text = header('retry-after')
  if (text === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000)
  const waitMs = Date.parse(text) - Date.parse(header('date') ?? '')
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs)
}
