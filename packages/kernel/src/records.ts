import type { InstrumentId, TimeMs } from '@kestrel/core'

export type Side = 'buy' | 'sell'

/** `take-profit` is the order that others call market-if-touched, `take-profit-limit` limit-if-touched. */
export type OrderType =
  | 'market'
  | 'limit'
  | 'stop-market'
  | 'stop-limit'
  | 'take-profit'
  | 'take-profit-limit'
  | 'trailing-stop'

/** GTC until cancelled, IOC what fills at once, FOK all at once or nothing, GTD until `expireTimeMs`. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD'

/** The price that sets off a stop or take-profit: that of the last trade, or the mark price of a perpetual. */
export type TriggerSource = 'last' | 'mark'

/** `waiting`: the venue knows it, and it comes to the market with the fills of its group's entry. */
export type OrderState =
  | 'created'
  | 'refused'
  | 'waiting'
  | 'submitted'
  | 'rejected'
  | 'accepted'
  | 'triggered'
  | 'partially-filled'
  | 'filled'
  | 'cancelled'
  | 'expired'

/** Which side of the book a fill was on, or that the venue closed a position by force. */
export type FillLiquidity = 'maker' | 'taker' | 'liquidation'

/** One execution of one of our orders. Money is in the currency that the instrument settles in: the quote, or the base of an inverse contract. */
export interface FillRecord {
  /** 1, 2, 3 ... in order of execution. */
  readonly fillId: number
  readonly orderId: number
  readonly instrumentId: InstrumentId
  readonly strategy: string
  readonly side: Side
  readonly tsEventMs: TimeMs
  /** Quote units per base unit, costs of spread and slippage included. */
  readonly price: number
  /** Base units, contracts of a perpetual that trades in contracts; positive. */
  readonly quantity: number
  /** In `feeCurrency`, positive when paid, negative when received as a rebate. */
  readonly fee: number
  /** The settle currency, or another one that the venue takes fees in. */
  readonly feeCurrency: string
  /** The same fee in the settle currency, at the rate of the fill. */
  readonly feeValue: number
  readonly liquidity: FillLiquidity
  /** Settle currency, lost against the price without spread and slippage; zero or more. */
  readonly slippage: number
  /**
   * Open of the bar that it happened in. A fill inside a bar carries the bar's close as its time, which is the next
   * bar's open as well; this tells them apart. Where a venue knows the instant, it is that instant.
   */
  readonly barOpenTimeMs: TimeMs
  /** In hedge mode, the position that it changed. */
  readonly positionSide?: 'long' | 'short'
  readonly tag: string
}

/**
 * A round trip: flat to flat in one instrument for one strategy. A reversal closes one and opens the next.
 * Money is in the currency that the instrument settles in.
 */
export interface TradeRecord {
  readonly instrumentId: InstrumentId
  readonly strategy: string
  readonly direction: 'long' | 'short'
  readonly entryTimeMs: TimeMs
  readonly exitTimeMs: TimeMs
  /** Largest position held, base units, positive. */
  readonly maxQuantity: number
  /** Base units bought (long) or sold (short) over the life of the trade, positive. */
  readonly quantity: number
  /** Quantity-weighted over all entries. */
  readonly entryPrice: number
  /** Quantity-weighted over all exits. */
  readonly exitPrice: number
  readonly entryFee: number
  readonly exitFee: number
  /** Money received (positive) or paid (negative) as funding while the trade was open. */
  readonly funding: number
  /** Money lost to spread and slippage, zero or more; already inside the prices. */
  readonly slippage: number
  /** Money after fees and funding. */
  readonly profit: number
  /** `profit` as a fraction of the money put in (entry price times quantity). */
  readonly profitRatio: number
  /** Worst and best unrealised result while open, as a fraction of the entry price; mae <= 0 <= mfe. */
  readonly mae: number
  readonly mfe: number
  /** Bars of the run's timeframe that closed while the trade was open. */
  readonly bars: number
  readonly entryTag: string
  readonly exitReason: string
  /** Fills of this trade, first to last, as positions in the run's list of fills. */
  readonly firstFill: number
  readonly lastFill: number
}

/** An order as it ended. */
export interface OrderRecord {
  readonly orderId: number
  readonly clientOrderId: string
  readonly instrumentId: InstrumentId
  readonly strategy: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  /** Base units. */
  readonly quantity: number
  readonly filledQuantity: number
  readonly averagePrice: number | undefined
  readonly limitPrice: number | undefined
  readonly triggerPrice: number | undefined
  readonly triggerBy: TriggerSource
  /** Quote units and fraction that a trailing stop stays behind; one of them, and only there. */
  readonly trailingDistance: number | undefined
  readonly trailingRate: number | undefined
  readonly activationPrice: number | undefined
  /** Base units that an iceberg shows; undefined where all are shown. */
  readonly displayQuantity: number | undefined
  readonly closePosition: boolean
  /** Order id of the first order of its group; undefined where it belongs to none. */
  readonly groupId: number | undefined
  readonly createdTimeMs: TimeMs
  readonly closedTimeMs: TimeMs | undefined
  readonly state: OrderState
  /** Why it was refused, rejected, cancelled or expired; empty otherwise. */
  readonly reason: string
  readonly tag: string
}

/** Why a strategy did or did not trade: what it passed to `explain`, and what followed. */
export interface DecisionRecord {
  readonly tsMs: TimeMs
  readonly strategy: string
  readonly instrumentId: InstrumentId | undefined
  readonly values: Readonly<Record<string, unknown>>
  readonly orderIds: readonly number[]
}

/** Equity of the account in the reporting currency at each instant at which a bar of the run's timeframe closed. */
export interface EquityColumns {
  readonly timeMs: Float64Array
  /** Marked to market at the last close, net of fees and funding. */
  readonly equity: Float64Array
  /** Sum of the absolute value of positions in the reporting currency. */
  readonly grossExposure: Float64Array
}
