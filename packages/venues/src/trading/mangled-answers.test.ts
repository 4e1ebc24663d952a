/**
 * Answers and messages of every venue with fields taken out and rubbish put in.
 *
 * Long because a whole sample of each stands in it.
 */
import { KestrelError } from '@kestrel/core'
import type { VenueBalance, VenueFill, VenueOrder, VenuePosition } from '@kestrel/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binanceDialect } from './dialects/binance/binance.ts'
import { readBinancePosition } from './dialects/binance/binance-account.ts'
import { readBinanceAlgo, readBinanceFill, readBinanceOrder } from './dialects/binance/binance-orders.ts'
import { bybitDialect } from './dialects/bybit/bybit.ts'
import { readBybitFill, readBybitOrder, readBybitPosition } from './dialects/bybit/bybit-orders.ts'
import type { Desk, StreamReading } from './dialects/dialect.ts'
import { krakenDialect } from './dialects/kraken/kraken.ts'
import { readKrakenFill, readKrakenOrder } from './dialects/kraken/kraken-orders.ts'
import { okxDialect } from './dialects/okx/okx.ts'
import { readOkxAlgo, readOkxFill, readOkxOrder, readOkxPosition } from './dialects/okx/okx-orders.ts'
import type { Row } from './raw-answer.ts'
import { deskOf } from './stub-desk.fixture.ts'
import type { TradingVenue } from './trading-options.ts'

type Told = VenueOrder | VenueFill | VenuePosition | StreamReading | undefined

interface Sample {
  readonly name: string
  readonly venue: TradingVenue
  readonly row: Row
  readonly read: (desk: Desk, row: Row) => Told
}

const T = 1_700_000_000_000
const binanceOrder = {
  symbol: 'BTCUSDT',
  orderId: 7,
  clientOrderId: 'k1',
  side: 'BUY',
  type: 'LIMIT',
  origType: 'LIMIT',
  status: 'PARTIALLY_FILLED',
  origQty: '0.500',
  executedQty: '0.100',
  avgPrice: '60000.1',
  price: '60000.1',
  stopPrice: '0',
  reduceOnly: false,
  updateTime: T,
}
const binanceAlgo = {
  symbol: 'BTCUSDT',
  algoId: 3,
  clientAlgoId: 'k2',
  orderType: 'STOP_MARKET',
  side: 'SELL',
  algoStatus: 'FINISHED',
  quantity: '0.1',
  actualQty: '0.1',
  actualPrice: '59000',
  triggerPrice: '59000.1',
  price: '0',
  updateTime: T,
}
const binanceTrade = {
  symbol: 'BTCUSDT',
  id: 5,
  orderId: 7,
  side: 'BUY',
  qty: '0.1',
  price: '60000.1',
  commission: '0.3',
  commissionAsset: 'USDT',
  maker: true,
  time: T,
}
const execution = {
  e: 'ORDER_TRADE_UPDATE',
  o: {
    s: 'BTCUSDT',
    c: 'k1',
    i: 7,
    S: 'BUY',
    o: 'LIMIT',
    ot: 'LIMIT',
    x: 'TRADE',
    X: 'FILLED',
    q: '0.5',
    z: '0.5',
    l: '0.5',
    L: '60000.1',
    ap: '60000.1',
    p: '60000.1',
    sp: '0',
    n: '0.3',
    N: 'USDT',
    m: false,
    t: 5,
    T,
    R: false,
  },
}
const account = {
  e: 'ACCOUNT_UPDATE',
  a: { B: [{ a: 'USDT', wb: '100.5' }], P: [{ s: 'BTCUSDT', pa: '-0.1', ep: '60000', ps: 'BOTH', mt: 'cross' }] },
}
const algoUpdate = {
  e: 'ALGO_UPDATE',
  E: T,
  o: {
    caid: 'k2',
    aid: 3,
    o: 'STOP',
    s: 'BTCUSDT',
    S: 'SELL',
    q: '0.1',
    X: 'TRIGGERED',
    ai: '9',
    ap: '0',
    aq: '0',
    tp: '59000',
    p: '58000',
    R: false,
  },
}
const bybitOrder = {
  category: 'linear',
  symbol: 'BTCUSDT',
  orderId: 'a',
  orderLinkId: 'k1',
  side: 'Buy',
  orderType: 'Limit',
  orderStatus: 'New',
  qty: '0.5',
  cumExecQty: '0',
  avgPrice: '',
  price: '60000.1',
  triggerPrice: '0',
  triggerDirection: 0,
  reduceOnly: false,
  updatedTime: String(T),
  rejectReason: 'EC_NoError',
}
const bybitTrade = {
  category: 'linear',
  symbol: 'BTCUSDT',
  execId: 'x',
  orderId: 'a',
  orderLinkId: 'k1',
  side: 'Buy',
  execQty: '0.1',
  execPrice: '60000.1',
  execFee: '0.3',
  execType: 'Trade',
  isMaker: false,
  execTime: String(T),
}
const okxOrder = {
  instId: 'BTC-USDT-SWAP',
  ordId: '7',
  clOrdId: 'k1',
  side: 'buy',
  ordType: 'limit',
  state: 'live',
  sz: '3',
  accFillSz: '0',
  avgPx: '',
  px: '60000.1',
  reduceOnly: 'false',
  uTime: String(T),
}
const okxAlgo = {
  instId: 'BTC-USDT-SWAP',
  algoId: '8',
  algoClOrdId: 'k2',
  side: 'sell',
  ordType: 'trigger',
  state: 'live',
  sz: '3',
  triggerPx: '59000',
  ordPx: '-1',
  uTime: String(T),
}
const okxTrade = {
  instId: 'BTC-USDT-SWAP',
  tradeId: '5',
  ordId: '7',
  clOrdId: 'k1',
  side: 'buy',
  fillSz: '1',
  fillPx: '60000.1',
  fee: '-0.3',
  feeCcy: 'USDT',
  execType: 'T',
  ts: String(T),
}
const krakenOrder = {
  descr: { pair: 'BTC/USDT', type: 'buy', ordertype: 'stop-loss-limit', price: '61000', price2: '61100' },
  status: 'open',
  vol: '0.5',
  vol_exec: '0',
  price: '0',
  cl_ord_id: 'k1',
  opentm: 1_700_000_000.5,
}
const krakenTrade = {
  pair: 'BTC/USDT',
  ordertxid: 'O',
  type: 'sell',
  vol: '0.1',
  price: '60000.1',
  fee: '0.3',
  time: 1_700_000_000.5,
  maker: true,
}
const krakenExecutions = {
  channel: 'executions',
  type: 'update',
  data: [
    {
      order_id: 'O',
      cl_ord_id: 'k1',
      symbol: 'BTC/USDT',
      side: 'buy',
      order_type: 'limit',
      order_qty: 0.5,
      cum_qty: 0.1,
      avg_price: 60_000.1,
      limit_price: 60_000.1,
      order_status: 'partially_filled',
      exec_type: 'trade',
      exec_id: 'T1',
      last_qty: 0.1,
      last_price: 60_000.1,
      fees: [{ asset: 'USDT', qty: 0.3 }],
      liquidity_ind: 'm',
      timestamp: '2023-11-14T22:13:20.5Z',
    },
  ],
}

