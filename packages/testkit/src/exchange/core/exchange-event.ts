import type { TimeMs } from '@kestrel/core'
import type { Balance, MarginMode, Position, WalletName } from './account-types.ts'
import type { MarketId } from './market-spec.ts'
import type { Fill, OrderState, RejectReason, Side } from './order-types.ts'

/** A price level has a new total. `updateId` rises by one per level change of the market. */
export interface BookEvent {
  readonly type: 'book'
  readonly marketId: MarketId
  readonly tsMs: TimeMs
  readonly updateId: number
  readonly side: Side
  readonly priceTicks: number
  /** New visible total of the level; 0 removes it. */
  readonly qtyLots: number
}

/** The public print of a match. Emitted before the fills of the two orders. */
interface TradeEvent {
  readonly type: 'trade'
  readonly marketId: MarketId
  readonly tsMs: TimeMs
  readonly tradeId: number
  readonly priceTicks: number
  readonly qtyLots: number
  readonly takerSide: Side
  readonly buyOrderId: number
  readonly sellOrderId: number
}

/** What happened to an order. */
export type Execution =
  | 'new'
  | 'triggered'
  | 'trade'
  | 'amended'
  | 'cancelled'
  | 'expired'
  | 'prevented'
  /** Refused after it had been set off. */
  | 'rejected'

/** An account's order changed; on `trade` with the fill. */
export interface OrderEvent {
  readonly type: 'order'
  readonly accountId: string
  readonly tsMs: TimeMs
  readonly execution: Execution
  readonly order: OrderState
  readonly fill: Fill | undefined
  /** Of `rejected` and `expired`. */
  readonly reason: RejectReason | undefined
}

export type AccountReason = 'order' | 'funding' | 'deposit' | 'withdraw' | 'transfer' | 'margin-change' | 'liquidation'

/**
 * Money or positions of an account changed: each asset and position as it stands, and by how much the asset's total moved.
 * Comes before the order event of a fill on perpetuals and after it on spot, as the venues send them.
 */
export interface AccountEvent {
  readonly type: 'account'
  readonly accountId: string
  readonly tsMs: TimeMs
  readonly wallet: WalletName
  readonly reason: AccountReason
  readonly balances: readonly (Balance & { readonly delta: bigint })[]
  readonly positions: readonly Position[]
}

/** Mark or index price or the funding rate was set. Prices in quote units (they need not lie on the tick). */
export interface MarkEvent {
  readonly type: 'mark'
  readonly marketId: MarketId
  readonly tsMs: TimeMs
  readonly markPrice: number
  readonly indexPrice: number
  readonly fundingRate: number
  readonly nextFundingMs: TimeMs
}

/** Funding was settled on a market, after the payments of all accounts. */
export interface FundingEvent {
  readonly type: 'funding'
  readonly marketId: MarketId
  readonly tsMs: TimeMs
  readonly fundingRate: number
  readonly markPrice: number
}

/** The exchange closes a position by force; the order and its fills follow as order events. */
export interface LiquidationEvent {
  readonly type: 'liquidation'
  readonly accountId: string
  readonly tsMs: TimeMs
  readonly marketId: MarketId
  readonly side: Side
  readonly qtyLots: number
  readonly markPrice: number
}

/** Leverage, margin mode or hedge mode changed. */
export interface SettingsEvent {
  readonly type: 'settings'
  readonly accountId: string
  readonly tsMs: TimeMs
  readonly marketId: MarketId | undefined
  readonly leverage: number | undefined
  readonly marginMode: MarginMode | undefined
  readonly hedgeMode: boolean | undefined
}

/** Everything that dialects turn into messages, in the order in which it happened. */
export type ExchangeEvent =
  | BookEvent
  | TradeEvent
  | OrderEvent
  | AccountEvent
  | MarkEvent
  | FundingEvent
  | LiquidationEvent
  | SettingsEvent

export type ExchangeListener = (event: ExchangeEvent) => void
