import type { CallPriority } from './call-context.ts'
import { VenueError } from '../venue-error.ts'
import { steadyTime } from './steady-time.ts'

export interface LimiterOptions {
  /** Our time, ms; one that is set back makes nothing wait longer. */
  readonly nowMs: () => number
  /** Budget that may be used at once, ms. */
  readonly burstMs: number
  /** Budget that comes back per millisecond. */
  readonly share: number
  /** False: there is no budget, only what the venue orders. */
  readonly isSpacing: boolean
}

/** Part of the budget that is kept back for what matters more. */
const KEPT: Readonly<Record<CallPriority, number>> = { cancel: -1, create: 0.1, query: 0.3 }
const ORDER: readonly CallPriority[] = ['cancel', 'create', 'query']
/** Longest wait: an order that is late is another order. */
const MOST_WAIT_MS: Readonly<Record<CallPriority, number>> = { cancel: 10_000, create: 2_000, query: 30_000 }

interface Waiting {
  readonly costMs: number
  readonly sinceMs: number
  readonly go: () => void
  readonly fail: (error: VenueError) => void
}

/**
 * Spaces out requests to a venue: a bucket of the venue's own costs, cancellations before orders before questions. Questions
 * leave 30 % of it for orders, orders 10 % for cancellations, and cancellations may overdraw it.
 *
 * When the venue says "too many requests", everything but cancellations is refused until the time that it names.
 */
export class RequestLimiter {
  readonly #options: LimiterOptions
  readonly #queues: Readonly<Record<CallPriority, Waiting[]>> = { cancel: [], create: [], query: [] }
  #levelMs: number
  #atMs: number
  #stoppedUntilMs = 0
  readonly #heldUntilMs: Record<CallPriority, number> = { cancel: 0, create: 0, query: 0 }
  #timer: NodeJS.Timeout | undefined

  constructor(options: LimiterOptions) {
    this.#options = { ...options, nowMs: steadyTime(options.nowMs) }
    this.#levelMs = options.burstMs
    this.#atMs = this.#options.nowMs()
  }

  /** Our time until which only cancellations go out, later by what our clock was set back; in the past where nothing is stopped. */
  get stoppedUntilMs(): number {
    return this.#stoppedUntilMs
  }

  /**
   * Resolves when a request of this cost may go out.
   *
   * @throws VenueError `VENUE_RATE_LIMIT`, safe, at once where the wait would be too long: nothing was sent.
   */
  async take(costMs: number, priority: CallPriority): Promise<void> {
    const sinceMs = this.#options.nowMs()
    const problem = this.#tooLong(priority, costMs, sinceMs)
    if (problem !== undefined) throw problem
    if (this.#queues[priority].length === 0 && this.#mayGo(priority, costMs)) {
      this.#levelMs -= costMs
      return
    }
    await new Promise<void>((resolve, reject) => {
      this.#queues[priority].push({ costMs, sinceMs, go: resolve, fail: reject })
      this.#schedule()
    })
  }

  /** The venue has had enough of us. */
  stop(forMs: number): void {
    this.#stoppedUntilMs = Math.max(this.#stoppedUntilMs, this.#options.nowMs() + forMs)
    for (const priority of ['create', 'query'] as const)
      for (const each of this.#queues[priority].splice(0)) each.fail(limited(priority, forMs))
  }

  /** One kind of request has used up its own limit. */
  hold(priority: CallPriority, forMs: number): void {
    if (priority !== 'cancel' && this.#options.isSpacing)
      this.#heldUntilMs[priority] = Math.max(this.#heldUntilMs[priority], this.#options.nowMs() + forMs)
  }

  /** The venue's own count: the share of its limit that is left, 0..1. The budget shrinks when less than a fifth is. */
  observe(left: number): void {
    this.#refill()
    this.#levelMs = Math.min(this.#levelMs, this.#options.burstMs * Math.max(0, Math.min(1, left / 0.2)))
  }

  /** Refuses what waits; nothing of it was sent. */
  close(): void {
    clearTimeout(this.#timer)
    for (const priority of ORDER) for (const each of this.#queues[priority].splice(0)) each.fail(limited(priority, 0))
  }

  #tooLong(priority: CallPriority, costMs: number, nowMs: number): VenueError | undefined {
    if (priority === 'cancel') return undefined
    const stoppedMs = Math.max(this.#stoppedUntilMs, this.#heldUntilMs[priority]) - nowMs
    const waitMs = Math.max(stoppedMs, this.#missingMs(priority, costMs) / this.#options.share)
    return waitMs > MOST_WAIT_MS[priority] || this.#stoppedUntilMs > nowMs ? limited(priority, waitMs) : undefined
  }

  #missingMs(priority: CallPriority, costMs: number): number {
    if (!this.#options.isSpacing) return 0
    this.#refill()
    const { burstMs } = this.#options
    // A request that costs more than the bucket holds goes out when the bucket is full.
    const needed = Math.min(costMs + KEPT[priority] * burstMs, burstMs)
    return Math.max(0, needed - this.#levelMs)
  }

  #mayGo(priority: CallPriority, costMs: number): boolean {
    const nowMs = this.#options.nowMs()
    if (priority !== 'cancel' && Math.max(this.#stoppedUntilMs, this.#heldUntilMs[priority]) > nowMs) return false
    return this.#missingMs(priority, costMs) <= 0
  }

  #refill(): void {
    const nowMs = this.#options.nowMs()
    const { burstMs, share, isSpacing } = this.#options
    this.#levelMs = isSpacing ? Math.min(burstMs, this.#levelMs + Math.max(0, nowMs - this.#atMs) * share) : burstMs
    this.#atMs = nowMs
  }

  #drain(): void {
    this.#timer = undefined
    for (const priority of ORDER) {
      const queue = this.#queues[priority]
      for (let first = queue[0]; first !== undefined && this.#mayGo(priority, first.costMs); first = queue[0]) {
        queue.shift()
        this.#levelMs -= first.costMs
        first.go()
      }
      // What waits longer than it may is refused rather than sent late.
      const nowMs = this.#options.nowMs()
      while (queue[0] !== undefined && nowMs - queue[0].sinceMs > MOST_WAIT_MS[priority])
        queue.shift()?.fail(limited(priority, 0))
    }
    this.#schedule()
  }

  #schedule(): void {
    if (this.#timer !== undefined || ORDER.every((priority) => this.#queues[priority].length === 0)) return
    const waits = ORDER.flatMap((priority) => {
      const first = this.#queues[priority][0]
      if (first === undefined) return []
      const heldMs = priority === 'cancel' ? 0 : this.#heldUntilMs[priority] - this.#options.nowMs()
      return [Math.max(heldMs, this.#missingMs(priority, first.costMs) / this.#options.share)]
    })
    this.#timer = setTimeout(() => this.#drain(), Math.max(1, Math.ceil(Math.min(...waits))))
  }
}

function limited(priority: CallPriority, waitMs: number): VenueError {
  const retryAfterMs = Math.max(0, Math.ceil(waitMs))
  return new VenueError({
    code: 'VENUE_RATE_LIMIT',
    message: `The limit on requests is used up${retryAfterMs > 0 ? ` for another ${retryAfterMs} ms` : ''}. Nothing was sent.`,
    hint: 'Wait, or ask less often.',
    meta: { priority, retryAfterMs },
    retry: 'safe',
  })
}
