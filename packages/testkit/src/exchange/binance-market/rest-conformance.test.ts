import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exampleExchange } from './example-exchange.fixture.ts'
import { differences } from './json-shape.fixture.ts'

const DATA = join(import.meta.dirname, '../../../../../../shared/data')
const RESPONSES = join(DATA, 'exchange_fixtures/ccxt/response/binance.json')
const MARKETS = join(DATA, 'exchange_fixtures/ccxt/markets/binance.json')
const CAPTURE = join(DATA, 'exchange_captures/BINANCE_FUTURES.txt')
const DEPTH_CAPTURE = join(DATA, 'exchange_captures/BINANCE_FUTURES.http.0.txt')

interface Fixture {
  readonly methods: Readonly<
    Record<string, readonly { readonly description: string; readonly httpResponse: unknown }[]>
  >
}

function recordedAnswer(method: string, description: string): unknown {
  const fixture = JSON.parse(readFileSync(RESPONSES, 'utf8')) as Fixture
  const found = fixture.methods[method]?.find((each) => each.description === description)
  if (found === undefined) throw new Error(`The fixture has no ${method}: ${description}`)
  return found.httpResponse
}

function recordedMarket(symbol: string): unknown {
  return (JSON.parse(readFileSync(MARKETS, 'utf8')) as Record<string, { info: unknown }>)[symbol]?.info
}

const { clock, spot, usdm, get } = exampleExchange()
clock.advance(90_000)

describe.skipIf(!existsSync(RESPONSES))(
  'answers have the fields of recorded ones (needs ../shared/data/exchange_fixtures)',
  () => {
    // ccxt's recorder writes whole numbers as texts, so an integer of ours may stand where its fixture has digits in quotes.
    test.each([
      ['fetchOHLCV', 'Spot OHLCV with since and limit', spot, '/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=3'],
      ['fetchOHLCV', 'swap ohlcv', usdm, '/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=3'],
      ['fetchOHLCV', 'inverse index price', usdm, '/fapi/v1/indexPriceKlines?pair=BTCUSDT&interval=1m'],
      ['fetchOrderBook', 'spot orderbook', spot, '/api/v3/depth?symbol=BTCUSDT&limit=5'],
      ['fetchOrderBook', 'swap orderbook', usdm, '/fapi/v1/depth?symbol=BTCUSDT&limit=5'],
      ['fetchTrades', 'public spot trades', spot, '/api/v3/aggTrades?symbol=BTCUSDT&limit=5'],
      ['fetchTickers', 'rolling tickers', spot, '/api/v3/ticker?symbols=["BTCUSDT"]&windowSize=1h'],
      ['fetchTicker', 'public spot ticker', spot, '/api/v3/ticker/24hr?symbol=BTCUSDT'],
    ])('%s: %s', (method, description, dialect, address) => {
      const { status, body } = get(dialect, address)
      expect(status).toBe(200)
      expect(differences([body], [recordedAnswer(method, description)], true)).toEqual([])
    })
  },
)

describe.skipIf(!existsSync(MARKETS))(
  'markets have the fields of recorded ones (needs ../shared/data/exchange_fixtures)',
  () => {
    const filtersOf = (market: unknown): [string, unknown][] =>
      (market as { filters: { filterType: string }[] }).filters.map((filter) => [filter.filterType, filter])

    test.each([
      ['spot', 'BTC/USDT', spot, '/api/v3/exchangeInfo', []],
      // Conditional orders have a limit of their own here; the venue stopped listing it when it moved them to another service.
      ['usdm', 'BTC/USDT:USDT', usdm, '/fapi/v1/exchangeInfo', ['MAX_NUM_ALGO_ORDERS']],
    ] as const)('%s: every field and every filter', (_, symbol, dialect, address, ownFilters) => {
      const mine = (get(dialect, address).body as { symbols: object[] }).symbols[0]
      const theirs = recordedMarket(symbol)
      const plain = (market: unknown): unknown => ({ ...(market as object), filters: [] })
      expect(differences([plain(mine)], [plain(theirs)], true)).toEqual([])
      const recorded = new Map(filtersOf(theirs))
      for (const [name, filter] of filtersOf(mine)) {
        if (!(ownFilters as readonly string[]).includes(name))
          expect(differences([filter], [recorded.get(name)], true), name).toEqual([])
      }
      expect(
        filtersOf(mine)
          .map(([name]) => name)
          .sort(),
      ).toEqual([...recorded.keys(), ...ownFilters].sort())
    })
  },
)

describe.skipIf(!existsSync(CAPTURE))(
  'answers have the fields of captured ones (needs ../shared/data/exchange_captures)',
  () => {
    const bodyOf = (file: string): unknown =>
      JSON.parse(/-> [\d.]+: (\{.*\})$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '')

    test('the head of the list of futures', () => {
      const head = (info: unknown): unknown => ({ ...(info as object), symbols: [] })
      const mine = get(usdm, '/fapi/v1/exchangeInfo').body
      expect(differences([head(mine)], [head(bodyOf(CAPTURE))])).toEqual([])
    })

    test('a snapshot of the book, unquoted', () => {
      expect(differences([get(usdm, '/fapi/v1/depth?symbol=BTCUSDT').body], [bodyOf(DEPTH_CAPTURE)])).toEqual([])
    })
  },
)
