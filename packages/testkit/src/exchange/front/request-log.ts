import { redactBody, redactQuery } from './redact-secrets.ts'

/** One request, or one message of a client on a stream, as the log keeps it: never a key or a signature. */
export interface LoggedRequest {
  /** Counts everything that was asked of the server, from 0. */
  readonly index: number
  readonly receivedMs: number
  readonly via: 'http' | 'stream-open' | 'stream-message'
  readonly method: string
  readonly path: string
  /** Query of the address with secrets replaced. */
  readonly query: string
  /** Body or message with secrets replaced, cut at 2,000 characters. */
  readonly body: string
  /** Status of the answer; undefined while there is none, or where none was given. */
  readonly status: number | undefined
  /** Names of the faults that befell it. */
  readonly faults: readonly string[]
}

/** What is known of a request before it is answered. */
export type AskedRequest = Pick<LoggedRequest, 'receivedMs' | 'via' | 'method' | 'path' | 'query' | 'body'>

/** What becomes of it. */
export type RequestOutcome = Partial<Pick<LoggedRequest, 'status' | 'faults'>>

/** The latest requests of a server, oldest first. */
export class RequestLog {
  readonly entries: LoggedRequest[] = []
  readonly #size: number
  #asked = 0

  constructor(size: number) {
    this.#size = size
  }

  /** Keeps a request; the function that it gives states later what became of it. */
  add(asked: AskedRequest): (outcome: RequestOutcome) => void {
    const entry = {
      ...asked,
      index: this.#asked++,
      // A listen key is part of the path of a stream.
      path: asked.path.replace(/(\/ws\/)[A-Za-z0-9]{48,}/, '$1***'),
      query: redactQuery(asked.query),
      body: redactBody(asked.body),
      status: undefined,
      faults: [],
    }
    this.entries.push(entry)
    // Cut in strides, so that a long session does not move the whole list for every request.
    if (this.entries.length > this.#size * 1.25) this.entries.splice(0, this.entries.length - this.#size)
    return (outcome) => Object.assign(entry, outcome)
  }
}
