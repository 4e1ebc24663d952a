import {
  BinanceDialect,
  BinanceMarketData,
  EXAMPLE_PERPETUAL,
  EXAMPLE_SPOT,
  ExchangeCore,
  keepTime,
  makeHistory,
  ManualExchangeClock,
  MarketTape,
  startExchangeServer,
  startGeneratedFlow,
  startMarkDrive,
} from '@kestrel/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redirectExchange } from '../src/ccxt/base-url.ts'
import type { CcxtExchange } from '../src/ccxt/ccxt-exchange.ts'
import { loadCcxtExchange } from '../src/ccxt/load-ccxt.ts'

const START_MS = Date.UTC(2024, 4, 1, 7, 59, 30)
const MINUTE_MS = 60_000

interface CcxtBook {
  readonly bids: readonly (readonly [price: number, amount: number])[]
  readonly asks: readonly (readonly [price: number, amount: number])[]
  readonly nonce: number
}

interface CcxtTicker {
  readonly symbol: string
  readonly last?: number
  readonly bid?: number
  readonly ask?: number
  readonly bidVolume?: number
  readonly baseVolume?: number
  readonly markPrice?: number
  readonly indexPrice?: number
  readonly timestamp?: number
}

interface CcxtPublicTrade {
  readonly id: string
  readonly timestamp: number
  readonly price: number
  readonly amount: number
  readonly side: string
}

/** What of ccxt.pro is used here. */
interface StreamingExchange extends Omit<CcxtExchange, 'fetchTrades' | 'markets'> {
  readonly markets: Readonly<
    Record<string, { readonly precision: object; readonly limits: object; readonly type: string }>
  >
  fetchOrderBook(symbol: string, limit?: number): Promise<CcxtBook>
  fetchTicker(symbol: string): Promise<CcxtTicker>
  fetchTickers(symbols: string[]): Promise<Readonly<Record<string, CcxtTicker>>>
  fetchBidsAsks(symbols: string[]): Promise<Readonly<Record<string, CcxtTicker>>>
  fetchLastPrices(symbols: string[]): Promise<Readonly<Record<string, { readonly price: number }>>>
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<CcxtPublicTrade[]>
  fetchFundingRate(symbol: string): Promise<{ fundingRate: number; markPrice: number; fundingTimestamp: number }>
  fetchOpenInterest(symbol: string): Promise<{ openInterestAmount: number }>
  watchOrderBook(symbol: string, limit?: number): Promise<CcxtBook>
  watchTrades(symbol: string): Promise<CcxtPublicTrade[]>
  watchOHLCV(symbol: string, timeframe: string): Promise<(readonly number[])[]>
  watchTicker(symbol: string): Promise<CcxtTicker>
  watchBidsAsks(symbols: string[]): Promise<Readonly<Record<string, CcxtTicker>>>
  watchMarkPrice(symbol: string): Promise<CcxtTicker>
  loadHttpProxyAgent(): Promise<unknown>
  unWatchTrades(symbol: string): Promise<unknown>
  close(): Promise<void>
}