const SAMPLES: readonly Sample[] = [
  { name: 'binance order', venue: 'binance', row: binanceOrder, read: readBinanceOrder },
  {
    name: 'binance stop',
    venue: 'binance',
    row: binanceAlgo,
    read: (desk, row) => readBinanceAlgo(desk, row, undefined),
  },
  { name: 'binance trade', venue: 'binance', row: binanceTrade, read: readBinanceFill },
  {
    name: 'binance position',
    venue: 'binance',
    row: {
      symbol: 'BTCUSDT',
      positionAmt: '-0.1',
      entryPrice: '60000',
      positionSide: 'BOTH',
      markPrice: '60001',
      isolatedMargin: '0',
    },
    read: readBinancePosition,
  },
  {
    name: 'binance execution',
    venue: 'binance',
    row: execution,
    read: (desk, row) => binanceDialect.readStream(desk, row),
  },
  {
    name: 'binance account',
    venue: 'binance',
    row: account,
    read: (desk, row) => binanceDialect.readStream(desk, row),
  },
  {
    name: 'binance stop update',
    venue: 'binance',
    row: algoUpdate,
    read: (desk, row) => binanceDialect.readStream(desk, row),
  },
  { name: 'bybit order', venue: 'bybit', row: bybitOrder, read: readBybitOrder },
  { name: 'bybit execution', venue: 'bybit', row: bybitTrade, read: readBybitFill },
  {
    name: 'bybit position',
    venue: 'bybit',
    row: {
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Sell',
      size: '0.1',
      avgPrice: '60000',
      positionIdx: 0,
      tradeMode: 0,
    },
    read: readBybitPosition,
  },
  {
    name: 'bybit message',
    venue: 'bybit',
    row: { topic: 'order', data: [bybitOrder] },
    read: (desk, row) => bybitDialect.readStream(desk, row),
  },
  {
    name: 'bybit wallet',
    venue: 'bybit',
    row: { topic: 'wallet', data: [{ coin: [{ coin: 'USDT', walletBalance: '10', locked: '1' }] }] },
    read: (desk, row) => bybitDialect.readStream(desk, row),
  },
  { name: 'okx order', venue: 'okx', row: okxOrder, read: readOkxOrder },
  { name: 'okx stop', venue: 'okx', row: okxAlgo, read: (desk, row) => readOkxAlgo(desk, row, undefined) },
  { name: 'okx trade', venue: 'okx', row: okxTrade, read: readOkxFill },
  {
    name: 'okx position',
    venue: 'okx',
    row: { instId: 'BTC-USDT-SWAP', pos: '-3', posSide: 'net', avgPx: '60000', mgnMode: 'cross' },
    read: readOkxPosition,
  },
  {
    name: 'okx message',
    venue: 'okx',
    row: {
      arg: { channel: 'orders' },
      data: [
        {
          ...okxOrder,
          tradeId: '5',
          fillSz: '1',
          fillPx: '60000',
          fillFee: '-1',
          fillFeeCcy: 'USDT',
          fillTime: String(T),
        },
      ],
    },
    read: (desk, row) => okxDialect.readStream(desk, row),
  },
  { name: 'kraken order', venue: 'kraken', row: krakenOrder, read: (desk, row) => readKrakenOrder(desk, 'O', row) },
  { name: 'kraken trade', venue: 'kraken', row: krakenTrade, read: (desk, row) => readKrakenFill(desk, 'T1', row) },
  {
    name: 'kraken executions',
    venue: 'kraken',
    row: krakenExecutions,
    read: (desk, row) => krakenDialect.readStream(desk, row),
  },
]

