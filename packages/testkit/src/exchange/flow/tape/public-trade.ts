import type { TimeMs } from '@kestrel/core'
import type { Side } from '../../core/order-types.ts'

/** One match as the public sees it. Numbers count up by one without a gap. */
export interface PublicTrade {
  readonly id: number
  readonly tsMs: TimeMs
  readonly priceTicks: number
  readonly qtyLots: number
  readonly takerSide: Side
  /** Orders of both sides; 0 where a replayed recording does not say. */
  readonly buyOrderId: number
  readonly sellOrderId: number
}

/** Matches of one order at one price in one moment, which venues show as one. */
export interface AggregateTrade {
  readonly id: number
  readonly firstId: number
  readonly lastId: number
  readonly tsMs: TimeMs
  readonly priceTicks: number
  readonly qtyLots: number
  readonly takerSide: Side
}
