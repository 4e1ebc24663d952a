import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { binanceDialect } from '../dialects/binance.ts'
import { bybitDialect } from '../dialects/bybit.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { krakenDialect } from '../dialects/kraken.ts'
import { okxDialect } from '../dialects/okx.ts'
import type { Fault, SeenRequest } from './fault.ts'
import { type MarketOptions, RecordedMarket } from './recorded-market.ts'

const DIALECTS: Readonly<Record<string, Dialect>> = {
  binance: binanceDialect,
  bybit: bybitDialect,
  okx: okxDialect,
  kraken: krakenDialect,
}

export interface HistoryExchangeOptions {
  /** Whose REST protocol is spoken. */
  readonly venue: 'binance' | 'bybit' | 'okx' | 'kraken'
  /** The one market, BTC against USDT, spot and perpetual. */
  readonly market: MarketOptions
  /** The exchange's time. It stands still unless it is moved. */
  readonly nowMs: number
  /** Says what goes wrong with a request; by default nothing. */
  readonly fault?: (request: SeenRequest) => Fault | undefined
}

/** A local exchange that serves history. */
export interface HistoryExchange extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly market: RecordedMarket
  readonly requests: readonly SeenRequest[]
  nowMs: number
  /** Replaces the fault schedule. */
  fault: (request: SeenRequest) => Fault | undefined
  close(): Promise<void>
}

/** Starts a local exchange on a free port of this machine. Close it, or it keeps the process alive. */
export async function startHistoryExchange(options: HistoryExchangeOptions): Promise<HistoryExchange> {
  const dialect = DIALECTS[options.venue] as Dialect
  const requests: SeenRequest[] = []
  const server = createServer((request, response) => answer(exchange, dialect, requests, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  const exchange: HistoryExchange = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    market: new RecordedMarket(options.market),
    requests,
    nowMs: options.nowMs,
    fault: options.fault ?? (() => undefined),
    close,
    [Symbol.asyncDispose]: close,
  }
  return exchange
}

function answer(
  exchange: HistoryExchange,
  dialect: Dialect,
  requests: SeenRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', exchange.url)
  const seen: SeenRequest = {
    index: requests.length,
    ofPath: requests.filter(({ path }) => path === pathname).length,
    path: pathname,
    query: Object.fromEntries(searchParams),
  }
  requests.push(seen)
  const fault = exchange.fault(seen)
  if (fault?.kind === 'reset') request.socket.destroy()
  if (fault?.kind === 'reset' || fault?.kind === 'silent') return
  const { status, headers, body } =
    fault?.kind === 'answer' ? { headers: {}, ...fault } : dialect.answer(exchange, seen, rowChange(fault))
  const head = { 'content-type': 'application/json', ...headers }
  if (fault?.kind === 'broken-answer') {
    // The length is promised and not kept.
    response.writeHead(status, { ...head, 'content-length': String(Buffer.byteLength(body)) })
    response.write(body.slice(0, body.length / 2), () => request.socket.destroy())
    return
  }
  response.writeHead(status, head)
  response.end(fault?.kind === 'truncated' ? body.slice(0, Math.ceil(body.length * 0.6)) : body)
}

function rowChange(fault: Fault | undefined): <Row>(rows: readonly Row[]) => readonly Row[] {
  return fault?.kind === 'rows' ? fault.change : (rows) => rows
}
