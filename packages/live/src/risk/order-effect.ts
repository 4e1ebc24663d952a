import type { Kernel, Order } from '@kestrel/kernel'

/** True for an order that can only close what an entry of its own group, or the position, has opened. */
export function isExit(order: Order): boolean {
  const entry = order.group?.entry
  return order.reduceOnly || (entry !== undefined && entry !== order)
}

/** True for a member of a group that comes to the venue when its entry fills. */
export function isReleased({ group, orderId }: Pick<Order, 'group' | 'orderId'>): boolean {
  return group?.entry !== undefined && group.entry.orderId !== orderId
}

/** True where the order may leave the position larger than it is, or turn it over. */
export function isOpening(order: Order, kernel: Kernel): boolean {
  if (isExit(order)) return false
  let signed = signedRest(order)
  // Several orders that each close the position would together turn it over.
  for (const other of kernel.desk.openOrders(order.strategyIndex, order.instrumentIndex)) {
    if (other === order || other.side !== order.side || other.leg !== order.leg || standsBack(other)) continue
    // Orders of one group that cancel each other close the same lots.
    if (other.group === undefined || other.group !== order.group) signed += signedRest(other)
  }
  return opens(heldBy(order, kernel), signed)
}

/** True for an exit that the venue takes back where another order has closed the position; one that fills at once comes first. */
function standsBack(order: Order): boolean {
  return isExit(order) && (isReleased(order) || order.type !== 'market')
}

/** True where the order would do so by itself, whatever else rests: a stop and a target beside each other do not. */
export function isOpeningAlone(order: Order, kernel: Kernel): boolean {
  return !isExit(order) && opens(heldBy(order, kernel), signedRest(order))
}

function opens(held: number, signed: number): boolean {
  return held * signed >= 0 || Math.abs(signed) > Math.abs(held)
}

/** Signed lots of the position that the order trades. */
function heldBy({ leg, instrumentIndex, strategyIndex }: Order, { config, ledger }: Kernel): number {
  const place = leg * config.instruments.length + instrumentIndex
  return ledger.lots[strategyIndex * ledger.placeCount + place] as number
}

function signedRest({ side, remainingLots }: Order): number {
  return side === 'buy' ? remainingLots : -remainingLots
}
