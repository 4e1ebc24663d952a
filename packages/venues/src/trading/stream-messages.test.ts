import { describe, expect, test } from 'vitest'
import { binanceDialect } from './dialects/binance/binance.ts'
import { krakenDialect } from './dialects/kraken/kraken.ts'
import { okxDialect } from './dialects/okx/okx.ts'
import { bybitDialect } from './dialects/bybit/bybit.ts'
import { deskOf } from './stub-desk.fixture.ts'

const T = 1_700_000_000_000

/** As Binance documents `ALGO_UPDATE` and `ORDER_TRADE_UPDATE` of its USD-M user-data stream. */
describe('binance: a stop that is set off', () => {
  const algo = (changes: object): unknown => ({
    e: 'ALGO_UPDATE',
    E: T,
    o: {
      caid: 'k2',
      aid: 3,
      o: 'STOP_MARKET',
      s: 'BTCUSDT',
      S: 'SELL',
      q: '0.100',
      X: 'NEW',
      ai: '',
      ap: '0',
      aq: '0',
      tp: '59000',
      p: '0',
      R: true,
      ...changes,
    },
  })
  const trade = (changes: object): unknown => ({
    e: 'ORDER_TRADE_UPDATE',
    o: {
      s: 'BTCUSDT',
      c: 'made-by-the-venue',
      S: 'SELL',
      o: 'MARKET',
      ot: 'MARKET',
      x: 'TRADE',
      X: 'FILLED',
      i: 99,
      q: '0.100',
      z: '0.100',
      l: '0.100',
      L: '58990',
      ap: '58990',
      n: '0.2',
      N: 'USDT',
      T: T + 2,
      t: 7,
      m: false,
      ...changes,
    },
  })

  test('keeps its id when the message that joins it to its order comes first', () => {
    const desk = deskOf('binance')
    expect(binanceDialect.readStream(desk, algo({})).orders).toMatchObject([
      { clientOrderId: 'k2', venueOrderId: '3', state: 'open', isTriggered: false, triggerTicks: 590_000 },
    ])
    expect(binanceDialect.readStream(desk, algo({ X: 'TRIGGERED', ai: '99' })).orders).toMatchObject([
      { state: 'open', isTriggered: true },
    ])
    const { orders, fills } = binanceDialect.readStream(desk, trade({}))
    expect(orders).toMatchObject([
      {
        clientOrderId: 'k2',
        venueOrderId: '3',
        type: 'stop-market',
        state: 'filled',
        isTriggered: true,
        filledLots: 100,
      },
    ])
    expect(fills).toMatchObject([
      {
        clientOrderId: 'k2',
        venueOrderId: '3',
        fillId: '7',
        lots: 100,
        price: 58_990,
        fee: { currency: 'USDT', amount: 0.2 },
      },
    ])
  })

  test('gives its fills again under its id when that message comes last', () => {
    const desk = deskOf('binance')
    expect(binanceDialect.readStream(desk, trade({})).fills).toMatchObject([
      { clientOrderId: 'made-by-the-venue', venueOrderId: '99' },
    ])
    const { orders, fills } = binanceDialect.readStream(
      desk,
      algo({ X: 'FINISHED', ai: '99', aq: '0.100', ap: '58990' }),
    )
    expect(orders).toMatchObject([{ state: 'filled', filledLots: 100, isTriggered: true }])
    expect(fills).toMatchObject([{ clientOrderId: 'k2', fillId: '7', lots: 100 }])
  })

  test('says why it failed, and knows a liquidation', () => {
    const desk = deskOf('binance')
    expect(binanceDialect.readStream(desk, algo({ X: 'REJECTED', rm: 'Reduce Only reject' })).orders).toMatchObject([
      { state: 'rejected', reason: 'Reduce Only reject' },
    ])
    expect(binanceDialect.readStream(desk, trade({ c: 'autoclose-1', x: 'CALCULATED' })).fills).toMatchObject([
      { liquidity: 'liquidation' },
    ])
  })

  test('the end of the stream is told', () => {
    expect(binanceDialect.readStream(deskOf('binance'), { e: 'listenKeyExpired' }).ended).toBeDefined()
  })
})

test('binance spot: a cancellation names the order by its first id, in the wrapping of the websocket API', () => {
  const desk = { ...deskOf('binance'), products: ['spot'] as const }
  const event = {
    e: 'executionReport',
    s: 'BTCUSDT',
    c: 'the-cancellation',
    C: 'k1',
    S: 'BUY',
    o: 'LIMIT',
    x: 'CANCELED',
    X: 'CANCELED',
    i: 5,
    q: '0.5',
    z: '0.2',
    Z: '12000',
    p: '60000',
    P: '0',
    l: '0',
    T,
    r: 'NONE',
  }
  expect(binanceDialect.readStream(desk, { subscriptionId: 0, event }).orders).toMatchObject([
    { clientOrderId: 'k1', state: 'cancelled', filledLots: 200, averagePrice: 60_000, reason: '' },
  ])
  expect(binanceDialect.readStream(desk, { id: '1', status: 200, result: { subscriptionId: 0 } })).toEqual({
    confirms: true,
  })
})

