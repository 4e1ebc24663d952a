import { UsageError } from '@kestrel/core'
import type { OrderReference, OrderType, VenueOrder } from '@kestrel/kernel'
import type { CcxtMarket } from '../../../ccxt/ccxt-exchange.ts'
import { productOf } from '../../instrument-book.ts'
import { type Row, rowOf, rowsOf, textOf } from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import type { Product } from '../../trading-options.ts'
import { isOrderUnknown, isUnchanged } from '../../venue-refusal.ts'
import type { Desk, VenueDialect } from '../dialect.ts'
import { acknowledged, amendedAmounts, isConditional } from '../order-terms.ts'
import { binanceBalances, binanceAccountNumber, binanceKeyRights, binancePositions } from './binance-account.ts'
import { binanceFills, binanceFunding } from './binance-history.ts'
import { readBinanceAlgo, readBinanceOrder } from './binance-orders.ts'
import { readBinanceStream } from './binance-stream.ts'
import { binanceTerms } from './binance-terms.ts'

/** Names of the endpoints by wallet. */
const API: Readonly<Record<Product, { readonly get: string; readonly type: string; readonly login: string }>> = {
  spot: { get: 'privateGet', type: 'spot', login: 'spot' },
  linear: { get: 'fapiPrivateGet', type: 'swap', login: 'future' },
  inverse: { get: 'dapiPrivateGet', type: 'swap', login: 'delivery' },
}

const ORDER_TYPES: readonly OrderType[] = [
  'market',
  'limit',
  'stop-market',
  'stop-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
]

