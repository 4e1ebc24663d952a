import type { RestingOrder } from './resting-order.ts'

/**
 * True when the low is visited before the high.
 *
 * A bar does not say in which order its extremes came, so the order that hurts is assumed. With a position, the adverse
 * extreme comes first. Without one, the favourable extreme of the side that the resting orders would enter comes first:
 * up for buys, down for sells. A limit then enters on the way to the extreme that is against it and finds the other one
 * used up; a stop enters on the way there, after which {@link SimulatedVenue} turns to the adverse extreme. Where
 * neither side prevails, the extreme nearer to the open comes first.
 */
export function lowFirst(
  positionLots: number,
  resting: readonly RestingOrder[],
  bar: { readonly open: number; readonly high: number; readonly low: number },
): boolean {
  if (positionLots !== 0) return positionLots > 0
  let buys = 0
  for (const { order, takesAnyPrice } of resting) {
    if (!takesAnyPrice) buys += order.side === 'buy' ? 1 : -1
  }
  return buys === 0 ? bar.open - bar.low <= bar.high - bar.open : buys < 0
}
