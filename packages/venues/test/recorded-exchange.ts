import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Instrument, instrumentOf } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'
import { onTestFinished } from 'vitest'
import { currentCall } from '../src/trading/call-context.ts'
import { tradingGatewayOver } from '../src/trading/ccxt-trading-gateway.ts'
import { openExchange } from '../src/trading/open-exchange.ts'
import type { TradingExchange } from '../src/trading/trading-exchange.ts'
import type { CcxtTradingOptions, TradingVenue } from '../src/trading/trading-options.ts'

/** ccxt's own test data: markets, requests and answers of each venue. */
const FIXTURES = fileURLToPath(new URL('../../../../shared/data/exchange_fixtures/ccxt/', import.meta.url))
export const fixturesAbsent = !existsSync(FIXTURES)

export interface FixtureCase {
  readonly description: string
  readonly url?: string
  readonly input: readonly unknown[]
  readonly output?: string
  readonly httpResponse?: unknown
  readonly parsedResponse?: unknown
}

function readFixture(path: string): object {
  return JSON.parse(readFileSync(`${FIXTURES}${path}`, 'utf8')) as object
}

export function fixtureCases(
  kind: 'request' | 'response',
  venue: TradingVenue,
  method: string,
): readonly FixtureCase[] {
  const { methods } = readFixture(`${kind}/${venue}.json`) as { methods: Record<string, readonly FixtureCase[]> }
  return methods[method] ?? []
}

export interface SentRequest {
  readonly method: string
  readonly path: string
  /** Parameters of the address or of the body. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Answers a request: a body, or an error to throw in place of the network. */
export type Answerer = (request: SentRequest) => unknown

export interface RecordedExchange {
  readonly gateway: TradingGateway
  readonly sent: SentRequest[]
  exchange(): TradingExchange
  instrument(id: string): Instrument
}

/** A gateway over the unmodified ccxt with recorded markets, whose requests end here. */
export async function recordedExchange(
  options: Partial<CcxtTradingOptions> & { readonly venue: TradingVenue },
  answer: Answerer,
): Promise<RecordedExchange> {
  const sent: SentRequest[] = []
  let exchange: TradingExchange | undefined
  const gateway = tradingGatewayOver(
    {
      keys: { apiKey: 'fixture-key', secret: 'Zml4dHVyZS1zZWNyZXQ=', password: 'fixture-phrase' },
      rateLimit: false,
      ...options,
    },
    async (...args) => {
      const opened = await openExchange(...args)
      exchange = opened.exchange
      const open = exchange as unknown as { setMarkets(markets: object, currencies: object): void }
      open.setMarkets(readFixture(`markets/${options.venue}.json`), readFixture(`currencies/${options.venue}.json`))
      exchange.loadMarkets = async () => exchange?.markets
      exchange.fetch = async (url, method, _headers, body) => {
        const call = currentCall()
        if (call !== undefined) call.sent++
        const request = requestOf(String(url), String(method), body)
        sent.push(request)
        const answered = timeAnswer(request) ?? answer(request)
        if (answered instanceof Error) throw answered
        return Promise.resolve(structuredClone(answered))
      }
      return opened
    },
  )
  onTestFinished(async () => gateway.close())
  await gateway.connect()
  sent.length = 0
  return {
    gateway,
    sent,
    exchange: () => exchange as TradingExchange,
    instrument: (id) => instrumentOf(gateway.specOf(id)),
  }
}

function requestOf(url: string, method: string, body: unknown): SentRequest {
  const at = new URL(url)
  return { method, path: at.pathname, fields: { ...Object.fromEntries(at.searchParams), ...fieldsOf(body) } }
}

function fieldsOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'string' || body === '') return {}
  if (body.startsWith('{')) return JSON.parse(body) as Record<string, unknown>
  // OKX takes a list, of one order here.
  if (body.startsWith('[')) return (JSON.parse(body) as Record<string, unknown>[])[0] ?? {}
  return Object.fromEntries(new URLSearchParams(body))
}

/** What connecting asks for. */
function timeAnswer({ path }: SentRequest): unknown {
  if (path.endsWith('/time') && path.includes('/v5/public')) return { code: '0', data: [{ ts: '1700000000000' }] }
  if (path.endsWith('/market/time')) return { retCode: 0, result: {}, time: 1_700_000_000_000 }
  if (path.endsWith('/Time')) return { error: [], result: { unixtime: 1_700_000_000 } }
  if (path.endsWith('/time')) return { serverTime: 1_700_000_000_000 }
  return undefined
}

/** Balances with nothing in them, which connecting asks for too. */
export function emptyAccount({ path }: SentRequest): unknown {
  if (path.endsWith('/account/wallet-balance')) return { retCode: 0, result: { list: [] } }
  if (path.endsWith('/account/balance')) return { code: '0', data: [] }
  if (path.endsWith('/BalanceEx')) return { error: [], result: {} }
  if (path.endsWith('/account')) return { balances: [], assets: [] }
  return undefined
}
