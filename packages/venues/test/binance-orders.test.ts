import { systemClock } from '@kestrel/core'
import {
  BinanceDialect,
  BinanceMarketData,
  EXAMPLE_PERPETUAL,
  EXAMPLE_SPOT,
  ExchangeCore,
  MarketTape,
  PacedClock,
  startExchangeServer,
} from '@kestrel/testkit'
import { describe, expect, test } from 'vitest'
import { redirectExchange } from '../src/ccxt/base-url.ts'
import { loadCcxtExchange } from '../src/ccxt/load-ccxt.ts'

/** What a method of ccxt gives, field by field. */
type Answer = Readonly<Record<string, unknown>> & readonly Answer[]
/** ccxt's own methods by name: this test is about what ccxt makes of the answers. */
type Ccxt = Record<string, (...given: unknown[]) => Promise<Answer>>

const SPOT = 'BTC/USDT'
const PERP = 'BTC/USDT:USDT'

async function open(type: 'spot' | 'swap', keyOptions: object = {}, perpetual = EXAMPLE_PERPETUAL) {
  const clock = new PacedClock({ clock: systemClock })
  clock.start()
  const core = new ExchangeCore({ markets: [EXAMPLE_SPOT, perpetual], clock })
  const tape = (marketId: 'spot:BTCUSDT' | 'linear:BTCUSDT', openingTicks: number) =>
    new MarketTape(core, marketId, { openingTicks })
  const dialect = new BinanceDialect({
    exchange: core,
    spot: new BinanceMarketData('spot', clock, [tape('spot:BTCUSDT', 6_000_000)]),
    usdm: new BinanceMarketData('usdm', clock, [tape('linear:BTCUSDT', 600_000)]),
  })
  core.openAccount({
    apiKey: 'key',
    secret: 'secret',
    accountId: 'me',
    balances: { spot: { USDT: '100000', BTC: '1' }, futures: { USDT: '50000' } },
    ...keyOptions,
  })
  for (const [id, unit] of [
    ['spot:BTCUSDT', 100],
    ['linear:BTCUSDT', 10],
  ] as const) {
    for (let i = 1; i <= 5; i++) {
      core.placeForeign(id, { side: 'buy', priceTicks: (60_000 - i) * unit, qtyLots: 50_000 })
      core.placeForeign(id, { side: 'sell', priceTicks: (60_000 + i) * unit, qtyLots: 50_000 })
    }
    core.print(id, 'buy', 60_000 * unit, 1)
  }
  const server = await startExchangeServer({ dialects: dialect, clock })
  const exchange = await loadCcxtExchange(
    'binance',
    { apiKey: 'key', secret: 'secret', enableRateLimit: false, options: { defaultType: type } },
    'requests and streams',
  )
  redirectExchange(exchange, server.url)
  const ccxt = exchange as unknown as Ccxt
  await ccxt['loadHttpProxyAgent']!()
  await ccxt['loadMarkets']!()
  return {
    clock,
    core,
    ccxt,
    server,
    async [Symbol.asyncDispose]() {
      await ccxt['close']!()
      await server.close()
      clock.stop()
    },
  }
}

