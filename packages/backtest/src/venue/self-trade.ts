import { stepsToNumber } from '@kestrel/core'
import type { LaneOrders } from './lane-orders.ts'
import type { RestingOrder } from './resting-order.ts'

/**
 * What a venue does when an order would trade with another one of the same account. `cancel-oldest` (the one that rests
 * goes; Binance calls it expire-maker), `cancel-newest` (the one that comes goes), `cancel-both`, or `allow`.
 */
export type SelfTradeMode = 'cancel-oldest' | 'cancel-newest' | 'cancel-both' | 'allow'

export const SELF_TRADE_MODES: readonly SelfTradeMode[] = ['cancel-oldest', 'cancel-newest', 'cancel-both', 'allow']

const NONE: readonly RestingOrder[] = Object.freeze([])

/**
 * Own resting limits of the other side that an order at `price` would meet. One that the market itself has reached at
 * `marketPrice` is not among them: it trades with the market.
 */
export function ownOrdersMet(
  orders: LaneOrders,
  resting: RestingOrder,
  price: number,
  marketPrice: number,
  throughTicks: number,
): readonly RestingOrder[] {
  const buy = resting.order.side === 'buy'
  const ladder = buy ? orders.rising : orders.falling
  if (ladder.count === 0) return NONE
  const through = stepsToNumber(throughTicks, resting.order.instrument.tick)
  const met = ladder.limitsWithin(buy ? 'sell' : 'buy', price, buy ? price + through : price - through)
  return met.length === 0 ? NONE : met.filter((each) => !each.reachedAt(marketPrice))
}
