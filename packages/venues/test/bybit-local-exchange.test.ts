import { systemClock } from '@kestrel/core'
import { DEMO_ACCOUNT, type LocalExchange, startExchange } from '@kestrel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redirectExchange } from '../src/ccxt/base-url.ts'
import { loadCcxtExchange } from '../src/ccxt/load-ccxt.ts'

/** The unmodified client, by the methods that are called here. */
type Client = Readonly<Record<string, (...args: unknown[]) => Promise<Answer>>>

/** What ccxt gives, as far as it is read here. */
type Answer = Readonly<Record<string, unknown>> & readonly Readonly<Record<string, unknown>>[]

const SPOT = 'BTC/USDT'
const PERP = 'BTC/USDT:USDT'

let exchange: LocalExchange
let client: Client

beforeAll(async () => {
  exchange = await startExchange({ venues: ['bybit'], seed: 3 })
  const ccxt = await loadCcxtExchange(
    'bybit',
    { apiKey: DEMO_ACCOUNT.apiKey, secret: DEMO_ACCOUNT.secret, enableRateLimit: false, timeout: 5_000 },
    'requests and streams',
  )
  redirectExchange(ccxt, exchange.venue('bybit').url)
  client = ccxt as unknown as Client
  await call('loadHttpProxyAgent')
  await call('loadMarkets')
})
afterAll(async () => {
  await call('close')
  await exchange.close()
})

async function call(method: string, ...args: unknown[]): Promise<Answer> {
  const found = client[method]
  if (found === undefined) throw new Error(`ccxt has no ${method}`)
  return await found.apply(client, args)
}

/** Name of the error that a call ends in. */
async function errorOf(method: string, ...args: unknown[]): Promise<string> {
  return await call(method, ...args).then(
    () => 'none',
    (error: unknown) => (error as Error).constructor.name,
  )
}

describe.each([
  ['spot', SPOT],
  ['perpetual', PERP],
])('ccxt trades on the local Bybit: %s', (kind, symbol) => {
  test('markets, books, bars, trades and tickers', async () => {
    const { bids, asks } = (await call('fetchOrderBook', symbol, 20)) as unknown as {
      bids: number[][]
      asks: number[][]
    }
    expect(bids[0]?.[0]).toBeLessThan(asks[0]?.[0] ?? 0)
    const bars = (await call('fetchOHLCV', symbol, '5m', undefined, 100)) as unknown as number[][]
    expect(bars).toHaveLength(100)
    expect((bars[99]?.[0] ?? 0) - (bars[0]?.[0] ?? 0)).toBe(99 * 300_000)
    const ticker = await call('fetchTicker', symbol)
    expect(Number(ticker['last'])).toBeGreaterThan(50_000)
    expect(Math.abs(Number(await call('fetchTime')) - systemClock.nowMs())).toBeLessThan(5_000)
  })

  test('an order from its acknowledgement to its fill, by requests and by stream', async () => {
    const orders = call('watchOrders', symbol)
    const fills = call('watchMyTrades', symbol)
    // The subscription has to be there before the order.
    await expect
      .poll(() => exchange.venue('bybit').requests.filter(({ body }) => body.includes(`"execution"`)).length)
      .toBeGreaterThan(0)
    const name = `cross-${kind}`
    const created = await call('createOrder', symbol, 'market', 'buy', 0.01, undefined, { clientOrderId: name })
    expect(created['clientOrderId']).toBe(name)
    const order = (await orders).at(-1)
    expect(order).toMatchObject({ id: created['id'], clientOrderId: name, symbol, status: 'closed', filled: 0.01 })
    const fill = (await fills).at(-1)
    expect(fill).toMatchObject({ order: created['id'], symbol, side: 'buy', takerOrMaker: 'taker' })
    expect(fill?.['fee']).toMatchObject({ currency: kind === 'spot' ? 'BTC' : 'USDT' })
    const past = await call('fetchMyTrades', symbol)
    expect(past.filter((trade) => trade['order'] === created['id']).length).toBeGreaterThan(0)
    const [closed] = (await call('fetchClosedOrders', symbol)).slice(-1)
    expect(closed).toMatchObject({ id: created['id'], status: 'closed' })
    expect(await errorOf('createOrder', symbol, 'market', 'buy', 0.01, undefined, { clientOrderId: name })).toBe(
      'InvalidOrder',
    )
  })

  test('a resting order is found, changed, found by its name, and cancelled once', async () => {
    const name = `rest-${kind}`
    const { id } = await call('createOrder', symbol, 'limit', 'buy', 0.01, 58_000, { clientOrderId: name })
    await call('editOrder', id, symbol, 'limit', 'buy', 0.02, 58_100)
    expect(await call('fetchOpenOrder', id, symbol)).toMatchObject({ amount: 0.02, price: 58_100, status: 'open' })
    const [found] = await call('fetchOpenOrders', symbol, undefined, undefined, { orderLinkId: name })
    expect(found).toMatchObject({ id, clientOrderId: name })
    await call('cancelOrder', id, symbol)
    expect(await errorOf('cancelOrder', id, symbol)).toBe(kind === 'spot' ? 'InvalidOrder' : 'OrderNotFound')
    const canceled = await call('fetchCanceledOrders', symbol)
    expect(canceled.map((order) => order['id'])).toContain(id)
  })

  test('refusals have the classes of ccxt', async () => {
    expect(await errorOf('createOrder', symbol, 'limit', 'buy', 900, 59_000)).toBe('InsufficientFunds')
    const { id } = await call('createOrder', symbol, 'limit', 'buy', 0.01, 61_500, { postOnly: true })
    expect(await call('fetchOrder', id, symbol, { acknowledged: true })).toMatchObject({
      status: 'canceled',
      filled: 0,
    })
    expect(await errorOf('fetchOpenOrder', 'no-such-order', symbol)).toBe('OrderNotFound')
  })

  test('a stop waits among the triggers and goes with the rest', async () => {
    const how =
      kind === 'spot'
        ? { triggerPrice: 57_000 }
        : { triggerPrice: 57_000, triggerDirection: 'descending', reduceOnly: true }
    const { id } = await call('createOrder', symbol, 'market', 'sell', 0.001, undefined, how)
    const [stop] = await call('fetchOpenOrders', symbol, undefined, undefined, { trigger: true })
    expect(stop).toMatchObject({ id, triggerPrice: 57_000, status: 'open' })
    await call('cancelAllOrders', symbol)
    expect(await call('fetchOpenOrders', symbol)).toHaveLength(0)
  })

  test('streams of the market', async () => {
    const [book, trades, bars, ticker] = await Promise.all([
      call('watchOrderBook', symbol, 50),
      call('watchTrades', symbol),
      call('watchOHLCV', symbol, '1m'),
      call('watchTicker', symbol),
    ])
    expect((book['bids'] as unknown[]).length).toBeGreaterThan(5)
    expect(trades.at(-1)).toMatchObject({ symbol })
    expect((bars as unknown as number[][]).at(-1)).toHaveLength(6)
    expect(ticker).toMatchObject({ symbol })
  })
})