/** Binance: spot, and USD-M and COIN-M perpetuals, each a wallet of its own. */
export const binanceDialect: VenueDialect = {
  id: 'binance',
  products: ['spot', 'linear', 'inverse'],
  defaultProducts: ['linear'],
  oneProduct: true,
  // 20 % of a minute's weight at once, the rest at 80 % of the minute's speed. ccxt's costs fill a minute of spot's 6,000
  // exactly, and half a minute of the 2,400 of perpetuals.
  budget: ([product]) => (product === 'spot' ? { burstMs: 12_000, share: 0.8 } : { burstMs: 24_000, share: 1.6 }),

  config([product = 'linear']) {
    return {
      defaultType: API[product].type,
      ...(product === 'spot' ? {} : { defaultSubType: product }),
      fetchMarkets: { types: [product] },
      fetchMargins: false,
      // An order that was held up for longer is refused, so that an unknown outcome does not stay open for long.
      recvWindow: 5_000,
    }
  },
  useSandbox(exchange) {
    exchange.enableDemoTrading?.(true)
    return true
  },
  abilities([product = 'linear']) {
    const isSpot = product === 'spot'
    return {
      orderTypes: product === 'inverse' ? ['market', 'limit'] : ORDER_TYPES,
      timesInForce: isSpot ? ['GTC', 'IOC', 'FOK'] : ['GTC', 'IOC', 'FOK', 'GTD'],
      amendsInPlace: !isSpot,
      amendableTypes: isSpot ? [] : ['limit'],
      hasReduceOnly: !isSpot,
      hasClosePosition: product === 'linear',
      hasHedgeMode: !isSpot,
      hasDeadManTimer: !isSpot,
      fillHistoryMs: (isSpot ? 365 : 180) * 86_400_000,
    }
  },
  async fetchTime({ exchange, products }) {
    const endpoint = { spot: 'publicGetTime', linear: 'fapiPublicGetTime', inverse: 'dapiPublicGetTime' }
    const answer = rowOf(await askEndpoint(exchange, endpoint[products[0] ?? 'linear']), 'the time')
    return textOf(answer, 'serverTime')
  },

  orderTerms: binanceTerms,
  readCreated(desk, info, order) {
    const row = rowOf(info, 'an acknowledgement')
    const read =
      'algoStatus' in row
        ? readBinanceAlgo(desk, row, undefined)
        : 'status' in row
          ? readBinanceOrder(desk, row)
          : undefined
    const id = textOf(row, 'orderId', 'algoId')
    return read ?? acknowledged(order, id ?? '', desk.nowMs())
  },

  async amend(desk, order, terms, market) {
    if (productOf(market) === 'spot' || terms.type !== 'limit')
      throw new UsageError({
        code: 'VENUE_ORDER_UNSUPPORTED',
        message: `binance: ${order.instrument.id} ${terms.type}: only limit orders of perpetuals can be amended. Nothing was sent.`,
        hint: 'Cancel it and send a new one.',
        meta: { venue: 'binance', instrument: order.instrument.id, type: terms.type },
      })
    const { quantity, limit } = amendedAmounts(terms, order.instrument)
    const { info } = await desk.exchange.editOrder(
      order.venueOrderId,
      market.symbol,
      'limit',
      terms.side,
      quantity,
      limit,
      {
        origClientOrderId: order.clientOrderId,
      },
    )
    return readBinanceOrder(desk, rowOf(info, 'an amended order'))
  },

  async cancel(desk, order, market) {
    const cancelAs = async (isAlgo: boolean): Promise<VenueOrder | undefined> => {
      const params = { clientOrderId: order.clientOrderId, ...(isAlgo ? { trigger: true } : {}) }
      const { info } = await desk.exchange.cancelOrder(undefined, market.symbol, params)
      // The algo service confirms without saying how the order stands.
      return isAlgo ? undefined : readBinanceOrder(desk, rowOf(info, 'a cancelled order'))
    }
    const hasAlgo = productOf(market) === 'linear'
    const isAlgo = hasAlgo && order.type !== undefined && isConditional(order.type)
    try {
      return await cancelAs(isAlgo)
    } catch (error) {
      if (!hasAlgo || !isOrderUnknown(error)) throw error
      if (!isAlgo && order.type === undefined) return cancelAlgo(desk, order, market, cancelAs)
      if (!isAlgo) throw error
      return cancelSetOff(desk, order, market, error)
    }
  },

  async cancelAll(desk, instruments) {
    const named = instruments ?? (await this.openOrders(desk, undefined)).map((order) => order.instrument)
    for (const symbol of new Set(named.map((each) => desk.book.marketOf(each.id).symbol))) {
      const isLinear = desk.products.includes('linear')
      await desk.exchange.cancelAllOrders(symbol).catch(ignoreNone)
      if (isLinear) await desk.exchange.cancelAllOrders(symbol, { trigger: true }).catch(ignoreNone)
    }
  },

  async find(desk, order, market) {
    const product = productOf(market) ?? 'spot'
    const isAlgo = product === 'linear' && order.type !== undefined && isConditional(order.type)
    if (!isAlgo) {
      const found = await unlessUnknown(
        askEndpoint(desk.exchange, `${API[product].get}Order`, {
          symbol: market.id,
          origClientOrderId: order.clientOrderId,
        }),
      )
      if (found !== undefined) return readBinanceOrder(desk, rowOf(found, 'an order'))
      if (product !== 'linear' || order.type !== undefined) return undefined
    }
    return findAlgo(desk, order, market)
  },

  async openOrders(desk, instruments) {
    const product = desk.products[0] ?? 'linear'
    const symbols = instruments?.map((each) => desk.book.marketOf(each.id).id) ?? [undefined]
    const found: VenueOrder[] = []
    for (const symbol of symbols) {
      const params = symbol === undefined ? {} : { symbol }
      const algos =
        product === 'linear'
          ? rowsOf(await askEndpoint(desk.exchange, 'fapiPrivateGetOpenAlgoOrders', params), 'open orders')
          : []
      for (const row of algos) rememberActual(desk, row)
      const rows = rowsOf(await askEndpoint(desk.exchange, `${API[product].get}OpenOrders`, params), 'open orders')
      const orders = rows.flatMap((row) => readBinanceOrder(desk, row) ?? [])
      found.push(...orders)
      const seen = new Set(orders.map((order) => order.venueOrderId))
      for (const row of algos) {
        const order = readBinanceAlgo(desk, row, undefined)
        // One that was set off is in the market, where it is listed with what it filled.
        if (order !== undefined && !seen.has(order.venueOrderId)) found.push(order)
      }
    }
    return found
  },

  fills: binanceFills,
  async funding(desk, instrument, fromMs) {
    return instrument.kind === 'spot' ? [] : binanceFunding(desk, instrument, fromMs)
  },
  balances: binanceBalances,
  positions: binancePositions,
  keyRights: binanceKeyRights,
  accountNumber: binanceAccountNumber,

  async setLeverage({ exchange }, market, leverage, marginMode) {
    await exchange.setMarginMode(marginMode, market.symbol).catch(ignoreUnchanged)
    await exchange.setLeverage(leverage, market.symbol).catch(ignoreUnchanged)
  },
  async setPositionMode({ exchange, products }, mode) {
    const params = { type: 'swap', subType: products[0] }
    await exchange.setPositionMode(mode === 'hedge', undefined, params).catch(ignoreUnchanged)
  },
  async armDeadManTimer(desk, timeoutMs, instruments) {
    const prefix = desk.products.includes('inverse') ? 'dapiPrivate' : 'fapiPrivate'
    for (const { id } of instruments)
      await askEndpoint(desk.exchange, `${prefix}PostCountdownCancelAll`, {
        symbol: desk.book.marketOf(id).id,
        countdownTime: timeoutMs,
      })
  },

  watches({ exchange, products }) {
    const product = products[0] ?? 'linear'
    const params = product === 'spot' ? { type: 'spot' } : { type: 'swap', subType: product }
    // One stream carries orders, fills, balances and positions.
    return [async () => exchange.watchOrders(undefined, undefined, undefined, params)]
  },
  confirmations: ({ products }) => (products.includes('spot') ? 1 : 0),
  forgetLogin(exchange) {
    for (const login of ['future', 'delivery'])
      exchange.options[login] = {
        ...(exchange.options[login] as object),
        listenKey: undefined,
        lastAuthenticatedTime: 0,
      }
  },
  readStream: readBinanceStream,
}