describe('spot orders of ccxt', () => {
  test('are placed, found, listed, edited and cancelled', async () => {
    await using world = await open('spot')
    const { ccxt } = world
    const placed = await ccxt['createOrder']!(SPOT, 'limit', 'buy', 0.01, 59_000, { clientOrderId: 'mine-1' })
    expect(placed).toMatchObject({ status: 'open', clientOrderId: 'mine-1', amount: 0.01, filled: 0, price: 59_000 })
    expect(await ccxt['fetchOrder']!(undefined, SPOT, { origClientOrderId: 'mine-1' })).toMatchObject({
      id: placed['id'],
    })
    expect(await ccxt['fetchOpenOrders']!(SPOT)).toMatchObject([{ id: placed['id'], status: 'open' }])
    expect(await ccxt['fetchBalance']!()).toMatchObject({ USDT: { free: 99_410, used: 590, total: 100_000 } })
    const edited = await ccxt['editOrder']!(placed['id'], SPOT, 'limit', 'buy', 0.02, 58_000)
    expect(edited).toMatchObject({ status: 'open', amount: 0.02, price: 58_000 })
    expect(await ccxt['fetchOrder']!(placed['id'], SPOT)).toMatchObject({ status: 'canceled' })
    expect(await ccxt['cancelOrder']!(edited['id'], SPOT)).toMatchObject({ status: 'canceled' })
    expect(await ccxt['fetchOrders']!(SPOT)).toHaveLength(2)
  })

  test('fill at the market with their fees, and show in trades and balances', async () => {
    await using world = await open('spot')
    const { ccxt } = world
    const bought = await ccxt['createOrder']!(SPOT, 'market', 'buy', 0.1)
    expect(bought).toMatchObject({
      status: 'closed',
      filled: 0.1,
      average: 60_001,
      fee: { currency: 'BTC', cost: 0.0001 },
    })
    const spent = await ccxt['createMarketBuyOrderWithCost']!(SPOT, 600)
    expect(spent).toMatchObject({ status: 'closed', filled: 0.00999 })
    const trades = await ccxt['fetchMyTrades']!(SPOT)
    expect(trades).toMatchObject([
      { order: bought['id'], side: 'buy', price: 60_001, amount: 0.1, takerOrMaker: 'taker' },
      { order: spent['id'], amount: 0.00999 },
    ])
    const free = expect.closeTo(1 + 0.10999 * 0.999, 8)
    expect(await ccxt['fetchBalance']!()).toMatchObject({ BTC: { free } })
  })

  test('wait for their trigger', async () => {
    await using world = await open('spot')
    const { ccxt, core } = world
    const stop = await ccxt['createOrder']!(SPOT, 'limit', 'sell', 0.01, 58_500, { stopLossPrice: 59_000 })
    expect(stop).toMatchObject({ status: 'open', triggerPrice: 59_000, price: 58_500 })
    core.print('spot:BTCUSDT', 'sell', 5_900_000, 1)
    expect(await ccxt['fetchOrder']!(stop['id'], SPOT)).toMatchObject({
      status: 'closed',
      filled: 0.01,
      average: 59_999,
    })
  })

  test.each([
    ['more than there is', ['limit', 'buy', 10, 59_000, {}], 'InsufficientFunds'],
    ['post-only that takes', ['limit', 'buy', 0.01, 60_500, { postOnly: true }], 'OrderImmediatelyFillable'],
    // ccxt keeps the classes of spot's filters for the venue's own address.
    ['too small a sum', ['limit', 'buy', 0.00005, 59_000, {}], 'BadRequest'],
  ])('are refused: %s', async (_what, given, name) => {
    await using world = await open('spot')
    await expect(world.ccxt['createOrder']!(SPOT, ...given)).rejects.toMatchObject({ name })
  })

  test('a wrong secret, a late clock and an unknown order have their own errors', async () => {
    await using world = await open('spot')
    const { ccxt } = world
    await expect(ccxt['fetchOrder']!('999', SPOT)).rejects.toMatchObject({ name: 'OrderNotFound' })
    await expect(ccxt['cancelOrder']!('999', SPOT)).rejects.toMatchObject({ name: 'OrderNotFound' })
    await expect(ccxt['fetchBalance']!({ timestamp: world.clock.nowMs() - 60_000 })).rejects.toMatchObject({
      name: 'InvalidNonce',
    })
    Object.assign(ccxt, { secret: 'wrong' })
    await expect(ccxt['fetchBalance']!()).rejects.toMatchObject({ name: 'AuthenticationError' })
  })

  test('are streamed with fills and balances', async () => {
    await using world = await open('spot')
    const { ccxt } = world
    const balances = ccxt['watchBalance']!()
    const trades = ccxt['watchMyTrades']!(SPOT)
    const orders = ccxt['watchOrders']!(SPOT)
    await expect.poll(() => world.server.requests.filter(({ via }) => via === 'stream-message').length).toBe(1)
    const placed = await ccxt['createOrderWs']!(SPOT, 'limit', 'buy', 0.01, 60_500, { clientOrderId: 'ws-1' })
    expect(placed).toMatchObject({ status: 'closed', filled: 0.01 })
    expect(await orders).toMatchObject([{ clientOrderId: 'ws-1' }])
    expect(await trades).toMatchObject([{ order: placed['id'], price: 60_001, amount: 0.01, fee: { currency: 'BTC' } }])
    expect(await balances).toMatchObject({ USDT: { total: expect.closeTo(100_000 - 600.01, 6) } })
  })
})

