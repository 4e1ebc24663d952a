import type { AccountRecord } from './account-record.ts'
import { bestTicks, type MarketState } from './exchange-state.ts'
import type { OrderIntent } from './order-types.ts'

/** Lots that an order would find at its price or better, up to its quantity; orders of the same account do not count. */
export function matchableLots(
  state: MarketState,
  account: AccountRecord | undefined,
  intent: Pick<OrderIntent, 'side' | 'priceTicks' | 'qtyLots'>,
): number {
  const wanted = intent.qtyLots ?? 0
  const opposite = intent.side === 'buy' ? 'sell' : 'buy'
  const reaches = (ticks: number): boolean =>
    intent.priceTicks === undefined || (intent.side === 'buy' ? ticks <= intent.priceTicks : ticks >= intent.priceTicks)
  if (state.market.mode === 'noiseless') {
    const touch = bestTicks(state, opposite)
    return touch !== undefined && reaches(touch) ? wanted : 0
  }
  let found = 0
  for (const order of state.book.from(opposite)) {
    if (!reaches(order.priceTicks)) break
    if (account === undefined || order.owner?.account !== account) found += order.lots
    if (found >= wanted) return wanted
  }
  return found
}
