import type { BarColumns, Instrument, TimeMs } from '@kestrel/core'
import { LaneOrders } from './lane-orders.ts'
import type { RestingOrder } from './resting-order.ts'
import type { MarkBars } from './mark-bars.ts'
import { VolumeBudget } from './volume-budget.ts'

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
  /** False from the open of the bar being played to its end: its volume is not known in it. */
  isVolumeKnown = true
  /** True while the range of the bar is being played. */
  isInside = false
  /** Where price is now. */
  price = Number.NaN
  readonly #bars: BarColumns
  readonly #budget: VolumeBudget
  /** Volume of the last bar with trades among those before bar `#lookedAt`; 0 where none has any. */
  #lastVolume = 0
  #lookedAt = 0

  constructor(bars: BarColumns, instrumentIndex: number, marks?: MarkBars) {
    this.#bars = bars
    this.#budget = new VolumeBudget(bars.volume)
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

  /** Close before the bar being played; NaN where there is none. An order to rest that was beyond it never came to rest. */
  closeBefore(_resting: RestingOrder): number {
    return this.#bars.close[this.bar - 1] ?? Number.NaN
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
    this.isInside = false
    this.price = this.open
  }

  /** Ends the bar: price stands at its close. */
  closeBar(): void {
    this.isOpen = false
    this.isInside = false
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
    const bar = this.#lastClosed(timeMs)
    if (bar !== this.bar) {
      this.bar = bar
      this.price = this.close
    }
    // A bar that opens at this very instant is still to come, as are all after one that closes at it; one that opened before
    // is under way.
    if (closeTimeMs[bar] !== timeMs && (openTimeMs[bar + 1] ?? Infinity) < timeMs) this.openNext()
  }

  /** The last bar that has closed at `timeMs`: one that closes at it is found at once where no bar is missing before it. */
  #lastClosed(timeMs: TimeMs): number {
    const { openTimeMs, closeTimeMs } = this.#bars
    let { bar } = this
    if (bar >= 0) {
      const lengthMs = (closeTimeMs[0] as number) - (openTimeMs[0] as number)
      const likely = bar + Math.round((timeMs - (closeTimeMs[bar] as number)) / lengthMs)
      if (closeTimeMs[likely] === timeMs) return likely
    }
    while (bar + 1 < closeTimeMs.length && (closeTimeMs[bar + 1] as number) <= timeMs) bar++
    return bar
  }

  /**
   * Lots that the present bar still offers to us.
   *
   * Until it ends nobody knows its volume, which says much of where price went: who got more where it moved far would earn by
   * stops alone. So all that it offers is the share of the last bar with trades before it, and inside it no more than its own
   * share to what gains against its close, but one lot where anything trades: a coarse lot would never fill otherwise. What
   * that was too much by, once the bar's own volume is known, later bars make up for: in the end our orders have no more than
   * their share of the volume.
   *
   * @param gain - What a unit of the order gains against the bar's close; read inside the bar alone.
   */
  budgetLots(volumeShare: number | undefined, instrument: Instrument, gain: number): number {
    if (volumeShare === undefined) return Infinity
    return this.#budget.left(this.bar, this.#offeredVolume(gain), volumeShare, instrument.lot)
  }

  #offeredVolume(gain: number): number {
    const { volume } = this.#bars
    const { bar } = this
    const own = volume[bar] as number
    if (this.isVolumeKnown) return own
    // Where nothing is traded, nothing is traded at the open either: its price is that of a bar before.
    if (own === 0 && this.high === this.low) return 0
    // Bars already looked at are not looked at again, however long nothing trades.
    for (; this.#lookedAt < bar; this.#lookedAt++) {
      const traded = volume[this.#lookedAt] as number
      if (traded > 0) this.#lastVolume = traded
    }
    return this.isInside && gain >= 0 ? Math.min(own, this.#lastVolume) : this.#lastVolume
  }

  /** Takes lots off what the present bar offers. */
  use(lots: number): void {
    this.#budget.use(this.bar, lots)
  }
}