describe('futures orders of ccxt', () => {
  test('are placed, found, edited and cancelled', async () => {
    await using world = await open('swap')
    const { ccxt } = world
    const placed = await ccxt['createOrder']!(PERP, 'limit', 'buy', 0.01, 59_000, { clientOrderId: 'mine-1' })
    expect(placed).toMatchObject({ status: 'open', clientOrderId: 'mine-1', symbol: PERP })
    expect(await ccxt['fetchOrder']!(undefined, PERP, { origClientOrderId: 'mine-1' })).toMatchObject({
      id: placed['id'],
    })
    const edited = await ccxt['editOrder']!(placed['id'], PERP, 'limit', 'buy', 0.02, 58_000)
    expect(edited).toMatchObject({ id: placed['id'], amount: 0.02, price: 58_000 })
    expect(await ccxt['fetchOpenOrders']!(PERP)).toMatchObject([{ id: placed['id'], amount: 0.02 }])
    expect(await ccxt['cancelOrder']!(placed['id'], PERP)).toMatchObject({ status: 'canceled' })
    await ccxt['createOrder']!(PERP, 'limit', 'buy', 0.01, 59_000, { postOnly: true })
    await ccxt['cancelAllOrders']!(PERP)
    expect(await ccxt['fetchOpenOrders']!(PERP)).toEqual([])
    expect(await ccxt['fetchOrders']!(PERP)).toHaveLength(2)
  })

  test('move positions, margin and the wallet', async () => {
    await using world = await open('swap')
    const { ccxt, core } = world
    await ccxt['setLeverage']!(10, PERP)
    await ccxt['setMarginMode']!('isolated', PERP)
    await ccxt['createOrder']!(PERP, 'market', 'buy', 0.1)
    core.setMark('linear:BTCUSDT', { markPrice: 61_000 })
    const [position] = await ccxt['fetchPositions']!([PERP])
    expect(position).toMatchObject({
      side: 'long',
      contracts: 0.1,
      entryPrice: 60_001,
      markPrice: 61_000,
      marginMode: 'isolated',
      unrealizedPnl: 99.9,
      hedged: false,
    })
    // 10 times: the margin is 600.01, the maintenance 0.4 % of the notional.
    const liquidationPrice = expect.closeTo((600.01 - 0.1 * 60_001) / (0.1 * 0.004 - 0.1), 4)
    expect(position).toMatchObject({ liquidationPrice })
    // What ccxt calls the total has the unrealised profit in it.
    const total = expect.closeTo(50_000 - 6000.1 * 0.0005 + 99.9, 6)
    expect(await ccxt['fetchBalance']!()).toMatchObject({ USDT: { total } })
    await ccxt['createOrder']!(PERP, 'market', 'sell', 0.1, undefined, { reduceOnly: true })
    expect(await ccxt['fetchPositions']!([PERP])).toEqual([])
    await expect(
      ccxt['createOrder']!(PERP, 'market', 'sell', 0.1, undefined, { reduceOnly: true }),
    ).rejects.toMatchObject({ message: expect.stringContaining('-2022') })
    const trades = await ccxt['fetchMyTrades']!(PERP)
    expect(trades).toHaveLength(2)
    expect(await ccxt['fetchLeverage']!(PERP)).toMatchObject({ longLeverage: 10, marginMode: 'isolated' })
  })

  test('of hedge mode hold both legs', async () => {
    await using world = await open('swap')
    const { ccxt } = world
    await ccxt['setPositionMode']!(true, PERP)
    expect(await ccxt['fetchPositionMode']!(PERP)).toMatchObject({ hedged: true })
    await ccxt['createOrder']!(PERP, 'market', 'buy', 0.1, undefined, { positionSide: 'LONG' })
    await ccxt['createOrder']!(PERP, 'market', 'sell', 0.05, undefined, { hedged: true, positionSide: 'SHORT' })
    expect(await ccxt['fetchPositions']!([PERP])).toMatchObject([
      { side: 'long', contracts: 0.1 },
      { side: 'short', contracts: 0.05 },
    ])
    await ccxt['createOrder']!(PERP, 'market', 'sell', 0.1, undefined, { reduceOnly: true, hedged: true })
    expect(await ccxt['fetchPositions']!([PERP])).toMatchObject([{ side: 'short' }])
  })

  test('conditional ones live in the algo service until they go off', async () => {
    await using world = await open('swap')
    const { ccxt, core } = world
    await ccxt['createOrder']!(PERP, 'market', 'buy', 0.1)
    const stop = await ccxt['createOrder']!(PERP, 'market', 'sell', 0.1, undefined, {
      stopLossPrice: 59_000,
      reduceOnly: true,
      clientOrderId: 'stop-1',
    })
    expect(stop).toMatchObject({ status: 'open', triggerPrice: 59_000, clientOrderId: 'stop-1', reduceOnly: true })
    expect(await ccxt['fetchOpenOrders']!(PERP)).toEqual([])
    expect(await ccxt['fetchOpenOrders']!(PERP, undefined, undefined, { trigger: true })).toMatchObject([
      { id: stop['id'] },
    ])
    await expect(ccxt['fetchOrder']!(undefined, PERP, { origClientOrderId: 'stop-1' })).rejects.toMatchObject({
      name: 'OrderNotFound',
    })
    const other = await ccxt['createOrder']!(PERP, 'limit', 'sell', 0.1, 61_900, { takeProfitPrice: 62_000 })
    await ccxt['cancelOrder']!(other['id'], PERP, { trigger: true })
    core.print('linear:BTCUSDT', 'sell', 590_000, 1)
    const fired = await ccxt['fetchOrder']!(stop['id'], PERP, { trigger: true })
    expect(fired).toMatchObject({ status: 'closed', info: { algoStatus: 'FINISHED' } })
    const { actualOrderId } = fired['info'] as { actualOrderId: string }
    expect(await ccxt['fetchOrder']!(actualOrderId, PERP)).toMatchObject({ status: 'closed', filled: 0.1 })
    expect(await ccxt['fetchPositions']!([PERP])).toEqual([])
  })

  test('are streamed with positions and balances', async () => {
    await using world = await open('swap')
    const { ccxt } = world
    const orders = ccxt['watchOrders']!(PERP)
    const trades = ccxt['watchMyTrades']!(PERP)
    const balances = ccxt['watchBalance']!()
    await ccxt['watchPositions']!([PERP])
    const positions = ccxt['watchPositions']!([PERP])
    await ccxt['createOrder']!(PERP, 'market', 'buy', 0.1, undefined, { clientOrderId: 'streamed' })
    expect(await orders).toMatchObject([{ clientOrderId: 'streamed' }])
    expect(await trades).toMatchObject([{ price: 60_001, amount: 0.1, fee: { currency: 'USDT' } }])
    expect(await balances).toMatchObject({ USDT: { total: expect.closeTo(50_000 - 6000.1 * 0.0005, 6) } })
    expect(await positions).toMatchObject([{ symbol: PERP, side: 'long', contracts: 0.1, entryPrice: 60_001 }])
  })

  test('go through the websocket API as well', async () => {
    await using world = await open('swap')
    const { ccxt } = world
    const placed = await ccxt['createOrderWs']!(PERP, 'limit', 'buy', 0.01, 59_000, { clientOrderId: 'ws-1' })
    expect(placed).toMatchObject({ status: 'open', clientOrderId: 'ws-1' })
    expect(await ccxt['fetchOrderWs']!(placed['id'], PERP)).toMatchObject({ status: 'open' })
    expect(await ccxt['editOrderWs']!(placed['id'], PERP, 'limit', 'buy', 0.02, 58_000)).toMatchObject({ amount: 0.02 })
    expect(await ccxt['cancelOrderWs']!(placed['id'], PERP)).toMatchObject({ status: 'canceled' })
    expect(await ccxt['fetchBalanceWs']!()).toMatchObject({ USDT: { total: 50_000 } })
    await expect(ccxt['cancelOrderWs']!('4711', PERP)).rejects.toMatchObject({ name: 'OrderNotFound' })
  })

  test('funding is paid and told', async () => {
    const perpetual = { ...EXAMPLE_PERPETUAL, fundingIntervalHours: 0.3 / 3_600 }
    await using world = await open('swap', {}, perpetual)
    const { ccxt, core } = world
    await ccxt['createOrder']!(PERP, 'market', 'buy', 0.1)
    core.setMark('linear:BTCUSDT', { markPrice: 60_000, fundingRate: 0.0001 })
    const { nextFundingMs } = core.prices('linear:BTCUSDT')
    await expect.poll(() => core.income('me', {}).filter(({ kind }) => kind === 'funding').length).toBeGreaterThan(0)
    const [row] = await ccxt['fetchFundingHistory']!(PERP)
    expect(row).toMatchObject({ amount: -0.6, code: 'USDT' })
    expect(row?.['timestamp']).toBeGreaterThanOrEqual(nextFundingMs)
  })
})

