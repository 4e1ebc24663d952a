import {
  parseInstrumentId,
  type SeriesColumns,
  type Timeframe,
  timeframeMs,
  timeframeOf,
  type TradeColumns,
} from '@kestrel/core'
import type { DatasetKey, DatasetSource, ImportedDataset } from '../dataset.ts'
import { normaliseBars } from '../normalise/normalise-bars.ts'
import { normaliseSeries, type SeriesKind } from '../normalise/normalise-series.ts'
import { normaliseTrades } from '../normalise/normalise-trades.ts'
import type { DecodedTable } from './decoded-table.ts'
import type { FileNameFacts } from './file-name-facts.ts'
import { optionError } from './import-errors.ts'
import type { ImportOptions } from './import-options.ts'
import { commonStepMs } from './infer-steps.ts'
import { splitByInstrument } from './instrument-rows.ts'
import { instrumentSpecOf, type StepEvidence } from './instrument-spec.ts'

const DAY_MS = 86_400_000

/** A decoded file and what is known of it. */
export interface DecodedFile {
  /** Name of the file, without its folders; of an archive's entry, `archive.zip/entry.csv`. */
  readonly file: string
  readonly format: string
  readonly sha256: string
  readonly nameFacts: FileNameFacts
  readonly table: DecodedTable
}

/** The rows of one instrument of a decoded file. */
interface Part {
  readonly decoded: DecodedFile
  readonly options: ImportOptions
  readonly instrument: string
  readonly rows: Uint32Array | undefined
  /** Times of the rows: microseconds since 1970 for trades, else milliseconds. */
  readonly times: Float64Array
  readonly notes: string[]
}

/**
 * Turns decoded rows into datasets: splits them by instrument, checks and sorts them, infers timeframe, tick and lot.
 *
 * @returns One dataset per instrument, in order of first appearance.
 * @throws DataError for the first row that makes no sense; see the `normalise` functions.
 */
export function assembleDatasets(decoded: DecodedFile, options: ImportOptions): ImportedDataset[] {
  const parts = splitByInstrument(decoded.file, decoded.table, options, decoded.nameFacts.instrument)
  return parts.map(({ instrument, rows, note }) => {
    const timeUs = picked(decoded.table.timeUs, rows)
    const notes = [...decoded.table.plan.notes, ...decoded.table.notes, ...(note === undefined ? [] : [note])]
    const part: Part = {
      decoded,
      options,
      instrument,
      rows,
      times: decoded.table.plan.kind === 'trades' ? timeUs : inMilliseconds(timeUs),
      notes,
    }
    if (decoded.table.plan.kind === 'bars') return barsOf(part)
    if (decoded.table.plan.kind === 'trades') return tradesOf(part)
    return seriesOf(part, decoded.table.plan.kind)
  })
}

/** Microseconds cut to milliseconds, in place: the decoded times belong to this import and are not needed any more. */
function inMilliseconds(timeUs: Float64Array): Float64Array {
  for (let i = 0; i < timeUs.length; i++) timeUs[i] = Math.floor((timeUs[i] as number) / 1_000)
  return timeUs
}

function picked<T extends Float64Array | Int8Array>(column: T, rows: Uint32Array | undefined): T {
  if (rows === undefined) return column
  const out = (column instanceof Int8Array ? new Int8Array(rows.length) : new Float64Array(rows.length)) as T
  for (let i = 0; i < rows.length; i++) out[i] = column[rows[i] as number] as number
  return out
}

function numbersOf({ decoded, rows }: Part, name: string): Float64Array {
  const column = decoded.table.numbers.get(name)
  if (column === undefined) throw new RangeError(`the plan has no column ${name}`)
  return picked(column, rows)
}

function contextOf(
  { decoded, rows }: Part,
  what: string,
): { what: string; source: string; rowLabel: (row: number) => string } {
  const { rowLabel } = decoded.table
  return {
    what: `${what} from ${decoded.file}`,
    source: decoded.file,
    rowLabel: (row) => rowLabel(rows === undefined ? row : (rows[row] as number)),
  }
}

