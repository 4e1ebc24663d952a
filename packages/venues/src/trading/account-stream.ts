import type { Clock, Instrument, Rng } from '@kestrel/core'
import type { AccountStreamHandlers, Subscription } from '@kestrel/kernel'
import type { AccountPoll } from './account-poll.ts'
import type { Desk, StreamReading, VenueDialect } from './dialects/dialect.ts'
import type { Scrub } from './scrub-secrets.ts'

/** What a stream is run with. */
export interface StreamMeans {
  readonly dialect: VenueDialect
  readonly desk: Desk
  readonly clock: Clock
  readonly rng: Rng
  readonly scrub: Scrub
  readonly poll: AccountPoll
  readonly pollEveryMs: number
  /** Longest time in which a connection must have come about and be confirmed. */
  readonly connectWithinMs: number
  /** Instruments whose fills are asked for while the stream is down. */
  readonly instruments: () => readonly Instrument[]
  /** Ends the sockets at once. */
  readonly hangUp: (reason: string) => void
}

const FIRST_WAIT_MS = 250
const MOST_WAIT_MS = 15_000
const LOOK_MS = 20

/**
 * The private stream of an account: subscribed through ccxt.pro's `watch` methods, read from the messages themselves, and
 * connected again after each break. While it is down, the account is looked at by requests.
 *
 * Every break ends in `onGap`, told when the stream is confirmed again, so that whoever reconciles then misses nothing.
 */
export class AccountStream implements Subscription {
  readonly #means: StreamMeans
  readonly #handlers: AccountStreamHandlers
  readonly #stop = new AbortController()
  #isUp = false
  #lastFrameMs: number
  #reconnects = 0
  #detail = 'connecting'
  #confirmations = 0
  /** Ends the connection that is there now. */
  #break: ((reason: string) => void) | undefined
  readonly #running: Promise<unknown>

  constructor(means: StreamMeans, handlers: AccountStreamHandlers) {
    this.#means = means
    this.#handlers = handlers
    this.#lastFrameMs = means.clock.nowMs()
    this.#running = Promise.all([this.#connectLoop(), this.#pollLoop()])
  }

