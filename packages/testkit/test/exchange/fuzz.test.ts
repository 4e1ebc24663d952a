import { once } from 'node:events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startExchange } from '../../src/index.ts'
import { QuietBybit } from './raw-bybit.ts'

/** The long suite looks at fifty times as many. */
const RUNS = process.env['KESTREL_VERIFY'] === '1' ? 20_000 : 240

const ENDPOINTS = [
  'POST order/create',
  'POST order/amend',
  'POST order/cancel',
  'POST order/cancel-all',
  'POST order/create-batch',
  'POST order/disconnected-cancel-all',
  'POST position/set-leverage',
  'POST position/switch-mode',
  'POST account/set-margin-mode',
  'GET order/realtime',
  'GET order/history',
  'GET execution/list',
  'GET position/list',
  'GET account/wallet-balance',
  'GET account/fee-rate',
  'GET market/kline',
  'GET market/orderbook',
  'GET market/tickers',
  'GET market/recent-trade',
  'GET market/funding/history',
  'GET market/mark-price-kline',
  'GET market/risk-limit',
  'GET market/instruments-info',
] as const

const number = fc.oneof(
  fc.constantFrom('0', '-1', '1e5', 'NaN', '999999999999999999999', '0.1', '60000', '0.00000001', '59999.9', '100', ''),
  fc.double().map(String),
)
const word = fc.oneof(fc.constantFrom('', 'a', 'null', '%', 'BTCUSDT'), fc.string({ maxLength: 40 }))

/** Mostly what the venue knows, so that the depths are reached, and anything else at times. */
const params = fc.record(
  {
    category: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('linear', 'spot') }, { weight: 1, arbitrary: word }),
    symbol: fc.oneof({ weight: 6, arbitrary: fc.constant('BTCUSDT') }, { weight: 1, arbitrary: word }),
    side: fc.constantFrom('Buy', 'Sell', 'buy'),
    orderType: fc.constantFrom('Limit', 'Market', 'x'),
    qty: number,
    price: number,
    timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK', 'PostOnly', 'x'),
    positionIdx: fc.constantFrom('0', '1', '2', '3'),
    triggerPrice: number,
    triggerDirection: fc.constantFrom('1', '2', '3'),
    marketUnit: fc.constantFrom('baseCoin', 'quoteCoin', 'x'),
    orderLinkId: word,
    orderId: word,
    reduceOnly: fc.boolean(),
    closeOnTrigger: fc.boolean(),
    settleCoin: word,
    limit: number,
    cursor: word,
    startTime: number,
    endTime: number,
    start: number,
    end: number,
    interval: fc.constantFrom('1', '5', 'D', 'W', 'M', '7'),
    buyLeverage: number,
    sellLeverage: number,
    mode: fc.constantFrom('0', '3', '1'),
    setMarginMode: fc.constantFrom('ISOLATED_MARGIN', 'REGULAR_MARGIN', 'toString'),
    accountType: fc.constantFrom('UNIFIED', 'SPOT'),
    timeWindow: number,
    orderFilter: fc.constantFrom('Order', 'StopOrder', 'tpslOrder', 'toString'),
    execType: fc.constantFrom('Trade', 'Funding'),
    request: fc.constantFrom('x', '{}'),
  },
  { requiredKeys: ['category', 'symbol'] },
)

test('whatever a signed client asks of Bybit, it gets an answer of the venue', async () => {
  await using bybit = await QuietBybit.start()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ENDPOINTS), params, async (endpoint, values) => {
      const [method, path] = endpoint.split(' ') as ['GET' | 'POST', string]
      const { status, retCode } = await bybit.ask(method, `/v5/${path}`, values)
      expect(status).toBe(200)
      expect(retCode).toBeGreaterThanOrEqual(0)
      // A signature that does not fit would mean that nothing was tested.
      expect([10002, 10003, 10004]).not.toContain(retCode)
    }),
    { numRuns: RUNS },
  )
  // Closing fails where the dialect threw.
  const { exchange } = bybit.venue
  for (const { deposited, held } of exchange.audit()) expect(held).toBe(deposited)
})

test('bodies and frames of any kind crash no venue', async () => {
  await using exchange = await startExchange({ flow: 'none', historyMinutes: 0, rateLimits: false })
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.json(),
    fc
      .record(
        { op: word, method: word, id: fc.integer(), args: fc.array(word), params: fc.jsonValue() },
        { requiredKeys: [] },
      )
      .map((message) => JSON.stringify(message)),
  )
  const paths = fc.constantFrom(
    '/api/v3/order',
    '/fapi/v1/order',
    '/v5/order/create',
    '/sapi/v1/x',
    '/api/v3/depth',
    '/',
  )
  const streams = fc.constantFrom(
    '/ws',
    '/ws/0',
    '/stream',
    '/ws-api/v3',
    '/ws-fapi/v1',
    '/v5/private',
    '/v5/public/spot',
    '/v5/trade',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...exchange.venues),
      paths,
      streams,
      text,
      text,
      async (venue, path, stream, body, frame) => {
        const query = encodeURIComponent(frame)
        const answer = await fetch(`${venue.url}${path}?symbol=${query}`, {
          method: 'POST',
          body,
          headers: { 'x-mbx-apikey': 'k' },
        })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        const socket = new WebSocket(venue.wsUrl + stream)
        const opened = await new Promise((resolve) => {
          socket.on('open', () => resolve(true))
          socket.on('error', () => resolve(false))
        })
        if (opened !== true) return
        for (const message of [body, frame]) socket.send(message)
        socket.close()
        await once(socket, 'close')
      },
    ),
    { numRuns: Math.ceil(RUNS / 4) },
  )
})
