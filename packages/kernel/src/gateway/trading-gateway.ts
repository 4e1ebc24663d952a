import type { Instrument, InstrumentId, InstrumentSpec, TimeMs } from '@kestrel/core'
import type { PositionSide } from '../order.ts'
import type { FillLiquidity, OrderType, Side, TimeInForce, TriggerSource } from '../records.ts'

/** An order as it goes out. Prices are whole ticks and quantities whole lots of the instrument. */
export interface OutgoingOrder {
  /** Names the order at the venue, so that a repeated request is the same order. Small letters and digits, at most 18. */
  readonly clientOrderId: string
  readonly instrument: Instrument
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  /** End of a GTD order. */
  readonly expireTimeMs?: TimeMs | undefined
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  /** True where it closes whatever is held when it is set off; the quantity says how much that is now. */
  readonly closePosition: boolean
  /** Needed in hedge mode, and only there. */
  readonly positionSide?: PositionSide | undefined
  readonly quantityLots: number
  readonly limitTicks?: number | undefined
  readonly triggerTicks?: number | undefined
  readonly triggerBy: TriggerSource
  /** Ticks behind the best price; either this or {@link trailingRate} on a trailing stop. */
  readonly trailingTicks?: number | undefined
  /** Fraction of the best price, above 0 and below 1. */
  readonly trailingRate?: number | undefined
  readonly activationTicks?: number | undefined
  /** Lots that an iceberg shows. */
  readonly displayLots?: number | undefined
}

/** What names an order at the venue; the client's id is always known, the venue's only after an acknowledgement. */
export interface OrderReference {
  readonly clientOrderId: string
  readonly venueOrderId?: string | undefined
  readonly instrument: Instrument
  /** Spares a second request at venues that keep stops and take-profits apart from other orders. */
  readonly type?: OrderType | undefined
}

/** How an order stands at the venue. */
export type VenueOrderState = 'open' | 'filled' | 'cancelled' | 'rejected' | 'expired'

/** An order as the venue reports it: ours, or one that somebody else placed on the account. */
export interface VenueOrder {
  readonly venueOrderId: string
  /** Undefined where the venue was given none. */
  readonly clientOrderId: string | undefined
  readonly instrument: Instrument
  readonly side: Side
  readonly type: OrderType
  readonly state: VenueOrderState
  /** 0 where it closes whatever is held when it is set off. */
  readonly quantityLots: number
  readonly filledLots: number
  /** Quantity-weighted; undefined before the first fill. */
  readonly averagePrice: number | undefined
  readonly limitTicks: number | undefined
  readonly triggerTicks: number | undefined
  readonly reduceOnly: boolean
  /** True once a stop or take-profit was set off. */
  readonly isTriggered: boolean
  /** Why it was rejected, cancelled or expired, in the venue's words; empty where it says nothing. */
  readonly reason: string
  /** Venue time of the last change. */
  readonly tsEventMs: TimeMs
}

/** One execution as the venue reports it. */
export interface VenueFill {
  /** The venue's id of the trade, unique per instrument and account. */
  readonly fillId: string
  readonly venueOrderId: string
  readonly clientOrderId: string | undefined
  readonly instrument: Instrument
  readonly side: Side
  readonly lots: number
  /** Quote units per base unit. */
  readonly price: number
  /** Positive when paid; undefined where this report does not say, in which case a later one of the same id does. */
  readonly fee: { readonly currency: string; readonly amount: number } | undefined
  readonly liquidity: FillLiquidity
  readonly tsEventMs: TimeMs
}

export interface VenueBalance {
  readonly currency: string
  /** Currency units, what open orders hold back included; without open profit and loss. */
  readonly total: number
  /** Undefined where this report does not say, as some streams do not. */
  readonly free: number | undefined
  /** Borrowed, where the account may. */
  readonly debt?: number | undefined
}

export interface VenuePosition {
  readonly instrument: Instrument
  /** `net` in one-way mode. */
  readonly side: PositionSide | 'net'
  /** Whole lots, negative when short. */
  readonly signedLots: number
  /** Quote units; NaN where the venue does not say. */
  readonly entryPrice: number
  readonly markPrice: number | undefined
  readonly liquidationPrice: number | undefined
  readonly leverage: number | undefined
  readonly marginMode: 'isolated' | 'cross' | undefined
}

/** What the keys may do. */
export interface KeyRights {
  readonly canTrade: boolean
  /** Such keys are refused. `unknown` where the venue does not tell. */
  readonly canWithdraw: boolean | 'unknown'
}

/** What of a venue's abilities a session has to know. */
export interface GatewayAbilities {
  readonly orderTypes: readonly OrderType[]
  readonly timesInForce: readonly TimeInForce[]
  /** Amends in place; where false an amendment is a cancel and a new order. */
  readonly amendsInPlace: boolean
  /** Types that it can amend, where not all. */
  readonly amendableTypes?: readonly OrderType[] | undefined
  readonly hasReduceOnly: boolean
  readonly hasClosePosition: boolean
  readonly hasHedgeMode: boolean
  /** The venue itself cancels all orders unless it hears from us. */
  readonly hasDeadManTimer: boolean
  /** Where that timer cannot be stopped again: how long it runs at most, ms. Absent where it can. */
  readonly deadManStaysMs?: number | undefined
  /** How far back {@link TradingGateway.fillsSince} reaches. */
  readonly fillHistoryMs: number
}

