import type { OrderState } from '../core/order-types.ts'
import { badParameter } from './bybit-answer.ts'
import type { AccountContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import type { BybitParams } from './bybit-params.ts'
import { executionRow, executionType, fundingRow } from './execution-row.ts'
import { executionIdText, fundingIdText, orderIdText } from './order-ids.ts'
import { findOrder, orderKeyOf } from './order-keys.ts'
import { isOpenOrder, orderRow, orderStatus } from './order-row.ts'
import { pageOf, type PagedRow } from './row-pages.ts'

/** Closed orders that `order/realtime` still knows. */
const RECENT = 500

/** `GET order/realtime`: open orders, newest first; one order of any recent state where it is named. */
export function realtime(context: AccountContext, params: BybitParams): object {
  const named = namedOrders(context, params)
  if (named !== undefined) return pageOf(rowsOf(context, named), params, 20, 50)
  const openOnly = params.text('openOnly') ?? '0'
  const markets = chosenMarkets(context, params)
  const orders =
    openOnly === '0'
      ? markets.flatMap((market) =>
          context.exchange.openOrders(context.key.accountId, market.market.id).map((order) => ({ market, order })),
        )
      : allOrders(context, markets, params).slice(-RECENT)
  return pageOf(
    rowsOf(
      context,
      orders.filter(({ order }) => passesFilter(order, params)),
    ),
    params,
    20,
    50,
  )
}

/** `GET order/history`: orders of a window by the time they were made, newest first. */
export function history(context: AccountContext, params: BybitParams): object {
  const named = namedOrders(context, params)
  const orders = named ?? allOrders(context, chosenMarkets(context, params), params)
  const status = params.text('orderStatus')
  const rows = orders.filter(
    ({ order, market }) =>
      (named !== undefined || !isOpenOrder(order)) &&
      passesFilter(order, params) &&
      (status === undefined || orderStatus(order, market) === status),
  )
  return pageOf(rowsOf(context, rows), params, 20, 50)
}

/** `GET execution/list`: fills and funding payments, newest first. */
export function executions(context: AccountContext, params: BybitParams): object {
  const type = params.text('execType')
  const { exchange, key } = context
  const window = windowOf(params)
  const rows: PagedRow[] = []
  for (const market of chosenMarkets(context, params)) {
    const orderKey = orderKeyOf(market, params)
    const order = orderKey === undefined ? undefined : findOrder(context, market, orderKey)
    if (orderKey !== undefined && order === undefined) continue
    const filter = { ...window, marketId: market.market.id, orderId: order?.orderId }
    for (const fill of exchange.trades(key.accountId, filter)) {
      const ofFill = exchange.order(key.accountId, market.market.id, { orderId: fill.orderId })
      if (type !== undefined && executionType(ofFill) !== type) continue
      rows.push({
        name: executionIdText(market.category, fill.tradeId, fill.side === 'buy'),
        tsMs: fill.tsMs,
        row: () => executionRow(context, market, fill, ofFill),
      })
    }
    if (orderKey === undefined && (type === undefined || type === 'Funding'))
      rows.push(...fundingRows(context, market, window))
  }
  rows.sort((a, b) => a.tsMs - b.tsMs)
  return pageOf(rows.reverse(), params, 50, 100)
}

function fundingRows(context: AccountContext, market: BybitMarket, window: ReturnType<typeof windowOf>): PagedRow[] {
  const { exchange, key } = context
  return exchange
    .income(key.accountId, { ...window, marketId: market.market.id })
    .filter(({ kind }) => kind === 'funding')
    .map((income) => {
      const settled = market.tape.marks.settlements.find(({ tsMs }) => tsMs === income.tsMs)
      const row = (): object => fundingRow(market, income, settled)
      return { name: fundingIdText(income.incomeId), tsMs: income.tsMs, row }
    })
}

interface Found {
  readonly market: BybitMarket
  readonly order: OrderState
}

/** The order that is asked for by name, over all markets that it may be of; undefined where none is named. */
function namedOrders(context: AccountContext, params: BybitParams): Found[] | undefined {
  if (params.text('orderId') === undefined && params.text('orderLinkId') === undefined) return undefined
  return chosenMarkets(context, params).flatMap((market) => {
    const key = orderKeyOf(market, params)
    const order = key === undefined ? undefined : findOrder(context, market, key)
    return order === undefined ? [] : [{ market, order }]
  })
}

function allOrders(context: AccountContext, markets: readonly BybitMarket[], params: BybitParams): Found[] {
  const { exchange, notes, key } = context
  const window = windowOf(params)
  const away = notes.turnedAway(key.accountId).map(({ order }) => order)
  return markets.flatMap((market) => {
    const marketId = market.market.id
    const engine = exchange.orders(key.accountId, { ...window, marketId })
    const turned = away.filter(
      (order) =>
        order.marketId === marketId &&
        order.createdMs >= (window.fromMs ?? 0) &&
        order.createdMs <= (window.toMs ?? Number.MAX_SAFE_INTEGER),
    )
    return [...engine, ...turned].map((order) => ({ market, order }))
  })
}

function rowsOf(context: AccountContext, orders: readonly Found[]): PagedRow[] {
  return orders
    .toSorted((a, b) => b.order.createdMs - a.order.createdMs || b.order.orderId - a.order.orderId)
    .map(({ market, order }) => ({
      name: orderIdText(market.category, order.orderId),
      tsMs: order.createdMs,
      row: () => orderRow(context, market, order),
    }))
}

function passesFilter(order: OrderState, params: BybitParams): boolean {
  const filter = params.text('orderFilter')
  if (filter === undefined) return true
  const isConditional = order.trigger !== undefined
  if (filter === 'Order') return !isConditional
  if (filter === 'tpslOrder') return order.venueType === 'tpslOrder'
  return isConditional
}

function chosenMarkets({ markets }: AccountContext, params: BybitParams): readonly BybitMarket[] {
  const category = params.required('category')
  const symbol = params.text('symbol')
  if (symbol !== undefined) return [markets.of(category, symbol)]
  const [settle, base] = [params.text('settleCoin'), params.text('baseCoin')]
  return markets
    .list(category)
    .filter(
      ({ market }) => (settle === undefined || market.quote === settle) && (base === undefined || market.base === base),
    )
}

/** The venue looks at seven days at most in one request. */
const LONGEST_MS = 7 * 86_400_000

function windowOf(params: BybitParams): { readonly fromMs: number | undefined; readonly toMs: number | undefined } {
  const at = (name: string): number | undefined =>
    params.text(name) === undefined ? undefined : params.whole(name, 0, 0, Number.MAX_SAFE_INTEGER)
  const [fromMs, toMs] = [at('startTime'), at('endTime')]
  if (fromMs !== undefined && toMs !== undefined && toMs - fromMs > LONGEST_MS)
    throw badParameter('The time range between startTime and endTime should be less than or equal to 7 days')
  return { fromMs, toMs: toMs ?? (fromMs === undefined ? undefined : fromMs + LONGEST_MS) }
}
