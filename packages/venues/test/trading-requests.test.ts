/**
 * Orders as the gateway builds them, compared with the requests in ccxt's own test data: what ccxt's authors recorded for the
 * same order must be there, and what the gateway adds is named by the case.
 *
 * Long because it is a table with a row for every kind of order at every venue.
 */
import { stepsToNumber, numberToSteps } from '@kestrel/core'
import type { OutgoingOrder } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import type { CcxtTradingOptions, TradingVenue } from '../src/index.ts'
import {
  emptyAccount,
  fixtureCases,
  fixturesAbsent,
  type RecordedExchange,
  recordedExchange,
  type SentRequest,
} from './recorded-exchange.ts'

/** Fields that differ from call to call. */
const PASSING = new Set(['timestamp', 'signature', 'recvWindow', 'nonce', 'tag'])
/** The client order id in each venue's words. */
const ID_FIELDS = ['newClientOrderId', 'clientAlgoId', 'orderLinkId', 'clOrdId', 'algoClOrdId', 'cl_ord_id']
const ID = 'k1a2b3c4d5e6f7g8h9'

type Wanted = Omit<Partial<OutgoingOrder>, 'instrument'> & {
  readonly price?: number
  readonly trigger?: number
  readonly quantity: number
  readonly trailing?: number
}

function orderOf(exchange: RecordedExchange, id: string, wanted: Wanted): OutgoingOrder {
  const instrument = exchange.instrument(id)
  const { price, trigger, quantity, trailing, ...rest } = wanted
  const ticks = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : numberToSteps(value, instrument.tick, 'price')
  return {
    clientOrderId: ID,
    instrument,
    side: 'buy',
    type: 'market',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    closePosition: false,
    triggerBy: 'last',
    quantityLots: numberToSteps(quantity, instrument.lot, 'quantity'),
    limitTicks: ticks(price),
    triggerTicks: ticks(trigger),
    trailingTicks: ticks(trailing),
    ...rest,
  }
}

/** An acknowledgement in the least words of each venue. */
function acknowledge(request: SentRequest): unknown {
  const empty = emptyAccount(request)
  if (empty !== undefined) return empty
  if (request.path.includes('AddOrder')) return { error: [], result: { txid: ['OID'], descr: { order: '' } } }
  if (request.path.includes('/v5/order/')) return { retCode: 0, result: { orderId: 'OID', orderLinkId: ID } }
  if (request.path.includes('/api/v5/')) return { code: '0', data: [{ ordId: 'OID', algoId: 'OID', sCode: '0' }] }
  return { orderId: 1, algoId: 1 }
}

interface Case {
  readonly venue: TradingVenue
  readonly options?: Partial<CcxtTradingOptions>
  readonly instrument: string
  readonly order: Wanted
  /** Description of the recorded request. */
  readonly like: string
  /** What the gateway says besides. */
  readonly adds?: Readonly<Record<string, unknown>>
}

const spot = { products: ['spot'] } as const
const hedge = { positionMode: 'hedge' } as const