function timeframeFor(part: Part): Timeframe {
  const stated = part.options.timeframe ?? part.decoded.nameFacts.timeframe
  if (stated !== undefined) return timeframeOf(timeframeMs(stated))
  const stepMs = commonStepMs(part.times)
  if (stepMs === undefined || stepMs % 1_000 !== 0) {
    throw optionError(
      'IMPORT_TIMEFRAME',
      `${part.decoded.file}: the length of a bar of ${part.instrument} cannot be told from its times.`,
      'State it, for example --timeframe 1h.',
      { file: part.decoded.file, instrument: part.instrument },
    )
  }
  const timeframe = timeframeOf(stepMs)
  part.notes.push(`timeframe ${timeframe} inferred from the most common step between rows`)
  return timeframe
}

function sourceOf({ decoded, options, notes }: Part): DatasetSource {
  return {
    name: decoded.file,
    format: decoded.format,
    sha256: decoded.sha256,
    ...(options.licence === undefined ? {} : { licence: options.licence }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  }
}

function barsOf(part: Part): ImportedDataset {
  const timeframe = timeframeFor(part)
  const isSparse = part.options.sparse === true
  const raw = {
    openTimeMs: part.times,
    open: numbersOf(part, 'open'),
    high: numbersOf(part, 'high'),
    low: numbersOf(part, 'low'),
    close: numbersOf(part, 'close'),
    volume: numbersOf(part, 'volume'),
  }
  const context = contextOf(part, `${part.instrument} ${timeframe}`)
  const { bars, ledger } = normaliseBars(raw, timeframeMs(timeframe), { ...context, sparse: isSparse, owned: true })
  const spec = instrumentSpecOf(
    part.instrument,
    part.options,
    evidence(part, { open: bars.open, high: bars.high, low: bars.low, close: bars.close }),
    evidence(part, { volume: bars.volume }),
  )
  const key: DatasetKey = { instrument: part.instrument, kind: 'bars', timeframe }
  return { key, table: bars, source: sourceOf(part), ledger, spec, sparse: isSparse }
}

function evidence({ decoded }: Part, columns: Readonly<Record<string, Float64Array>>): StepEvidence {
  const known = Object.keys(columns).map((name) => decoded.table.mostDecimals?.get(name) ?? Infinity)
  const most = Math.max(...known)
  return { columns: Object.values(columns), mostDecimals: most === Infinity ? undefined : most }
}

function tradesOf(part: Part): ImportedDataset {
  const { decoded, rows, times: tsEventUs } = part
  const hasIds = decoded.table.numbers.has('id')
  const raw: TradeColumns = {
    tsEventUs,
    id: hasIds ? numbersOf(part, 'id') : Float64Array.from({ length: tsEventUs.length }, (_, i) => i),
    price: numbersOf(part, 'price'),
    quantity: numbersOf(part, 'quantity'),
    takerSide:
      decoded.table.takerSide === undefined ? new Int8Array(tsEventUs.length) : picked(decoded.table.takerSide, rows),
  }
  const { trades, ledger } = normaliseTrades(raw, contextOf(part, `${part.instrument} trades`))
  const spec = instrumentSpecOf(
    part.instrument,
    part.options,
    evidence(part, { price: trades.price }),
    evidence(part, { quantity: trades.quantity }),
  )
  return {
    key: { instrument: part.instrument, kind: 'trades' },
    table: trades,
    source: sourceOf(part),
    ledger,
    spec,
    sparse: true,
    ...(hasIds ? {} : { idsAreRowNumbers: true }),
  }
}

function seriesOf(part: Part, kind: SeriesKind): ImportedDataset {
  const timeframe = kind === 'mark' ? markTimeframe(part) : undefined
  const raw: SeriesColumns = {
    tsEventMs: part.times,
    knowableTimeMs: knowableMs(part, kind, timeframe),
    values: valuesOf(part, kind),
  }
  const { series, ledger } = normaliseSeries(raw, kind, contextOf(part, `${part.instrument} ${kind}`))
  const key: DatasetKey = {
    instrument: parseInstrumentId(part.instrument).id,
    kind,
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(kind === 'series' ? { name: seriesName(part) } : {}),
  }
  return { key, table: series, source: sourceOf(part), ledger, sparse: part.options.sparse === true }
}

/** Marks given as candles are known at the candle's close; single marks have no length and are known at once. */
function markTimeframe(part: Part): Timeframe | undefined {
  const { numbers, knowableUs } = part.decoded.table
  if (numbers.has('mark')) return undefined
  const isStated = (part.options.timeframe ?? part.decoded.nameFacts.timeframe) !== undefined
  if (isStated || knowableUs === undefined) return timeframeFor(part)
  const knownUs = picked(knowableUs, part.rows)
  const delayMs = (knownUs[0] as number) / 1_000 - (part.times[0] as number)
  const isConstant = knownUs.every((us, i) => us / 1_000 - (part.times[i] as number) === delayMs)
  if (!isConstant || delayMs % 1_000 !== 0) return timeframeFor(part)
  return delayMs === 0 ? undefined : timeframeOf(delayMs)
}

function valuesOf(part: Part, kind: SeriesKind): Record<string, Float64Array> {
  if (kind === 'mark' && part.decoded.table.numbers.has('mark')) {
    const mark = numbersOf(part, 'mark')
    return { open: mark, high: mark, low: mark, close: mark }
  }
  return Object.fromEntries([...part.decoded.table.numbers.keys()].map((name) => [name, numbersOf(part, name)]))
}

/**
 * The first instant at which each row could be known.
 *
 * A `knowable` column says it. Otherwise the time of the row plus the stated delay; without a stated delay, a bare date
 * counts as known at the end of its day (00:00 UTC of the next), a mark candle at its close, and funding at its settlement.
 *
 * @throws UsageError `IMPORT_NO_KNOWABLE` for any other series: taking it as known at its own time would be a guess that
 *   makes a backtest see the future.
 */
function knowableMs(part: Part, kind: SeriesKind, timeframe: Timeframe | undefined): Float64Array {
  const { table } = part.decoded
  if (table.knowableUs !== undefined) {
    // Rounded up: a value known within a millisecond is not known at its start.
    return picked(table.knowableUs, part.rows).map((us) => Math.ceil(us / 1_000))
  }
  const stated = part.options.knowableDelayMs
  if (stated !== undefined && !(Number.isSafeInteger(stated) && stated >= 0)) {
    throw optionError(
      'IMPORT_KNOWABLE_DELAY',
      `The knowable delay is ${stated}.`,
      'Give whole milliseconds, 0 or more.',
      { stated },
    )
  }
  if (stated === undefined && kind === 'series' && !table.isDated) {
    throw optionError(
      'IMPORT_NO_KNOWABLE',
      `Nothing says when the values of ${part.decoded.file} could first be known.`,
      'Add a column "knowable" with that time, or --knowable-delay 1h for the time from each row to it (0 for at once).',
      { file: part.decoded.file },
    )
  }
  const delayMs =
    stated ?? (timeframe !== undefined ? timeframeMs(timeframe) : table.isDated && kind === 'series' ? DAY_MS : 0)
  if (stated === undefined && delayMs === DAY_MS && kind === 'series')
    part.notes.push('each value is known at the end of its day')
  return part.times.map((ms) => ms + delayMs)
}

/** Name of a series: stated, else the file's name in the characters that a name may have. */
function seriesName({ decoded, options }: Part): string {
  const text = options.name ?? decoded.file.replace(/^.*\//, '').replace(/(\.[a-z0-9]+){1,2}$/i, '')
  const name =
    options.name ??
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '-')
      .replaceAll(/^[-_]+|-+$/g, '')
      .slice(0, 60)
  if (/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) return name
  throw optionError(
    'IMPORT_SERIES_NAME',
    `"${text}" cannot be the name of a series.`,
    'Name it with lower-case letters, digits, "-" and "_": --name fear-greed.',
    { name: text },
  )
}
