import type { Instrument } from '@kestrel/core'
import type { VenueBalance, VenueFill, VenueOrder } from '@kestrel/kernel'
import { decimalOf, isRow, neededText, type Row, rowOf, rowsOf, textOf, unreadable } from '../../raw-answer.ts'
import { askEndpoint, type TradingExchange } from '../../trading-exchange.ts'
import { isOrderUnknown } from '../../venue-refusal.ts'
import type { Desk, StreamReading, VenueDialect } from '../dialect.ts'
import { acknowledged, amendedAmounts, given, isConditional, isTakeProfit } from '../order-terms.ts'
import { readKrakenExecution, readKrakenFill, readKrakenOrder } from './kraken-orders.ts'
import { krakenTerms } from './kraken-terms.ts'

/** Rows of a page of trades; the venue fixes it. */
const PAGE_ROWS = 50

/** Kraken, spot. */
export const krakenDialect: VenueDialect = {
  id: 'kraken',
  products: ['spot'],
  defaultProducts: ['spot'],
  oneProduct: true,
  // A counter of 15 that falls by one every three seconds; orders have another one.
  budget: () => ({ burstMs: 10_000, share: 0.33 }),

  config: () => ({}),
  useSandbox: () => false,
  abilities: () => ({
    orderTypes: ['market', 'limit', 'stop-market', 'stop-limit', 'take-profit', 'take-profit-limit', 'trailing-stop'],
    timesInForce: ['GTC', 'IOC', 'GTD'],
    amendsInPlace: true,
    amendableTypes: ['limit', 'stop-market', 'stop-limit', 'take-profit', 'take-profit-limit'],
    hasReduceOnly: false,
    hasClosePosition: false,
    hasHedgeMode: false,
    hasDeadManTimer: true,
    fillHistoryMs: 365 * 86_400_000,
  }),
  /** The venue tells its time in whole seconds. */
  async fetchTime(desk) {
    const seconds = textOf(await resultOf(desk, 'publicGetTime'), 'unixtime')
    return seconds === undefined ? undefined : Number(seconds) * 1_000 + 500
  },

  orderTerms: (_desk, order) => krakenTerms(order),
  readCreated(desk, info, order) {
    const ids = rowOf(info, 'an acknowledgement')['txid']
    return acknowledged(order, Array.isArray(ids) ? String(ids[0] ?? '') : '', desk.nowMs())
  },

  async amend(desk, order, terms, market) {
    const { quantity, limit, trigger } = amendedAmounts(terms, order.instrument)
    const name = isTakeProfit(terms.type) ? 'takeProfitPrice' : 'stopLossPrice'
    const params = { clientOrderId: order.clientOrderId, ...(isConditional(terms.type) ? { [name]: trigger } : {}) }
    await desk.exchange.editOrder(
      order.venueOrderId,
      market.symbol,
      'limit',
      terms.side,
      quantity,
      limit,
      given(params),
    )
    return undefined
  },
  async cancel(desk, order, market) {
    await desk.exchange.cancelOrder(order.venueOrderId, market.symbol, { clientOrderId: order.clientOrderId })
    return undefined
  },
  async cancelAll(desk, instruments) {
    if (instruments === undefined) {
      await askEndpoint(desk.exchange, 'privatePostCancelAll')
      return
    }
    for (const { venueOrderId } of await this.openOrders(desk, instruments))
      await askEndpoint(desk.exchange, 'privatePostCancelOrder', { txid: venueOrderId }).catch((error: unknown) => {
        if (!isOrderUnknown(error)) throw error
      })
  },

  async find(desk, order) {
    const params = { cl_ord_id: order.clientOrderId }
    const open = await orderList(desk, 'privatePostOpenOrders', 'open', params)
    const is = (each: VenueOrder): boolean => each.clientOrderId === order.clientOrderId
    return open.find(is) ?? (await orderList(desk, 'privatePostClosedOrders', 'closed', params)).find(is)
  },
  async openOrders(desk, instruments) {
    const all = await orderList(desk, 'privatePostOpenOrders', 'open', {})
    const wanted = instruments === undefined ? undefined : new Set(instruments.map(({ id }) => id))
    return wanted === undefined ? all : all.filter(({ instrument }) => wanted.has(instrument.id))
  },

  fills: krakenFills,
  funding: async () => [],
  async balances(desk) {
    const result = await resultOf(desk, 'privatePostBalanceEx')
    return Object.entries(result).map(([asset, row]): VenueBalance => {
      const [total, held] = [
        decimalOf(rowOf(row, 'a balance'), 'balance'),
        decimalOf(rowOf(row, 'a balance'), 'hold_trade'),
      ]
      if (total === undefined) throw unreadable('a balance without a total')
      return { currency: codeOf(desk.exchange, asset), total, free: total - (held ?? 0) }
    })
  },
  positions: async () => [],
  /** The venue does not tell what a key may do. */
  keyRights: async () => ({ canTrade: true, canWithdraw: 'unknown' }),

  async setLeverage() {
    // Spot has none.
  },
  async setPositionMode() {
    // Spot has none.
  },
  async armDeadManTimer(desk, timeoutMs) {
    await askEndpoint(desk.exchange, 'privatePostCancelAllOrdersAfter', { timeout: Math.ceil(timeoutMs / 1_000) })
  },

  watches: ({ exchange }) => [
    // Fills come in the same channel.
    async () => exchange.watchOrders(),
    async () => exchange.watchBalance(),
  ],
  confirmations: () => 2,
  forgetLogin() {
    // The token is kept with the connection.
  },
  readStream: readKrakenStream,
}

