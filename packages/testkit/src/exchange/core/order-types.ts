import type { TimeMs } from '@kestrel/core'
import type { MarketId } from './market-spec.ts'

export type Side = 'buy' | 'sell'

/** Which position an order works on: the one of one-way mode, or a leg of hedge mode. */
export type PositionSide = 'both' | 'long' | 'short'

/** `GTX` is post-only: refused where it would take. `FOK` is refused on a perpetual and expires on spot where it cannot fill. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX' | 'GTD'

/** What happens when an order meets one of its own account; `decrement` takes the smaller quantity off both. */
export type SelfTradePrevention = 'none' | 'expire-taker' | 'expire-maker' | 'expire-both' | 'decrement'

/** A price that sets a conditional order off. */
export interface Trigger {
  /** Which price is watched. */
  readonly by: 'last' | 'mark' | 'index'
  /** The order goes off when the watched price is at or above (`rise`), or at or below (`fall`). */
  readonly when: 'rise' | 'fall'
  /** Undefined on a trailing order that has not been activated yet. */
  readonly priceTicks: number | undefined
}

/** A trigger that follows the price at a distance. */
export interface Trailing {
  /** Distance from the extreme in hundredths of a percent, 1 or more. */
  readonly callbackBps: number
  /** The move back that sets it off: `fall` follows the highest price, `rise` the lowest. */
  readonly when: 'rise' | 'fall'
  /** The price from which it follows; undefined: at once. */
  readonly activationTicks: number | undefined
  /** It begins to follow at or above (`rise`) or at or below (`fall`) the activation price. Default the way it does not go off. */
  readonly activateWhen?: 'rise' | 'fall'
}

/** An order as an account asks for it. Prices in ticks, quantities in lots, all whole. */
export interface OrderIntent {
  readonly marketId: MarketId
  readonly side: Side
  readonly type: 'limit' | 'market'
  /** The account's own name for the order; unique among its open orders of the market. Default: made by the exchange. */
  readonly clientOrderId?: string | undefined
  /** Required unless `quoteAtoms` or `closePosition`. */
  readonly qtyLots?: number | undefined
  /** Spot market orders: the money to spend or to raise, in 10^-8 of the quote currency, instead of a quantity. */
  readonly quoteAtoms?: bigint | undefined
  readonly priceTicks?: number | undefined
  /** Default `GTC`. */
  readonly timeInForce?: TimeInForce | undefined
  /** Of a `GTD` order. */
  readonly expiresMs?: TimeMs | undefined
  /** Makes the order conditional: it joins the market when the trigger fires. */
  readonly trigger?:
    | { readonly by: Trigger['by']; readonly when: Trigger['when']; readonly priceTicks: number }
    | undefined
  /** Makes the order conditional on a price that follows the market. */
  readonly trailing?: Trailing | undefined
  /** What a trailing order watches; default `last`. */
  readonly triggerBy?: Trigger['by'] | undefined
  readonly reduceOnly?: boolean | undefined
  /** Conditional only: closes whatever the position is when the trigger fires. */
  readonly closePosition?: boolean | undefined
  readonly positionSide?: PositionSide | undefined
  /** Default `expire-maker`, as Binance has it. */
  readonly selfTradePrevention?: SelfTradePrevention | undefined
  /** Part of the quantity that others see; hidden lots refill it at the back of the queue. */
  readonly visibleLots?: number | undefined
  /** What the venue calls the type in its own words; kept and given back unchanged. */
  readonly venueType?: string | undefined
}

export type OrderStatus =
  /** Conditional and not yet set off. */
  | 'pending'
  | 'open'
  | 'partly-filled'
  | 'filled'
  | 'cancelled'
  /** Ended by its own terms: IOC, FOK or GTX remainder, GTD, no liquidity, reduce-only without a position. */
  | 'expired'
  /** Ended by self-trade prevention. */
  | 'expired-in-match'
  /** Set off, and then refused (no margin). */
  | 'rejected'

