import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { signedClient } from './signed-client.ts'

const FILE = new URL('../../../../../../shared/data/exchange_fixtures/ccxt/response/binance.json', import.meta.url)
const isThere = existsSync(FILE)

interface Recorded {
  readonly description: string
  readonly httpResponse: unknown
}

function recorded(method: string, description: string): unknown {
  const file = JSON.parse(readFileSync(FILE, 'utf8')) as { methods: Record<string, Recorded[]> }
  const found = file.methods[method]?.find((one) => one.description === description)
  if (found === undefined) throw new Error(`no recorded ${method}: ${description}`)
  return found.httpResponse
}

/**
 * Where an answer differs in form from a recorded one. The recordings quote whole numbers, so a number answers to digits in
 * quotes; a list is judged by its first row.
 */
function differences(theirs: unknown, ours: unknown, path = ''): string[] {
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (ours.length === 0 || theirs.length === 0) return theirs.length === ours.length ? [] : [`${path}[] is empty`]
    return differences(theirs[0], ours[0], `${path}[]`)
  }
  if (isRecord(theirs) && isRecord(ours)) {
    const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
    return names.flatMap((name) => {
      const at = `${path}.${name}`
      if (!(name in ours)) return [`${at} is missing`]
      if (!(name in theirs)) return [`${at} is not theirs`]
      return differences(theirs[name], ours[name], at)
    })
  }
  const quoted = typeof theirs === 'string' && /^-?\d+$/.test(theirs) && typeof ours === 'number'
  return typeof theirs === typeof ours || quoted ? [] : [`${path} is ${typeof ours}, theirs ${typeof theirs}`]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: 59_000 }
const STOP = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'STOP',
  quantity: 0.01,
  price: 61_100,
  triggerPrice: 61_000,
  algoType: 'CONDITIONAL',
}
type Client = ReturnType<typeof signedClient>

const idOf = (answer: unknown, name = 'orderId'): number => Number((answer as Record<string, unknown>)[name])