const CASES: readonly Case[] = [
  {
    venue: 'binance',
    options: spot,
    instrument: 'LTC-USDT.BINANCE',
    like: 'Spot limit buy order',
    order: { type: 'limit', quantity: 0.2, price: 50 },
  },
  {
    venue: 'binance',
    options: spot,
    instrument: 'LTC-USDT.BINANCE',
    like: 'Spot limit buy with postOnly',
    order: { type: 'limit', quantity: 0.2, price: 50, postOnly: true },
  },
  {
    venue: 'binance',
    options: spot,
    instrument: 'LTC-USDT.BINANCE',
    like: 'Spot limit buy with triggerPrice',
    order: { type: 'stop-limit', quantity: 0.2, price: 50, trigger: 100 },
  },
  {
    venue: 'binance',
    options: spot,
    instrument: 'SOL-USDT.BINANCE',
    like: 'spot +selfTradePrevention +iceberg',
    order: { type: 'limit', quantity: 0.05, price: 241, displayLots: 30 },
    adds: { selfTradePreventionMode: undefined },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap market buy order',
    order: { quantity: 0.1 },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap limit buy order',
    order: { type: 'limit', quantity: 0.1, price: 55 },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap limit buy with postOnly',
    order: { type: 'limit', quantity: 0.2, price: 50, postOnly: true },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap limit buy with reduce only (closing short position)',
    order: { type: 'limit', quantity: 0.2, price: 60, reduceOnly: true },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap limit buy with triggerPrice',
    order: { type: 'stop-limit', quantity: 0.21, price: 51, trigger: 101 },
    adds: { workingType: 'CONTRACT_PRICE', timeInForce: 'GTC' },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap limit sell with takeProfitPrice (type 2)',
    order: { side: 'sell', type: 'take-profit-limit', quantity: 0.21, price: 104, trigger: 108, triggerBy: 'mark' },
    adds: { workingType: 'MARK_PRICE', timeInForce: 'GTC' },
  },
  {
    venue: 'binance',
    instrument: 'LTC-USDT-PERP.BINANCE',
    like: 'Swap limit sell with stopLossPrice (type 2)',
    order: { side: 'sell', type: 'stop-limit', quantity: 0.21, price: 50, trigger: 51 },
    adds: { workingType: 'CONTRACT_PRICE', timeInForce: 'GTC' },
  },
  {
    venue: 'binance',
    instrument: 'BTC-USDT-PERP.BINANCE',
    like: 'Swap trailingPercent order',
    order: { side: 'sell', type: 'trailing-stop', quantity: 0.11, trailingRate: 0.05, reduceOnly: true },
    adds: { workingType: 'CONTRACT_PRICE' },
  },
  { venue: 'bybit', instrument: 'XRP-USDT.BYBIT', like: 'spot market buy order', order: { quantity: 10 } },
  {
    venue: 'bybit',
    instrument: 'BTC-USDT.BYBIT',
    like: 'spot limit buy with triggerPrice',
    order: { type: 'stop-limit', quantity: 0.1, price: 36_000, trigger: 36_001 },
    adds: { timeInForce: 'GTC' },
  },
  {
    venue: 'bybit',
    instrument: 'ADA-USDT-PERP.BYBIT',
    like: 'Swap limit order',
    order: { type: 'limit', quantity: 50, price: 0.1 },
    adds: { timeInForce: 'GTC' },
  },
  {
    venue: 'bybit',
    instrument: 'BTC-USDT-PERP.BYBIT',
    like: 'swap limit buy with triggerPrice and triggerDirection above',
    order: { type: 'stop-limit', quantity: 0.001, price: 37_000, trigger: 37_000 },
    adds: { timeInForce: 'GTC', triggerBy: 'LastPrice' },
  },
  {
    venue: 'bybit',
    instrument: 'BTC-USDT-PERP.BYBIT',
    like: 'swap limit buy with triggerPrice and triggerDirection below',
    order: { type: 'take-profit-limit', quantity: 0.001, price: 35_000, trigger: 35_000, triggerBy: 'mark' },
    adds: { timeInForce: 'GTC', triggerBy: 'MarkPrice' },
  },
  {
    venue: 'bybit',
    instrument: 'LTC-USDT.BYBIT',
    like: 'Spot limit buy with postOnly',
    order: { type: 'limit', quantity: 0.1, price: 60, postOnly: true },
  },
  {
    venue: 'bybit',
    instrument: 'LTC-USDT-PERP.BYBIT',
    like: 'Swap limit sell with reduceOnly and postOnly',
    order: { side: 'sell', type: 'limit', quantity: 0.1, price: 100, reduceOnly: true, postOnly: true },
  },
  {
    venue: 'bybit',
    instrument: 'ETH-USDT-PERP.BYBIT',
    like: 'sl market order',
    order: { side: 'sell', type: 'stop-market', quantity: 0.1, trigger: 4_000, reduceOnly: true },
    adds: { triggerBy: 'LastPrice' },
  },
  {
    venue: 'bybit',
    options: hedge,
    instrument: 'ADA-USDT-PERP.BYBIT',
    like: 'swap market buy hedged order',
    order: { quantity: 10, positionSide: 'long' },
  },
  {
    venue: 'bybit',
    options: hedge,
    instrument: 'ADA-USDT-PERP.BYBIT',
    like: 'swap hedged reduceOnly sell order',
    order: { side: 'sell', quantity: 10, positionSide: 'long', reduceOnly: true },
    adds: { reduceOnly: true },
  },
  {
    venue: 'bybit',
    options: { products: ['inverse'] },
    instrument: 'BTC-USD-PERP.BYBIT',
    like: 'Swap inverse market sell order',
    order: { side: 'sell', quantity: 1, reduceOnly: true },
  },
  {
    venue: 'okx',
    instrument: 'LTC-USDT-PERP.OKX',
    like: "order with closeFraction shouldn't send sz",
    order: { side: 'sell', type: 'take-profit', quantity: 1, trigger: 120, closePosition: true },
  },
  {
    venue: 'okx',
    instrument: 'BTC-USDT-PERP.OKX',
    like: 'create a trailinPrice order to close a long position',
    options: hedge,
    order: { side: 'sell', type: 'trailing-stop', quantity: 1, trailing: 100, positionSide: 'long' },
    // Hedge mode has no flag for it; ccxt's name of the distance is not the venue's.
    adds: { reduceOnly: undefined, trailingPrice: undefined },
  },
  {
    venue: 'okx',
    options: hedge,
    instrument: 'ETH-USDT-PERP.OKX',
    like: 'contract with hedged market sell and reduceOnly',
    order: { side: 'sell', quantity: 1, positionSide: 'long', reduceOnly: true },
  },
  { venue: 'kraken', instrument: 'LTC-USDT.KRAKEN', like: 'Spot market buy', order: { quantity: 0.1 } },
  { venue: 'kraken', instrument: 'LTC-USDT.KRAKEN', like: 'Spot market sell', order: { side: 'sell', quantity: 0.1 } },
  {
    venue: 'kraken',
    instrument: 'LTC-USDT.KRAKEN',
    like: 'Stop loss market order (type 2)',
    order: { side: 'sell', type: 'stop-market', quantity: 0.1, trigger: 55 },
  },
  {
    venue: 'kraken',
    instrument: 'LTC-USDT.KRAKEN',
    like: 'Stop loss limit order (type 2)',
    order: { side: 'sell', type: 'stop-limit', quantity: 0.1, price: 54, trigger: 55 },
  },
  {
    venue: 'kraken',
    instrument: 'LTC-USDT.KRAKEN',
    like: 'take profit limit order',
    order: { side: 'sell', type: 'take-profit-limit', quantity: 0.1, price: 110, trigger: 120 },
  },
  {
    venue: 'kraken',
    instrument: 'LTC-USDT.KRAKEN',
    like: 'take profit market order (type 2)',
    order: { side: 'sell', type: 'take-profit', quantity: 0.1, trigger: 120 },
  },
  {
    venue: 'kraken',
    instrument: 'BTC-USD.KRAKEN',
    like: 'trailing percent order',
    order: { type: 'trailing-stop', quantity: 0.0001, trailingRate: 0.05 },
  },
]