/** What an account's private stream tells. The same fact may come twice and out of order. */
export interface AccountStreamHandlers {
  onOrder(order: VenueOrder): void
  onFill(fill: VenueFill): void
  onBalance(balances: readonly VenueBalance[]): void
  onPosition(positions: readonly VenuePosition[]): void
  /** The stream was down between these times, so that events may be missing: reconcile. */
  onGap(fromMs: TimeMs, toMs: TimeMs, reason: string): void
  onStatus(status: StreamStatus): void
}

export interface StreamStatus {
  readonly isConnected: boolean
  /** Time of the last frame, our clock. */
  readonly lastFrameMs: TimeMs
  readonly reconnects: number
  readonly detail: string
}

/** A running subscription. */
export interface Subscription {
  close(): Promise<void>
}

/**
 * An account at a real venue. It sends and asks; it neither keeps orders nor decides about resending.
 *
 * Every method throws a KestrelError whose `retry` says what is known: `never` (the venue refused), `safe` (it certainly did
 * not take effect, or asking twice changes nothing), `unknown-outcome` (it may have: look it up by client order id before
 * anything else). A cancellation or amendment of an order that the venue does not know, any more or yet, throws
 * `VENUE_ORDER_UNKNOWN` with `never`: look it up, since a fill may have crossed it.
 */
export interface TradingGateway {
  /** As instruments name it: `BINANCE`. */
  readonly venue: string
  /** Names the account without telling a secret, for locks and tables: the first characters of a hash of the key. */
  readonly accountId: string
  /**
   * As {@link accountId}, of the number that the venue itself knows the account by: the same for all keys of the account.
   * Undefined where it does not tell.
   */
  ownAccountId(): Promise<string | undefined>
  readonly abilities: GatewayAbilities

  /** Loads markets, sets the clock difference and checks the keys. Call it first. */
  connect(): Promise<void>
  close(): Promise<void>

  /** Venue time less our time, as last measured. */
  clockSkewMs(): number
  keyRights(): Promise<KeyRights>
  /** Grid, fees and contract of an instrument as the venue states them. */
  specOf(instrument: InstrumentId): InstrumentSpec
  /** Makes instruments known that orders, fills and positions will name; others are built from the venue's markets. */
  know(instruments: readonly Instrument[]): void

  /**
   * @param isWanted - Asked right before the request goes out, after every wait for its turn. Where it says no, nothing is sent
   *   and the call fails as one that may be asked again (`safe`).
   */
  createOrder(order: OutgoingOrder, isWanted?: () => boolean): Promise<VenueOrder>
  /** Resolves with the order as it stood after, undefined where the venue does not say. */
  cancelOrder(order: OrderReference): Promise<VenueOrder | undefined>
  /** Cancels every open order of these instruments, of all instruments where undefined; foreign ones too. */
  cancelAll(instruments: readonly Instrument[] | undefined): Promise<void>
  /** @param isWanted - As for {@link TradingGateway.createOrder}. */
  amendOrder(order: OrderReference, terms: AmendTerms, isWanted?: () => boolean): Promise<VenueOrder | undefined>

  /** By client order id, open or not; undefined where the venue does not know it (which it may say too early). */
  findOrder(order: OrderReference): Promise<VenueOrder | undefined>
  openOrders(instruments?: readonly Instrument[]): Promise<readonly VenueOrder[]>
  /** All fills of the instruments from a time on, oldest first. */
  fillsSince(timeMs: TimeMs, instruments: readonly Instrument[]): Promise<readonly VenueFill[]>
  balances(): Promise<readonly VenueBalance[]>
  /** Positions that are not flat. */
  positions(): Promise<readonly VenuePosition[]>
  /** Funding received (above 0) and paid on positions from a time on, oldest first. */
  fundingSince(timeMs: TimeMs, instruments: readonly Instrument[]): Promise<readonly FundingPayment[]>

  setLeverage(instrument: Instrument, leverage: number, marginMode: 'isolated' | 'cross'): Promise<void>
  setPositionMode(mode: 'one-way' | 'hedge'): Promise<void>
  /** (Re)starts the venue's own timer that cancels all orders; 0 stops it, or makes it as long as it can be. */
  armDeadManTimer(timeoutMs: number, instruments: readonly Instrument[]): Promise<void>

  streamAccount(handlers: AccountStreamHandlers): Subscription
}

/** New terms of a resting order, all stated. */
export interface AmendTerms {
  readonly side: Side
  readonly type: OrderType
  readonly quantityLots: number
  readonly limitTicks?: number | undefined
  readonly triggerTicks?: number | undefined
}

export interface FundingPayment {
  readonly instrument: Instrument
  readonly timeMs: TimeMs
  /** Settle currency, positive when received. */
  readonly amount: number
  readonly currency: string
}
