import { type BinanceRefusal, binanceJson } from '../binance-market/binance-answer.ts'
import type { BinanceKind } from '../binance-market/binance-format.ts'
import type { ExchangeAnswer } from '../front/dialect.ts'

/** A count that starts again at every multiple of its length, as the venue's do. */
class FixedWindow {
  readonly lengthMs: number
  readonly limit: number
  readonly label: string
  #startMs = -1
  #used = 0

  constructor(label: string, lengthMs: number, limit: number) {
    this.label = label
    this.lengthMs = lengthMs
    this.limit = limit
  }

  used(nowMs: number): number {
    const startMs = Math.floor(nowMs / this.lengthMs) * this.lengthMs
    if (startMs !== this.#startMs) {
      this.#startMs = startMs
      this.#used = 0
    }
    return this.#used
  }

  add(nowMs: number, weight: number): void {
    this.#used = this.used(nowMs) + weight
  }

  secondsLeft(nowMs: number): number {
    return Math.max(1, Math.ceil((this.lengthMs - (nowMs % this.lengthMs)) / 1_000))
  }
}

/** Requests that are still made while over the limit before the address is shut out. */
const PATIENCE = 10
const BAN_MS = 120_000

const LIMITS = {
  spot: {
    weight: 6_000,
    orders: [
      ['10S', 10_000, 100, '100 orders per 10 SECOND'],
      ['1D', 86_400_000, 200_000, '200000 orders per 1 DAY'],
    ],
  },
  usdm: {
    weight: 2_400,
    orders: [
      ['10S', 10_000, 300, '300 orders per 10 SECOND'],
      ['1M', 60_000, 1_200, '1200 orders per 1 MINUTE'],
    ],
  },
} as const

/**
 * Weight a minute by address, and orders by account. Over the weight the answer is 429 with `Retry-After`; who goes on asking
 * gets 418 for two minutes. Source: Binance, "LIMITS" of the general API information.
 */
export class BinanceRateLimits {
  readonly #enabled: boolean
  readonly #kind: BinanceKind
  readonly #weight: FixedWindow
  readonly #orders = new Map<string, readonly FixedWindow[]>()
  #overruns = 0
  #bannedUntilMs = 0

  constructor(kind: BinanceKind, enabled: boolean) {
    this.#kind = kind
    this.#enabled = enabled
    this.#weight = new FixedWindow('1M', 60_000, LIMITS[kind].weight)
  }

  #ordersOf(accountId: string): readonly FixedWindow[] {
    let windows = this.#orders.get(accountId)
    if (windows === undefined) {
      windows = LIMITS[this.#kind].orders.map(([label, lengthMs, limit]) => new FixedWindow(label, lengthMs, limit))
      this.#orders.set(accountId, windows)
    }
    return windows
  }

  /** Counts a request; the refusal where the address has used its weight. */
  countWeight(nowMs: number, weight: number): ExchangeAnswer | undefined {
    if (this.#enabled && nowMs < this.#bannedUntilMs) return this.#refuse(418, nowMs, this.#bannedUntilMs - nowMs)
    if (this.#weight.used(nowMs) === 0) this.#overruns = 0
    this.#weight.add(nowMs, weight)
    if (!this.#enabled || this.#weight.used(nowMs) <= this.#weight.limit) return undefined
    this.#overruns++
    if (this.#overruns <= PATIENCE) return this.#refuse(429, nowMs, this.#weight.secondsLeft(nowMs) * 1_000)
    this.#bannedUntilMs = nowMs + BAN_MS
    return this.#refuse(418, nowMs, BAN_MS)
  }

  #refuse(status: 418 | 429, nowMs: number, waitMs: number): ExchangeAnswer {
    const msg =
      status === 418
        ? `Way too much request weight used; IP banned until ${nowMs + waitMs}. Please use WebSocket Streams for live updates to avoid bans.`
        : `Too much request weight used; current limit is ${this.#weight.limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`
    const answer = binanceJson({ code: -1003, msg }, status)
    const headers = { ...answer.headers, ...this.headers(nowMs), 'retry-after': String(Math.ceil(waitMs / 1_000)) }
    return { ...answer, headers }
  }

  /** Counts an order; the refusal where the account has sent too many. */
  countOrder(accountId: string, nowMs: number, refusal: (code: number, message: string) => BinanceRefusal): void {
    const windows = this.#ordersOf(accountId)
    const full = windows.findIndex((window) => window.used(nowMs) >= window.limit)
    if (this.#enabled && full !== -1) {
      const words = LIMITS[this.#kind].orders[full]?.[3] ?? ''
      throw refusal(-1015, `Too many new orders; current limit is ${words}.`)
    }
    for (const window of windows) window.add(nowMs, 1)
  }

  /** What is used, as the venue's headers say it; order counts only for the account that sent an order. */
  headers(nowMs: number, accountId?: string): Readonly<Record<string, string>> {
    const used = String(this.#weight.used(nowMs))
    const headers: Record<string, string> = { 'x-mbx-used-weight-1m': used }
    if (this.#kind === 'spot') headers['x-mbx-used-weight'] = used
    for (const window of accountId === undefined ? [] : this.#ordersOf(accountId)) {
      headers[`x-mbx-order-count-${window.label.toLowerCase()}`] = String(window.used(nowMs))
    }
    return headers
  }

  /** Rows of `GET rateLimit/order`. */
  orderRows(accountId: string, nowMs: number): object[] {
    const words = { S: 'SECOND', M: 'MINUTE', D: 'DAY' }
    return this.#ordersOf(accountId).map((window) => ({
      rateLimitType: 'ORDERS',
      interval: words[window.label.slice(-1) as 'S' | 'M' | 'D'],
      intervalNum: Number(window.label.slice(0, -1)),
      limit: window.limit,
      count: window.used(nowMs),
    }))
  }
}
