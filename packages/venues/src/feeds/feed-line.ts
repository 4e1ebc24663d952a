import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, Instrument } from '@kestrel/core'
import type { FeedStatus, Subscription } from '@kestrel/kernel'
import type { CcxtStreamClient } from '../ccxt/stream-clients.ts'
import { backoffMs, retryAfterMsOf } from './ask-venue.ts'
import { newFeedCall, runFeedCall } from './feed-call.ts'
import type { MessageListener, OpenFeedExchange } from './open-feed-exchange.ts'

/** One subscription: its loops, its health, and the socket that it lives on. */
export class FeedLine implements Subscription {
  readonly open: OpenFeedExchange
  readonly clock: Clock
  readonly #status: { -readonly [K in keyof FeedStatus]: FeedStatus[K] }
  readonly #silentMs: number
  readonly #stop = new AbortController()
  readonly #onEnd: (line: FeedLine) => void
  readonly #listeners: MessageListener[] = []
  readonly #loops: Promise<void>[] = []
  #client: CcxtStreamClient | undefined

  constructor(
    open: OpenFeedExchange,
    clock: Clock,
    instrument: Instrument,
    feed: string,
    silentMs: number,
    onEnd: (line: FeedLine) => void,
  ) {
    this.open = open
    this.clock = clock
    this.#silentMs = silentMs
    this.#onEnd = onEnd
    this.#status = {
      instrument,
      feed,
      isConnected: false,
      lastEventMs: Number.NaN,
      events: 0,
      resubscriptions: 0,
      detail: 'connecting',
    }
  }

  get status(): FeedStatus {
    return { ...this.#status }
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The socket that it lives on, which others may share. */
  get client(): CcxtStreamClient | undefined {
    return this.#client
  }

  /** False where the socket has broken, or there is none yet. */
  get isOnSocket(): boolean {
    return this.#client !== undefined && this.open.exchange.clients?.[this.#client.url] === this.#client
  }

  /** Counts an event that is handed on. */
  heard(): void {
    this.#status.isConnected = true
    this.#status.events++
    this.#status.lastEventMs = this.clock.nowMs()
    this.#status.detail = 'connected'
  }

  /** Counts that what the stream brought cannot be used, and has to be had anew. */
  broke(reason: string): void {
    this.#status.isConnected = false
    this.#status.resubscriptions++
    this.#status.detail = reason.slice(0, 200)
  }

  /** Says what went wrong without the stream being broken. */
  note(error: unknown): void {
    this.#status.detail = textOf(error)
  }

  #came(): void {
    this.#status.isConnected = true
    this.#status.detail = 'connected'
  }

  /** Sees the messages of the line's own socket. */
  listen(onMessage: (message: unknown) => void): void {
    const listener: MessageListener = (client, message) => {
      if (client !== this.#client || this.signal.aborted) return
      try {
        onMessage(message)
      } catch (error) {
        // ccxt would take it for a failure of the socket.
        this.note(error)
      }
    }
    this.#listeners.push(listener)
    this.open.listeners.add(listener)
  }

  /** Ends the socket, so that the line subscribes anew. */
  hangUp(reason: string): void {
    if (this.#client !== undefined) this.open.clients.hangUp(this.#client, reason)
  }

  /**
   * Waits for one message of a stream after the other. When one does not come for too long, or the stream breaks, the socket
   * is ended (ccxt would go on waiting for a dead one) and the next call of `next` subscribes again.
   */
  follow(next: () => Promise<void>, onBreak: () => void = () => undefined): void {
    this.#loops.push(this.#follow(next, onBreak))
  }

  async #follow(next: () => Promise<void>, onBreak: () => void): Promise<void> {
    for (let failures = 0; !this.signal.aborted;) {
      let isOver = false
      const call = newFeedCall((client) => {
        if (!isOver) this.#client = client
      })
      try {
        await within(this.#silentMs, this.signal, runFeedCall(call, next))
        // A bar that is not complete yet is a sign of life too: the next one may be an hour away.
        if (failures > 0 || !this.#status.isConnected) this.#came()
        failures = 0
      } catch (error) {
        isOver = true
        if (this.signal.aborted) return
        this.broke(textOf(error))
        this.hangUp(textOf(error))
        this.#client = undefined
        onBreak()
        await this.sleep(backoffMs(++failures))
      }
    }
  }

  /** Does something now and then; a failure is tried again later, not before the venue wants it. */
  repeat(everyMs: number, act: () => Promise<void>): void {
    this.#loops.push(this.#repeat(everyMs, act))
  }

  async #repeat(everyMs: number, act: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.signal.aborted;) {
      try {
        await act()
        failures = 0
        await this.sleep(everyMs)
      } catch (error) {
        if (this.signal.aborted) return
        this.note(error)
        await this.sleep(Math.max(everyMs, backoffMs(++failures), retryAfterMsOf(error)))
      }
    }
  }

  async sleep(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.signal }).catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    for (const listener of this.#listeners) this.open.listeners.delete(listener)
    this.#onEnd(this)
    await Promise.all(this.#loops)
  }
}

/** Rejects when nothing came for too long, or when it is over. */
async function within(ms: number, signal: AbortSignal, work: Promise<void>): Promise<void> {
  // What comes after it was given up is of no use, and must not end the process.
  work.catch(() => undefined)
  signal.throwIfAborted()
  const late = Promise.withResolvers<never>()
  const stop = (): void => late.reject(new Error('closed'))
  const timer = setTimeout(() => late.reject(new Error(`nothing came for ${ms / 1_000} s`)), ms)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/(?:https?|wss?):\/\/\S+/g, 'the venue').slice(0, 200)
}
