import { type InstrumentSpec, timeframeMs } from '@kestrel/core'
import type { DatasetKey, ImportedDataset } from '../dataset.ts'
import { keyText } from '../lake/dataset-key.ts'
import { normaliseBars } from '../normalise/normalise-bars.ts'
import { normaliseSeries, type SeriesKind } from '../normalise/normalise-series.ts'
import { normaliseTrades } from '../normalise/normalise-trades.ts'
import { HISTORY_COLUMNS, type HistoryKind, type HistoryRow } from './history-kind.ts'
import type { TimeSpan } from './time-span.ts'

/** Rows of a venue on their way into the lake. */
export interface HistoryBatch {
  readonly key: DatasetKey
  readonly kind: HistoryKind
  readonly rows: readonly HistoryRow[]
  readonly venue: string
  readonly means: string
  /** What the venue has answered for, with these rows: absent rows in it are absent at the venue. */
  readonly covered: TimeSpan
  readonly spec: InstrumentSpec | undefined
  readonly sparse: boolean
  /** From the time of a row of open interest until it can be known: its sampling. */
  readonly knowableDelayMs: number
}

/**
 * Checked columns of downloaded rows, as the importer gives those of a file.
 *
 * @throws DataError for the first row that makes no sense; see the `normalise` functions.
 */
export function historyDataset(batch: HistoryBatch): ImportedDataset {
  const { key, kind, venue } = batch
  const column = (name: string): Float64Array => {
    const at = HISTORY_COLUMNS[kind].indexOf(name)
    return Float64Array.from(batch.rows, (row) => row[at] ?? Number.NaN)
  }
  const context = { what: `${keyText(key)} from ${venue}`, source: venue }
  const common = {
    key,
    source: {
      name: venue,
      format: 'download',
      note: `downloaded through ${batch.means}${NOTES[kind] ?? ''}`,
      covered: [batch.covered],
    },
    sparse: batch.sparse,
    ...(batch.spec === undefined ? {} : { spec: batch.spec }),
  }
  if (kind === 'bars') {
    const [openTimeMs, open, high] = [column('openTimeMs'), column('open'), column('high')]
    const [low, close, volume] = [column('low'), column('close'), column('volume')]
    const raw = { openTimeMs, open, high, low, close, volume }
    const { bars, ledger } = normaliseBars(raw, timeframeMs(key.timeframe ?? '1m'), {
      ...context,
      sparse: batch.sparse,
    })
    const absent = `${venue} has no bar; asked twice`
    return {
      ...common,
      table: bars,
      ledger: ledger.map((entry) => (entry.kind === 'missing' ? { ...entry, reason: absent } : entry)),
    }
  }
  if (kind === 'trades') {
    const [tsEventUs, id, price] = [column('tsEventUs'), column('id'), column('price')]
    const takerSide = Int8Array.from(column('takerSide'))
    const { trades, ledger } = normaliseTrades(
      { tsEventUs, id, price, quantity: column('quantity'), takerSide },
      context,
    )
    return { ...common, table: trades, ledger }
  }
  const [timeName = '', ...names] = HISTORY_COLUMNS[kind]
  const tsEventMs = column(timeName)
  const knowableTimeMs = tsEventMs.map((ms) => ms + batch.knowableDelayMs)
  const values = Object.fromEntries(names.map((name) => [name, column(name)]))
  const { series, ledger } = normaliseSeries({ tsEventMs, knowableTimeMs, values }, key.kind as SeriesKind, context)
  return { ...common, table: series, ledger }
}

const NOTES: Readonly<Partial<Record<HistoryKind, string>>> = {
  'open-interest': '; each value is taken as known one sampling interval after its time',
}
