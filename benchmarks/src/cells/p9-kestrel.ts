/** P9 with our engine: files and lake to columns. */
import type { BarColumns } from '@kestrel/core'
import { type ImportedDataset, importFile, isBarColumns, openLake, readParquetColumns } from '@kestrel/data'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureCell } from '../cell/measure-cell.ts'
import { fingerprints } from '../reference/column-fingerprint.ts'
import { fileChecksum, P9_COLUMNS, P9_INSTRUMENT, p9File, p9Lake } from '../reference/p9-files.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

type Columns = Readonly<Record<string, Float64Array>>

const { units, runs, option } = cellArguments(['source', 'file'])
const file = option('file', p9File(units, 'csv'))
const scratch = mkdtempSync(join(tmpdir(), 'kestrel-bench-'))
let scratchLakes = 0

/** What each row does; the last two read the lake that the case has made. */
const SOURCES: Readonly<Record<string, () => Promise<Columns>>> = {
  import: async () => columnsOf((await imported()).table),
  'import-to-lake': async () => {
    const dataset = await imported()
    await openLake(join(scratch, String(scratchLakes++))).write(dataset)
    return columnsOf(dataset.table)
  },
  parquet: async () => (await readParquetColumns(file, { threads: 1 })) as Columns,
  lake: async () => await loaded(false),
  cache: async () => await loaded(true),
}

async function imported(): Promise<ImportedDataset & { readonly table: BarColumns }> {
  const [dataset] = await importFile(file, { instrument: P9_INSTRUMENT, timeframe: '1m' })
  if (dataset === undefined || !isBarColumns(dataset.table)) throw new Error(`${file} gave no bars`)
  return { ...dataset, table: dataset.table }
}

async function loaded(cache: boolean): Promise<Columns> {
  return columnsOf((await openLake(p9Lake(units), { cache, threads: 1 }).loadBars(P9_INSTRUMENT, '1m')).bars)
}

function columnsOf({ openTimeMs, open, high, low, close, volume }: BarColumns): Columns {
  return { timestamp: openTimeMs, open, high, low, close, volume }
}

const source = option('source', 'import')
const load = SOURCES[source]
if (load === undefined) throw new Error(`There is no source ${source}.`)
// The first load fills the cache; it is not what this row is about.
if (source === 'cache') await load()
const checksum = await fileChecksum(file)

try {
  await measureCell({
    version: engineVersion(),
    runs,
    prepare: () => undefined,
    checksum: () => checksum,
    run: load,
    outcome: (columns) => ({
      ...fingerprints(Object.fromEntries(P9_COLUMNS.map((name) => [name, columns[name] as Float64Array]))),
    }),
  })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
