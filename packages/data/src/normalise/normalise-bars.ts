import { allocateBars, type BarColumns, bucketStart, DataError, isoTime, sliceBars, timeframeOf } from '@kestrel/core'

import type { GapEntry } from '../dataset.ts'
import { findGaps } from '../gaps.ts'
import { isPlausibleMs, type NormaliseContext, rowError, timeError } from './row-context.ts'
import { reorder, RunBuilder, sortingOrder, unorderedRuns } from './row-order.ts'

/** Bars as an importer read them: any order, doubtful values. Every column has shape `[n]`. */
export interface RawBars {
  readonly openTimeMs: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

export interface NormaliseBarsOptions extends NormaliseContext {
  /** True where no row means that nothing traded: absent bars are not entered as missing. Default false. */
  readonly sparse?: boolean
  /**
   * True where the caller gives the columns away: rows that are in order and lie on shared memory become the result as they
   * stand. Default false: the input is left unchanged.
   */
  readonly owned?: boolean
}

/** Least and greatest distance between neighbouring rows; infinite, either way, for fewer than two. */
interface Spacing {
  readonly leastMs: number
  readonly mostMs: number
}

const VALUE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const

/**
 * Bars in order, each once, each checked; and a ledger of what was not in order.
 *
 * Rows are sorted by open time; a row that repeats another exactly is dropped and entered as `duplicate`; absent bars
 * are entered as `missing` unless sparse. The input is left unchanged unless it is given away.
 *
 * @param timeframeMs - Length of a bar, a whole number of seconds.
 * @throws DataError naming the first row at fault: `DATA_TIME` (outside 2009 to 2100, often a wrong unit), `DATA_ALIGNMENT`
 *   (not at the start of a bar of this timeframe), `DATA_PRICE`, `DATA_OHLC`, `DATA_VOLUME`, `DATA_CONFLICTING_ROWS`
 *   (one time, two contents), `DATA_TIMEFRAME` (rows lie further apart than the timeframe throughout), `DATA_EMPTY`.
 *
 * O(n) where the rows are in order, O(n log n) otherwise.
 */
export function normaliseBars(
  raw: RawBars,
  timeframeMs: number,
  options: NormaliseBarsOptions,
): { bars: BarColumns; ledger: GapEntry[] } {
  const spacing = checkRows(raw, timeframeMs, options)
  // Most files are in order and without a repeat, which the spacing tells.
  if (spacing.leastMs > 0) {
    const bars = options.owned === true && isShared(raw) ? adopted(raw, timeframeMs) : copied(raw, timeframeMs)
    return { bars, ledger: gapsIn(bars.openTimeMs, timeframeMs, spacing, options) }
  }
  const order = sortingOrder(raw.openTimeMs)
  const ledger = order === undefined ? [] : unorderedRuns(raw.openTimeMs, timeframeMs, options.source)
  const { bars, duplicates } = uniqueRows(raw, order, timeframeMs, options)
  return {
    bars,
    ledger: [...ledger, ...duplicates, ...gapsIn(bars.openTimeMs, timeframeMs, spacingOf(bars.openTimeMs), options)],
  }
}

/** The missing runs of rows in order, after a look at whether they can be of this timeframe. */
function gapsIn(
  openTimeMs: Float64Array,
  timeframeMs: number,
  spacing: Spacing,
  options: NormaliseBarsOptions,
): GapEntry[] {
  if (options.sparse === true) return []
  checkSpacing(openTimeMs.length, spacing.leastMs, timeframeMs, options)
  return spacing.mostMs <= timeframeMs ? [] : findGaps(openTimeMs, timeframeMs, { source: options.source })
}

function checkRows(raw: RawBars, timeframeMs: number, options: NormaliseBarsOptions): Spacing {
  const { openTimeMs, open, high, low, close, volume } = raw
  const n = openTimeMs.length
  if (n === 0)
    throw new DataError({
      code: 'DATA_EMPTY',
      message: `${options.what}: there are no rows. Nothing was imported.`,
    })
  let before = Number.NaN
  let leastMs = Infinity
  let mostMs = -Infinity
  for (let i = 0; i < n; i++) {
    const t = openTimeMs[i] as number
    const o = open[i] as number
    const h = high[i] as number
    const l = low[i] as number
    const c = close[i] as number
    const v = volume[i] as number
    if (!isPlausibleMs(t)) throw timeError(options, i, t)
    if (bucketStart(t, timeframeMs) !== t) throw alignmentError(options, i, t, timeframeMs)
    // Written so that NaN fails every comparison and so is refused with the rest.
    const fine =
      o > 0 && l > 0 && h < Infinity && h >= o && h >= c && h >= l && l <= o && l <= c && v >= 0 && v < Infinity
    if (!fine) throw valueError(options, i, { open: o, high: h, low: l, close: c, volume: v })
    const step = t - before
    if (step < leastMs) leastMs = step
    if (step > mostMs) mostMs = step
    before = t
  }
  return { leastMs, mostMs }
}

function spacingOf(openTimeMs: Float64Array): Spacing {
  let leastMs = Infinity
  let mostMs = -Infinity
  for (let i = 1; i < openTimeMs.length; i++) {
    const step = (openTimeMs[i] as number) - (openTimeMs[i - 1] as number)
    if (step < leastMs) leastMs = step
    if (step > mostMs) mostMs = step
  }
  return { leastMs, mostMs }
}

function alignmentError(context: NormaliseContext, row: number, timeMs: number, timeframe: number): DataError {
  const name = timeframeOf(timeframe)
  const nearest = isoTime(bucketStart(timeMs, timeframe))
  return rowError(
    context,
    'DATA_ALIGNMENT',
    row,
    `the open time ${isoTime(timeMs)} is not the start of a ${name} bar (that would be ${nearest}).`,
    'Check the timeframe, and whether the source states close times instead of open times.',
  )
}

function valueError(context: NormaliseContext, row: number, bar: Readonly<Record<string, number>>): DataError {
  for (const name of ['open', 'high', 'low', 'close']) {
    const value = bar[name] ?? Number.NaN
    if (!(value > 0 && value < Infinity))
      return rowError(context, 'DATA_PRICE', row, `${name} is ${value}; a price must be a positive number.`)
  }
  const volume = bar['volume'] ?? Number.NaN
  if (!(volume >= 0 && volume < Infinity))
    return rowError(context, 'DATA_VOLUME', row, `volume is ${volume}; it must be zero or a positive number.`)
  const values = `open ${bar['open']}, high ${bar['high']}, low ${bar['low']}, close ${bar['close']}`
  return rowError(
    context,
    'DATA_OHLC',
    row,
    `${values} cannot be one bar: high must be the greatest and low the least.`,
    'Check the order of the price columns.',
  )
}

/** Copies the rows in order onto shared memory, dropping exact repeats. */
function uniqueRows(
  raw: RawBars,
  order: Uint32Array | undefined,
  timeframeMs: number,
  options: NormaliseBarsOptions,
): { bars: BarColumns; duplicates: GapEntry[] } {
  const times = order === undefined ? raw.openTimeMs : reorder(raw.openTimeMs, order)
  const n = times.length
  const duplicates = new RunBuilder('duplicate', 'same row twice; kept once', options.source, timeframeMs)
  const keep = new Uint32Array(n)
  let kept = 0
  for (let i = 0; i < n; i++) {
    const row = order === undefined ? i : (order[i] as number)
    if (kept > 0 && times[i] === times[i - 1]) {
      refuseConflict(raw, keep[kept - 1] as number, row, options)
      duplicates.add(times[i] as number)
    } else keep[kept++] = row
  }
  const bars = allocateBars(kept)
  for (let i = 0; i < kept; i++) {
    const row = keep[i] as number
    const t = raw.openTimeMs[row] as number
    bars.openTimeMs[i] = t
    bars.closeTimeMs[i] = t + timeframeMs
    bars.open[i] = raw.open[row] as number
    bars.high[i] = raw.high[row] as number
    bars.low[i] = raw.low[row] as number
    bars.close[i] = raw.close[row] as number
    // Adding zero turns -0 into 0, so that equal volumes have equal bytes and equal hashes.
    bars.volume[i] = (raw.volume[row] as number) + 0
  }
  return { bars: sliceBars(bars, 0, kept), duplicates: duplicates.entries() }
}

function isShared(raw: RawBars): boolean {
  return [raw.openTimeMs, ...VALUE_COLUMNS.map((name) => raw[name])].every(
    ({ buffer }) => buffer instanceof SharedArrayBuffer,
  )
}

/** The columns themselves, with close times. */
function adopted({ openTimeMs, open, high, low, close, volume }: RawBars, timeframeMs: number): BarColumns {
  const closeTimeMs = new Float64Array(new SharedArrayBuffer(openTimeMs.length * Float64Array.BYTES_PER_ELEMENT))
  finish(openTimeMs, closeTimeMs, volume, timeframeMs)
  return { openTimeMs, closeTimeMs, open, high, low, close, volume }
}

/** Rows that are in order and each there once, copied column by column, which is several times faster. */
function copied(raw: RawBars, timeframeMs: number): BarColumns {
  const bars = allocateBars(raw.openTimeMs.length)
  bars.openTimeMs.set(raw.openTimeMs)
  for (const name of VALUE_COLUMNS) bars[name].set(raw[name])
  finish(bars.openTimeMs, bars.closeTimeMs, bars.volume, timeframeMs)
  return bars
}

function finish(openTimeMs: Float64Array, closeTimeMs: Float64Array, volume: Float64Array, timeframeMs: number): void {
  for (let i = 0; i < openTimeMs.length; i++) {
    closeTimeMs[i] = (openTimeMs[i] as number) + timeframeMs
    // Adding zero turns -0 into 0, so that equal volumes have equal bytes and equal hashes.
    volume[i] = (volume[i] as number) + 0
  }
}

function refuseConflict(raw: RawBars, first: number, second: number, options: NormaliseBarsOptions): void {
  const differs = VALUE_COLUMNS.filter((name) => raw[name][first] !== raw[name][second])
  if (differs.length === 0) return
  const label = options.rowLabel?.(first) ?? `row ${first + 1}`
  const shown = differs.map((name) => `${name} ${raw[name][first]} and ${raw[name][second]}`).join(', ')
  throw rowError(
    options,
    'DATA_CONFLICTING_ROWS',
    second,
    `the bar at ${isoTime(raw.openTimeMs[first] as number)} also stands at ${label} with other values: ${shown}.`,
    'Remove the wrong row from the source.',
  )
}

/** Refuses a timeframe that no two rows have: hourly rows imported as 1m would be one gap after another. */
function checkSpacing(rows: number, leastMs: number, timeframeMs: number, options: NormaliseBarsOptions): void {
  const enough = 10
  if (rows < enough || leastMs <= timeframeMs) return
  throw new DataError({
    code: 'DATA_TIMEFRAME',
    message:
      `${options.what}: no two rows are closer than ${timeframeOf(leastMs)}, so these are not ${timeframeOf(timeframeMs)} bars. ` +
      'Nothing was imported.',
    hint: `Import with --timeframe ${timeframeOf(leastMs)}, or with --sparse if no row means that nothing traded.`,
    meta: { what: options.what, leastSpacingMs: leastMs, timeframeMs },
  })
}
