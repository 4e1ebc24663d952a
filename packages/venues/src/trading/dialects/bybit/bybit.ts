import { stepsToText } from '@kestrel/core'
import type { VenueOrder } from '@kestrel/kernel'
import { productOf } from '../../instrument-book.ts'
import { isRow, type Row, rowOf, rowsIn, textOf } from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import { isOrderUnknown } from '../../venue-refusal.ts'
import type { Desk, StreamReading, VenueDialect } from '../dialect.ts'
import { acknowledged, given, isConditional, isLimit } from '../order-terms.ts'
import { ignoreUnchanged, namedOrOpen } from '../settings.ts'
import {
  bybitBalances,
  bybitFills,
  bybitFunding,
  bybitKeyRights,
  bybitList,
  bybitPositions,
  bybitResult,
  readBybitBalance,
  SETTLE_COINS,
} from './bybit-account.ts'
import { readBybitFill, readBybitOrder, readBybitPosition } from './bybit-orders.ts'
import { bybitTerms } from './bybit-terms.ts'

/** Longest time that the venue waits for a stream to come back before it cancels all orders. */
const MOST_DEAD_MAN_SECONDS = 300

/** Bybit v5 with a unified trading account. */
export const bybitDialect: VenueDialect = {
  id: 'bybit',
  products: ['spot', 'linear', 'inverse'],
  defaultProducts: ['spot', 'linear'],
  oneProduct: false,
  // Limits are by endpoint and second; the answers' headers say when one is used up.
  budget: () => ({ burstMs: 1_000, share: 1 }),

  config(products) {
    return {
      defaultType: products.includes('spot') && products.length === 1 ? 'spot' : 'swap',
      fetchMarkets: { types: products },
      // Otherwise ccxt asks twice for what a unified account is known to be.
      enableUnifiedMargin: false,
      enableUnifiedAccount: true,
      unifiedMarginStatus: 6,
      watchPositions: { fetchPositionsSnapshot: false, awaitPositionsSnapshot: false },
      brokerId: '',
    }
  },
  useSandbox(exchange) {
    exchange.setSandboxMode(true)
    return true
  },
  abilities(products) {
    const hasContracts = products.some((product) => product !== 'spot')
    return {
      orderTypes: ['market', 'limit', 'stop-market', 'stop-limit', 'take-profit', 'take-profit-limit'],
      timesInForce: ['GTC', 'IOC', 'FOK'],
      amendsInPlace: true,
      hasReduceOnly: hasContracts,
      hasClosePosition: hasContracts,
      hasHedgeMode: hasContracts,
      hasDeadManTimer: true,
      deadManStaysMs: MOST_DEAD_MAN_SECONDS * 1_000,
      fillHistoryMs: 730 * 86_400_000,
    }
  },
  async fetchTime({ exchange }) {
    return textOf(rowOf(await askEndpoint(exchange, 'publicGetV5MarketTime'), 'the time'), 'time')
  },

  orderTerms: bybitTerms,
  readCreated(desk, info, order) {
    return acknowledged(order, textOf(rowOf(info, 'an acknowledgement'), 'orderId') ?? '', desk.nowMs())
  },

  async amend(desk, order, terms, market) {
    const { tick, lot } = order.instrument
    await askEndpoint(
      desk.exchange,
      'privatePostV5OrderAmend',
      given({
        category: productOf(market),
        symbol: market.id,
        orderLinkId: order.clientOrderId,
        qty: stepsToText(terms.quantityLots, lot),
        price: isLimit(terms.type) && terms.limitTicks !== undefined ? stepsToText(terms.limitTicks, tick) : undefined,
        triggerPrice:
          isConditional(terms.type) && terms.triggerTicks !== undefined
            ? stepsToText(terms.triggerTicks, tick)
            : undefined,
      }),
    )
    return undefined
  },

  async cancel(desk, order, market) {
    const isSpot = productOf(market) === 'spot'
    const cancelAs = async (isStop: boolean): Promise<undefined> => {
      await desk.exchange.cancelOrder(undefined, market.symbol, {
        orderLinkId: order.clientOrderId,
        ...(isStop && isSpot ? { trigger: true } : {}),
      })
      return undefined
    }
    try {
      return await cancelAs(order.type !== undefined && isConditional(order.type))
    } catch (error) {
      // Spot keeps stops apart until they are set off, and which it is may not be known.
      if (!isSpot || !isOrderUnknown(error) || (order.type !== undefined && !isConditional(order.type))) throw error
      return cancelAs(order.type === undefined)
    }
  },

  async cancelAll(desk, instruments) {
    for (const { id } of await namedOrOpen(this, desk, instruments)) {
      const { symbol } = desk.book.marketOf(id)
      await desk.exchange.cancelAllOrders(symbol)
      if (productOf(desk.book.marketOf(id)) === 'spot') await desk.exchange.cancelAllOrders(symbol, { trigger: true })
    }
  },

  async find(desk, order, market) {
    const category = productOf(market)
    const params = { category, symbol: market.id, orderLinkId: order.clientOrderId }
    for (const endpoint of ['privateGetV5OrderRealtime', 'privateGetV5OrderHistory']) {
      const result = await bybitResult(desk, endpoint, params)
      const row = rowsIn(result, 'list').find((each) => textOf(each, 'orderLinkId') === order.clientOrderId)
      if (row !== undefined) return readBybitOrder(desk, row, category)
    }
    return undefined
  },

  async openOrders(desk, instruments) {
    const found: VenueOrder[] = []
    const ask = async (category: string | undefined, filter: object): Promise<void> => {
      const params = { category, openOnly: 0, limit: 50, ...filter }
      for (const row of await bybitList(desk, 'privateGetV5OrderRealtime', params)) {
        const order = readBybitOrder(desk, row, category)
        // The list may still hold orders that have just ended.
        if (order?.state === 'open') found.push(order)
      }
    }
    for (const { id } of instruments ?? []) {
      const market = desk.book.marketOf(id)
      await ask(productOf(market), { symbol: market.id })
    }
    if (instruments !== undefined) return found
    for (const category of desk.products)
      for (const filter of category === 'linear' ? SETTLE_COINS.map((settleCoin) => ({ settleCoin })) : [{}])
        await ask(category, filter)
    return found
  },

  fills: bybitFills,
  funding: bybitFunding,
  balances: bybitBalances,
  positions: bybitPositions,
  keyRights: bybitKeyRights,
  accountNumber: async (desk) => textOf(await bybitResult(desk, 'privateGetV5UserQueryApi'), 'userID'),

  /** The margin mode is the whole account's at this venue. */
  async setLeverage(desk, market, leverage, marginMode) {
    const wanted = marginMode === 'isolated' ? 'ISOLATED_MARGIN' : 'REGULAR_MARGIN'
    const { marginMode: current } = await bybitResult(desk, 'privateGetV5AccountInfo')
    if (current !== wanted && !(current === 'PORTFOLIO_MARGIN' && marginMode === 'cross'))
      await askEndpoint(desk.exchange, 'privatePostV5AccountSetMarginMode', { setMarginMode: wanted }).catch(
        ignoreUnchanged,
      )
    await desk.exchange.setLeverage(leverage, market.symbol).catch(ignoreUnchanged)
  },
  async setPositionMode(desk, mode) {
    for (const coin of SETTLE_COINS)
      await askEndpoint(desk.exchange, 'privatePostV5PositionSwitchMode', {
        category: 'linear',
        coin,
        mode: mode === 'hedge' ? 3 : 0,
      }).catch(ignoreUnchanged)
  },
  /** Cancels when the private stream has been gone for that long. The venue cannot be told to stop it: 0 is the longest time. */
  async armDeadManTimer(desk, timeoutMs) {
    if (desk.deadManMs === timeoutMs || (timeoutMs === 0 && desk.deadManMs === undefined)) return
    const seconds = timeoutMs === 0 ? MOST_DEAD_MAN_SECONDS : Math.ceil(timeoutMs / 1_000)
    const timeWindow = Math.min(MOST_DEAD_MAN_SECONDS, Math.max(3, seconds))
    const products = new Set(desk.products.map((product) => (product === 'spot' ? 'SPOT' : 'DERIVATIVES')))
    for (const product of products)
      await askEndpoint(desk.exchange, 'privatePostV5OrderDisconnectedCancelAll', { timeWindow, product })
    desk.deadManMs = timeoutMs
    await watchDisconnection(desk)
  },

  watches({ exchange, products }) {
    const positions = async (): Promise<unknown> => exchange.watchPositions()
    return [
      async () => exchange.watchOrders(),
      async () => exchange.watchMyTrades(),
      async () => exchange.watchBalance(),
      ...(products.some((product) => product !== 'spot') ? [positions] : []),
    ]
  },
  confirmations: ({ products }) => (products.some((product) => product !== 'spot') ? 4 : 3),
  async greet(desk) {
    if (desk.deadManMs !== undefined) await watchDisconnection(desk)
  },
  forgetLogin() {
    // Each connection logs in anew.
  },
  readStream: readBybitStream,
}

/** The venue's timer runs only for streams that say so. */
async function watchDisconnection({ exchange, products }: Desk): Promise<void> {
  const args = [...new Set(products.map((product) => (product === 'spot' ? 'dcp.spot' : 'dcp.future')))]
  for (const client of Object.values(exchange.clients ?? {}))
    if (client.isConnected && client.url.includes('/private')) await client.send({ op: 'subscribe', args })
}

function readBybitStream(desk: Desk, message: unknown): StreamReading {
  if (!isRow(message)) return {}
  if (message['op'] === 'subscribe') return { confirms: message['success'] === true }
  const rows = (): readonly Row[] => rowsIn(message, 'data')
  switch (message['topic']) {
    case 'order':
      return { orders: rows().flatMap((row) => readBybitOrder(desk, row) ?? []) }
    case 'execution':
      return { fills: rows().flatMap((row) => readBybitFill(desk, row) ?? []) }
    case 'position':
      return { positions: rows().flatMap((row) => readBybitPosition(desk, row) ?? []) }
    case 'wallet':
      return { balances: rows().flatMap((account) => rowsIn(account, 'coin').map(readBybitBalance)) }
    default:
      return {}
  }
}
