import type { RawData, WebSocket } from 'ws'
import type { StreamSession } from './dialect.ts'
import type { StreamInterference, StreamLine } from './interference.ts'
import type { ServerState } from './server-state.ts'

/** Code of a close that a venue sends to a client that cannot keep up. */
const SLOW_CLIENT_CODE = 1008

/**
 * One socket between a client and a dialect. It takes messages before the socket is up, because a dialect may greet a client
 * while it opens the stream.
 */
export class StreamConnection implements StreamLine {
  readonly #state: ServerState
  readonly #path: string
  readonly #early: string[] = []
  #socket: WebSocket | undefined
  #session: StreamSession | undefined
  #interference: StreamInterference | undefined
  #isSilent = false
  #isClosed = false
  /** How it ends as soon as it is up. */
  #ending: ((socket: WebSocket) => void) | undefined
  /** False from a ping until its answer. */
  #hasAnswered = true

  constructor(state: ServerState, path: string) {
    this.#state = state
    this.#path = path
  }

  /** Sends one message of the dialect, through what goes wrong. */
  readonly send = (text: string): void => {
    if (this.#isClosed) return
    if (this.#interference === undefined) {
      this.#pass(text)
      return
    }
    try {
      this.#interference.outgoing(text, this.#pass)
    } catch (error) {
      // Whoever sends is in the middle of a match, which a fault that throws must not stop.
      this.#state.fail(error)
    }
  }

  /** Ends the stream as the venue does, with a reason. */
  readonly end = (code: number, reason: string): void => {
    if (!this.#isSilent) this.#onceUp((socket) => socket.close(code, reason))
  }

  readonly hangUp = (): void => {
    this.#onceUp((socket) => socket.terminate())
  }

  readonly goSilent = (): void => {
    this.#isSilent = true
    // Nothing is read any more: no message, no ping, no close.
    this.#socket?.pause()
  }

  attach(socket: WebSocket, session: StreamSession, interference: StreamInterference | undefined): void {
    this.#socket = socket
    this.#session = session
    this.#interference = interference
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => (this.#hasAnswered = true))
    socket.on('close', () => this.#close())
    // A frame that breaks the protocol: the library closes the socket, and `close` follows.
    socket.on('error', () => undefined)
    if (this.#isSilent) socket.pause()
    for (const text of this.#early.splice(0)) this.send(text)
    this.#ending?.(socket)
  }

  /** Drops a client that has not answered the last ping, and pings the others. */
  ping(): void {
    if (this.#isSilent || this.#socket === undefined) return
    if (!this.#hasAnswered) {
      this.#socket.terminate()
      return
    }
    this.#hasAnswered = false
    this.#socket.ping()
  }

  readonly #pass = (text: string): void => {
    const socket = this.#socket
    if (this.#isClosed || this.#isSilent) return
    if (socket === undefined) this.#early.push(text)
    else if (socket.bufferedAmount > this.#state.maxWaitingBytes) this.end(SLOW_CLIENT_CODE, 'Client too slow')
    else socket.send(text)
  }

  #onceUp(end: (socket: WebSocket) => void): void {
    if (this.#socket === undefined) this.#ending ??= end
    else end(this.#socket)
  }

  #receive(data: RawData, isBinary: boolean): void {
    const text = data instanceof Buffer ? data.toString('utf8') : ''
    const receivedMs = this.#state.clock.nowMs()
    const asked = { receivedMs, via: 'stream-message', method: 'WS', path: this.#path, query: '', body: text } as const
    const settle = this.#state.log.add(asked)
    if (isBinary) {
      this.end(1003, 'Text only')
      return
    }
    if (this.#interference?.incoming(text) === false) {
      settle({ faults: ['lost'] })
      return
    }
    try {
      this.#session?.message(text, receivedMs)
    } catch (error) {
      this.#state.fail(error)
      this.end(1011, 'The dialect failed')
    }
  }

  #close(): void {
    this.#isClosed = true
    this.#interference?.close()
    this.#session?.close()
  }
}
