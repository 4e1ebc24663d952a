import type { Clock } from '@kestrel/core'
import type { ExchangeDialect, Mount } from './dialect.ts'
import type { Interference } from './interference.ts'
import type { LoggedRequest } from './request-log.ts'

export interface ExchangeServerOptions {
  /** One dialect for every path, or several, each with its part; the longest matching beginning wins. */
  readonly dialects: ExchangeDialect | readonly Mount[]
  /** The venue's time. */
  readonly clock: Clock
  /** What goes wrong; by default nothing. */
  readonly faults?: Interference
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Longest body of a request and longest message of a stream. Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** A client that reads slower than it is sent to is dropped at this many waiting bytes. Default 8 MiB. */
  readonly maxWaitingBytes?: number
  /** Time between pings of the server. Default 20 s; a client that has not answered the last one by the next is dropped. */
  readonly pingEveryMs?: number
  /** Requests that the log keeps; older ones are forgotten. Default 10,000. */
  readonly logSize?: number
}

/** A local exchange that listens. Close it, or it keeps the process alive. */
export interface ExchangeServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `ws://127.0.0.1:PORT` */
  readonly wsUrl: string
  /** What was asked, oldest first, without keys and signatures. */
  readonly requests: readonly LoggedRequest[]
  close(): Promise<void>
}
