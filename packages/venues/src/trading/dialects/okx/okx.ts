import { stepsToText, UsageError } from '@kestrel/core'
import type { OrderReference, VenueOrder } from '@kestrel/kernel'
import { isRow, type Row, rowOf, rowsIn, textOf } from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import { isOrderUnknown } from '../../venue-refusal.ts'
import type { Desk, StreamReading, VenueDialect } from '../dialect.ts'
import { acknowledged, given, isConditional, isLimit } from '../order-terms.ts'
import { ignoreUnchanged, namedOrOpen } from '../settings.ts'
import {
  okxBalances,
  okxData,
  okxFills,
  okxFunding,
  okxKeyRights,
  okxKindOf,
  okxPages,
  readOkxBalance,
} from './okx-account.ts'
import {
  OKX_ALGO_KINDS,
  readOkxAlgo,
  readOkxFill,
  readOkxOrder,
  readOkxPosition,
  rememberOkxActual,
} from './okx-orders.ts'
import { okxTerms } from './okx-terms.ts'

/** OKX v5. Perpetuals count in contracts. */
export const okxDialect: VenueDialect = {
  id: 'okx',
  products: ['spot', 'linear', 'inverse'],
  defaultProducts: ['spot', 'linear'],
  oneProduct: false,
  // Limits are by endpoint and two seconds.
  budget: () => ({ burstMs: 2_000, share: 1 }),

  config(products) {
    return {
      defaultType: products.length === 1 && products[0] === 'spot' ? 'spot' : 'swap',
      fetchMarkets: { types: [...new Set(products.map((product) => (product === 'spot' ? 'spot' : 'swap')))] },
    }
  },
  useSandbox(exchange) {
    exchange.setSandboxMode(true)
    return true
  },
  abilities(products) {
    const hasContracts = products.some((product) => product !== 'spot')
    return {
      orderTypes: ['market', 'limit', 'stop-market', 'stop-limit', 'take-profit', 'take-profit-limit', 'trailing-stop'],
      timesInForce: ['GTC', 'IOC', 'FOK'],
      amendsInPlace: true,
      amendableTypes: ['limit'],
      hasReduceOnly: hasContracts,
      hasClosePosition: hasContracts,
      hasHedgeMode: hasContracts,
      hasDeadManTimer: true,
      fillHistoryMs: 90 * 86_400_000,
    }
  },
  async fetchTime(desk) {
    const [row] = await okxData(desk, 'publicGetPublicTime')
    return row === undefined ? undefined : textOf(row, 'ts')
  },

  orderTerms: okxTerms,
  readCreated(desk, info, order) {
    return acknowledged(order, textOf(rowOf(info, 'an acknowledgement'), 'algoId', 'ordId') ?? '', desk.nowMs())
  },

  async amend(desk, order, terms, market) {
    if (isConditional(terms.type))
      throw new UsageError({
        code: 'VENUE_ORDER_UNSUPPORTED',
        message: `okx: ${order.instrument.id} ${terms.type}: stops cannot be amended. Nothing was sent.`,
        hint: 'Cancel it and send a new one.',
        meta: { venue: 'okx', instrument: order.instrument.id, type: terms.type },
      })
    const { tick, lot } = order.instrument
    await askEndpoint(
      desk.exchange,
      'privatePostTradeAmendOrder',
      given({
        instId: market.id,
        clOrdId: order.clientOrderId,
        newSz: stepsToText(terms.quantityLots, lot),
        newPx: isLimit(terms.type) && terms.limitTicks !== undefined ? stepsToText(terms.limitTicks, tick) : undefined,
      }),
    )
    return undefined
  },

  async cancel(desk, order, market) {
    const isAlgo = order.type !== undefined && isConditional(order.type)
    try {
      await desk.exchange.cancelOrder('', market.symbol, {
        clientOrderId: order.clientOrderId,
        ...(isAlgo ? { trigger: true } : {}),
      })
    } catch (error) {
      const mayBeAlgo = isAlgo || order.type === undefined
      if (!mayBeAlgo || !isOrderUnknown(error)) throw error
      await cancelAlgo(desk, order, market.symbol, error)
    }
    return undefined
  },

  async cancelAll(desk, instruments) {
    const wanted = await namedOrOpen(this, desk, instruments)
    const plain: object[] = []
    const algos: object[] = []
    for (const instrument of wanted) {
      const instId = desk.book.marketOf(instrument.id).id
      plain.push(...(await pendingRows(desk, instrument)).map((row) => ({ instId, ordId: row['ordId'] })))
      algos.push(...(await algoRows(desk, instrument)).map((row) => ({ instId, algoId: row['algoId'] })))
    }
    for (let at = 0; at < plain.length; at += 20)
      await askEndpoint(desk.exchange, 'privatePostTradeCancelBatchOrders', plain.slice(at, at + 20)).catch(ignoreGone)
    for (let at = 0; at < algos.length; at += 10)
      await askEndpoint(desk.exchange, 'privatePostTradeCancelAlgos', algos.slice(at, at + 10)).catch(ignoreGone)
  },

  async find(desk, order, market) {
    const isAlgo = order.type !== undefined && isConditional(order.type)
    if (!isAlgo) {
      const row = await found(desk, 'privateGetTradeOrder', { instId: market.id, clOrdId: order.clientOrderId })
      if (row !== undefined) return readOkxOrder(desk, row)
      if (order.type !== undefined) return undefined
    }
    const row = await found(desk, 'privateGetTradeOrderAlgo', { algoClOrdId: order.clientOrderId })
    if (row === undefined) return undefined
    const { actualId } = rememberOkxActual(desk, row)
    const actual =
      actualId === undefined
        ? undefined
        : await found(desk, 'privateGetTradeOrder', { instId: market.id, ordId: actualId })
    return readOkxAlgo(desk, row, actual === undefined ? undefined : readOkxOrder(desk, actual))
  },

  async openOrders(desk, instruments) {
    const orders: VenueOrder[] = []
    for (const instrument of instruments ?? [undefined]) {
      for (const row of await algoRows(desk, instrument))
        orders.push(...[readOkxAlgo(desk, row, undefined) ?? []].flat())
      for (const row of await pendingRows(desk, instrument)) orders.push(...[readOkxOrder(desk, row) ?? []].flat())
    }
    return orders
  },

  fills: okxFills,
  funding: okxFunding,
  balances: okxBalances,
  async positions(desk) {
    const rows = await okxData(desk, 'privateGetAccountPositions', { instType: 'SWAP' })
    return rows.flatMap((row) => readOkxPosition(desk, row) ?? []).filter(({ signedLots }) => signedLots !== 0)
  },
  keyRights: okxKeyRights,
  async accountNumber(desk) {
    const [config] = await okxData(desk, 'privateGetAccountConfig')
    return config === undefined ? undefined : textOf(config, 'uid')
  },

  async setLeverage(desk, market, leverage, marginMode) {
    const params = { instId: market.id, lever: String(leverage), mgnMode: marginMode }
    const sides = desk.isHedged && marginMode === 'isolated' ? [{ posSide: 'long' }, { posSide: 'short' }] : [{}]
    for (const side of sides)
      await askEndpoint(desk.exchange, 'privatePostAccountSetLeverage', { ...params, ...side }).catch(ignoreUnchanged)
  },
  async setPositionMode({ exchange }, mode) {
    await exchange.setPositionMode(mode === 'hedge').catch(ignoreUnchanged)
  },
  async armDeadManTimer(desk, timeoutMs) {
    const timeOut = timeoutMs === 0 ? 0 : Math.min(120, Math.max(10, Math.ceil(timeoutMs / 1_000)))
    await askEndpoint(desk.exchange, 'privatePostTradeCancelAllAfter', { timeOut: String(timeOut) })
  },

  watches({ exchange, products }) {
    const positions = async (): Promise<unknown> => exchange.watchPositions()
    return [
      async () => exchange.watchOrders(),
      async () => exchange.watchOrders(undefined, undefined, undefined, { trigger: true }),
      async () => exchange.watchBalance(),
      ...(products.some((product) => product !== 'spot') ? [positions] : []),
    ]
  },
  confirmations: ({ products }) => (products.some((product) => product !== 'spot') ? 4 : 3),
  forgetLogin() {
    // Each connection logs in anew.
  },
  readStream: readOkxStream,
}

