import { watchedPrice } from './admission.ts'
import type { ExchangeState, MarketState } from './exchange-state.ts'
import { fireOrder } from './order-entry.ts'
import type { OrderRecord } from './order-record.ts'

/** Fires every waiting order of a market whose trigger holds, oldest first, until none does. True where one fired. */
export function fireTriggers(state: ExchangeState, market: MarketState): boolean {
  let fired = false
  for (;;) {
    const due = [...market.pending.values()].filter((order) => isDue(market, order))
    if (due.length === 0) return fired
    fired = true
    for (const order of due) {
      // An earlier one may have cancelled it (self-trade prevention, liquidation).
      if (market.pending.has(order.orderId)) fireOrder(state, market, order)
    }
  }
}

function isDue(market: MarketState, order: OrderRecord): boolean {
  const { trigger, trailing } = order
  if (trigger === undefined) return false
  const now = watchedPrice(market, trigger.by)
  if (now === undefined) return false
  const { mantissa, scale } = market.market.tick
  const nowTicks = (now * scale) / mantissa
  if (trailing !== undefined) follow(order, nowTicks)
  const ticks = order.trigger?.priceTicks
  if (ticks === undefined) return false
  return trigger.when === 'rise' ? nowTicks >= ticks : nowTicks <= ticks
}

/** Moves the trigger of a trailing order with the extreme since its activation. */
function follow(order: OrderRecord, nowTicks: number): void {
  const { trigger, trailing } = order
  if (trigger === undefined || trailing === undefined) return
  const falls = trailing.when === 'fall'
  if (order.extremeTicks === undefined) {
    const { activationTicks, activateWhen = falls ? 'rise' : 'fall' } = trailing
    const isActive =
      activationTicks === undefined ||
      (activateWhen === 'rise' ? nowTicks >= activationTicks : nowTicks <= activationTicks)
    if (!isActive) return
    order.extremeTicks = nowTicks
  }
  order.extremeTicks = falls ? Math.max(order.extremeTicks, nowTicks) : Math.min(order.extremeTicks, nowTicks)
  // One rounded division, so that a distance of whole ticks is met exactly.
  const product = order.extremeTicks * (falls ? 10_000 - trailing.callbackBps : 10_000 + trailing.callbackBps)
  const at = falls ? Math.floor(product / 10_000) : Math.ceil(product / 10_000)
  order.trigger = { ...trigger, priceTicks: at }
}
