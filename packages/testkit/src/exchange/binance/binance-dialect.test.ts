import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signedClient } from './signed-client.ts'

const SYMBOL = { symbol: 'BTCUSDT' }
const LIMIT = { ...SYMBOL, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: 59_000 }

describe('keys and signatures', () => {
  const sign = (payload: string): string => createHmac('sha256', 'secret').update(payload).digest('hex')

  test('a signature counts query and body together, wherever it stands', () => {
    const { raw, clock } = signedClient()
    const [query, body] = [
      'symbol=BTCUSDT&side=BUY&type=LIMIT',
      `timeInForce=GTC&quantity=0.01&price=59000&timestamp=${clock.nowMs()}`,
    ]
    const signature = `signature=${sign(query + body)}`
    expect(raw('POST', '/api/v3/order', query, `${body}&${signature}`).status).toBe(200)
    expect(raw('POST', '/api/v3/order', query, `${body}&signature=${'0'.repeat(64)}`).body).toContain('-1022')
    expect(raw('POST', '/api/v3/order', query, `${body}&signature=nonsense`).body).toContain('-1022')
  })

  test.each([
    [-5_001, -1021],
    [-5_000, undefined],
    [999, undefined],
    [1_000, -1021],
  ])('a timestamp %i ms from the venue gives %s', (offsetMs, code) => {
    const { call, clock } = signedClient()
    expect((call('GET', '/api/v3/account', { timestamp: clock.nowMs() + offsetMs }) as { code?: number }).code).toBe(
      code,
    )
  })

  test('recvWindow widens the time up to a minute', () => {
    const { call, clock } = signedClient()
    const timestamp = clock.nowMs() - 30_000
    expect(call('GET', '/api/v3/account', { timestamp, recvWindow: 60_000 })).toHaveProperty('balances')
    expect(call('GET', '/api/v3/account', { timestamp, recvWindow: 60_001 })).toMatchObject({ code: -1131 })
  })

  test.each([
    ['no key', '', -2014],
    ['an unknown key', 'other', -2015],
  ])('%s is refused', (_what, apiKey, code) => {
    const { raw, clock } = signedClient()
    const query = `timestamp=${clock.nowMs()}`
    const answer = raw('GET', '/api/v3/account', `${query}&signature=${sign(query)}`, '', apiKey)
    expect(answer).toMatchObject({ status: 401, body: expect.stringContaining(`${code}`) })
  })

  test('a key without the right to trade reads and does not trade', () => {
    const { call } = signedClient({ permissions: { spot: false, futures: false } })
    expect(call('GET', '/api/v3/account')).toMatchObject({ canTrade: false })
    expect(call('POST', '/api/v3/order', LIMIT)).toMatchObject({ code: -2015 })
    expect(call('DELETE', '/fapi/v1/allOpenOrders', SYMBOL)).toMatchObject({ code: -2015 })
  })
})

