import type { Clock, TimeMs } from '@kestrel/core'
import type {
  AccountSpec,
  ApiKey,
  Balance,
  FeeRates,
  Income,
  MarginMode,
  MarginSettings,
  MarginSummary,
  Movement,
  Position,
  WalletName,
} from './account-types.ts'
import type { ExchangeListener } from './exchange-event.ts'
import type { Market, MarketId } from './market-spec.ts'
import type { Amendment, Fill, OrderIntent, OrderKey, OrderState, Outcome, Placed, Side } from './order-types.ts'

/** A limit order of an anonymous participant. It has endless money and pays no fee. */
export interface ForeignOrder {
  readonly side: Side
  readonly priceTicks: number
  readonly qtyLots: number
  /** Default `GTC`; `IOC` at the far end of the band is a market order. */
  readonly timeInForce?: 'GTC' | 'IOC' | 'GTX'
}

/** A level of the book of anonymous participants as recorded: its new total. */
export interface ForeignLevel {
  readonly side: Side
  readonly priceTicks: number
  readonly qtyLots: number
}

/** `[priceTicks, qtyLots]`, best first. */
export interface BookView {
  readonly lastUpdateId: number
  readonly bids: readonly (readonly [priceTicks: number, qtyLots: number])[]
  readonly asks: readonly (readonly [priceTicks: number, qtyLots: number])[]
}

/** Prices of a market at this moment. */
export interface PriceView {
  readonly lastTicks: number | undefined
  readonly bidTicks: number | undefined
  readonly askTicks: number | undefined
  /** Quote units. Where nobody set it: last price, else the middle of the book. Undefined while there is neither. */
  readonly markPrice: number | undefined
  readonly indexPrice: number | undefined
  readonly fundingRate: number
  readonly nextFundingMs: TimeMs
}

/** Selects rows of history: ids from `fromId`, times from `fromMs` to `toMs`, both inclusive. */
export interface HistoryFilter {
  readonly marketId?: MarketId | undefined
  readonly fromId?: number | undefined
  readonly fromMs?: TimeMs | undefined
  readonly toMs?: TimeMs | undefined
}

/** What participants of the market (the flow) may do. */
export interface MarketSideOfExchange {
  readonly clock: Clock
  readonly markets: ReadonlyMap<MarketId, Market>
  on(listener: ExchangeListener): () => void
  /** Runs what the clock has made due: funding, GTD expiry, dead-man timers. Every other call does it first. */
  advance(): void
  /** Visible book, best `depth` levels a side. */
  book(marketId: MarketId, depth: number): BookView
  prices(marketId: MarketId): PriceView
  /** Places for an anonymous participant and gives the order's number, or undefined where nothing rests. */
  placeForeign(marketId: MarketId, order: ForeignOrder): number | undefined
  /** Takes an anonymous order off; false where it is gone. With `qtyLots`, takes only so much. */
  cancelForeign(marketId: MarketId, orderId: number, qtyLots?: number): boolean
  /**
   * Sets totals of anonymous levels as recorded. Reductions come first and are taken from the back of the queue; additions
   * join at the back and meet orders of accounts that they cross. Anonymous orders that cross one another vanish without a print.
   */
  setForeignLevels(marketId: MarketId, levels: readonly ForeignLevel[]): void
  /** Prints a recorded trade that met nobody here: it moves the last price and sets triggers off. */
  print(marketId: MarketId, takerSide: Side, priceTicks: number, qtyLots: number): void
  /** Noiseless markets: moves the touch (bid at or below ask), fills what it reaches, then prints `lastTicks` if given. */
  setTouch(marketId: MarketId, bidTicks: number, askTicks: number, lastTicks?: number): void
  /** Sets what is given, emits a mark event, sets mark triggers off and liquidates where due. */
  setMark(
    marketId: MarketId,
    values: { readonly markPrice?: number; readonly indexPrice?: number; readonly fundingRate?: number },
  ): void
}

/** What the holder of an account may do; `accountId` comes from the key. */
export interface AccountSideOfExchange {
  openAccount(spec: AccountSpec): ApiKey
  key(apiKey: string): ApiKey | undefined
  place(accountId: string, intent: OrderIntent): Outcome<Placed>
  /** What `place` would refuse, without placing. */
  check(accountId: string, intent: OrderIntent): Outcome<undefined>
  cancel(accountId: string, marketId: MarketId, key: OrderKey): Outcome<OrderState>
  /** Cancels open orders, of one market or all; `which` narrows to conditional or plain ones. Gives them as cancelled. */
  cancelAll(accountId: string, marketId?: MarketId, which?: 'plain' | 'conditional'): readonly OrderState[]
  amend(accountId: string, marketId: MarketId, key: OrderKey, change: Amendment): Outcome<Placed>
  /** The newest order of that name, whatever its state. */
  order(accountId: string, marketId: MarketId, key: OrderKey): OrderState | undefined
  openOrders(accountId: string, marketId?: MarketId): readonly OrderState[]
  /** All orders ever, by rising id. */
  orders(accountId: string, filter: HistoryFilter): readonly OrderState[]
  /** Fills, oldest first. `fromId` counts trade ids. */
  trades(accountId: string, filter: HistoryFilter & { readonly orderId?: number | undefined }): readonly Fill[]
  income(accountId: string, filter: HistoryFilter): readonly Income[]
  /** Deposits, withdrawals and transfers; the filter's market is not looked at. */
  movements(accountId: string, filter: HistoryFilter): readonly Movement[]
  feeRates(accountId: string, marketId: MarketId): FeeRates
  balances(accountId: string, wallet: WalletName): readonly Balance[]
  /** Positions of every market that the account ever held, flat ones included. */
  positions(accountId: string): readonly Position[]
  margin(accountId: string, asset: string): MarginSummary
  settings(accountId: string, marketId: MarketId): MarginSettings & { readonly hedgeMode: boolean }
  /** Refused (`position-over-leverage-cap`, `insufficient-margin`) where the position does not allow it. */
  setLeverage(accountId: string, marketId: MarketId, leverage: number): Outcome<undefined>
  /** Refused (`no-change`, `order-not-open` while orders or a position exist). */
  setMarginMode(accountId: string, marketId: MarketId, mode: MarginMode): Outcome<undefined>
  setHedgeMode(accountId: string, hedge: boolean): Outcome<undefined>
  /** Moves money into (positive) or out of an isolated position. */
  addMargin(
    accountId: string,
    marketId: MarketId,
    positionSide: Position['positionSide'],
    atoms: bigint,
  ): Outcome<undefined>
  /** Dead-man timer: cancels every open order of the market after `delayMs` without another call; 0 stops it. */
  countdownCancelAll(accountId: string, marketId: MarketId | undefined, delayMs: number): void
  /** Money from outside; a negative amount is a withdrawal. */
  deposit(accountId: string, wallet: WalletName, asset: string, atoms: bigint): void
  transfer(accountId: string, asset: string, atoms: bigint, from: WalletName, to: WalletName): Outcome<undefined>
}

/** The exchange behind every dialect. */
export interface ExchangePort extends MarketSideOfExchange, AccountSideOfExchange {}