describe.skipIf(fixturesAbsent)('orders as ccxt recorded them', () => {
  test.each(CASES)('$venue $instrument: $like', async ({ venue, options, instrument, order, like, adds = {} }) => {
    const exchange = await recordedExchange({ venue, ...options }, acknowledge)
    const created = await exchange.gateway.createOrder(orderOf(exchange, instrument, order))
    expect(created).toMatchObject({ clientOrderId: ID, state: 'open', filledLots: 0 })
    expect(exchange.sent).toHaveLength(1)
    const [request] = exchange.sent as [SentRequest]
    const recorded = fixtureCases('request', venue, 'createOrder').find(({ description }) => description === like)
    expect(new URL(recorded?.url ?? '').pathname).toBe(request.path)
    const expected = { ...fieldsOfOutput(recorded?.output ?? ''), ...adds }
    const kept = (fields: Readonly<Record<string, unknown>>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(fields)
          .filter(([name, value]) => !PASSING.has(name) && !ID_FIELDS.includes(name) && value !== undefined)
          .map(([name, value]) => [name, String(value)]),
      )
    expect(kept(request.fields)).toEqual(kept(expected))
    const ids = ID_FIELDS.map((name) => request.fields[name]).filter((value) => value !== undefined)
    expect(new Set(ids)).toEqual(new Set([ID]))
  })
})

function fieldsOfOutput(output: string): Record<string, unknown> {
  if (output.startsWith('[')) return (JSON.parse(output) as Record<string, unknown>[])[0] ?? {}
  return output.startsWith('{')
    ? (JSON.parse(output) as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(output))
}

