import type { RestingOrder } from './resting-order.ts'

/**
 * Sorts orders that one bar reached: first the one that loses most, a unit, against the bar's close.
 *
 * Whatever the true order was, nobody who holds the position at the close is better off in it. Where several compete (for
 * the volume, for the cash, for the position that a reduce-only order may reduce, as members of one group), the one that
 * hurts most wins. Ties keep the order of age.
 */
export function worstFirst(close: number): (a: RestingOrder, b: RestingOrder) => number {
  const gain = ({ order, tradePrice }: RestingOrder): number =>
    order.side === 'buy' ? close - tradePrice : tradePrice - close
  return (a, b) => gain(a) - gain(b)
}