/** The exchange on a socket, its clock in our hands, and the unmodified ccxt.pro client. */
async function liveExchange(seed: number) {
  const clock = new ManualExchangeClock(START_MS)
  const core = new ExchangeCore({ markets: [EXAMPLE_SPOT, EXAMPLE_PERPETUAL], clock })
  keepTime(core, clock)
  const tapes = [...core.markets.values()].map((market) => {
    const medianLots = market.kind === 'spot' ? 500 : 20
    const history = makeHistory(market, { seed, endPrice: 60_000, endMs: START_MS, minutes: 300, medianLots })
    const openingTicks = (60_000 * market.tick.scale) / market.tick.mantissa
    const tape = new MarketTape(core, market.id, { openingTicks, history, foreignOpenInterestLots: 80_000_000 })
    const { fair } = startGeneratedFlow(core, clock, market.id, { seed, startPrice: 60_000, medianLots })
    if (market.kind === 'linear') startMarkDrive(core, clock, market.id, { indexPrice: () => fair.price })
    return tape
  })
  const [spotTape, usdmTape] = tapes as [MarketTape, MarketTape]
  const spot = new BinanceMarketData('spot', clock, tapes)
  const usdm = new BinanceMarketData('usdm', clock, tapes)
  const server = await startExchangeServer({ dialects: new BinanceDialect({ exchange: core, spot, usdm }), clock })
  const exchange = (await loadCcxtExchange(
    'binance',
    { enableRateLimit: false, options: { ws: { backoff: { base: 0, max: 0 } } } },
    'requests and streams',
  )) as unknown as StreamingExchange
  redirectExchange(exchange as unknown as CcxtExchange, server.url)
  onTestFinished(async () => {
    await exchange.close()
    await server.close()
  })
  // What ccxt wants before it opens a socket without TLS.
  await exchange.loadHttpProxyAgent()
  await exchange.loadMarkets()
  /** Lets exchange time run until the client has what it waits for. */
  const during = async <T>(wait: Promise<T>, stepMs = 100): Promise<T> => {
    const state = { isOver: false }
    const over = (): void => {
      state.isOver = true
    }
    wait.then(over, over)
    while (!state.isOver) {
      clock.advance(stepMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return wait
  }
  return { clock, core, exchange, during, spot, usdm, spotTape, usdmTape }
}

describe.each([
  ['spot', 'BTC/USDT', 'spot:BTCUSDT'],
  ['usdm', 'BTC/USDT:USDT', 'linear:BTCUSDT'],
] as const)('ccxt.pro on the local exchange, %s', (kind, symbol, marketId) => {
  test('a watched book equals the engine’s at every update number it stops at', async () => {
    const { exchange, during, spotTape, usdmTape, spot, usdm } = await liveExchange(kind === 'spot' ? 51 : 52)
    const tape = kind === 'spot' ? spotTape : usdmTape
    const desk = (kind === 'spot' ? spot : usdm).desks.find('BTCUSDT')
    const { tick, lot } = tape.market
    const numbers = (side: 'buy' | 'sell') =>
      tape.book
        .top(side, 25)
        .map(({ priceTicks, qtyLots }) => [
          (priceTicks * tick.mantissa) / tick.scale,
          (qtyLots * lot.mantissa) / lot.scale,
        ])
    const truth = new Map<number, { bids: number[][]; asks: number[][] }>()
    tape.listen({
      onLevel: ({ updateId }) => {
        truth.set(desk?.format.updateId(updateId) ?? 0, { bids: numbers('buy'), asks: numbers('sell') })
      },
    })
    const seen = new Set<number>()
    for (let round = 0; round < 60; round++) {
      const book = await during(exchange.watchOrderBook(symbol))
      const expected = truth.get(book.nonce)
      expect(expected, `update ${book.nonce}`).toBeDefined()
      expect({ bids: book.bids.slice(0, 25), asks: book.asks.slice(0, 25) }).toEqual(expected)
      seen.add(book.nonce)
    }
    expect(seen.size).toBeGreaterThan(20)
  })

  test('watched trades are the engine’s, each once and in order', async () => {
    const { core, exchange, during } = await liveExchange(53)
    const printed: { id: string; price: number; amount: number; side: string; timestamp: number }[] = []
    const market = core.markets.get(marketId)
    if (market === undefined) throw new Error('no market')
    core.on((event) => {
      if (event.type !== 'trade' || event.marketId !== marketId) return
      printed.push({
        id: String(event.tradeId),
        price: (event.priceTicks * market.tick.mantissa) / market.tick.scale,
        amount: (event.qtyLots * market.lot.mantissa) / market.lot.scale,
        side: event.takerSide,
        timestamp: event.tsMs,
      })
    })
    const seen: CcxtPublicTrade[] = []
    while (seen.length < 30) seen.push(...(await during(exchange.watchTrades(symbol))))
    const first = printed.findIndex(({ id }) => id === seen[0]?.id)
    expect(seen.map(({ id, price, amount, side, timestamp }) => ({ id, price, amount, side, timestamp }))).toEqual(
      printed.slice(first, first + seen.length),
    )
    await during(exchange.unWatchTrades(symbol))
  })

  test('watched bars are the fetched ones', async () => {
    const { exchange, during, clock } = await liveExchange(54)
    const watched = new Map<number, readonly number[]>()
    while (watched.size < 3) {
      for (const bar of await during(exchange.watchOHLCV(symbol, '1m'), 250)) watched.set(bar[0] ?? 0, bar)
    }
    const fetched = await exchange.fetchOHLCV(symbol, '1m', undefined, 4)
    const closed = fetched.filter(([openMs = 0]) => openMs + MINUTE_MS <= clock.nowMs())
    const both = closed.filter(([openMs = 0]) => watched.has(openMs))
    expect(both.length).toBeGreaterThan(1)
    for (const bar of both) expect(watched.get(bar[0] ?? 0)).toEqual(bar)
  })

  test('requests tell the engine’s time, book, trades and prices', async () => {
    const { clock, core, exchange } = await liveExchange(58)
    clock.advance(30_000)
    const market = core.markets.get(marketId)
    if (market === undefined) throw new Error('no market')
    const priceOf = (ticks: number): number => (ticks * market.tick.mantissa) / market.tick.scale
    const amountOf = (lots: number): number => (lots * market.lot.mantissa) / market.lot.scale
    const numbers = (levels: readonly (readonly [number, number])[]): number[][] =>
      levels.map(([ticks, lots]) => [priceOf(ticks), amountOf(lots)])
    const { bids, asks } = core.book(marketId, 100)
    const book = await exchange.fetchOrderBook(symbol, 100)
    expect({ bids: book.bids, asks: book.asks }).toEqual({ bids: numbers(bids), asks: numbers(asks) })
    expect(await exchange.fetchTime()).toBe(clock.nowMs())
    const last = priceOf(core.prices(marketId).lastTicks ?? 0)
    const trades = await exchange.fetchTrades(symbol, undefined, 50)
    expect(trades.at(-1)).toMatchObject({ price: last })
    expect((await exchange.fetchTickers([symbol]))[symbol]).toMatchObject({ symbol, last })
    expect((await exchange.fetchLastPrices([symbol]))[symbol]).toMatchObject({ price: last })
    const best = (await exchange.fetchBidsAsks([symbol]))[symbol]
    expect([best?.bid, best?.bidVolume, best?.ask]).toEqual([...(numbers(bids)[0] ?? []), numbers(asks)[0]?.[0]])
    const hour = await exchange.fetchOHLCV(symbol, '1h', START_MS - 4 * 3_600_000, 3)
    expect(hour.map(([openMs]) => openMs)).toEqual([4, 3, 2].map((each) => Date.UTC(2024, 4, 1, 8 - each)))
  })

  test('tickers and best prices are the engine’s', async () => {
    const { core, exchange, during } = await liveExchange(55)
    const market = core.markets.get(marketId)
    if (market === undefined) throw new Error('no market')
    const priceOf = (ticks: number | undefined): number => ((ticks ?? 0) * market.tick.mantissa) / market.tick.scale
    const touch = (await during(exchange.watchBidsAsks([symbol])))[symbol]
    const { bidTicks, askTicks } = core.prices(marketId)
    // The clock may have moved on since the frame; the touch does not go far in a tenth of a second.
    expect(Math.abs((touch?.bid ?? 0) / priceOf(bidTicks) - 1)).toBeLessThan(0.001)
    expect(touch?.ask).toBeGreaterThan(touch?.bid ?? 0)
    expect(Math.abs((touch?.ask ?? 0) / priceOf(askTicks) - 1)).toBeLessThan(0.001)
    const watched = await during(exchange.watchTicker(symbol))
    const fetched = await exchange.fetchTicker(symbol)
    expect(fetched.last).toBe(priceOf(core.prices(marketId).lastTicks))
    expect(Math.abs((watched.last ?? 0) / (fetched.last ?? 1) - 1)).toBeLessThan(0.001)
    expect(watched.baseVolume).toBeGreaterThan(0)
  })
})

test('ccxt reads steps, limits and fees of both markets from the list', async () => {
  const { exchange } = await liveExchange(56)
  expect(Object.keys(exchange.markets).sort()).toEqual(['BTC/USDT', 'BTC/USDT:USDT'])
  expect(exchange.markets['BTC/USDT']).toMatchObject({
    type: 'spot',
    active: true,
    precision: { price: 0.01, amount: 0.00001 },
    limits: { amount: { min: 0.00001, max: 9_000 }, cost: { min: 5 }, market: { max: 160 } },
  })
  expect(exchange.markets['BTC/USDT:USDT']).toMatchObject({
    type: 'swap',
    linear: true,
    active: true,
    contractSize: 1,
    precision: { price: 0.1, amount: 0.001 },
    limits: { amount: { min: 0.001, max: 1_000 }, cost: { min: 50 }, market: { max: 120 } },
  })
})

test('ccxt reads mark price, funding and open interest', async () => {
  const { exchange, during, clock, core } = await liveExchange(57)
  const watched = await during(exchange.watchMarkPrice('BTC/USDT:USDT'), 1_000)
  expect(watched.markPrice).toBeGreaterThan(50_000)
  expect(watched.indexPrice).toBeGreaterThan(50_000)
  clock.advanceTo(START_MS + 40_000)
  const rate = await exchange.fetchFundingRate('BTC/USDT:USDT')
  expect(rate).toMatchObject({ fundingRate: 0.0001, fundingTimestamp: START_MS + 30_000 + 8 * 3_600_000 })
  expect(rate.markPrice).toBe(core.prices('linear:BTCUSDT').markPrice)
  const [settled] = await exchange.fetchFundingRateHistory('BTC/USDT:USDT')
  expect(settled).toMatchObject({ timestamp: START_MS + 30_000, fundingRate: 0.0001 })
  expect(await exchange.fetchOpenInterest('BTC/USDT:USDT')).toMatchObject({ openInterestAmount: 80_000 })
  const bars = await exchange.fetchMarkOHLCV('BTC/USDT:USDT', '1m')
  expect(bars.length).toBeGreaterThan(0)
})
