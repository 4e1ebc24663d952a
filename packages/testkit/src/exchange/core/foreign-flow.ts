import type { ForeignLevel, ForeignOrder } from './exchange-port.ts'
import { bestTicks, type ExchangeState, type MarketState } from './exchange-state.ts'
import { sweep } from './matching.ts'
import type { RestingOrder } from './order-book.ts'

/** Lets an anonymous order meet the book; gives its number where something of it rests. */
export function placeForeignOrder(
  state: ExchangeState,
  market: MarketState,
  order: ForeignOrder,
  silent = false,
): number | undefined {
  const orderId = state.nextOrderId++
  const { side, priceTicks } = order
  let left = order.qtyLots
  const opposite = bestTicks(market, side === 'buy' ? 'sell' : 'buy')
  const crosses = opposite !== undefined && (side === 'buy' ? priceTicks >= opposite : priceTicks <= opposite)
  if (order.timeInForce === 'GTX' && crosses) return undefined
  sweep(state, market, {
    order: undefined,
    orderId,
    side,
    priceTicks,
    wants: () => left,
    onFill: (lots) => {
      left -= lots
    },
    silent,
  })
  if (left === 0 || order.timeInForce === 'IOC') return undefined
  market.book.add({ orderId, side, priceTicks, owner: undefined, lots: left, shown: left, peak: undefined })
  return orderId
}

/** Brings anonymous levels to recorded totals: reductions first, from the back of the queue, then additions at the back. */
export function setForeignTotals(state: ExchangeState, market: MarketState, levels: readonly ForeignLevel[]): void {
  const growing: ForeignLevel[] = []
  for (const level of levels) {
    const queue = foreignQueue(market, level)
    let excess = queue.reduce((sum, { lots }) => sum + lots, 0) - level.qtyLots
    if (excess < 0) growing.push({ ...level, qtyLots: -excess })
    for (let i = queue.length - 1; i >= 0 && excess > 0; i--) {
      const order = queue[i] as RestingOrder
      const lots = Math.min(excess, order.lots)
      market.book.shrink(order, lots)
      excess -= lots
    }
  }
  for (const level of growing) placeForeignOrder(state, market, level, true)
}

function foreignQueue(market: MarketState, { side, priceTicks }: ForeignLevel): RestingOrder[] {
  return [...market.book.queueAt(side, priceTicks)].filter(({ owner }) => owner === undefined)
}
