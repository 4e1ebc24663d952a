import type { Instrument, InstrumentId, InstrumentKind, Rng, TimeMs, Timeframe } from '@kestrel/core'
import type { z } from 'zod'
import type { FundingEvent } from './funding-timeline.ts'
import type { Indicators } from './indicator-board.ts'
import type { BracketRequest, BracketView, GroupRequest, GroupView } from './group-request.ts'
import type { ClosePositionRequest, OrderRequest, OrderView, PositionSide } from './order.ts'
import type { PositionMode } from './account/contract-terms.ts'
import type { PublicTrade } from './public-trade.ts'
import type { FillRecord } from './records.ts'
import type { BarsView, ClosedBar } from './series-view.ts'
import type { SideSeries, SignalEvent } from './side-series.ts'

/**
 * What `target` is given: a number in the run's size mode, or one of the explicit forms.
 *
 * As a number, 1 means: one base unit in size mode `units`, the starting cash in full in mode `cash`, the present
 * equity in full in mode `equity`. Negative is short.
 */
export type TargetAmount =
  | number
  | { readonly quantity: number }
  /** Fraction of present equity. */
  | { readonly weight: number }
  /** Quote units of the instrument. */
  | { readonly notional: number }

/** The present position of the strategy in one instrument. Reads are always up to date. */
export interface PositionView {
  readonly side: 'long' | 'short' | 'flat'
  /** Signed base units; contracts of a perpetual that trades in contracts. */
  readonly quantity: number
  /** Average price of the entries; undefined while flat. */
  readonly entryPrice: number | undefined
  /** Settle currency at the newest price, before fees; 0 while flat. */
  readonly unrealised: number
  /** Gross profit of closed parts so far, settle currency. */
  readonly realised: number
  /** Leverage that the account trades the instrument with; 1 on spot. */
  readonly leverage: number
  /**
   * Mark price at which the venue takes the account's position over, all else standing still; undefined while flat, on
   * spot, and where no price does. In cross margin it moves with everything else in the account.
   */
  readonly liquidationPrice: number | undefined
}

/** The account as a strategy may read it. */
export interface AccountReader {
  /** In the reporting currency, marked at the newest prices. */
  readonly equity: number
  /**
   * What new orders may use, in the reporting currency: cash less what resting orders and the margin of positions set
   * aside; in cross margin open profit and loss counts.
   */
  readonly freeMargin: number
  readonly startEquity: number
  readonly currency: string
  /** All cash of a currency, reserved or not. */
  cash(currency?: string): number
}

/** New numbers for a resting order; what is absent stays. */
export interface OrderChanges {
  readonly quantity?: number
  readonly limitPrice?: number
  readonly triggerPrice?: number
}

