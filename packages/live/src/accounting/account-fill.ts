import type { Instrument, TimeMs } from '@kestrel/core'

/** A decimal as text, or a number by its shortest decimal. */
type Decimal = string | number

/** One execution as accounting needs it. */
export interface AccountFill {
  /** The venue's id, unique per instrument. */
  readonly fillId: string
  readonly instrument: Instrument
  readonly side: 'buy' | 'sell'
  /** Base units; contracts of a perpetual. Positive. */
  readonly quantity: Decimal
  /** Quote units per base unit. */
  readonly price: Decimal
  /** Positive when paid, negative when received; absent where there was none. */
  readonly fee?: { readonly currency: string; readonly amount: Decimal } | undefined
  /** In hedge mode, the position that it changed. */
  readonly positionSide?: 'long' | 'short' | undefined
  readonly timeMs: TimeMs
}

/** Funding of a perpetual, positive when received. */
export interface AccountFunding {
  readonly instrument: Instrument
  readonly currency: string
  readonly amount: Decimal
  readonly timeMs: TimeMs
}

/** Something that was held before the first fill, with what it had cost. Spot only. */
export interface OpeningLot {
  readonly instrument: Instrument
  readonly quantity: Decimal
  /** In the quote currency, fees included. */
  readonly cost: Decimal
  readonly timeMs: TimeMs
}

/** Price of one unit of `currency` in `inCurrency` at an instant; undefined where nobody knows. */
export type RateLookup = (currency: string, inCurrency: string, timeMs: TimeMs) => Decimal | undefined
