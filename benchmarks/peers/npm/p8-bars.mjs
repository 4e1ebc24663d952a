/**
 * What every npm peer of case P8 shares: arguments, the trades' checksum, fingerprints of bars.
 */
import { checksumWorkloadTrades, workloadTrades } from '@kestrel/data'
import { createRequire } from 'node:module'
import { measureCell } from '../../src/cell/measure-cell.ts'
import { cellArguments } from '../../src/cells/cell-arguments.ts'
import { fingerprints } from '../../src/reference/column-fingerprint.ts'
import { P8_COLUMNS } from '../../src/reference/p8-answer.ts'

const require = createRequire(import.meta.url)
const BUCKET_US = { '1s': 1_000_000, '1min': 60_000_000 }

/**
 * Measures an engine.
 *
 * @param {string} name - Package whose version is stated.
 * @param {(file: string) => unknown} load - Fills the engine's own table from a Parquet file; not timed.
 * @param {(table: unknown, bucketUs: number | undefined) => unknown} bars - Gives Float64Arrays by name, in order of bars;
 *   volume bars where there is no bucket.
 */
export async function measureBars(name, load, bars) {
  const { units, runs, option } = cellArguments(['bar', 'file'])
  const bucketUs = BUCKET_US[option('bar', '1s')]
  // The file was made of these; their checksum is the one that is known.
  const checksum = checksumWorkloadTrades(workloadTrades(units))
  await measureCell({
    version: require(`${name}/package.json`).version,
    runs,
    prepare: () => load(option('file', '')),
    checksum: () => checksum,
    run: (table) => bars(table, bucketUs),
    outcome: (columns) => fingerprints(Object.fromEntries(P8_COLUMNS.map((each) => [each, columns[each]]))),
  })
}
