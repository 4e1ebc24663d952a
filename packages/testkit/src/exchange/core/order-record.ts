import type { TimeMs } from '@kestrel/core'
import type { AccountRecord } from './account-record.ts'
import { notionalAtoms } from './atoms.ts'
import type { Market } from './market-spec.ts'
import type {
  Fill,
  OrderState,
  OrderStatus,
  PositionSide,
  RejectReason,
  SelfTradePrevention,
  Side,
  TimeInForce,
  Trailing,
  Trigger,
} from './order-types.ts'

/** An account's order inside the exchange: the mutable twin of {@link OrderState}. */
export interface OrderRecord {
  readonly orderId: number
  readonly conditionalId: number | undefined
  readonly account: AccountRecord
  readonly market: Market
  readonly clientOrderId: string
  readonly side: Side
  readonly type: 'limit' | 'market'
  readonly venueType: string | undefined
  status: OrderStatus
  qtyLots: number | undefined
  readonly quoteAtoms: bigint | undefined
  priceTicks: number | undefined
  readonly timeInForce: TimeInForce
  readonly expiresMs: TimeMs | undefined
  trigger: Trigger | undefined
  readonly trailing: Trailing | undefined
  /** Highest or lowest price that a trailing order has seen since it was activated. */
  extremeTicks: number | undefined
  triggeredMs: TimeMs | undefined
  readonly reduceOnly: boolean
  readonly closePosition: boolean
  readonly positionSide: PositionSide
  readonly selfTradePrevention: SelfTradePrevention
  readonly visibleLots: number | undefined
  filledLots: number
  filledQuoteAtoms: bigint
  preventedLots: number
  readonly createdMs: TimeMs
  updatedMs: TimeMs
  workingMs: TimeMs | undefined
  amendments: number
  reject: RejectReason | undefined
  readonly liquidation: boolean
  /** Spot: what is locked for it, of the asset that it gives. */
  lockedAtoms: bigint
  /** Price times open lots, kept while neither changes. */
  worth: { readonly ticks: number; readonly lots: number; readonly atoms: bigint } | undefined
  /** Fills, oldest first. */
  readonly fills: Fill[]
}

/** Whether an order can still change. */
export function isOpen(status: OrderStatus): boolean {
  return status === 'pending' || status === 'open' || status === 'partly-filled'
}

/** Lots that an order still wants; 0 for one that is for a sum of money. */
export function openLots(order: OrderRecord): number {
  return (order.qtyLots ?? order.filledLots) - order.filledLots - order.preventedLots
}

/** Price times open lots of a resting order. */
export function orderWorth(order: OrderRecord): bigint {
  const lots = openLots(order)
  const ticks = order.priceTicks ?? 0
  if (order.worth === undefined || order.worth.lots !== lots || order.worth.ticks !== ticks) {
    order.worth = { ticks, lots, atoms: notionalAtoms(order.market, ticks, lots) }
  }
  return order.worth.atoms
}

/** A frozen copy for events and answers. */
export function orderState(order: OrderRecord): OrderState {
  const { account, market, extremeTicks: _extreme, lockedAtoms: _locked, worth: _worth, fills: _fills, ...rest } = order
  return Object.freeze({ ...rest, accountId: account.accountId, marketId: market.id })
}
