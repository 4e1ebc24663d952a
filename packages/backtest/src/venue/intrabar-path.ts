import type { RestingOrder } from './resting-order.ts'

/**
 * True when the low is visited before the high.
 *
 * A bar does not say in which order its extremes came, so the order that hurts is assumed. With a position, the adverse
 * extreme comes first. Without one, the extreme comes first that lets the resting orders enter and then moves on
 * against the new position: down for buy limits and sell stops, up for sell limits and buy stops. Where neither
 * decides, the extreme nearer to the open comes first.
 */
export function lowFirst(
  positionLots: number,
  resting: readonly RestingOrder[],
  bar: { readonly open: number; readonly high: number; readonly low: number },
): boolean {
  if (positionLots !== 0) return positionLots > 0
  let balance = 0
  for (const { order, triggered, takesAnyPrice } of resting) {
    if (takesAnyPrice) continue
    const stopLike = !triggered && (order.type === 'stop-market' || order.type === 'stop-limit')
    balance += (order.side === 'buy') === stopLike ? -1 : 1
  }
  return balance === 0 ? bar.open - bar.low <= bar.high - bar.open : balance > 0
}