describe('refusals', () => {
  test.each([
    ['off the tick', { price: 59_000.001 }, -1013, 'PRICE_FILTER'],
    ['off the lot', { quantity: 0.010001 }, -1013, 'LOT_SIZE'],
    ['too precise', { price: '59000.000000001' }, -1111, 'precision'],
    ['too small a sum', { quantity: 0.00001 }, -1013, 'NOTIONAL'],
    ['too far from the market', { price: 10 }, -1013, 'PERCENT_PRICE'],
    ['without time in force', { timeInForce: '' }, -1102, 'timeInForce'],
    ['of another symbol', { symbol: 'NOPEUSDT' }, -1121, 'Invalid symbol'],
    ['of another side', { side: 'UP' }, -1117, 'side'],
    ['of another type', { type: 'GUESS' }, -1116, 'orderType'],
    ['with a name that is none', { newClientOrderId: 'a b' }, -1100, 'newClientOrderId'],
    ['with letters for a price', { price: 'x' }, -1100, 'price'],
    ['that costs too much', { quantity: 2 }, -2010, 'insufficient balance'],
  ])('a spot order %s', (_what, change, code, words) => {
    const answer = signedClient().call('POST', '/api/v3/order', { ...LIMIT, ...change })
    expect(answer).toMatchObject({ code, msg: expect.stringContaining(words) })
  })

  test.each([
    ['off the tick', { price: 59_000.05 }, -1111],
    ['off the lot', { quantity: 0.0101 }, -1111],
    ['without margin', { quantity: 40 }, -2019],
    ['that is conditional', { type: 'STOP_MARKET', stopPrice: 1 }, -4120],
    ['post-only that takes', { price: 60_001, timeInForce: 'GTX' }, -5022],
    ['fill-or-kill that cannot', { timeInForce: 'FOK' }, -5021],
    ['reduce-only without a position', { reduceOnly: 'true' }, -2022],
    ['of a leg in one-way mode', { positionSide: 'LONG' }, -4061],
  ])('a futures order %s', (_what, change, code) => {
    expect(signedClient().call('POST', '/fapi/v1/order', { ...LIMIT, ...change })).toMatchObject({ code })
  })

  test('an order that was refused is not there afterwards', () => {
    const { call } = signedClient()
    call('POST', '/fapi/v1/order', { ...LIMIT, timeInForce: 'FOK', newClientOrderId: 'gone' })
    expect(call('GET', '/fapi/v1/order', { ...SYMBOL, origClientOrderId: 'gone' })).toMatchObject({ code: -2013 })
    expect(call('DELETE', '/fapi/v1/order', { ...SYMBOL, orderId: 4_711 })).toMatchObject({ code: -2011 })
  })

  test('the same name twice is refused while the first is open', () => {
    const { call } = signedClient()
    const named = { ...LIMIT, newClientOrderId: 'twin' }
    call('POST', '/api/v3/order', named)
    expect(call('POST', '/api/v3/order', named)).toMatchObject({ code: -2010, msg: 'Duplicate order sent.' })
    call('POST', '/fapi/v1/order', named)
    expect(call('POST', '/fapi/v1/order', named)).toMatchObject({ code: -4116 })
    call('DELETE', '/api/v3/order', { ...SYMBOL, origClientOrderId: 'twin' })
    expect(call('POST', '/api/v3/order', named)).toMatchObject({ clientOrderId: 'twin' })
  })
})

describe('orders', () => {
  test('a test order is judged and not placed', () => {
    const { call } = signedClient()
    expect(call('POST', '/api/v3/order/test', LIMIT)).toEqual({})
    expect(call('POST', '/api/v3/order/test', { ...LIMIT, quantity: 2 })).toMatchObject({ code: -2010 })
    expect(call('GET', '/api/v3/openOrders')).toEqual([])
  })

  test('a replacement that fails leaves what it said', () => {
    const { call, core } = signedClient()
    const replace = (change: object) =>
      call('POST', '/api/v3/order/cancelReplace', { ...LIMIT, cancelReplaceMode: 'STOP_ON_FAILURE', ...change })
    expect(replace({ cancelOrderId: 99 })).toMatchObject({
      code: -2022,
      data: { cancelResult: 'FAILURE', newOrderResult: 'NOT_ATTEMPTED', cancelResponse: { code: -2011 } },
    })
    const { orderId } = call('POST', '/api/v3/order', LIMIT) as { orderId: number }
    expect(replace({ cancelOrderId: orderId, quantity: 5 })).toMatchObject({
      code: -2021,
      data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', newOrderResponse: { code: -2010 } },
    })
    expect(core.openOrders('me')).toEqual([])
  })

  test('an amendment keeps its number and only takes away', () => {
    const { call } = signedClient()
    const { orderId } = call('POST', '/api/v3/order', LIMIT) as { orderId: number }
    const amend = (newQty: number) => call('PUT', '/api/v3/order/amend/keepPriority', { ...SYMBOL, orderId, newQty })
    expect(amend(0.02)).toMatchObject({ code: -2038 })
    expect(amend(0.005)).toMatchObject({ amendedOrder: { orderId, origQty: '0.00500000' } })
  })

  test('a batch answers for each', () => {
    const { call } = signedClient()
    const batchOrders = JSON.stringify([LIMIT, { ...LIMIT, quantity: 40 }])
    const rows = call('POST', '/fapi/v1/batchOrders', { batchOrders }) as { orderId: number }[]
    expect(rows).toMatchObject([{ status: 'NEW' }, { code: -2019 }])
    expect(
      call('DELETE', '/fapi/v1/batchOrders', { ...SYMBOL, orderidlist: `[${rows[0]?.orderId},77]` }),
    ).toMatchObject([{ status: 'CANCELED' }, { code: -2011 }])
  })

  test('priceMatch takes its price from the book', () => {
    const { call } = signedClient()
    const { price: _price, ...unpriced } = LIMIT
    const order = { ...unpriced, priceMatch: 'QUEUE', newOrderRespType: 'RESULT' }
    expect(call('POST', '/fapi/v1/order', order)).toMatchObject({ price: '59999.00', status: 'NEW' })
    expect(call('POST', '/fapi/v1/order', { ...order, priceMatch: 'OPPONENT' })).toMatchObject({ status: 'FILLED' })
  })

  test('histories are cut by time, id and limit', () => {
    const { call, clock } = signedClient()
    for (let i = 0; i < 5; i++) {
      call('POST', '/api/v3/order', { ...SYMBOL, side: 'SELL', type: 'MARKET', quantity: 0.01 })
      clock.advance(1_000)
    }
    const trades = (params: object) =>
      (call('GET', '/api/v3/myTrades', { ...SYMBOL, ...params }) as { id: number }[]).map(({ id }) => id)
    const all = trades({})
    expect(all).toHaveLength(5)
    expect(trades({ limit: 2 })).toEqual(all.slice(-2))
    expect(trades({ fromId: all[1] ?? 0, limit: 2 })).toEqual(all.slice(1, 3))
    expect(trades({ startTime: clock.nowMs() - 4_000 })).toEqual(all.slice(1))
    const wide = { ...SYMBOL, startTime: 1, endTime: 86_400_002 }
    expect(call('GET', '/api/v3/myTrades', wide)).toMatchObject({ code: -1127 })
  })

  test('money moves between the wallets', () => {
    const { call } = signedClient()
    const transfer = { type: 'MAIN_UMFUTURE', asset: 'USDT', amount: 1_000 }
    expect(call('POST', '/sapi/v1/asset/transfer', transfer)).toHaveProperty('tranId')
    expect(call('GET', '/fapi/v3/balance')).toMatchObject([{ asset: 'USDT', balance: '51000.00000000' }])
    expect(call('POST', '/sapi/v1/asset/transfer', { ...transfer, amount: 1e6 })).toHaveProperty('code')
  })
})