/** As Kraken documents `executions`: a report states what changed and nothing else. */
test('kraken: reports are laid over one another', () => {
  const desk = deskOf('kraken')
  const report = (row: object) =>
    krakenDialect.readStream(desk, { channel: 'executions', type: 'update', data: [{ order_id: 'O1', ...row }] })
  // Nothing can be said of an order whose beginning is not known.
  expect(report({ order_status: 'new', exec_type: 'new', timestamp: '2023-11-14T22:13:20Z' })).toEqual({
    orders: [],
    fills: [],
  })
  const first = report({
    cl_ord_id: 'k1',
    symbol: 'BTC/USDT',
    side: 'buy',
    order_type: 'limit',
    order_qty: 0.5,
    limit_price: 60_000.1,
    order_status: 'pending_new',
    exec_type: 'pending_new',
    timestamp: '2023-11-14T22:13:20Z',
  })
  expect(first.orders).toMatchObject([{ clientOrderId: 'k1', state: 'open', quantityLots: 500, limitTicks: 600_001 }])
  const trade = report({
    exec_type: 'trade',
    exec_id: 'T1',
    last_qty: 0.2,
    last_price: 60_000,
    cum_qty: 0.2,
    avg_price: 60_000,
    order_status: 'partially_filled',
    liquidity_ind: 'm',
    fees: [{ asset: 'USDT', qty: 4.8 }],
    timestamp: '2023-11-14T22:13:21.5Z',
  })
  expect(trade.orders).toMatchObject([{ clientOrderId: 'k1', state: 'open', filledLots: 200 }])
  expect(trade.fills).toMatchObject([
    {
      clientOrderId: 'k1',
      fillId: 'T1',
      lots: 200,
      liquidity: 'maker',
      fee: { currency: 'USDT', amount: 4.8 },
      tsEventMs: Date.UTC(2023, 10, 14, 22, 13, 21, 500),
    },
  ])
  const end = report({
    exec_type: 'canceled',
    order_status: 'canceled',
    reason: 'User requested',
    timestamp: '2023-11-14T22:13:22Z',
  })
  expect(end).toMatchObject({ orders: [{ state: 'cancelled', filledLots: 200, reason: 'User requested' }], fills: [] })
  expect(desk.partials.size).toBe(0)
  expect(krakenDialect.readStream(desk, { method: 'subscribe', success: true })).toEqual({ confirms: true })
})

/** As OKX documents `orders` and `orders-algo`. */
test('okx: a stop and the order that it became are one', () => {
  const desk = deskOf('okx')
  const row = { instId: 'BTC-USDT-SWAP', side: 'sell', uTime: String(T) }
  const algo = { ...row, algoId: '8', algoClOrdId: 'k2', ordType: 'trigger', sz: '3', triggerPx: '59000', ordPx: '-1' }
  const order = {
    ...row,
    ordId: '99',
    clOrdId: '',
    ordType: 'market',
    sz: '3',
    accFillSz: '3',
    avgPx: '58990',
    state: 'filled',
    tradeId: '5',
    fillSz: '3',
    fillPx: '58990',
    fillFee: '-0.2',
    fillFeeCcy: 'USDT',
    fillTime: String(T),
    execType: 'T',
  }
  const message = (channel: string, data: object): unknown => ({ arg: { channel, instType: 'ANY' }, data: [data] })
  expect(
    okxDialect.readStream(desk, message('orders-algo', { ...algo, state: 'live', ordId: '' })).orders,
  ).toMatchObject([{ clientOrderId: 'k2', state: 'open', isTriggered: false }])
  expect(okxDialect.readStream(desk, message('orders', order)).fills).toMatchObject([
    { clientOrderId: undefined, lots: 3_000, fee: { amount: 0.2 } },
  ])
  const joined = okxDialect.readStream(desk, message('orders-algo', { ...algo, state: 'effective', ordId: '99' }))
  expect(joined).toMatchObject({
    orders: [{ state: 'open', isTriggered: true }],
    fills: [{ clientOrderId: 'k2', fillId: '5' }],
  })
  expect(okxDialect.readStream(desk, message('orders', order)).orders).toMatchObject([
    { clientOrderId: 'k2', venueOrderId: '8', state: 'filled', filledLots: 3_000 },
  ])
})

test('bybit: funding among the executions is no fill, a forced one is told as such', () => {
  const desk = deskOf('bybit')
  const row = {
    category: 'linear',
    symbol: 'BTCUSDT',
    execId: 'x',
    orderId: 'a',
    orderLinkId: '',
    side: 'Sell',
    execQty: '0.1',
    execPrice: '60000',
    execFee: '0.3',
    execTime: String(T),
  }
  const read = (execType: string) =>
    bybitDialect.readStream(desk, { topic: 'execution', data: [{ ...row, execType }] }).fills
  expect(read('Funding')).toEqual([])
  expect(read('Trade')).toMatchObject([{ liquidity: 'taker', clientOrderId: undefined }])
  expect(read('BustTrade')).toMatchObject([{ liquidity: 'liquidation' }])
})
