import type { TimeMs } from '@kestrel/core'
import type { ApprovedOrder, Order } from './order.ts'

/** Facts of one execution as a venue reports it. */
export interface Execution {
  readonly lots: number
  /** Quote units per base unit, on or off the grid (an average of prints may be off it). */
  readonly price: number
  /** Quote units, positive when paid. */
  readonly fee: number
  readonly liquidity: 'maker' | 'taker'
  /** Quote units lost to spread and slippage, already inside the price. */
  readonly slippage: number
  readonly tsEventMs: TimeMs
  /** Open of the bar that it happened in; the same as `tsEventMs` where the venue knows the instant. */
  readonly barOpenTimeMs: TimeMs
}

/** The numbers of an order that an amendment may change; all of them stated, NaN where the type has none. */
export interface AmendedTerms {
  readonly quantityLots: number
  readonly limitTicks: number
  readonly triggerTicks: number
}

/** What a venue tells the kernel. Every call names an order that the kernel has submitted. */
export interface VenueEvents {
  accepted(order: Order, tsEventMs: TimeMs): void
  rejected(order: Order, reason: string, tsEventMs: TimeMs): void
  triggered(order: Order, tsEventMs: TimeMs): void
  filled(order: Order, execution: Execution): void
  /** The venue took less than was asked for, for the reason given; the order is as large as `lots` from now on. */
  reduced(order: Order, lots: number, reason: string, tsEventMs: TimeMs): void
  /** The order stands on new terms from now on. */
  amended(order: Order, terms: AmendedTerms, tsEventMs: TimeMs): void
  cancelled(order: Order, reason: string, tsEventMs: TimeMs): void
  expired(order: Order, reason: string, tsEventMs: TimeMs): void
  /**
   * From here on events are booked, but strategies hear of them only at {@link tell}: for a venue that knows what
   * happened in a stretch of time, but not in which order.
   */
  hold(): void
  /** Tells strategies what was held back, in order. */
  tell(): void
}

/** What a simulated venue must know of the account, as a real one would. */
export interface AccountView {
  /** Lots that the free cash (buy) or the free holding (sell) covers at this price and fee rate, at most the remainder. */
  affordableLots(order: Order, price: number, feeRate: number): number
  /** Signed lots held by the account in the instrument. */
  positionLots(instrumentIndex: number): number
}

/**
 * Where orders go. The same port serves the simulated venue, paper trading and real exchanges.
 *
 * `advanceTo` and `settle` frame one instant: the venue first does all that happened before the bars closing at that
 * instant became visible, then strategies decide, then the venue does what those decisions cause at that same instant.
 */
export interface Venue {
  submit(order: ApprovedOrder, nowMs: TimeMs): void
  cancel(order: Order, reason: string, nowMs: TimeMs): void
  /** Asks for new terms; the order keeps its old ones until the venue says `amended`. */
  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void
  advanceTo(timeMs: TimeMs): void
  settle(timeMs: TimeMs): void
}

/** Makes a venue for one run. */
export type VenueFactory = (events: VenueEvents, account: AccountView) => Venue
