import type { DecimalStep } from '@kestrel/core'

/** Spot, or a perpetual that settles in its quote currency. */
export type MarketKind = 'spot' | 'linear'

/** Key of a market inside the exchange: `spot:BTCUSDT` or `linear:BTCUSDT`, because a venue uses one symbol for both. */
export type MarketId = `${MarketKind}:${string}`

/** One step of a margin table; the same meaning as on the venues' pages. */
export interface MarginStep {
  /** Notional from which the step applies, in the settle currency; 0 for the first. */
  readonly floor: number
  /** Notional up to which it applies. */
  readonly cap: number
  /** Maintenance margin as a share of the notional. */
  readonly maintenanceRate: number
  /** Subtracted from `notional * maintenanceRate` (Binance: `cum`). */
  readonly maintenanceAmount: number
  readonly maxLeverage: number
}

/** How a market's liquidity comes about. */
export type MarketMode =
  /** Orders of accounts and of the flow meet in one book. */
  | 'book'
  /** Infinite depth at a touch that somebody sets: every order fills at once and in full, nobody moves the price. */
  | 'noiseless'

/** A market as the exchange is given it. Sizes are decimal texts, rates are fractions. */
export interface MarketSpec {
  readonly kind: MarketKind
  /** The venue's symbol, such as `BTCUSDT`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tickSize: string
  readonly lotSize: string
  /** Least and greatest quantity of a limit order, base units. Defaults: one lot, and 10^9 lots. */
  readonly minQuantity?: string
  readonly maxQuantity?: string
  /** Greatest quantity of a market order; default `maxQuantity`. */
  readonly maxMarketQuantity?: string
  /** Least notional of an order, quote units; default 0. */
  readonly minNotional?: string
  /** A limit price must lie within these multiples of the reference price (mark, or last on spot). Default 5 and 0.2. */
  readonly priceBand?: { readonly up: number; readonly down: number }
  readonly maxOpenOrders?: number
  readonly maxConditionalOrders?: number
  readonly makerFeeRate: number
  readonly takerFeeRate: number
  /** Perpetual only; default one step: 125 times, 0.4 % maintenance, no cap. */
  readonly marginSteps?: readonly MarginStep[]
  /** Perpetual only; default 8 hours, counted from the epoch. */
  readonly fundingIntervalHours?: number
  /** Share of the notional that a liquidation costs on top; default 0. */
  readonly liquidationFeeRate?: number
  /** Default `book`. */
  readonly mode?: MarketMode
  /** Noiseless only: a resting order fills when the touch reaches its price, or only when it goes beyond. Default `touch`. */
  readonly fillRule?: 'touch' | 'through'
}

/** A market ready for use; `spec` plus what follows from it. */
export interface Market {
  readonly id: MarketId
  readonly kind: MarketKind
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tick: DecimalStep
  readonly lot: DecimalStep
  readonly minLots: number
  readonly maxLots: number
  readonly maxMarketLots: number
  /** In 10^-8 of the quote currency. */
  readonly minNotional: bigint
  readonly priceBand: { readonly up: number; readonly down: number }
  readonly maxOpenOrders: number
  readonly maxConditionalOrders: number
  readonly makerFeeRate: number
  readonly takerFeeRate: number
  readonly marginSteps: readonly MarginStep[]
  readonly fundingIntervalMs: number
  readonly liquidationFeeRate: number
  readonly mode: MarketMode
  readonly fillRule: 'touch' | 'through'
}

/** The key of a market. */
export function marketIdOf(kind: MarketKind, symbol: string): MarketId {
  return `${kind}:${symbol}`
}
