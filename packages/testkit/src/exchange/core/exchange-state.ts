import type { Clock, TimeMs } from '@kestrel/core'
import type { AccountRecord } from './account-record.ts'
import type { ApiKey } from './account-types.ts'
import type { ExchangeEvent } from './exchange-event.ts'
import type { House } from './house.ts'
import type { Market, MarketId } from './market-spec.ts'
import type { OrderBook, RestingOrder } from './order-book.ts'
import type { OrderRecord } from './order-record.ts'
import type { Side } from './order-types.ts'

/** A market and what moves in it. */
export interface MarketState {
  readonly market: Market
  readonly book: OrderBook
  /** Conditional orders that wait, by rising id. */
  readonly pending: Map<number, OrderRecord>
  lastTicks: number | undefined
  /** As somebody set it; undefined while it follows the market. */
  markPrice: number | undefined
  indexPrice: number | undefined
  fundingRate: number
  nextFundingMs: TimeMs
  nextTradeId: number
  lastUpdateId: number
  /** Of noiseless markets. */
  touch: { readonly bidTicks: number; readonly askTicks: number } | undefined
  /** How the touch is shown in the book; nobody matches against these. */
  touchOrders: readonly RestingOrder[]
  /** A price moved since triggers and margins were last looked at. */
  moved: boolean
}

/** The whole exchange, as its parts share it. */
export interface ExchangeState {
  readonly clock: Clock
  readonly markets: ReadonlyMap<MarketId, MarketState>
  readonly accounts: Map<string, AccountRecord>
  readonly keys: Map<string, ApiKey>
  readonly house: House
  nextOrderId: number
  nextConditionalId: number
  nextIncomeId: number
  nextMovementId: number
  /** Deadlines of dead-man timers by account and market (`*`: all). */
  readonly countdowns: Map<string, TimeMs>
  /** Open orders that end at a date. */
  readonly dated: Set<OrderRecord>
  /** Closed orders, fills and income rows that each account's history keeps. */
  readonly keptRows: number
  readonly emit: (event: ExchangeEvent) => void
  /** A name for an order that came without one. */
  readonly nextClientOrderId: () => string
}

/** Best price of a side; in a noiseless market the touch. */
export function bestTicks(state: MarketState, side: Side): number | undefined {
  if (state.market.mode === 'noiseless') return side === 'buy' ? state.touch?.bidTicks : state.touch?.askTicks
  return state.book.bestTicks(side)
}

/** Mark price in quote units: as set, else the last price, else the middle of the book. */
export function markOf(state: MarketState): number | undefined {
  if (state.markPrice !== undefined) return state.markPrice
  const { tick } = state.market
  if (state.lastTicks !== undefined) return (state.lastTicks * tick.mantissa) / tick.scale
  const bid = bestTicks(state, 'buy')
  const ask = bestTicks(state, 'sell')
  return bid === undefined || ask === undefined ? undefined : ((bid + ask) * tick.mantissa) / (2 * tick.scale)
}