/** Paths to every field, nested ones too. */
function pathsOf(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  const inner = Array.isArray(value)
    ? value.flatMap((each, index) => pathsOf(each, [...at, index]))
    : Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...at, name]))
  return at.length === 0 ? inner : [at, ...inner]
}

function mangled(row: Row, path: readonly (string | number)[], value: unknown): Row {
  const copy = structuredClone(row)
  let at = copy as Record<string | number, unknown>
  for (const step of path.slice(0, -1)) {
    const next = at[step]
    if (typeof next !== 'object' || next === null) return copy
    at = next as Record<string | number, unknown>
  }
  const name = path.at(-1) as string | number
  if (value === undefined && Array.isArray(at)) at.splice(Number(name), 1)
  else if (value === undefined) delete at[name]
  else at[name] = value
  return copy
}

const rubbish = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'NaN',
    'Infinity',
    '-Infinity',
    '-1',
    '1e400',
    'null',
    '0',
    0,
    -1,
    Number.NaN,
    Infinity,
    true,
    false,
    [],
    {},
    [[]],
    '0.0005',
    1e300,
    '9'.repeat(40),
    '  ',
    'BUY\u0000',
  ),
  fc.string(),
  fc.double(),
  fc.jsonValue(),
)

function checkFill(fill: VenueFill): void {
  expect(Number.isSafeInteger(fill.lots) && fill.lots > 0).toBe(true)
  expect(Number.isFinite(fill.price) && fill.price > 0).toBe(true)
  expect(Number.isSafeInteger(fill.tsEventMs)).toBe(true)
  if (fill.fee !== undefined) expect(Number.isFinite(fill.fee.amount)).toBe(true)
}

function checkOrder(order: VenueOrder): void {
  expect(Number.isSafeInteger(order.quantityLots) && order.quantityLots >= 0).toBe(true)
  expect(
    Number.isSafeInteger(order.filledLots) && order.filledLots >= 0 && order.filledLots <= order.quantityLots,
  ).toBe(true)
  for (const ticks of [order.limitTicks, order.triggerTicks])
    if (ticks !== undefined) expect(Number.isSafeInteger(ticks)).toBe(true)
  expect(Number.isSafeInteger(order.tsEventMs)).toBe(true)
  if (order.averagePrice !== undefined) expect(Number.isFinite(order.averagePrice)).toBe(true)
  expect(order.venueOrderId).not.toBe('')
}

function checkPosition(position: VenuePosition): void {
  expect(Number.isSafeInteger(position.signedLots)).toBe(true)
}

function checkTold(told: Told): void {
  if (told === undefined) return
  if ('lots' in told) return checkFill(told)
  if ('quantityLots' in told) return checkOrder(told)
  if ('signedLots' in told) return checkPosition(told)
  for (const order of told.orders ?? []) checkOrder(order)
  for (const fill of told.fills ?? []) checkFill(fill)
  for (const position of told.positions ?? []) checkPosition(position)
  for (const balance of told.balances ?? ([] as readonly VenueBalance[]))
    expect(Number.isFinite(balance.total)).toBe(true)
}

describe.each(SAMPLES)('$name', ({ venue, row, read }) => {
  test('is read as it is', () => {
    const told = read(deskOf(venue), row)
    expect(told).toBeDefined()
    checkTold(told)
  })

  test('mangled in any way it gives whole lots, nothing, or an error of ours', () => {
    const paths = pathsOf(row)
    const runs = process.env['KESTREL_VERIFY'] === '1' ? 5_000 : 300
    const changes = fc.array(fc.tuple(fc.constantFrom(...paths), rubbish), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(changes, (all) => {
        const broken = all.reduce((at, [path, value]) => mangled(at, path, value), row)
        try {
          checkTold(read(deskOf(venue), broken))
        } catch (error) {
          if (!KestrelError.isInstance(error)) throw error
          expect(error.name).toBe('VenueError')
        }
      }),
      { numRuns: runs },
    )
  })
})

test.each(['binance', 'bybit', 'okx', 'kraken'] as const)('%s: a message of any form is no accident', (venue) => {
  const dialect = { binance: binanceDialect, bybit: bybitDialect, okx: okxDialect, kraken: krakenDialect }[venue]
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.string()), (message) => {
      try {
        checkTold(dialect.readStream(deskOf(venue), message))
      } catch (error) {
        if (!KestrelError.isInstance(error)) throw error
      }
    }),
  )
})
