import type { MarginAccount } from '@kestrel/kernel'
import type { RestingOrder } from './resting-order.ts'

/**
 * Orders that a bar reached and that trade before a position is taken over at `limit`, in the order in which they do:
 * first those on the side where it gains that would enlarge it (whether they come first nobody knows, and then they hurt),
 * then those on the side where it loses that lie before the limit, by price.
 *
 * @param limit - Liquidation price; undefined where none is known, and then nothing is certain to come first.
 */
export function stepsBefore(
  reached: readonly RestingOrder[],
  margin: MarginAccount,
  place: number,
  limit: number | undefined,
): RestingOrder[] {
  const isLong = (margin.lots[place] as number) > 0
  const leg = place >= margin.instruments.length ? 1 : 0
  const own = reached.filter((each) => each.order.leg === leg)
  const losing = isLong ? -1 : 1
  const enlarging = own.filter(
    (each) => each.reachDirection !== losing && !each.order.reduceOnly && (each.order.side === 'buy') === isLong,
  )
  const between = own.filter(
    (each) =>
      each.reachDirection === losing &&
      limit !== undefined &&
      (isLong ? each.reachPrice > limit : each.reachPrice < limit),
  )
  between.sort((a, b) => (isLong ? b.reachPrice - a.reachPrice : a.reachPrice - b.reachPrice))
  return [...enlarging, ...between]
}