describe('limits', () => {
  test('used weight and order counts stand in the headers', () => {
    const { raw, clock } = signedClient()
    const body = new URLSearchParams({
      ...LIMIT,
      quantity: '0.01',
      price: '59000',
      timestamp: `${clock.nowMs()}`,
    }).toString()
    const signature = createHmac('sha256', 'secret').update(body).digest('hex')
    const { headers } = raw('POST', '/api/v3/order', '', `${body}&signature=${signature}`)
    expect(headers).toMatchObject({
      'x-mbx-used-weight-1m': '1',
      'x-mbx-order-count-10s': '1',
      'x-mbx-order-count-1d': '1',
    })
    expect(raw('GET', '/api/v3/ticker/24hr', '').headers).toMatchObject({ 'x-mbx-used-weight-1m': '81' })
  })

  test('who asks too much gets 429 with a time, who goes on gets 418', () => {
    const { raw, clock } = signedClient()
    const ask = () => raw('GET', '/api/v3/ticker/24hr', '')
    for (let i = 0; i < 75; i++) expect(ask().status).toBe(200)
    clock.advance(15_000)
    expect(ask()).toMatchObject({
      status: 429,
      headers: { 'retry-after': '45' },
      body: expect.stringContaining('-1003'),
    })
    for (let i = 0; i < 9; i++) ask()
    expect(ask()).toMatchObject({ status: 418, headers: { 'retry-after': '120' } })
    clock.advance(119_000)
    expect(ask().status).toBe(418)
    clock.advance(2_000)
    expect(ask().status).toBe(200)
  })

  test('too many orders in ten seconds are refused', () => {
    const { call, clock } = signedClient()
    for (let i = 0; i < 100; i++)
      call('POST', '/api/v3/order', { ...SYMBOL, side: 'SELL', type: 'MARKET', quantity: 0.001 })
    expect(call('POST', '/api/v3/order', LIMIT)).toMatchObject({ code: -1015 })
    clock.advance(10_000)
    expect(call('POST', '/api/v3/order', LIMIT)).toHaveProperty('orderId')
  })
})
