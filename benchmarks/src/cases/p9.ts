import { WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import type { BenchCase, CaseOptions, CellResult, CellSpec } from '../bench-case.ts'
import { atMost, type Mark } from '../mark.ts'
import { fingerprints } from '../reference/column-fingerprint.ts'
import { differs } from '../reference/difference.ts'
import { fileChecksum, P9_FORMATS, p9File, prepareP9 } from '../reference/p9-files.ts'
import { CACHE, IMPORT, LAKE, p9Rows } from './p9-rows.ts'

const MILLION = 1_000_000
const FULL = 10_000_000

/** By path: CRC-32 of the files that the cells read. */
const fileChecksums = new Map<string, string>()
/** By number of rows: fingerprints of the right columns. */
const rightColumns = new Map<number, Readonly<Record<string, unknown>>>()

const sizes = ({ full }: CaseOptions): readonly number[] => (full ? [MILLION, FULL] : [MILLION])

/** Candles from files to typed columns. */
export const p9: BenchCase = {
  name: 'P9',
  about:
    'A million one-minute bars from a file, warm in the system’s cache, to one float64 column for each of time, open, ' +
    'high, low, close and volume. Our import also checks every row and keeps a ledger of gaps.',
  unit: 'ns per row',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: 'e2e0a2f5',
  async prepare(options) {
    for (const rows of sizes(options)) {
      await prepareP9(rows)
      for (const format of P9_FORMATS) fileChecksums.set(p9File(rows, format), await fileChecksum(p9File(rows, format)))
      const { openTimeMs, open, high, low, close, volume } = workloadBars(rows)
      rightColumns.set(rows, fingerprints({ timestamp: openTimeMs, open, high, low, close, volume }))
    }
  },
  cells: (options) => sizes(options).flatMap((rows) => p9Rows(rows, options.peers)),
  differences,
  marks,
}

function differences(cell: CellSpec, outcome: Readonly<Record<string, unknown>>, checksum: string): readonly string[] {
  const args = cell.args ?? []
  const file = args.includes('--file') ? args[args.indexOf('--file') + 1] : p9File(cell.size, 'csv')
  const columns = Object.entries(rightColumns.get(cell.size) ?? {})
  return [
    ...differs('checksum of the file', checksum, fileChecksums.get(file ?? ''), 0),
    ...columns.flatMap(([name, right]) =>
      differs(`column ${name}`, JSON.stringify(outcome[name]), JSON.stringify(right), 0),
    ),
  ]
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const time = (engine: string, group: string): number | undefined =>
    results.find((each) => each.engine === engine && each.group === group)?.median
  return [
    ...atMost('CSV, parsed and checked', 200, time(IMPORT, 'CSV'), 'ns a row'),
    ...atMost('Parquet from the lake, through DuckDB', 170, time(LAKE, 'data in the lake'), 'ns a row'),
    ...atMost('Second load, from the column cache', 40, time(CACHE, 'data in the lake'), 'ns a row'),
  ]
}
