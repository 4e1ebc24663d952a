/**
 * Recorded answers of the venues, from ccxt's own test data, through ccxt's parsers and ours. `httpResponse` is what the
 * venue sent and `parsedResponse` what ccxt's authors expect of it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { CcxtExchange, CcxtMarket } from '../src/ccxt/ccxt-exchange.ts'
import { loadCcxtExchange } from '../src/ccxt/load-ccxt.ts'
import { candleRow } from '../src/history/candle-pages.ts'
import { fundingRow } from '../src/history/funding-pages.ts'
import { tradeRow } from '../src/history/trade-pages.ts'
import { marketOf, specOf } from '../src/market-of.ts'

const FIXTURES = fileURLToPath(new URL('../../../../shared/data/exchange_fixtures/ccxt/', import.meta.url))
const absent = !existsSync(FIXTURES)
const METHODS = ['fetchOHLCV', 'fetchTrades', 'fetchFundingRateHistory', 'fetchOpenInterestHistory'] as const
const VENUES = ['binance', 'bybit', 'okx', 'kraken'] as const

interface Case {
  readonly description: string
  readonly input: readonly unknown[]
  readonly httpResponse: unknown
  readonly parsedResponse: readonly unknown[]
}

function readFixture(path: string): object {
  return JSON.parse(readFileSync(`${FIXTURES}${path}`, 'utf8')) as object
}

/** An exchange with recorded markets whose every request is answered with `answer`. */
async function stubbed(venue: string, answer: unknown): Promise<CcxtExchange> {
  const exchange = await loadCcxtExchange(venue, { enableRateLimit: false })
  const open = exchange as unknown as {
    setMarkets(markets: object, currencies: object): void
    fetch: () => Promise<unknown>
  }
  open.setMarkets(readFixture(`markets/${venue}.json`), readFixture(`currencies/${venue}.json`))
  open.fetch = async () => Promise.resolve(structuredClone(answer))
  return exchange
}

const cases = absent
  ? []
  : VENUES.flatMap((venue) => {
      const { methods } = readFixture(`response/${venue}.json`) as {
        methods: Record<string, readonly Case[] | undefined>
      }
      return METHODS.flatMap((method) => (methods[method] ?? []).map((each) => [venue, method, each] as const))
    })

test.skipIf(absent)('the recorded answers are there: 11 for the history of four venues', () => {
  expect(cases.map(([venue, method]) => `${venue} ${method}`)).toHaveLength(11)
})

test.skipIf(absent).each(cases)(
  '%s %s reads $description',
  async (venue, method, { input, httpResponse, parsedResponse }) => {
    const exchange = await stubbed(venue, httpResponse)
    const args = input.map((value) => (value === null ? undefined : value))
    const call = exchange[method] as unknown as (...args: readonly unknown[]) => Promise<readonly unknown[]>
    const rows = await call.apply(exchange, args)
    expect(rows.length).toBe(parsedResponse.length)
    const market = exchange.markets?.[String(input[0])] as CcxtMarket
    if (method === 'fetchOHLCV') expect(rows.map((row) => candleRow(row as number[], 6))).toEqual(parsedResponse)
    else if (method === 'fetchFundingRateHistory') {
      const expected = parsedResponse as readonly { timestamp: number; fundingRate: number }[]
      expect(rows.map((row) => fundingRow(row as object))).toEqual(
        expected.map(({ timestamp, fundingRate }) => [timestamp, fundingRate]),
      )
    } else {
      const expected = parsedResponse as readonly {
        id: string
        timestamp: number
        price: number
        amount: number
        side: string
      }[]
      for (const [i, each] of expected.entries()) {
        const row = tradeRow(rows[i] as object, market)
        expect(Math.floor((row[0] as number) / 1_000)).toBe(each.timestamp)
        // Bybit's ids are no numbers, which is one reason why its trades are not downloaded.
        if (venue !== 'bybit') expect(row[1]).toBe(Number(each.id))
        expect(row.slice(2)).toEqual([each.price, each.amount, each.side === 'buy' ? 1 : -1])
      }
    }
  },
)

test.skipIf(absent)('kraken trades keep their microseconds', async () => {
  const [, , each] = cases.find(([venue, method]) => venue === 'kraken' && method === 'fetchTrades') ?? []
  const exchange = await stubbed('kraken', each?.httpResponse)
  const [trade] = await exchange.fetchTrades('BTC/USDT')
  const market = exchange.markets?.['BTC/USDT'] as CcxtMarket
  // 1710327959.1733468 in the answer.
  expect(tradeRow(trade ?? {}, market)[0]).toBe(1_710_327_959_173_347)
})

test.skipIf(absent).each([
  ['binance', 'BTC-USDT.BINANCE', 'BTC/USDT', { tickSize: '0.01', lotSize: '0.00001', contractSize: 1 }],
  ['binance', 'BTC-USDT-PERP.BINANCE', 'BTC/USDT:USDT', { contractSize: 1 }],
  ['binance', 'BTC-USD-PERP.BINANCE', 'BTC/USD:BTC', { contractSize: 100, settlement: 'inverse' }],
  ['bybit', 'BTC-USDT-PERP.BYBIT', 'BTC/USDT:USDT', { contractSize: 1 }],
  ['okx', 'BTC-USDT-PERP.OKX', 'BTC/USDT:USDT', { contractSize: 0.01 }],
  ['kraken', 'BTC-USD.KRAKEN', 'BTC/USD', { contractSize: 1 }],
] as const)('%s: %s is the market %s', async (venue, instrument, symbol, spec) => {
  const exchange = await stubbed(venue, {})
  const market = marketOf(exchange, instrument)
  expect(market.symbol).toBe(symbol)
  expect(specOf(exchange, market, instrument, 'ccxt')).toMatchObject({ id: instrument, ...spec })
})