/** What was recorded, and how the same is asked here. */
const CASES: readonly (readonly [string, string, (client: Client) => unknown])[] = [
  [
    'createOrder',
    'spot +selfTradePrevention +iceberg',
    ({ call }) =>
      call('POST', '/api/v3/order', {
        ...LIMIT,
        icebergQty: 0.005,
        selfTradePreventionMode: 'EXPIRE_MAKER',
        newOrderRespType: 'FULL',
      }),
  ],
  [
    'createOrder',
    'spot market buy order with trailingPercent and stopLossOrTakeProfit params',
    ({ call }) =>
      call('POST', '/api/v3/order', {
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'TAKE_PROFIT',
        trailingDelta: 500,
        quantity: 0.01,
        newOrderRespType: 'FULL',
      }),
  ],
  ['createOrder', 'createOrder conditional linear swap', ({ call }) => call('POST', '/fapi/v1/algoOrder', STOP)],
  [
    'createOrders',
    'create swap orders',
    ({ call }) =>
      call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify([{ ...LIMIT, newOrderRespType: 'RESULT' }]) }),
  ],
  [
    'fetchOrder',
    'Fetch spot closed order',
    ({ call }) => {
      const placed = call('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 0.01 })
      return call('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId: idOf(placed) })
    },
  ],
  [
    'fetchOrder',
    'fetchOrder linear swap conditional',
    ({ call }) =>
      call('GET', '/fapi/v1/algoOrder', { algoId: idOf(call('POST', '/fapi/v1/algoOrder', STOP), 'algoId') }),
  ],
  [
    'fetchOpenOrders',
    'Fetch spot open orders',
    ({ call }) => {
      call('POST', '/api/v3/order', LIMIT)
      return call('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
    },
  ],
  [
    'fetchOpenOrders',
    'fetchOpenOrders linear swap conditional',
    ({ call }) => {
      call('POST', '/fapi/v1/algoOrder', STOP)
      return call('GET', '/fapi/v1/openAlgoOrders')
    },
  ],
  [
    'fetchOpenOrder',
    'swap open order',
    ({ call }) => {
      const placed = call('POST', '/fapi/v1/order', { ...LIMIT, timeInForce: 'GTX' })
      return call('GET', '/fapi/v1/openOrder', { symbol: 'BTCUSDT', orderId: idOf(placed) })
    },
  ],
  [
    'fetchPositions',
    'Fetch linear positions without symbols',
    (client) => {
      hold(client)
      return client.call('GET', '/fapi/v3/positionRisk')
    },
  ],
  [
    'fetchPositions',
    'Fetch linear positions using account endnpoint',
    (client) => {
      hold(client)
      return client.call('GET', '/fapi/v3/account')
    },
  ],
  [
    'fetchMyTrades',
    'Spot private trade',
    ({ call }) => {
      call('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 0.01 })
      return call('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })
    },
  ],
  [
    'fetchMyTrades',
    'Swap private trade',
    (client) => {
      hold(client)
      return client.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })
    },
  ],
  ['fetchBalance', 'Spot balance', ({ call }) => call('GET', '/api/v3/account')],
  ['fetchBalance', 'Linear swap balance', ({ call }) => call('GET', '/fapi/v2/account')],
  [
    'fetchOrders',
    'fetch spot orders',
    ({ call }) => {
      call('POST', '/api/v3/order', LIMIT)
      call('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
      return call('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })
    },
  ],
  [
    'fetchOrders',
    'fetchOrders linear swap conditional',
    ({ call }) => {
      call('POST', '/fapi/v1/algoOrder', STOP)
      return call('GET', '/fapi/v1/allAlgoOrders', { symbol: 'BTCUSDT' })
    },
  ],
  ['fetchMarginMode', 'linear swap fetch margin mode', ({ call }) => call('GET', '/fapi/v1/symbolConfig')],
  [
    'editOrders',
    'edit swap orders',
    ({ call }) => {
      const orderId = idOf(call('POST', '/fapi/v1/order', LIMIT))
      return call('PUT', '/fapi/v1/batchOrders', {
        batchOrders: JSON.stringify([{ orderId, symbol: 'BTCUSDT', side: 'BUY', quantity: 0.02, price: 58_000 }]),
      })
    },
  ],
  [
    'cancelOrder',
    'cancelOrder linear swap conditional',
    ({ call }) =>
      call('DELETE', '/fapi/v1/algoOrder', { algoId: idOf(call('POST', '/fapi/v1/algoOrder', STOP), 'algoId') }),
  ],
  [
    'cancelAllOrders',
    'cancelAllOrders linear swap trigger orders',
    ({ call }) => call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' }),
  ],
  [
    'fetchDeposits',
    'fetchDeposits',
    ({ core, call }) => {
      core.deposit('me', 'spot', 'USDT', 1_000_000_000n)
      return withType(call('GET', '/sapi/v1/capital/deposit/hisrec'), 'deposit')
    },
  ],
  [
    'fetchWithdrawals',
    'fetchWithdrawals',
    ({ core, call }) => {
      core.deposit('me', 'spot', 'USDT', -1_000_000_000n)
      return withType(call('GET', '/sapi/v1/capital/withdraw/history'), 'withdrawal')
    },
  ],
  ['fetchPositionADLRank', 'linear swap fetchPositionADLRank', holdAndAsk('/fapi/v1/adlQuantile')],
]

/** ccxt wrote the type into the recorded rows itself. */
function withType(rows: unknown, type: string): unknown {
  return (rows as object[]).map((row) => ({ ...row, type }))
}

function hold({ call }: Client): void {
  call('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.1 })
}

function holdAndAsk(path: string): (client: Client) => unknown {
  return (client) => {
    hold(client)
    return client.call('GET', path, { symbol: 'BTCUSDT' })
  }
}

describe.skipIf(!isThere)('answers have the fields and types of recorded ones (needs ../shared/data)', () => {
  test.each(CASES)('%s: %s', (method, description, ask) => {
    expect(differences(recorded(method, description), ask(signedClient()))).toEqual([])
  })
})

test('the comparison finds a missing field, a strange one and another type', () => {
  const theirs = [{ id: '7', price: '1.5', rows: [{ a: true }] }]
  expect(differences(theirs, [{ id: 7, price: '2.5', rows: [{ a: false }] }])).toEqual([])
  expect(differences(theirs, [{ price: 2.5, more: 1, rows: [{}] }])).toEqual([
    '[].id is missing',
    '[].price is number, theirs string',
    '[].rows[].a is missing',
    '[].more is not theirs',
  ])
})
