import type { MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { MarketId } from '../../core/market-spec.ts'
import type { OrderState } from '../../core/order-types.ts'

/** A price at which an account's order waits. */
export interface InterestingPrice {
  readonly ticks: number
  /** It waits for a trade there, and not only for the touch. */
  readonly isTrigger: boolean
}

/** Knows the prices at which orders of accounts wait, from what the exchange reports about them. */
export class PricesOfInterest {
  readonly #waiting = new Map<number, InterestingPrice>()
  readonly stop: () => void

  constructor(exchange: MarketSideOfExchange, marketId: MarketId) {
    this.stop = exchange.on((event) => {
      if (event.type === 'order' && event.order.marketId === marketId) this.#note(event.order)
    })
  }

  /** Prices strictly between two others, in the order in which a move from one to the other meets them. */
  between(fromTicks: number, toTicks: number): InterestingPrice[] {
    const low = Math.min(fromTicks, toTicks)
    const high = Math.max(fromTicks, toTicks)
    const met = [...this.#waiting.values()].filter(({ ticks }) => ticks > low && ticks < high)
    return met.sort((a, b) => (toTicks > fromTicks ? a.ticks - b.ticks : b.ticks - a.ticks))
  }

  #note({ orderId, status, trigger, priceTicks }: OrderState): void {
    const isTrigger = status === 'pending'
    const ticks = isTrigger ? trigger?.priceTicks : priceTicks
    const isWaiting = isTrigger || status === 'open' || status === 'partly-filled'
    if (isWaiting && ticks !== undefined) this.#waiting.set(orderId, { ticks, isTrigger })
    else this.#waiting.delete(orderId)
  }
}
