import type { TimeMs } from '@kestrel/core'
import type { ApprovedGroup } from './order-group.ts'
import type { ApprovedOrder, Order } from './order.ts'
import type { MarginAccount } from './account/margin-account.ts'
import type { SpotBorrowing } from './account/spot-borrowing.ts'
import type { FillLiquidity } from './records.ts'

/** A fee paid in another currency than the one that the instrument settles in. */
export interface FeePayment {
  readonly currency: string
  /** In that currency, positive when paid. */
  readonly amount: number
}

/** Facts of one execution as a venue reports it. */
export interface Execution {
  readonly lots: number
  /** Quote units per base unit, on or off the grid (an average of prints may be off it). */
  readonly price: number
  /** Settle currency, positive when paid; a fee in another currency by its worth at the rate of the fill. */
  readonly fee: number
  /** Where the fee was paid in another currency: which, and how much of it. */
  readonly paidIn?: FeePayment | undefined
  readonly liquidity: FillLiquidity
  /** Settle currency, lost to spread and slippage, already inside the price. */
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

/** A position that the venue takes over because the margin behind it is gone. */
export interface Liquidation {
  readonly instrumentIndex: number
  /** 1 for the short position of hedge mode, else 0. */
  readonly leg: 0 | 1
  /** Price at which it is taken over: what is left of the margin there is nothing, or what the fee takes. */
  readonly price: number
  /** Fee, as a fraction of the notional at that price. */
  readonly feeRate: number
  /** Price that set it off. */
  readonly triggerPrice: number
  /** What the insurance fund gets (above 0) or pays, had it closed the position at `triggerPrice`; settle currency. */
  readonly insuranceFund: number
  readonly tsEventMs: TimeMs
  readonly barOpenTimeMs: TimeMs
}

/** What a venue tells the kernel. Every call names an order that the kernel has submitted. */
export interface VenueEvents {
  accepted(order: Order, tsEventMs: TimeMs): void
  rejected(order: Order, reason: string, tsEventMs: TimeMs): void
  triggered(order: Order, tsEventMs: TimeMs): void
  filled(order: Order, execution: Execution): void
  /** An execution of an order that had ended for us: it is booked all the same, under an order of its own. */
  filledLate(order: Order, execution: Execution): void
  /** The venue took less than was asked for, for the reason given; the order is as large as `lots` from now on. */
  reduced(order: Order, lots: number, reason: string, tsEventMs: TimeMs): void
  /** The order is as large as `lots` from now on: its group's entry has opened more, or there is more to close. */
  grown(order: Order, lots: number, tsEventMs: TimeMs): void
  /** An order that was filled as far as it went will not grow any more. */
  completed(order: Order, tsEventMs: TimeMs): void
  /** The order stands on new terms from now on. */
  amended(order: Order, terms: AmendedTerms, tsEventMs: TimeMs): void
  cancelled(order: Order, reason: string, tsEventMs: TimeMs): void
  expired(order: Order, reason: string, tsEventMs: TimeMs): void
  /** A position is gone. Its orders have been cancelled before. */
  liquidated(liquidation: Liquidation): void
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
  /** Signed lots held by the account in the instrument; in hedge mode, in one of its two positions. */
  positionLots(instrumentIndex: number, leg?: 0 | 1): number
  /** Units of the reporting currency for one unit of the instrument's settle currency, at the newest price. */
  quoteRate(instrumentIndex: number): number
  /** The same for any currency; undefined where the account has none of it and no price. */
  rateOf(currency: string): number | undefined
  /** Cash of a currency that nothing has set aside. */
  freeCashOf(currency: string): number
  /** Perpetuals and their margin; undefined in a run without any. */
  readonly margin: MarginAccount | undefined
  /** Loans of spot; undefined where nothing may be borrowed. */
  readonly borrow: SpotBorrowing | undefined
}

/**
 * Where orders go. The same port serves the simulated venue, paper trading and real exchanges.
 *
 * `advanceTo` and `settle` frame one instant: the venue first does all that happened before the bars closing at that
 * instant became visible, then strategies decide, then the venue does what those decisions cause at that same instant.
 */
export interface Venue {
  submit(order: ApprovedOrder, nowMs: TimeMs): void
  /** Orders that depend on each other; its members wait where it has an entry. */
  submitGroup(group: ApprovedGroup, nowMs: TimeMs): void
  cancel(order: Order, reason: string, nowMs: TimeMs): void
  /** Asks for new terms; the order keeps its old ones until the venue says `amended`. */
  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void
  advanceTo(timeMs: TimeMs): void
  settle(timeMs: TimeMs): void
}

/** Makes a venue for one run. */
export type VenueFactory = (events: VenueEvents, account: AccountView) => Venue