async function findAlgo(desk: Desk, order: OrderReference, market: CcxtMarket): Promise<VenueOrder | undefined> {
  const row = await algoRow(desk, order)
  if (row === undefined) return undefined
  const actual = await actualOrder(desk, row, market)
  return readBinanceAlgo(desk, row, actual)
}

async function algoRow(desk: Desk, order: OrderReference): Promise<Row | undefined> {
  const asked = askEndpoint(desk.exchange, 'fapiPrivateGetAlgoOrder', { clientAlgoId: order.clientOrderId })
  const found = await unlessUnknown(asked)
  return found === undefined ? undefined : rowOf(found, 'an order')
}

/** The order in the market that a stop became. */
async function actualOrder(desk: Desk, row: Row, market: CcxtMarket): Promise<VenueOrder | undefined> {
  const actualId = rememberActual(desk, row)
  if (actualId === undefined) return undefined
  const asked = askEndpoint(desk.exchange, 'fapiPrivateGetOrder', { symbol: market.id, orderId: actualId })
  const found = await unlessUnknown(asked)
  return found === undefined ? undefined : readBinanceOrder(desk, rowOf(found, 'an order'))
}

function rememberActual(desk: Desk, row: Row): string | undefined {
  const actualId = textOf(row, 'actualOrderId')
  const algo = readBinanceAlgo(desk, row, undefined)
  if (actualId === undefined || actualId === '0' || algo === undefined) return undefined
  const { venueOrderId, clientOrderId, type } = algo
  desk.triggered.join(actualId, {
    venueOrderId,
    clientOrderId,
    type,
    triggerPrice: Number(row['triggerPrice']) || undefined,
  })
  return actualId
}

/** Its kind is not known: it may be a stop. */
async function cancelAlgo(
  desk: Desk,
  order: OrderReference,
  market: CcxtMarket,
  cancelAs: (isAlgo: boolean) => Promise<VenueOrder | undefined>,
): Promise<VenueOrder | undefined> {
  try {
    return await cancelAs(true)
  } catch (error) {
    if (!isOrderUnknown(error)) throw error
    return cancelSetOff(desk, order, market, error)
  }
}

/** The algo service has let the stop go: where it became an order, that one is cancelled. */
async function cancelSetOff(
  desk: Desk,
  order: OrderReference,
  market: CcxtMarket,
  error: unknown,
): Promise<VenueOrder | undefined> {
  const row = await algoRow(desk, order)
  const actualId = row === undefined ? undefined : rememberActual(desk, row)
  if (actualId === undefined) throw error
  const { info } = await desk.exchange.cancelOrder(actualId, market.symbol)
  return readBinanceOrder(desk, rowOf(info, 'a cancelled order'))
}

async function unlessUnknown(asked: Promise<unknown>): Promise<unknown> {
  return asked.catch((error: unknown) => {
    if (isOrderUnknown(error)) return undefined
    throw error
  })
}

/** Nothing to cancel is what was asked for. */
function ignoreNone(error: unknown): void {
  if (!isOrderUnknown(error)) throw error
}

function ignoreUnchanged(error: unknown): void {
  if (!isUnchanged(error)) throw error
}
