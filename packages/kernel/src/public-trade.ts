import type { Instrument, TimeMs, TimeUs, TradeColumns } from '@kestrel/core'

/** A public trade as `onTrade` receives it. One object is reused: copy what must be kept. */
export interface PublicTrade {
  readonly instrument: Instrument
  /** The venue's number, or a row number where it has none. */
  readonly id: number
  /** Who took; undefined where the venue does not say. */
  readonly side: 'buy' | 'sell' | undefined
  /** Quote units per base unit. */
  readonly price: number
  /** Base units, positive. */
  readonly quantity: number
  /** Venue time. The trade is visible from the end of this millisecond on. */
  readonly timeMs: TimeMs
  readonly timeUs: TimeUs
}

let moveTo: (trade: TradeRow, row: number) => void

/**
 * The trade in one row. Row and columns are in private fields, because they reach past what is visible; only
 * {@link showTrade} moves it.
 */
export class TradeRow implements PublicTrade {
  readonly instrument: Instrument
  readonly #columns: TradeColumns
  #row = -1

  constructor(instrument: Instrument, columns: TradeColumns) {
    this.instrument = instrument
    this.#columns = columns
  }

  static {
    moveTo = (trade, row) => {
      trade.#row = row
    }
  }

  get id(): number {
    return this.#columns.id[this.#row] as number
  }

  get side(): 'buy' | 'sell' | undefined {
    const side = this.#columns.takerSide[this.#row] as number
    return side > 0 ? 'buy' : side < 0 ? 'sell' : undefined
  }

  get price(): number {
    return this.#columns.price[this.#row] as number
  }

  get quantity(): number {
    return this.#columns.quantity[this.#row] as number
  }

  get timeMs(): TimeMs {
    return Math.floor((this.#columns.tsEventUs[this.#row] as number) / 1_000)
  }

  get timeUs(): TimeUs {
    return this.#columns.tsEventUs[this.#row] as number
  }
}

/** Moves the view to a row that has become visible. For this package only; never exported from it. */
export function showTrade(trade: TradeRow, row: number): void {
  moveTo(trade, row)
}
