import type { AccountSideOfExchange, MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { MarketId } from '../../core/market-spec.ts'
import type { OrderState } from '../../core/order-types.ts'

/** The exchange as far as it is watched: what it reports, and orders as they stand. */
export type WatchedExchange = MarketSideOfExchange & Pick<AccountSideOfExchange, 'order'>

/** A price at which an account's order waits. */
export interface InterestingPrice {
  readonly ticks: number
  /** It waits for a trade there, and not only for the touch. */
  readonly isTrigger: boolean
}

/** Knows the prices at which orders of accounts wait, from what the exchange reports about them. */
export class PricesOfInterest {
  readonly #exchange: WatchedExchange
  readonly #marketId: MarketId
  readonly #waiting = new Map<number, OrderState>()
  readonly stop: () => void

  constructor(exchange: WatchedExchange, marketId: MarketId) {
    this.#exchange = exchange
    this.#marketId = marketId
    this.stop = exchange.on((event) => {
      if (event.type === 'order' && event.order.marketId === marketId) this.#note(event.order)
    })
  }

  /** Prices strictly between two others, in the order in which a move from one to the other meets them. */
  between(fromTicks: number, toTicks: number): InterestingPrice[] {
    const low = Math.min(fromTicks, toTicks)
    const high = Math.max(fromTicks, toTicks)
    const met: InterestingPrice[] = []
    for (const order of this.#waiting.values()) {
      const isTrigger = order.status === 'pending'
      const ticks = isTrigger ? this.#triggerOf(order) : order.priceTicks
      if (ticks !== undefined && ticks > low && ticks < high) met.push({ ticks, isTrigger })
    }
    return met.sort((a, b) => (toTicks > fromTicks ? a.ticks - b.ticks : b.ticks - a.ticks))
  }

  #triggerOf(order: OrderState): number | undefined {
    if (order.trailing === undefined) return order.trigger?.priceTicks
    // A trailing trigger moves without a report.
    return this.#exchange.order(order.accountId, this.#marketId, { orderId: order.orderId })?.trigger?.priceTicks
  }

  #note(order: OrderState): void {
    const { orderId, status } = order
    if (status === 'pending' || status === 'open' || status === 'partly-filled') this.#waiting.set(orderId, order)
    else this.#waiting.delete(orderId)
  }
}