/** Everything a strategy may see and do. Nothing reachable from it holds a value of a bar that has not closed. */
export interface StrategyContext<Params> {
  readonly params: Params
  /** The instruments of the run, in its order. */
  readonly instruments: readonly Instrument[]
  /** The first of them. */
  readonly instrument: Instrument
  /** The run's timeframe. */
  readonly timeframe: Timeframe
  readonly clock: { readonly nowMs: TimeMs }
  readonly account: AccountReader
  /** Seeded by the run and the strategy's name. */
  readonly rng: Rng
  readonly indicator: Indicators
  /**
   * Subscribes to closed bars of an instrument; `onBar` is called for each series subscribed to. Only in `start`.
   * The run's timeframe unless stated. A longer timeframe's bar is visible only once it has closed.
   */
  bars(instrument: Instrument, timeframe?: Timeframe): BarsView
  /**
   * Subscribes to dated values other than bars: `funding`, `openInterest`, `fearGreed`, or any series imported under a
   * name; of an instrument, of the run or not, or of none. `onSignal` is called whenever a value becomes knowable. Only
   * in `start`.
   */
  series(name: string, instrument?: Instrument | InstrumentId): SideSeries
  /** Members of the run's point-in-time universe at this instant; all instruments where the run has none. */
  members(): readonly Instrument[]
  /** Trades towards a wanted position by market order. Does nothing when the position is close enough. */
  target(
    instrument: Instrument,
    amount: TargetAmount,
    options?: { readonly tag?: string; readonly positionSide?: PositionSide },
  ): void
  submit(request: OrderRequest | ClosePositionRequest): OrderView
  /** An entry with a stop and a target, of which one cancels the other. Refused as a whole where it contradicts itself. */
  bracket(request: BracketRequest): BracketView
  /** Orders that depend on each other. Refused as a whole where they contradict each other. */
  submitGroup(request: GroupRequest): GroupView
  cancel(order: OrderView, reason?: string): void
  /** Changes a resting order, through the same checks as a new one. Returns why it was refused, if it was. */
  amend(order: OrderView, changes: OrderChanges): string | undefined
  /** Orders of this strategy that are not final, oldest first, as a copy. */
  openOrders(instrument?: Instrument): readonly OrderView[]
  /** @param side - In hedge mode, which of the two positions of a perpetual; not to be named otherwise. */
  position(instrument: Instrument, side?: PositionSide): PositionView
  /** Nearest price on the instrument's grid, rounded as named. */
  roundPrice(instrument: Instrument, price: number, mode: 'down' | 'up' | 'nearest'): number
  /** Largest quantity on the instrument's grid that does not exceed this one. */
  roundQuantity(instrument: Instrument, quantity: number): number
  /**
   * Value of one unit of quantity (a contract, where a perpetual trades in contracts) in the reporting currency, at a price
   * of the instrument or at its newest one; NaN before the first bar. Currencies are converted at their newest prices.
   */
  unitValue(instrument: Instrument, price?: number): number
  /** Calls `onTimer` once, at the first instant of the run at or after `atMs`. */
  timer(atMs: TimeMs, name: string): void
  /** Adds a point to a named line of the report's chart. */
  plot(name: string, value: number): void
  /** Says why the strategy does what it does; kept when an order follows in the same callback. */
  explain(values: Readonly<Record<string, unknown>>): void
}

/** What a strategy listens to. All are optional. */
export interface StrategyHandlers {
  /** A subscribed bar has closed. */
  onBar?(bar: ClosedBar): void
  /** Every bar closing at this instant is visible; once an instant at which a bar closes, after `onBar`. */
  onSlice?(timeMs: TimeMs): void
  /** A public trade of an instrument of the run has become visible; only in runs that have trades. */
  onTrade?(trade: PublicTrade): void
  /** Funding of a perpetual of the run was settled. */
  onFunding?(funding: FundingEvent): void
  /** A value of a series that this strategy asked for has become knowable. */
  onSignal?(signal: SignalEvent): void
  onFill?(fill: FillRecord): void
  /** An order changed its state without a fill: accepted, rejected, triggered, cancelled, expired. */
  onOrder?(order: OrderView): void
  onTimer?(name: string, timeMs: TimeMs): void
  /** The run ends; orders placed here are refused. */
  onStop?(): void
}

/** A strategy: parameters and a function that starts one run of it. State lives in the closure of `start`. */
export interface StrategyDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** Lower-case words joined by hyphens. */
  readonly name: string
  /** One or two sentences: when it is long, flat, short. */
  readonly about: string
  /** Defaults, bounds and descriptions; the sweep space comes from here. */
  readonly params: Schema
  /** Rules between parameters. */
  valid?(params: z.output<Schema>): boolean
  /**
   * Kinds of the instruments that it cannot do without, one entry for each: `['spot', 'perpetual']`. A run that has fewer
   * is refused. Left out, any instrument will do.
   */
  readonly needs?: readonly InstrumentKind[]
  /**
   * Position modes in which it trades perpetuals. In hedge mode every order and position names its side, which a strategy
   * written for one position does not; a run in another mode is refused. Left out, any mode will do.
   */
  readonly positionModes?: readonly PositionMode[]
  start(context: StrategyContext<z.output<Schema>>): StrategyHandlers
}

/** Declares a strategy; types of the parameters come from the schema. */
export function defineStrategy<Schema extends z.ZodObject>(
  definition: StrategyDefinition<Schema>,
): StrategyDefinition<Schema> {
  return definition
}

/** A strategy with parameters that have been checked, ready for a run. */
export interface StrategyInstance {
  readonly definition: StrategyDefinition
  readonly params: Readonly<Record<string, unknown>>
}
