import { sideProblem } from './group-request.ts'
import type { ApprovedGroup, OrderGroup } from './order-group.ts'
import { amendedRequest } from './order-request.ts'
import { isFinal } from './order-state.ts'
import type { Order, OrderRequest } from './order.ts'
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

/**
 * Why an order of a group must not stand on new terms: a waiting member would lie on the wrong side of its entry, or the
 * entry on that of a member. Members at the market may follow price wherever it goes.
 *
 * @param request - The order as it shall be.
 * @param lastPrice - Newest price of the instrument.
 */
export function amendmentProblem(order: Order, request: OrderRequest, lastPrice: number): string | undefined {
  const { group } = order
  if (group?.entry === undefined || isFinal(group.entry.state)) return undefined
  if (order !== group.entry) {
    if (order.state !== 'waiting') return undefined
    return sideProblem(request, amendedRequest(group.entry, {}) as OrderRequest, lastPrice)
  }
  for (const member of group.members) {
    if (isFinal(member.state)) continue
    const problem = sideProblem(amendedRequest(member, {}) as OrderRequest, request, lastPrice)
    if (problem !== undefined) return problem
  }
  return undefined
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