async function pendingRows(desk: Desk, instrument: OrderReference['instrument'] | undefined): Promise<readonly Row[]> {
  return okxPages(desk, 'privateGetTradeOrdersPending', filterOf(desk, instrument), 'ordId')
}

async function algoRows(desk: Desk, instrument: OrderReference['instrument'] | undefined): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const ordType of OKX_ALGO_KINDS)
    rows.push(
      ...(await okxPages(
        desk,
        'privateGetTradeOrdersAlgoPending',
        { ordType, ...filterOf(desk, instrument) },
        'algoId',
      )),
    )
  return rows
}

function filterOf(desk: Desk, instrument: OrderReference['instrument'] | undefined): object {
  if (instrument === undefined) return {}
  return { instType: okxKindOf(instrument), instId: desk.book.marketOf(instrument.id).id }
}

/** The only row of an answer; undefined where the venue knows no such order. */
async function found(desk: Desk, endpoint: string, params: object): Promise<Row | undefined> {
  try {
    return (await okxData(desk, endpoint, params))[0]
  } catch (error) {
    if (isOrderUnknown(error)) return undefined
    throw error
  }
}

/** It is a stop, or has become an order since. */
async function cancelAlgo(desk: Desk, order: OrderReference, symbol: string, error: unknown): Promise<void> {
  const row = await found(desk, 'privateGetTradeOrderAlgo', { algoClOrdId: order.clientOrderId })
  if (row === undefined) throw error
  const { actualId } = rememberOkxActual(desk, row)
  if (actualId === undefined) await desk.exchange.cancelOrder(textOf(row, 'algoId'), symbol, { trigger: true })
  else await desk.exchange.cancelOrder(actualId, symbol)
}

/** An order that ended meanwhile is what was asked for. */
function ignoreGone(error: unknown): void {
  if (!isOrderUnknown(error)) throw error
}

function readOkxStream(desk: Desk, message: unknown): StreamReading {
  if (!isRow(message)) return {}
  if (message['event'] === 'subscribe') return { confirms: true }
  if (!isRow(message['arg'])) return {}
  const rows = rowsIn(message, 'data')
  switch (message['arg']['channel']) {
    case 'orders': {
      const fills = rows.flatMap((row) => readOkxFill(desk, row) ?? [])
      for (const fill of fills) if (fill.clientOrderId === undefined) desk.triggered.keep(fill)
      return { orders: rows.flatMap((row) => readOkxOrder(desk, row) ?? []), fills }
    }
    case 'orders-algo':
      return {
        fills: rows.flatMap((row) => rememberOkxActual(desk, row).fills),
        orders: rows.flatMap((row) => readOkxAlgo(desk, row, undefined) ?? []),
      }
    case 'account':
      return { balances: rows.flatMap((account) => rowsIn(account, 'details').map(readOkxBalance)) }
    case 'positions':
      return { positions: rows.flatMap((row) => readOkxPosition(desk, row) ?? []) }
    default:
      return {}
  }
}
