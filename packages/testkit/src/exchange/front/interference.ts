import type { ExchangeAnswer, ExchangeRequest } from './dialect.ts'

/** How the server ends a request in place of the plain answer. */
export type Delivery =
  | { readonly kind: 'answer'; readonly answer: ExchangeAnswer; readonly delayMs?: number }
  /** The socket stays open and nothing comes. */
  | { readonly kind: 'silence' }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** The head and a part of the body come, then the connection is reset. `share` in 0..1. */
  | { readonly kind: 'broken-off'; readonly answer: ExchangeAnswer; readonly share: number }

/** What a fault can do to the line of one stream. */
export interface StreamLine {
  /** Resets the connection. */
  readonly hangUp: () => void
  /** Makes the socket half open: it stays, but nothing leaves, nothing is read and no ping is answered. */
  readonly goSilent: () => void
}

/** What goes wrong on one stream. */
export interface StreamInterference {
  /**
   * Takes a message that the dialect sends, and calls `pass` for each message that really leaves: none, later, twice, or
   * another one.
   */
  outgoing(text: string, pass: (text: string) => void): void
  /** False: the client's message never arrives. */
  incoming(text: string): boolean
  /** The socket is gone. */
  close(): void
}

/** Stands between the socket and the dialect, and makes things go wrong. */
export interface Interference {
  /**
   * Decides one request. `handle` gives the dialect's answer, and the venue acts on the request when it is called: not at
   * all, once, or twice.
   *
   * @returns How it ends, and the names of the faults for the log.
   */
  request(
    request: ExchangeRequest,
    handle: (request: ExchangeRequest) => ExchangeAnswer,
  ): { readonly delivery: Delivery; readonly faults: readonly string[] }
  /** A stream that is opened. Undefined where nothing goes wrong with it; `refuse` resets the connection at once. */
  stream(path: string, line: StreamLine): StreamInterference | 'refuse' | undefined
}
