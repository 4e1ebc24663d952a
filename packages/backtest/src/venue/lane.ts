import type { BarColumns, Instrument, TimeMs } from '@kestrel/core'
import { LaneOrders } from './lane-orders.ts'
import type { RestingOrder } from './resting-order.ts'
import type { MarkBars } from './mark-bars.ts'

/** Bars and orders of one instrument, with a cursor on the bar being played. */
export class Lane {
  readonly instrumentIndex: number
  readonly orders = new LaneOrders()
  /** Undefined where the run has none of the instrument. */
  readonly marks: MarkBars | undefined
  /** Index of the bar being played, or of the last one played; -1 before the first. */
  bar = -1
  /** True while the bar has begun and has not ended. */
  isOpen = false
  /** False at the open of the bar being played, true once its range is. */
  isVolumeKnown = true
  /** Where price is now. */
  price = Number.NaN
  readonly #bars: BarColumns
  #usedBar = -1
  #usedLots = 0

  constructor(bars: BarColumns, instrumentIndex: number, marks?: MarkBars) {
    this.#bars = bars
    this.marks = marks
    this.instrumentIndex = instrumentIndex
  }

  /** Time of the next thing that can happen here: the open of the next bar, or the end of the one that is open. */
  get nextEventMs(): TimeMs {
    return (this.isOpen ? this.#bars.closeTimeMs[this.bar] : this.#bars.openTimeMs[this.bar + 1]) ?? Infinity
  }

  /** End of the bar being played or last played. */
  get lastCloseMs(): TimeMs {
    return this.#bars.closeTimeMs[this.bar] ?? Number.NaN
  }

  /** Until when what happened is known to whoever trades now: the open of the bar that is open, else the last close. */
  get knownMs(): TimeMs {
    return this.isOpen ? this.openTimeMs : this.lastCloseMs
  }

  get openTimeMs(): TimeMs {
    return this.#bars.openTimeMs[this.bar] as number
  }

  get open(): number {
    return this.#bars.open[this.bar] as number
  }

  get high(): number {
    return this.#bars.high[this.bar] as number
  }

  get low(): number {
    return this.#bars.low[this.bar] as number
  }

  get close(): number {
    return this.#bars.close[this.bar] as number
  }

  /** True where a market order that fills at a close can do so now. */
  closesAt(timeMs: TimeMs): boolean {
    return !this.isOpen && this.lastCloseMs === timeMs
  }

  /** Lots that the present bar offers to a resting limit order beyond those who stand before it; see `TradeLane`. */
  queuedLots(_resting: RestingOrder): number {
    return Infinity
  }

  /** Takes lots off what {@link queuedLots} offers. */
  serve(_resting: RestingOrder, _lots: number): void {}

  /** Price at which a resting limit order trades when price is at `price`, its own limit or better. */
  makerPrice(_resting: RestingOrder, price: number): number {
    return price
  }

  /** Begins the next bar: price stands at its open. */
  openNext(): void {
    this.bar++
    this.isOpen = true
    this.isVolumeKnown = false
    this.price = this.open
  }

  /** Ends the bar: price stands at its close. */
  closeBar(): void {
    this.isOpen = false
    this.isVolumeKnown = true
    this.price = this.close
  }

  /** Passes over everything before `timeMs`: with no order resting nothing can happen in it. */
  skipTo(timeMs: TimeMs): void {
    const { openTimeMs, closeTimeMs } = this.#bars
    if (this.isOpen) {
      if ((closeTimeMs[this.bar] as number) > timeMs) return
      this.closeBar()
    }
    let bar = this.bar
    while (bar + 1 < closeTimeMs.length && (closeTimeMs[bar + 1] as number) <= timeMs) bar++
    if (bar !== this.bar) {
      this.bar = bar
      this.price = this.close
    }
    // A bar that opens at this very instant is still to come; one that opened before is under way.
    if ((openTimeMs[bar + 1] ?? Infinity) < timeMs) this.openNext()
  }

  /**
   * Lots that the present bar still offers to us.
   *
   * At its open nobody knows its volume, so there it offers no more than the last bar with trades before it did; and an
   * order that must trade at once or go is judged by that one alone: to be judged by this one would tell what is to come.
   */
  budgetLots(volumeShare: number | undefined, instrument: Instrument, isImmediate: boolean): number {
    if (volumeShare === undefined) return Infinity
    const used = this.#usedBar === this.bar ? this.#usedLots : 0
    const { scale, mantissa } = instrument.lot
    return Math.floor((this.#offeredVolume(isImmediate) * volumeShare * scale) / mantissa + 1e-9) - used
  }

  #offeredVolume(isImmediate: boolean): number {
    const volume = this.#bars.volume[this.bar] as number
    if (this.isVolumeKnown) return volume
    if (volume === 0 && !isImmediate) return 0
    let before = this.bar - 1
    while (before > 0 && this.#bars.volume[before] === 0) before--
    const known = this.#bars.volume[before] ?? 0
    return isImmediate ? known : Math.min(known, volume)
  }

  /** Takes lots off what the present bar offers. */
  use(lots: number): void {
    if (this.#usedBar !== this.bar) {
      this.#usedBar = this.bar
      this.#usedLots = 0
    }
    this.#usedLots += lots
  }
}