/** Orders that are told in a way for which nothing is recorded, field by field as the venues document it. */
describe.skipIf(fixturesAbsent)('orders that nothing is recorded of', () => {
  const perpetual = 'BTC-USDT-PERP.BINANCE'
  test.each<
    readonly [string, Partial<CcxtTradingOptions> & { venue: TradingVenue }, string, Wanted, Record<string, unknown>]
  >([
    [
      'binance closes a position by a stop without a quantity',
      { venue: 'binance' },
      perpetual,
      { side: 'sell', type: 'stop-market', quantity: 1, trigger: 40_000, closePosition: true },
      {
        type: 'STOP_MARKET',
        closePosition: 'true',
        triggerPrice: '40000',
        quantity: undefined,
        reduceOnly: undefined,
        clientAlgoId: ID,
      },
    ],
    [
      'binance names the side in hedge mode and no flag',
      { venue: 'binance', ...hedge },
      perpetual,
      {
        side: 'sell',
        type: 'limit',
        price: 50_000,
        quantity: 0.5,
        positionSide: 'long',
        reduceOnly: true,
        timeInForce: 'IOC',
      },
      { positionSide: 'LONG', reduceOnly: undefined, timeInForce: 'IOC', newClientOrderId: ID },
    ],
    [
      'binance GTD',
      { venue: 'binance' },
      perpetual,
      { type: 'limit', price: 50_000, quantity: 0.5, timeInForce: 'GTD', expireTimeMs: 1_800_000_000_000 },
      { timeInForce: 'GTD', goodTillDate: '1800000000000' },
    ],
    [
      'binance trailing with activation',
      { venue: 'binance' },
      perpetual,
      {
        side: 'sell',
        type: 'trailing-stop',
        quantity: 0.5,
        trailingRate: 0.005,
        activationTicks: 600_000,
        triggerBy: 'mark',
      },
      {
        type: 'TRAILING_STOP_MARKET',
        callbackRate: '0.5',
        activatePrice: '60000',
        workingType: 'MARK_PRICE',
        clientAlgoId: ID,
      },
    ],
    [
      'binance spot trailing',
      { venue: 'binance', ...spot },
      'BTC-USDT.BINANCE',
      { side: 'sell', type: 'trailing-stop', quantity: 0.5, trailingRate: 0.015 },
      { type: 'STOP_LOSS', trailingDelta: '150', stopPrice: undefined, newClientOrderId: ID },
    ],
    [
      'binance spot FOK',
      { venue: 'binance', ...spot },
      'BTC-USDT.BINANCE',
      { type: 'limit', quantity: 0.5, price: 50_000, timeInForce: 'FOK' },
      { type: 'LIMIT', timeInForce: 'FOK', newClientOrderId: ID },
    ],
    [
      'bybit closes a position by a stop',
      { venue: 'bybit' },
      'BTC-USDT-PERP.BYBIT',
      { side: 'sell', type: 'stop-market', quantity: 1, trigger: 40_000, closePosition: true },
      { qty: '0', reduceOnly: true, closeOnTrigger: true, triggerDirection: 2, orderLinkId: ID },
    ],
    [
      'okx stop by the mark price',
      { venue: 'okx', marginMode: 'isolated' },
      'BTC-USDT-PERP.OKX',
      {
        side: 'sell',
        type: 'stop-limit',
        quantity: 1,
        price: 39_900,
        trigger: 40_000,
        triggerBy: 'mark',
        reduceOnly: true,
      },
      {
        ordType: 'trigger',
        triggerPx: '40000',
        orderPx: '39900',
        triggerPxType: 'mark',
        tdMode: 'isolated',
        algoClOrdId: ID,
        reduceOnly: true,
      },
    ],
    [
      'okx spot stop stays a cash order',
      { venue: 'okx' },
      'BTC-USDT.OKX',
      { side: 'sell', type: 'stop-market', quantity: 0.1, trigger: 40_000 },
      { ordType: 'trigger', orderPx: '-1', tdMode: 'cash', tgtCcy: 'base_ccy' },
    ],
    [
      'okx IOC',
      { venue: 'okx' },
      'BTC-USDT.OKX',
      { type: 'limit', quantity: 0.1, price: 40_000, timeInForce: 'IOC' },
      { ordType: 'ioc', px: '40000', clOrdId: ID },
    ],
    [
      'kraken GTD',
      { venue: 'kraken' },
      'BTC-USD.KRAKEN',
      { type: 'limit', quantity: 0.1, price: 40_000, timeInForce: 'GTD', expireTimeMs: 1_800_000_000_999 },
      { timeinforce: 'GTD', expiretm: '1800000000', cl_ord_id: ID },
    ],
    [
      'kraken iceberg',
      { venue: 'kraken' },
      'BTC-USD.KRAKEN',
      { type: 'limit', quantity: 1, price: 40_000, displayLots: 10_000_000 },
      { ordertype: 'iceberg', displayvol: '0.1', price: '40000', volume: '1' },
    ],
    [
      'kraken trailing by a distance',
      { venue: 'kraken' },
      'BTC-USD.KRAKEN',
      { side: 'sell', type: 'trailing-stop', quantity: 0.1, trailing: 100 },
      { ordertype: 'trailing-stop', price: '+100' },
    ],
  ])('%s', async (_name, options, instrument, order, expected) => {
    const exchange = await recordedExchange(options, acknowledge)
    await exchange.gateway.createOrder(orderOf(exchange, instrument, order))
    const [request] = exchange.sent as [SentRequest]
    for (const [name, value] of Object.entries(expected)) expect([name, request.fields[name]]).toEqual([name, value])
  })

  test.each<readonly [string, Partial<CcxtTradingOptions> & { venue: TradingVenue }, string, Wanted]>([
    ['spot reduces nothing', { venue: 'binance', ...spot }, 'BTC-USDT.BINANCE', { quantity: 1, reduceOnly: true }],
    [
      'spot GTD',
      { venue: 'binance', ...spot },
      'BTC-USDT.BINANCE',
      { type: 'limit', price: 5, quantity: 1, timeInForce: 'GTD' },
    ],
    [
      'spot by mark',
      { venue: 'binance', ...spot },
      'BTC-USDT.BINANCE',
      { type: 'stop-market', trigger: 5, quantity: 1, triggerBy: 'mark' },
    ],
    [
      'post-only stop',
      { venue: 'binance', ...spot },
      'BTC-USDT.BINANCE',
      { type: 'stop-limit', price: 5, trigger: 5, quantity: 1, postOnly: true },
    ],
    [
      'iceberg of a perpetual',
      { venue: 'binance' },
      perpetual,
      { type: 'limit', price: 5, quantity: 1, displayLots: 1 },
    ],
    ['trailing by a distance', { venue: 'binance' }, perpetual, { type: 'trailing-stop', quantity: 1, trailing: 5 }],
    ['trailing too wide', { venue: 'binance' }, perpetual, { type: 'trailing-stop', quantity: 1, trailingRate: 0.2 }],
    ['side in one-way mode', { venue: 'binance' }, perpetual, { quantity: 1, positionSide: 'long' }],
    ['no side in hedge mode', { venue: 'binance', ...hedge }, perpetual, { quantity: 1 }],
    [
      'trailing of bybit',
      { venue: 'bybit' },
      'BTC-USDT-PERP.BYBIT',
      { type: 'trailing-stop', quantity: 1, trailing: 5 },
    ],
    ['GTD of okx', { venue: 'okx' }, 'BTC-USDT.OKX', { type: 'limit', price: 5, quantity: 1, timeInForce: 'GTD' }],
    [
      'FOK of kraken',
      { venue: 'kraken' },
      'BTC-USD.KRAKEN',
      { type: 'limit', price: 5, quantity: 1, timeInForce: 'FOK' },
    ],
  ])('refused before it is sent: %s', async (_name, options, instrument, order) => {
    const exchange = await recordedExchange(options, acknowledge)
    await expect(exchange.gateway.createOrder(orderOf(exchange, instrument, order))).rejects.toMatchObject({
      name: 'UsageError',
      code: 'VENUE_ORDER_UNSUPPORTED',
      retry: 'never',
    })
    expect(exchange.sent).toEqual([])
  })

  test.each(['', 'UPPER', 'with-dash', 'a123456789012345678'])(
    'client order id "%s" is refused',
    async (clientOrderId) => {
      const exchange = await recordedExchange({ venue: 'kraken' }, acknowledge)
      const order = { ...orderOf(exchange, 'BTC-USD.KRAKEN', { quantity: 1 }), clientOrderId }
      await expect(exchange.gateway.createOrder(order)).rejects.toMatchObject({ code: 'VENUE_CLIENT_ORDER_ID' })
      expect(exchange.sent).toEqual([])
    },
  )

  test('quantities and prices go out as exact decimals', async () => {
    const exchange = await recordedExchange({ venue: 'binance', ...spot }, acknowledge)
    const { lot, tick } = exchange.instrument('BTC-USDT.BINANCE')
    for (const [lots, ticks] of [
      [1, 1],
      [29_997, 6_123_457],
      [123_456_789, 99_999_999],
    ] as const) {
      const order = { quantity: stepsToNumber(lots, lot), price: stepsToNumber(ticks, tick), type: 'limit' as const }
      await exchange.gateway.createOrder(orderOf(exchange, 'BTC-USDT.BINANCE', order))
      const { fields } = exchange.sent.at(-1) as SentRequest
      expect([Number(fields['quantity']), Number(fields['price'])]).toEqual([order.quantity, order.price])
    }
  })
})