test('a key says what it may do, and may do no more', async () => {
  await using world = await open('spot', { permissions: { futures: false, withdraw: true } })
  const { ccxt } = world
  expect(await ccxt['sapiGetAccountApiRestrictions']!()).toMatchObject({
    enableWithdrawals: true,
    enableSpotAndMarginTrading: true,
    enableFutures: false,
  })
  await expect(ccxt['createOrder']!(PERP, 'market', 'buy', 0.1)).rejects.toMatchObject({
    message: expect.stringContaining('-2015'),
  })
})

test('deposits, withdrawals and the ledger of the futures wallet are told', async () => {
  await using world = await open('swap', { fees: { maker: 0, taker: 0.0002 } })
  const { ccxt, core } = world
  core.deposit('me', 'spot', 'USDT', 2_500_000_000n)
  core.deposit('me', 'spot', 'USDT', -500_000_000n)
  await ccxt['transfer']!('USDT', 10, 'spot', 'swap')
  expect(await ccxt['fetchDeposits']!('USDT')).toMatchObject([{ amount: 25, currency: 'USDT', status: 'ok' }])
  expect(await ccxt['fetchWithdrawals']!('USDT')).toMatchObject([{ amount: 5, status: 'ok' }])
  await ccxt['createOrder']!(PERP, 'market', 'buy', 0.1)
  const ledger = await ccxt['fetchLedger']!(undefined, undefined, undefined, { type: 'swap' })
  expect(ledger.map((row) => [row['type'], row['amount'], row['direction']])).toEqual([
    ['transfer', 10, 'in'],
    ['commission', 1.20002, 'out'],
  ])
  expect(await ccxt['fetchTradingFee']!(PERP)).toMatchObject({ maker: 0, taker: 0.0002 })
})

test('a dead-man timer that nobody renews cancels the orders', async () => {
  await using world = await open('swap')
  const { ccxt } = world
  await ccxt['createOrder']!(PERP, 'limit', 'buy', 0.01, 59_000)
  await ccxt['fapiPrivatePostCountdownCancelAll']!({ symbol: 'BTCUSDT', countdownTime: 50 })
  await expect.poll(() => ccxt['fetchOpenOrders']!(PERP)).toEqual([])
})
