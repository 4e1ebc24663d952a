import type { OrderRecord } from '@kestrel/kernel'

/** What the simulated venue says of an order whose fill the account could not pay for or carry. */
const UNCOVERED = 'the account cannot cover it'

/** Orders that ended because the account could not cover any more of them at the price of the fill. O(orders). */
export function uncoveredOrders(orders: readonly OrderRecord[]): number {
  let count = 0
  for (const { state, reason } of orders) if (state === 'cancelled' && reason === UNCOVERED) count++
  return count
}
