/**
 * Bars as columns, oldest first, strictly increasing in `openTimeMs`.
 *
 * Every column has shape `[n]`. Prices are quote units per base unit and positive; volume is base units, zero or more.
 * No value is NaN or infinite. `closeTimeMs` is the exclusive end and the instant at which a bar becomes visible.
 */
export interface BarColumns {
  readonly openTimeMs: Float64Array
  readonly closeTimeMs: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/**
 * Public trades as columns, oldest first, ordered by `tsEventUs` and then as the venue gave them.
 *
 * `id` is the venue's number, or the row number where it has none. `takerSide` is 1 where the buyer took, -1 where the
 * seller took, 0 where unknown.
 */
export interface TradeColumns {
  readonly tsEventUs: Float64Array
  readonly id: Float64Array
  readonly price: Float64Array
  readonly quantity: Float64Array
  readonly takerSide: Int8Array
}

/**
 * Dated values (funding rates, marks, any series), oldest first. `knowableTimeMs` is the first instant at which a
 * strategy could have known the row; it is never before `tsEventMs`.
 */
export interface SeriesColumns {
  readonly tsEventMs: Float64Array
  readonly knowableTimeMs: Float64Array
  /** Name of each value and its column, shape `[n]`; NaN is not allowed. */
  readonly values: Readonly<Record<string, Float64Array>>
}

/** Bytes of one float64. */
const F64 = 8

/**
 * Bar columns of `length` rows, all zero, each on a SharedArrayBuffer of its own so that workers read them uncopied.
 */
export function allocateBars(length: number): BarColumns {
  const column = (): Float64Array => new Float64Array(new SharedArrayBuffer(length * F64))
  return {
    openTimeMs: column(),
    closeTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  }
}

/** Rows `start` to `end` (exclusive) of the bars, as views on the same memory. */
export function sliceBars(bars: BarColumns, start: number, end: number): BarColumns {
  return {
    openTimeMs: bars.openTimeMs.subarray(start, end),
    closeTimeMs: bars.closeTimeMs.subarray(start, end),
    open: bars.open.subarray(start, end),
    high: bars.high.subarray(start, end),
    low: bars.low.subarray(start, end),
    close: bars.close.subarray(start, end),
    volume: bars.volume.subarray(start, end),
  }
}

/**
 * First index whose value is at least `target` in an ascending column; `column.length` where there is none. O(log n).
 */
export function lowerBound(column: Float64Array, target: number): number {
  let low = 0
  let high = column.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((column[middle] ?? Infinity) < target) low = middle + 1
    else high = middle
  }
  return low
}
