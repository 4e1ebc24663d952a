import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, KestrelError, UsageError } from '@kestrel/core'
import { StreamDoor } from './accept-streams.ts'
import { answerHttp } from './answer-http.ts'
import { Delays } from './delays.ts'
import type { ExchangeDialect, Mount } from './dialect.ts'
import type { Interference } from './interference.ts'
import { type LoggedRequest, RequestLog } from './request-log.ts'
import type { ServerState } from './server-state.ts'

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
  /**
   * Drops every connection and frees the port.
   *
   * @throws KestrelError `TESTKIT_DIALECT_FAILED` where a dialect threw while it served: a bug of it, which the client saw as
   *   status 500.
   */
  close(): Promise<void>
}

/**
 * Serves dialects over HTTP and websockets, on loopback unless told otherwise.
 *
 * @throws UsageError `TESTKIT_PORT` where the port is taken or not allowed.
 */
export async function startExchangeServer(options: ExchangeServerOptions): Promise<ExchangeServer> {
  const failures: unknown[] = []
  const state: ServerState = {
    mounts: 'handle' in options.dialects ? [{ dialect: options.dialects }] : options.dialects,
    clock: options.clock,
    faults: options.faults,
    log: new RequestLog(options.logSize ?? 10_000),
    delays: new Delays(),
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
    maxWaitingBytes: options.maxWaitingBytes ?? 8_388_608,
    fail: (error) => failures.push(error),
  }
  const host = options.host ?? '127.0.0.1'
  const door = new StreamDoor(state)
  // A kept connection must not end in the moment in which a client uses it again: that would be a fault nobody asked for.
  const server = createServer({ keepAliveTimeout: 120_000 }, (message, response) => {
    // Rejects when the client goes away in the middle of its body.
    answerHttp(state, message, response).catch(() => response.destroy())
  })
  server.on('upgrade', (message, socket, head) => door.accept(message, socket, head))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(portError(host, options.port ?? 0, cause)))
    server.listen(options.port ?? 0, host, resolve)
  })
  const pings = setInterval(() => door.pingAll(), options.pingEveryMs ?? 20_000)
  const close = async (): Promise<void> => {
    clearInterval(pings)
    state.delays.clear()
    door.close()
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    if (failures.length > 0) throw dialectError(failures.splice(0))
  }
  const { port } = server.address() as AddressInfo
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    url: `http://${authority}`,
    wsUrl: `ws://${authority}`,
    requests: state.log.entries,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function portError(host: string, port: number, cause: NodeJS.ErrnoException): UsageError {
  return new UsageError({
    code: 'TESTKIT_PORT',
    message: `The local exchange cannot listen on ${host}:${port}: ${cause.code ?? cause.message}.`,
    hint: 'Choose another port, or leave it out to get a free one.',
    meta: { host, port },
    cause,
  })
}

function dialectError(failures: readonly unknown[]): KestrelError {
  const [cause] = failures
  return new KestrelError({
    code: 'TESTKIT_DIALECT_FAILED',
    message: `The local exchange failed ${failures.length} times: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'This is a bug of the local exchange and not of its client.',
    meta: { failures: failures.length },
    cause,
  })
}