/** An order of an account as it stands; a frozen copy in events, a live view from the exchange's look-ups. */
export interface OrderState {
  /** Unique in the exchange, rising. */
  readonly orderId: number
  /** Of conditional orders: their own rising number, for venues that keep them apart; else undefined. */
  readonly conditionalId: number | undefined
  readonly accountId: string
  readonly clientOrderId: string
  readonly marketId: MarketId
  readonly side: Side
  readonly type: 'limit' | 'market'
  readonly venueType: string | undefined
  readonly status: OrderStatus
  /** Undefined where the order was for a sum of money, and for `closePosition` before it is set off. */
  readonly qtyLots: number | undefined
  readonly quoteAtoms: bigint | undefined
  readonly priceTicks: number | undefined
  readonly timeInForce: TimeInForce
  readonly expiresMs: TimeMs | undefined
  readonly trigger: Trigger | undefined
  readonly trailing: Trailing | undefined
  /** When the trigger fired. */
  readonly triggeredMs: TimeMs | undefined
  readonly reduceOnly: boolean
  readonly closePosition: boolean
  readonly positionSide: PositionSide
  readonly selfTradePrevention: SelfTradePrevention
  readonly visibleLots: number | undefined
  readonly filledLots: number
  /** Sum of price times quantity of its fills, 10^-8 of the quote currency. */
  readonly filledQuoteAtoms: bigint
  /** Lots taken off by self-trade prevention. */
  readonly preventedLots: number
  readonly createdMs: TimeMs
  readonly updatedMs: TimeMs
  /** When it joined the market; undefined while pending. */
  readonly workingMs: TimeMs | undefined
  /** Times the order was amended. */
  readonly amendments: number
  /** Why it was refused after acceptance. */
  readonly reject: RejectReason | undefined
  /** Made by the exchange to close a position by force. */
  readonly liquidation: boolean
}

/** One execution of an account's order. */
export interface Fill {
  /** Number of the public trade, rising by one per market. */
  readonly tradeId: number
  readonly accountId: string
  readonly orderId: number
  readonly clientOrderId: string
  readonly marketId: MarketId
  readonly side: Side
  readonly positionSide: PositionSide
  readonly priceTicks: number
  readonly qtyLots: number
  /** Price times quantity, 10^-8 of the quote currency. */
  readonly quoteAtoms: bigint
  /** 10^-8 of `feeAsset`; negative for a rebate. */
  readonly feeAtoms: bigint
  readonly feeAsset: string
  readonly maker: boolean
  /** Profit that the fill realised on a perpetual, 10^-8 of the settle currency, before fees; 0 on spot. */
  readonly realizedAtoms: bigint
  readonly tsMs: TimeMs
}

/** Why an order, cancel or amendment was refused. Dialects turn it into the venue's code. */
export type RejectReason =
  | 'unknown-market'
  | 'unknown-order'
  /** Known, but already at an end. */
  | 'order-not-open'
  | 'price-missing'
  | 'price-out-of-band'
  | 'quantity-missing'
  | 'quantity-too-small'
  | 'quantity-too-large'
  | 'notional-too-small'
  | 'too-many-orders'
  | 'too-many-conditional-orders'
  | 'duplicate-client-order-id'
  | 'bad-visible-quantity'
  | 'insufficient-balance'
  | 'insufficient-margin'
  /** Post-only that would take. */
  | 'would-take'
  /** Fill-or-kill on a perpetual without the liquidity. */
  | 'would-not-fill'
  /** The trigger already holds. */
  | 'would-trigger'
  | 'reduce-only-refused'
  /** `closePosition` or a reduce-only stop without a position to close. */
  | 'no-position'
  | 'position-side-mismatch'
  | 'position-over-leverage-cap'
  | 'bad-expiry'
  | 'bad-trailing'
  | 'no-change'

/** Outcome of an instruction. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: RejectReason }

/** What placing did: the order as it stands afterwards and the fills it had at once. */
export interface Placed {
  readonly order: OrderState
  readonly fills: readonly Fill[]
}

/** Change of a resting order. Same price and no more lots keep the place in the queue. */
export interface Amendment {
  readonly priceTicks?: number | undefined
  readonly qtyLots?: number | undefined
  readonly triggerTicks?: number | undefined
}

/** How an account names one of its orders. */
export type OrderKey =
  | { readonly orderId: number }
  | { readonly clientOrderId: string }
  | { readonly conditionalId: number }