test('positions, settings, money and fees of the account', async () => {
  const [position] = await call('fetchPositions', [PERP])
  expect(position).toMatchObject({ symbol: PERP, side: 'long', contracts: 0.01, hedged: false })
  await call('setLeverage', 7, PERP)
  expect(await errorOf('setLeverage', 7, PERP)).toBe('BadRequest')
  expect(await call('fetchLeverage', PERP)).toMatchObject({ longLeverage: 7 })
  expect(await errorOf('setPositionMode', true, PERP)).toBe('BadRequest')
  expect(await call('cancelAllOrdersAfter', 10_000)).toMatchObject({ retCode: 0 })
  const rate = await call('fetchFundingRate', PERP)
  expect(rate).toMatchObject({ symbol: PERP, interval: '8h' })
  const tiers = await call('fetchMarketLeverageTiers', PERP)
  expect(tiers[0]).toMatchObject({ tier: 1, maxLeverage: 150 })
  expect(await call('fetchTradingFee', PERP)).toMatchObject({ symbol: PERP })
  const balance = await call('fetchBalance')
  expect(balance['BTC']).toMatchObject({ total: 1.00999 })
})

test('positions and money by stream, and orders over the trade stream', async () => {
  const [positions, money] = [call('watchPositions', [PERP]), call('watchBalance')]
  const created = await call('createOrderWs', PERP, 'market', 'sell', 0.004, undefined, { reduceOnly: true })
  expect(created['id']).toMatch(/^[0-9a-f-]{36}$/)
  expect((await positions).length).toBeGreaterThan(0)
  expect((await money)['USDT']).toHaveProperty('total')
  const [left] = await call('fetchPositions', [PERP])
  expect(left).toMatchObject({ contracts: 0.006 })
  expect(await errorOf('createOrderWs', PERP, 'limit', 'buy', 900, 59_000)).toBe('InsufficientFunds')
})
