/** A request as a dialect gets it. */
export interface ExchangeRequest {
  /** In capitals. */
  readonly method: string
  /** Path without origin, mount prefix and query: `/api/v3/order`. */
  readonly path: string
  /** Decoded parameters of the address. A signature over the raw text is checked against {@link ExchangeRequest.rawQuery}. */
  readonly query: URLSearchParams
  /** The query as it came, without the question mark. */
  readonly rawQuery: string
  /** Names in lower case; a header sent twice is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The venue's clock when the request arrived. Answers about the time and checks of a timestamp go by it. */
  readonly receivedMs: number
}

/** What a dialect answers. The content type is JSON unless `headers` says otherwise. */
export interface ExchangeAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** The dialect's end of one socket. */
export interface StreamSession {
  /** A text message of the client. */
  message(text: string, receivedMs: number): void
  /** The socket is gone; nothing may be sent any more. */
  close(): void
}

/**
 * The protocol of one venue on top of the matching engine. Synchronous: whatever a request causes has happened when its
 * answer is there, so a fault can be placed before or after it.
 */
export interface ExchangeDialect {
  handle(request: ExchangeRequest): ExchangeAnswer
  /**
   * Opens a stream, or gives undefined where there is none under the path (the client gets 404).
   *
   * @param send - Sends one text message. Safe to call at any time, and without effect once the socket is closed.
   * @param hangUp - Ends the socket from the venue's side, as after a failed login.
   */
  openStream(
    path: string,
    query: URLSearchParams,
    send: (text: string) => void,
    hangUp: (code: number, reason: string) => void,
  ): StreamSession | undefined
}

/** A dialect and the part of the address space that is its own. */
export interface Mount {
  readonly dialect: ExchangeDialect
  /** Beginning of the path, such as `/usdm`; it is cut off before the dialect sees the path. Default none. */
  readonly prefix?: string
  /** Beginnings of paths, such as `/fapi`, that are left as they are. The mount takes these besides those under `prefix`. */
  readonly paths?: readonly string[]
}