async function resultOf(desk: Desk, endpoint: string, params: object = {}): Promise<Row> {
  return rowOf(rowOf(await askEndpoint(desk.exchange, endpoint, params), 'an answer')['result'], 'a result')
}

async function orderList(desk: Desk, endpoint: string, name: string, params: object): Promise<readonly VenueOrder[]> {
  const orders = (await resultOf(desk, endpoint, params))[name] ?? {}
  return Object.entries(rowOf(orders, name)).flatMap(
    ([id, row]) => readKrakenOrder(desk, id, rowOf(row, 'an order')) ?? [],
  )
}

/** Trades of all markets, newest first, by offset. One that happens while asking moves the rest on, so a page may repeat rows. */
async function krakenFills(desk: Desk, instrument: Instrument, fromMs: number): Promise<readonly VenueFill[]> {
  const fills: VenueFill[] = []
  for (let offset = 0; ; offset += PAGE_ROWS) {
    // The venue takes the start as exclusive, in seconds.
    const result = await resultOf(desk, 'privatePostTradesHistory', {
      start: Math.floor(fromMs / 1_000) - 1,
      ofs: offset,
    })
    const rows = Object.entries(rowOf(result['trades'] ?? {}, 'trades'))
    for (const [id, row] of rows) {
      const fill = readKrakenFill(desk, id, rowOf(row, 'a trade'))
      if (fill?.instrument.id === instrument.id) fills.push(fill)
    }
    if (rows.length < PAGE_ROWS) return fills
  }
}

/** `XXBT` is BTC. */
function codeOf(exchange: TradingExchange, asset: string): string {
  const convert = (exchange as unknown as { safeCurrencyCode?: (asset: string) => string | undefined }).safeCurrencyCode
  return convert?.call(exchange, asset) ?? asset
}

function readKrakenStream(desk: Desk, message: unknown): StreamReading {
  if (!isRow(message)) return {}
  if (message['method'] === 'subscribe') return { confirms: message['success'] === true }
  if (message['channel'] === 'executions') {
    const read = rowsOf(message['data'], 'executions').map((row) => readKrakenExecution(desk, row))
    return { orders: read.flatMap(({ order }) => order ?? []), fills: read.flatMap(({ fill }) => fill ?? []) }
  }
  if (message['channel'] !== 'balances') return {}
  const balances = rowsOf(message['data'], 'balances').map((row): VenueBalance => {
    const total = decimalOf(row, 'balance')
    if (total === undefined) throw unreadable('a balance without a total')
    return { currency: codeOf(desk.exchange, neededText(row, 'asset')), total, free: undefined }
  })
  return { balances }
}
