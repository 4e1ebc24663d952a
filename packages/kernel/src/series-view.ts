import type { Instrument, TimeMs, Timeframe } from '@kestrel/core'
import { UsageError } from '@kestrel/core'

/** Position of the newest visible row of a feed; -1 before the first. Shared by every view on the feed. */
export interface Cursor {
  index: number
  /** Close of every row of the feed, visible or not. */
  readonly closeTimeMs: Float64Array
}

/**
 * What a series is made of. Only this package reads it: the columns reach past the cursor, so they must never be
 * reachable from a strategy. That is why the views keep theirs in private fields and hand them out through
 * module-level functions instead of members.
 */
interface SeriesSource {
  readonly column: Float64Array
  readonly cursor: Cursor
}

let readSource: (view: SeriesView) => SeriesSource

/** Without it no view can be made, so a strategy that takes the class off a view cannot give it a cursor of its own. */
const MAKER = Symbol('maker')

/**
 * A read-only view of one column up to the newest closed bar. Reading never sees a bar that has not closed.
 */
export class SeriesView {
  readonly #column: Float64Array
  readonly #cursor: Cursor

  /** @throws UsageError `KERNEL_LOOK_AHEAD` unless the kernel calls it, through {@link seriesView}. */
  constructor(column: Float64Array, cursor: Cursor, maker: symbol) {
    if (maker !== MAKER) {
      throw new UsageError({ code: 'KERNEL_LOOK_AHEAD', message: 'Only the kernel makes views of series.' })
    }
    this.#column = column
    this.#cursor = cursor
  }

  static {
    readSource = (view) => ({ column: view.#column, cursor: view.#cursor })
  }

  /** Newest value; NaN before the first bar and while an indicator warms up. */
  get value(): number {
    // oxlint-disable-next-line no-unnecessary-type-conversion -- before the first bar there is no such element: NaN
    return +(this.#column[this.#cursor.index] as number)
  }

  /** Value one bar before the newest; NaN where there is none. */
  get previous(): number {
    const index = this.#cursor.index
    return index < 1 ? Number.NaN : (this.#column[index - 1] as number)
  }

  /** True once the newest value is a number. */
  get ready(): boolean {
    const index = this.#cursor.index
    return index >= 0 && !Number.isNaN(this.#column[index])
  }

  /** Number of visible values. */
  get length(): number {
    return this.#cursor.index + 1
  }

  /**
   * Value `ago` bars before the newest: 0 is the newest. NaN where history does not reach that far.
   *
   * @throws UsageError `KERNEL_LOOK_AHEAD` when `ago` is negative or not whole: there is no such thing as a later bar.
   */
  at(ago: number): number {
    if (ago < 0 || !Number.isInteger(ago)) throw lookAhead(ago)
    const index = this.#cursor.index - ago
    return index < 0 ? Number.NaN : (this.#column[index] as number)
  }

  /**
   * The newest `count` values, oldest first, as a copy. Shorter where history is shorter.
   *
   * @throws UsageError `KERNEL_LOOK_AHEAD` when `count` is negative or not whole.
   */
  window(count: number): Float64Array {
    if (count < 0 || !Number.isInteger(count)) throw lookAhead(count)
    const end = this.#cursor.index + 1
    const start = Math.max(0, end - count)
    const copy = new Float64Array(end - start)
    for (let i = start; i < end; i++) copy[i - start] = this.#column[i] as number
    return copy
  }
}

function lookAhead(ago: number): UsageError {
  return new UsageError({
    code: 'KERNEL_LOOK_AHEAD',
    message: `A series was asked for ${ago} bars ago; only whole numbers from 0 (the newest closed bar) exist.`,
    meta: { ago },
  })
}

/** A view of a column that moves with a cursor. For this package only; never exported from it. */
export function seriesView(column: Float64Array, cursor: Cursor): SeriesView {
  return new SeriesView(column, cursor, MAKER)
}

/** Column and cursor behind a view. For this package only; never exported from it. */
export function sourceOf(view: SeriesView): SeriesSource {
  return readSource(view)
}

/** Views of all columns of one instrument and timeframe, up to the newest closed bar. */
export class BarsView {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly openTimeMs: SeriesView
  readonly closeTimeMs: SeriesView
  readonly open: SeriesView
  readonly high: SeriesView
  readonly low: SeriesView
  readonly close: SeriesView
  readonly volume: SeriesView

  constructor(
    instrument: Instrument,
    timeframe: Timeframe,
    views: Readonly<Record<'openTimeMs' | 'closeTimeMs' | 'open' | 'high' | 'low' | 'close' | 'volume', SeriesView>>,
  ) {
    this.instrument = instrument
    this.timeframe = timeframe
    this.openTimeMs = views.openTimeMs
    this.closeTimeMs = views.closeTimeMs
    this.open = views.open
    this.high = views.high
    this.low = views.low
    this.close = views.close
    this.volume = views.volume
  }

  /** Number of closed bars. */
  get length(): number {
    return this.close.length
  }
}

/** The bar that has just closed, as `onBar` receives it. One object is reused: copy what must be kept. */
export class ClosedBar {
  readonly series: BarsView

  constructor(series: BarsView) {
    this.series = series
  }

  get instrument(): Instrument {
    return this.series.instrument
  }

  get timeframe(): Timeframe {
    return this.series.timeframe
  }

  get openTimeMs(): TimeMs {
    return this.series.openTimeMs.value
  }

  get closeTimeMs(): TimeMs {
    return this.series.closeTimeMs.value
  }

  get open(): number {
    return this.series.open.value
  }

  get high(): number {
    return this.series.high.value
  }

  get low(): number {
    return this.series.low.value
  }

  get close(): number {
    return this.series.close.value
  }

  get volume(): number {
    return this.series.volume.value
  }
}
