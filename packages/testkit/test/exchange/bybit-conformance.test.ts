import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences } from '../../src/exchange/binance-market/json-shape.fixture.ts'
import { QuietBybit } from './raw-bybit.ts'

const DATA = join(import.meta.dirname, '../../../../../shared/data/exchange_fixtures/ccxt')
const RESPONSES = join(DATA, 'response/bybit.json')
const MARKETS = join(DATA, 'markets/bybit.json')

interface Fixture {
  readonly methods: Readonly<
    Record<string, readonly { readonly description: string; readonly httpResponse: unknown }[]>
  >
}

let recorded: Fixture
let bybit: QuietBybit

/** Answers that the venue gave, by ccxt method and descriptions. */
function venueAnswers(method: string, ...descriptions: readonly string[]): unknown[] {
  const cases = recorded.methods[method] ?? []
  const found = cases.filter(({ description }) => descriptions.length === 0 || descriptions.includes(description))
  if (found.length === 0) throw new Error(`The fixture has no ${method}: ${descriptions.join(', ')}`)
  return found.map(({ httpResponse }) => httpResponse)
}

async function ours(method: 'GET' | 'POST', path: string, params: Record<string, string>): Promise<unknown> {
  const { text } = await bybit.ask(method, path, params)
  return JSON.parse(text) as unknown
}

const linear = { category: 'linear', symbol: 'BTCUSDT' }
const spot = { category: 'spot', symbol: 'BTCUSDT' }

