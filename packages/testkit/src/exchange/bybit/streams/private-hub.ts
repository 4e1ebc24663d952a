import type { Position } from '../../core/account-types.ts'
import type { ExchangeEvent } from '../../core/exchange-event.ts'
import type { Fill, OrderState } from '../../core/order-types.ts'
import type { BybitContext } from '../bybit-context.ts'
import type { BybitCategory } from '../bybit-market.ts'
import { executionRow } from '../execution-row.ts'
import { orderRow } from '../order-row.ts'
import { positionRow } from '../position-row.ts'
import { walletRow } from '../wallet-row.ts'
import type { PrivateSocket } from './private-socket.ts'

/** What happened to one account since the last messages. */
interface AccountNews {
  /** The last state of each order. */
  readonly orders: Map<number, OrderState>
  readonly fills: { readonly fill: Fill; readonly order: OrderState }[]
  readonly positions: Map<string, Position>
  hasMoney: boolean
}

/** Products of the dead-man timer and the category whose orders each cancels. */
const PRODUCTS = { SPOT: 'spot', DERIVATIVES: 'linear' } as const

/**
 * Tells accounts what happened to them. News of one instruction are put together: a market order that fills at once is one
 * order message with its last state, and not one of every state in between.
 */
export class PrivateHub {
  readonly #context: BybitContext
  readonly #sockets = new Map<string, Set<PrivateSocket>>()
  readonly #news = new Map<string, AccountNews>()
  #isFlushPlanned = false
  #messages = 0

  constructor(context: BybitContext) {
    this.#context = context
    context.exchange.on((event) => this.#hear(event))
    context.notes.onTurnedAway((order) => {
      this.#newsOf(order.accountId)?.orders.set(order.orderId, order)
    })
  }

  add(socket: PrivateSocket): void {
    const { accountId } = socket
    if (accountId === undefined) return
    const sockets = this.#sockets.get(accountId) ?? new Set()
    this.#sockets.set(accountId, sockets.add(socket))
  }

  /** Takes a socket off. Was it the last that held the dead-man timer back, the timer runs. */
  remove(socket: PrivateSocket): void {
    const { accountId } = socket
    if (accountId === undefined) return
    const held = isHolding(socket)
    const sockets = this.#sockets.get(accountId)
    sockets?.delete(socket)
    if (sockets?.size === 0) this.#sockets.delete(accountId)
    if (held && ![...(sockets ?? [])].some(isHolding)) this.#countDown(accountId, true)
  }

  /** A socket that holds the dead-man timer back is there again. */
  disarm({ accountId }: PrivateSocket): void {
    if (accountId !== undefined) this.#countDown(accountId, false)
  }

  #countDown(accountId: string, isRunning: boolean): void {
    const { exchange, markets, notes } = this.#context
    for (const [product, category] of Object.entries(PRODUCTS)) {
      const windowMs = notes.deadManMs(accountId, product)
      if (windowMs === 0) continue
      for (const { market } of markets.list(category))
        exchange.countdownCancelAll(accountId, market.id, isRunning ? windowMs : 0)
    }
  }

  /** Sends what is waiting. */
  readonly flush = (): void => {
    this.#isFlushPlanned = false
    const waiting = [...this.#news]
    this.#news.clear()
    for (const [accountId, news] of waiting) this.#tell(accountId, news)
  }

  #hear(event: ExchangeEvent): void {
    if (event.type !== 'order' && event.type !== 'account') return
    const news = this.#newsOf(event.accountId)
    if (news === undefined) return
    if (event.type === 'account') {
      news.hasMoney = true
      for (const position of event.positions)
        news.positions.set(`${position.marketId}|${position.positionSide}`, position)
      return
    }
    news.orders.set(event.order.orderId, event.order)
    if (event.fill !== undefined) news.fills.push({ fill: event.fill, order: event.order })
  }

  /** Undefined where nobody listens. */
  #newsOf(accountId: string): AccountNews | undefined {
    if (!this.#sockets.has(accountId)) return undefined
    const known = this.#news.get(accountId)
    if (known !== undefined) return known
    const news: AccountNews = { orders: new Map(), fills: [], positions: new Map(), hasMoney: false }
    this.#news.set(accountId, news)
    // Requests flush at their end; what others cause is told as soon as they are through.
    if (!this.#isFlushPlanned) {
      this.#isFlushPlanned = true
      queueMicrotask(this.flush)
    }
    return news
  }

  #tell(accountId: string, news: AccountNews): void {
    const { markets } = this.#context
    const rows: Record<string, { category: BybitCategory | 'wallet'; row: object }[]> = {
      order: [...news.orders.values()].map((order) => {
        const market = markets.byId(order.marketId)
        return {
          category: market.category,
          row: { category: market.category, ...orderRow(this.#context, market, order) },
        }
      }),
      execution: news.fills.map(({ fill, order }) => {
        const market = markets.byId(fill.marketId)
        const row = executionRow(this.#context, market, fill, order)
        return { category: market.category, row: { category: market.category, ...row } }
      }),
      position: [...news.positions.values()].map((position) => {
        const market = markets.byId(position.marketId)
        const { avgPrice, ...row } = positionRow(this.#context, market, position)
        return { category: market.category, row: { category: market.category, entryPrice: avgPrice, ...row } }
      }),
      wallet: news.hasMoney ? [{ category: 'wallet', row: walletRow(this.#context, accountId) }] : [],
    }
    for (const [kind, entries] of Object.entries(rows)) {
      for (const category of new Set(entries.map((entry) => entry.category))) {
        const data = entries.filter((entry) => entry.category === category).map(({ row }) => row)
        this.#send(accountId, kind, category, data)
      }
    }
    this.#sendFast(accountId, rows['execution'] ?? [])
  }

  #send(accountId: string, kind: string, category: string, data: readonly object[]): void {
    for (const socket of this.#sockets.get(accountId) ?? []) {
      for (const topic of socket.wanted(kind, category)) {
        this.#messages += 1
        const creationTime = this.#context.exchange.clock.nowMs()
        socket.send({ id: `${socket.connId}:${this.#messages}`, topic, creationTime, data })
      }
    }
  }

  /** `execution.fast` has few of the fields. */
  #sendFast(accountId: string, entries: readonly { readonly category: string; readonly row: object }[]): void {
    for (const { category, row } of entries) {
      const { symbol, execId, execPrice, execQty, orderId, isMaker, orderLinkId, side, execTime, seq } = row as Record<
        string,
        unknown
      >
      const fast = { category, symbol, execId, execPrice, execQty, orderId, isMaker, orderLinkId, side, execTime, seq }
      this.#send(accountId, 'execution.fast', category, [fast])
    }
  }
}

function isHolding(socket: PrivateSocket): boolean {
  return ['future', 'spot', 'option'].some((product) => socket.wanted('dcp', product).length > 0)
}
