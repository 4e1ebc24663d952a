import { join } from 'node:path'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  importedBars,
  range,
  SAMPLE_START_MS,
  sampleBars,
  temporaryFolder,
  temporaryLake,
} from '../../test/sample-data.ts'
import { hashColumns } from '../columns/column-hash.ts'
import { columnsOf } from '../columns/named-column.ts'
import type { DatasetTable, ImportedDataset } from '../dataset.ts'
import { importFile } from '../import/import-file.ts'
import { normaliseSeries, type SeriesKind } from '../normalise/normalise-series.ts'
import { settlementTimeMs } from '../normalise/settlement-grid.ts'
import { normaliseTrades } from '../normalise/normalise-trades.ts'

const INSTRUMENT = 'BTC-USDT-PERP.TEST'
const FORMATS = ['csv', 'parquet', 'json', 'ndjson'] as const
const runs = Math.min(300, Math.ceil(Number(process.env['KESTREL_FUZZ_RUNS'] ?? 500) / 50))

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const positive = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-12, max: 1e12 })
const rate = fc.double({ noNaN: true, min: -1, max: 1 })
/** Distinct milliseconds from 2009 to 2100, in any order. */
const instants = fc.uniqueArray(fc.integer({ min: 1_230_768_000_000, max: 4_102_400_000_000 }), {
  minLength: 1,
  maxLength: 30,
})
const CONTEXT = { what: 'sample', source: 'sample' }

function dataset(key: ImportedDataset['key'], table: DatasetTable): ImportedDataset {
  return { key, table, source: { name: 'sample', format: 'csv' }, ledger: [], sparse: true }
}

function dated(
  key: ImportedDataset['key'] & { readonly kind: SeriesKind },
  timesMs: readonly number[],
  delayMs: (row: number) => number,
  values: Readonly<Record<string, readonly number[]>>,
): ImportedDataset {
  const raw = {
    tsEventMs: Float64Array.from(timesMs),
    knowableTimeMs: Float64Array.from(timesMs, (ms, row) => ms + delayMs(row)),
    values: Object.fromEntries(Object.entries(values).map(([name, column]) => [name, Float64Array.from(column)])),
  }
  return dataset(key, normaliseSeries(raw, key.kind, CONTEXT).series)
}

/** As many values as there are times, the drawn ones over and over. */
function along(timesMs: readonly number[], drawn: readonly number[]): number[] {
  return timesMs.map((_, i) => drawn[i % drawn.length] as number)
}

const bars = fc.array(fc.tuple(positive, positive, positive), { minLength: 2, maxLength: 40 }).map((drawn) => {
  const table = sampleBars(range(0, drawn.length), '1h')
  drawn.forEach(([a, b, volume], i) => {
    table.open[i] = table.low[i] = Math.min(a, b)
    table.close[i] = table.high[i] = Math.max(a, b)
    table.volume[i] = volume
  })
  return importedBars(table, '1h', { key: { instrument: INSTRUMENT, kind: 'bars', timeframe: '1h' } })
})

const trades = fc
  .array(
    fc.record({
      us: fc.integer({ min: 0, max: 1e12 }),
      price: positive,
      quantity: positive,
      side: fc.integer({ min: -1, max: 1 }),
    }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((drawn) => {
    const raw = {
      tsEventUs: Float64Array.from(drawn, ({ us }) => SAMPLE_START_MS * 1_000 + us),
      id: Float64Array.from(drawn, (_, i) => 2 ** 53 - 1 - 7 * i),
      price: Float64Array.from(drawn, ({ price }) => price),
      quantity: Float64Array.from(drawn, ({ quantity }) => quantity),
      takerSide: Int8Array.from(drawn, ({ side }) => side),
    }
    return dataset({ instrument: INSTRUMENT, kind: 'trades' }, normaliseTrades(raw, CONTEXT).trades)
  })

const funding = fc
  .tuple(
    // One row a settlement: instants that belong to the same full hour would contradict each other.
    instants.map((timesMs) => [...new Set(timesMs.map(settlementTimeMs))]),
    fc.array(rate, { minLength: 1 }),
  )
  .map(([timesMs, rates]) =>
    dated({ instrument: INSTRUMENT, kind: 'funding' }, timesMs, () => 0, { rate: along(timesMs, rates) }),
  )

/** Candles of marks, known at their close, and single marks, known at once. */
const marks = fc
  .tuple(instants, fc.array(positive, { minLength: 1 }), fc.constantFrom(undefined, '1m', '8h'))
  .map(([timesMs, drawn, timeframe]) => {
    const price = along(timesMs, drawn)
    const delayMs = { '1m': 60_000, '8h': 28_800_000, none: 0 }[timeframe ?? 'none']
    const key = { instrument: INSTRUMENT, kind: 'mark', ...(timeframe === undefined ? {} : { timeframe }) } as const
    return dated(key, timesMs, () => delayMs, { open: price, high: price, low: price, close: price })
  })

/** Values under names that importers also know as something else, some known late and by different delays. */
const series = fc
  .tuple(
    instants,
    fc.uniqueArray(fc.constantFrom('value', 'Fear', '_x', 'date', 'rate', 'open', 'symbol', 'knowable', 'ts', 'a1'), {
      minLength: 1,
    }),
    fc.array(finite, { minLength: 1 }),
    fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1 }),
  )
  .map(([timesMs, names, drawn, delays]) =>
    dated(
      { instrument: INSTRUMENT, kind: 'series', name: 'some-name' },
      timesMs,
      (row) => delays[row % delays.length] as number,
      Object.fromEntries(names.map((name, k) => [name, along(timesMs, [...drawn.slice(k), ...drawn])])),
    ),
  )

test.each([
  ['bars', bars],
  ['trades', trades],
  ['funding', funding],
  ['mark', marks],
  ['series', series],
] as const)('%s come back from an export of any format as they were', { timeout: 900_000 }, async (_, datasets) => {
  await fc.assert(
    fc.asyncProperty(datasets, async (written) => {
      const lake = temporaryLake({ cache: false })
      await lake.write(written)
      const folder = temporaryFolder()
      for (const format of FORMATS) {
        const path = join(folder, `some-name.${format}`)
        await lake.export(written.key, path)
        // A series of the one value `rate` has the columns of funding, so its kind is stated.
        const isRate =
          written.key.kind === 'series' &&
          Object.keys({ ...(written.table as { values?: object }).values }).join() === 'rate'
        const read = await importFile(path, { instrument: INSTRUMENT, ...(isRate ? { kind: 'series' } : {}) })
        expect(read.map(({ key }) => key)).toEqual([written.key])
        expect(hashColumns(columnsOf((read[0] as ImportedDataset).table))).toBe(hashColumns(columnsOf(written.table)))
      }
    }),
    { numRuns: runs },
  )
})
