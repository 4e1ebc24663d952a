import type { ApprovedGroup, OrderGroup } from './order-group.ts'
import type { Order } from './order.ts'
import { checkOrder, type RiskState } from './risk.ts'

/**
 * Checks every order of a group; one that is refused refuses all.
 *
 * Members that wait for an entry are checked against the instrument's filters alone: what they will close is not held yet.
 *
 * @param stateOf - What the checks need to know for an order.
 * @returns The group, now one that can be sent, or why it must not be.
 */
export function checkGroup(group: OrderGroup, stateOf: (order: Order) => RiskState): ApprovedGroup | string {
  const { entry, members } = group
  const live = entry === undefined ? members : [entry]
  for (const order of live) {
    const verdict = checkOrder(order, stateOf(order))
    if (typeof verdict === 'string') return verdict
  }
  if (entry !== undefined) {
    for (const member of members) {
      const problem = filterProblem(member)
      if (problem !== undefined) return problem
    }
  }
  return group as ApprovedGroup
}

function filterProblem(order: Order): string | undefined {
  const { instrument, limitTicks, limitPrice, triggerPrice, quantity } = order
  if (instrument.minQuantity > 0 && quantity < instrument.minQuantity) {
    return `a member's quantity ${quantity} is below the minimum of ${instrument.minQuantity}`
  }
  const price = Number.isNaN(limitTicks) ? triggerPrice : limitPrice
  const unit = instrument.settlement === 'linear' ? price * instrument.contractSize : instrument.contractSize
  // What only reduces a position in a perpetual may be as small as that: see the checks of an order.
  if (order.reduceOnly && instrument.kind !== 'spot') return undefined
  // A trailing stop has no price yet, so that nothing can be said of its notional.
  return quantity * unit < instrument.minNotional
    ? `a member's notional ${(quantity * unit).toPrecision(6)} is below the minimum of ${instrument.minNotional}`
    : undefined
}