  /** Takes a message of any socket of the exchange client. Does not throw. */
  take(message: unknown): void {
    if (this.#stop.signal.aborted) return
    this.#lastFrameMs = this.#means.clock.nowMs()
    try {
      this.#tell(this.#means.dialect.readStream(this.#means.desk, message))
    } catch (error) {
      // What it said is not known; whoever listens finds it by asking.
      const reason = this.#means.scrub(error instanceof Error ? error.message : String(error))
      this.#handlers.onGap(this.#lastFrameMs, this.#lastFrameMs, `a message that cannot be read: ${reason}`)
    }
  }

  async close(): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#stop.abort()
      this.#break?.('closed')
      this.#means.hangUp('closed')
    }
    await this.#running
  }

  #tell(reading: StreamReading): void {
    if (reading.confirms === true) this.#confirmations++
    for (const order of reading.orders ?? []) {
      this.#means.poll.noteOrder(order)
      this.#handlers.onOrder(order)
    }
    for (const fill of reading.fills ?? []) {
      this.#means.poll.noteFill(fill)
      this.#handlers.onFill(fill)
    }
    if (reading.balances !== undefined && reading.balances.length > 0) this.#handlers.onBalance(reading.balances)
    if (reading.positions !== undefined && reading.positions.length > 0) {
      this.#means.poll.notePositions(reading.positions)
      this.#handlers.onPosition(reading.positions)
    }
    if (reading.ended !== undefined) this.#break?.(reading.ended)
  }

  /** One connection after another, until closed. */
  async #connectLoop(): Promise<void> {
    let tries = 0
    let downSinceMs: number | undefined
    let reason = ''
    while (!this.#stop.signal.aborted) {
      const ended = this.#connection((isFirst) => {
        const nowMs = this.#means.clock.nowMs()
        tries = 0
        this.#isUp = true
        this.#status('connected')
        if (!isFirst || downSinceMs !== undefined) this.#handlers.onGap(downSinceMs ?? nowMs, nowMs, reason)
        downSinceMs = undefined
      })
      reason = await ended
      if (this.#stop.signal.aborted) return
      downSinceMs ??= this.#lastFrameMs
      this.#isUp = false
      this.#reconnects++
      this.#means.hangUp(reason)
      this.#means.dialect.forgetLogin(this.#means.desk.exchange)
      this.#status(reason)
      tries++
      const mostMs = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1))
      await this.#sleep(mostMs * (0.5 + 0.5 * this.#means.rng.nextFloat()))
    }
  }

  /**
   * Opens the sockets and stays with them.
   *
   * @param onUp - Called once they are open and confirmed.
   * @returns Why it ended.
   */
  async #connection(onUp: (isFirst: boolean) => void): Promise<string> {
    const isFirst = this.#reconnects === 0
    this.#confirmations = 0
    const broken = Promise.withResolvers<string>()
    this.#break = (why) => broken.resolve(why)
    const isOver = (): boolean => this.#stop.signal.aborted || this.#break === undefined
    for (const watch of this.#means.dialect.watches(this.#means.desk)) void this.#follow(watch, broken.resolve, isOver)
    void this.#comeUp(isOver, () => onUp(isFirst), broken.resolve)
    const reason = await broken.promise
    this.#break = undefined
    return reason
  }

  /** Keeps a subscription of ccxt alive. What it gives is read elsewhere. */
  async #follow(watch: () => Promise<unknown>, fail: (reason: string) => void, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await watch()
      } catch (error) {
        fail(this.#means.scrub(error instanceof Error ? error.message : String(error)).slice(0, 200))
        return
      }
    }
  }

  async #comeUp(isOver: () => boolean, onUp: () => void, fail: (reason: string) => void): Promise<void> {
    const problem = await this.#awaitUp(isOver)
    if (problem !== undefined) fail(problem)
    else if (!isOver()) onUp()
  }

  /** Resolves when all sockets are open and all subscriptions confirmed, with the problem where they are not in time. */
  async #awaitUp(isOver: () => boolean): Promise<string | undefined> {
    const { desk, dialect, clock, connectWithinMs } = this.#means
    const untilMs = clock.nowMs() + connectWithinMs
    const needed = dialect.confirmations(desk)
    for (;;) {
      await this.#sleep(LOOK_MS)
      if (isOver()) return undefined
      const clients = Object.values(desk.exchange.clients ?? {}).filter((client) => client.startedConnecting)
      const isOpen = clients.length > 0 && clients.every((client) => client.isConnected)
      if (isOpen && this.#confirmations >= needed) break
      if (clock.nowMs() > untilMs) return isOpen ? 'a subscription was not confirmed' : 'no connection in time'
    }
    await dialect.greet?.(desk).catch(() => undefined)
    return undefined
  }

  /** Looks at the account while the stream is down, and once more when it is back. */
  async #pollLoop(): Promise<void> {
    let isLast = false
    while (!this.#stop.signal.aborted) {
      await this.#sleep(this.#means.pollEveryMs)
      if (this.#stop.signal.aborted) return
      const wasUp = this.#isUp
      if (wasUp && !isLast) continue
      isLast = !wasUp
      await this.#means.poll
        .look(this.#means.instruments(), () => !this.#stop.signal.aborted)
        .catch((error: unknown) => {
          this.#status(this.#means.scrub(error instanceof Error ? error.message : String(error)).slice(0, 200))
        })
    }
  }

  #status(detail: string): void {
    this.#detail = detail
    if (this.#stop.signal.aborted) return
    this.#handlers.onStatus({
      isConnected: this.#isUp,
      lastFrameMs: this.#lastFrameMs,
      reconnects: this.#reconnects,
      detail: this.#detail,
    })
  }

  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
    })
  }
}
