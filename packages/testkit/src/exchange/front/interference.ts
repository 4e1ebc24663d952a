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

/** What goes wrong on one stream. */
export interface StreamInterference {
  /**
   * Takes a message that the dialect sends, and calls `pass` for each message that really leaves: none, later, twice, or
   * another one.
   */
  outgoing(text: string, pass: (text: string) => void): void
  /** False: the client's message never arrives. */
  incoming(text: string): boolean
  /** True from when on the socket is half open: nothing leaves and no ping is answered. */
  isSilent(): boolean
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
  /** A stream that opens; undefined where nothing goes wrong with it. `hangUp` resets its connection. */
  stream(path: string, hangUp: () => void): StreamInterference | undefined
}