describe.skipIf(!existsSync(RESPONSES))(
  'answers have the fields of recorded ones (needs ../shared/data/exchange_fixtures)',
  () => {
    beforeAll(async () => {
      recorded = JSON.parse(readFileSync(RESPONSES, 'utf8')) as Fixture
      bybit = await QuietBybit.start()
      const { exchange } = bybit.venue
      exchange.setMark('linear:BTCUSDT', { markPrice: 60_000.5, indexPrice: 60_001.25, fundingRate: -0.000125 })
      await bybit.ask('POST', '/v5/order/create', { ...linear, side: 'Buy', orderType: 'Market', qty: '0.1' })
      await bybit.ask('POST', '/v5/order/create', { ...spot, side: 'Sell', orderType: 'Market', qty: '0.01' })
      await bybit.ask('POST', '/v5/order/create', { ...spot, side: 'Buy', orderType: 'Market', qty: '50.5' })
      await bybit.buy('59000', '')
      // A settlement of funding, eight hours on.
      bybit.clock.advance(9 * 3_600_000)
    })
    afterAll(() => bybit[Symbol.asyncDispose]())

    // ccxt's recorder writes whole numbers as texts, so an integer of ours may stand where its fixture has digits in quotes.
    const like = (mine: unknown, venue: readonly unknown[]): string[] => differences([mine], venue, true)

    test('order books', async () => {
      const book = (await ours('GET', '/v5/market/orderbook', linear)) as object
      expect(like(book, venueAnswers('fetchOrderBook', 'swap orderbook'))).toEqual([
        // Time of the matching engine, which the venue added since.
        ".result.cts is not the venue's",
      ])
    })

    test('bars and funding rates', async () => {
      const bars = await ours('GET', '/v5/market/kline', { ...linear, interval: '1', limit: '3' })
      expect(like(bars, venueAnswers('fetchOHLCV'))).toEqual([])
      const rates = await ours('GET', '/v5/market/funding/history', linear)
      expect(like(rates, venueAnswers('fetchFundingRateHistory'))).toEqual([])
    })

    test('tickers of perpetuals', async () => {
      const ticker = await ours('GET', '/v5/market/tickers', linear)
      expect(like(ticker, venueAnswers('fetchFundingRates')).filter((text) => !text.includes('timestamp'))).toEqual([])
    })

    test('public trades', async () => {
      const trades = await ours('GET', '/v5/market/recent-trade', { ...linear, limit: '1' })
      expect(like(trades, venueAnswers('fetchTrades'))).toEqual([
        // Added by the venue since.
        ".result.list[].isRPITrade is not the venue's",
        ".result.list[].seq is not the venue's",
      ])
    })

    test('an acknowledged order', async () => {
      const created = await ours('POST', '/v5/order/create', {
        ...linear,
        side: 'Buy',
        orderType: 'Limit',
        qty: '0.1',
        price: '58000',
      })
      expect(like(created, venueAnswers('createOrder', 'swap limit sell stopLossPrice'))).toEqual([])
      await bybit.ask('POST', '/v5/order/create', {
        ...spot,
        side: 'Buy',
        orderType: 'Limit',
        qty: '0.01',
        price: '50000',
      })
      const cancelled = await ours('POST', '/v5/order/cancel-all', spot)
      expect(like(cancelled, venueAnswers('cancelAllOrders'))).toEqual([])
    })

    test('open and closed orders of perpetuals', async () => {
      await bybit.buy('58500', '')
      const open = await ours('GET', '/v5/order/realtime', linear)
      expect(like(open, venueAnswers('fetchOpenOrder'))).toEqual([])
      const closed = await ours('GET', '/v5/order/history', { ...linear, orderStatus: 'Filled' })
      const newer = ['slippageToleranceType', 'slippageTolerance', 'extraFees', 'marketUnit']
      expect(
        like(closed, venueAnswers('fetchClosedOrders')).filter((text) => !newer.some((name) => text.includes(name))),
      ).toEqual([])
    })

    test('orders of spot', async () => {
      const orders = await ours('GET', '/v5/order/history', { ...spot, orderStatus: 'Filled' })
      expect(
        like(orders, venueAnswers('fetchOrder')).filter((text) => !text.endsWith('nextPageCursor is missing')),
      ).toEqual([])
    })

    test('fills', async () => {
      const spotFills = await ours('GET', '/v5/execution/list', { ...spot, execType: 'Trade' })
      const cursor = '.result.list[].nextPageCursor is missing'
      expect(like(spotFills, venueAnswers('fetchMyTrades', 'spot trades without symbol'))).toEqual([cursor])
      const fills = await ours('GET', '/v5/execution/list', { ...linear, execType: 'Trade' })
      expect(like(fills, venueAnswers('fetchMyTrades', 'swap trades without symbol'))).toEqual([cursor])
    })

    test('funding payments', async () => {
      const payments = await ours('GET', '/v5/execution/list', { ...linear, execType: 'Funding' })
      expect(like(payments, venueAnswers('fetchFundingHistory'))).toEqual([])
    })

    test('positions', async () => {
      const positions = await ours('GET', '/v5/position/list', linear)
      expect(like(positions, venueAnswers('fetchPositions'))).toEqual([])
    })

    test('the wallet', async () => {
      const wallet = await ours('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' })
      expect(like(wallet, venueAnswers('fetchBalance'))).toEqual([])
    })

    test('the account', async () => {
      // The recording was cut to its result.
      const {
        retExtInfo: _,
        time: __,
        ...account
      } = (await ours('GET', '/v5/account/info', {})) as Record<string, unknown>
      expect(like(account, venueAnswers('fetchMarginMode'))).toEqual([])
    })
  },
)

describe.skipIf(!existsSync(MARKETS))(
  'markets have the fields of recorded ones (needs ../shared/data/exchange_fixtures)',
  () => {
    test.each([
      ['spot', 'BTC/USDT'],
      ['linear', 'BTC/USDT:USDT'],
    ])('%s', async (category, symbol) => {
      await using local = await QuietBybit.start()
      const { result } = await local.ask('GET', '/v5/market/instruments-info', { category, symbol: 'BTCUSDT' })
      const markets = JSON.parse(readFileSync(MARKETS, 'utf8')) as Record<string, { info: unknown }>
      expect(differences([result.list?.[0]], [markets[symbol]?.info], true)).toEqual([])
    })
  },
)
