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
