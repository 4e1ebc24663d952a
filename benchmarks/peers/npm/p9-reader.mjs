/**
 * What every npm peer of case P9 shares: arguments, checksum of the file, fingerprints of columns.
 */
import { createRequire } from 'node:module'
import { measureCell } from '../../src/cell/measure-cell.ts'
import { cellArguments } from '../../src/cells/cell-arguments.ts'
import { fingerprints } from '../../src/reference/column-fingerprint.ts'
import { fileChecksum, P9_COLUMNS } from '../../src/reference/p9-files.ts'

const require = createRequire(import.meta.url)

/**
 * Measures readers, each giving an object of Float64Arrays by column name.
 *
 * @param {string} name - Package whose version is stated.
 * @param {{ csv?: (path: string, rows: number) => unknown, parquet?: (path: string, rows: number) => unknown }} readers
 */
export async function measureReaders(name, { csv, parquet }) {
  const { units, runs, option } = cellArguments(['file'])
  const file = option('file', '')
  const read = file.endsWith('.csv') ? csv : parquet
  const checksum = await fileChecksum(file)
  await measureCell({
    version: versionOf(name),
    runs,
    prepare: () => undefined,
    checksum: () => checksum,
    run: () => read(file, units),
    outcome: (columns) => fingerprints(Object.fromEntries(P9_COLUMNS.map((each) => [each, columns[each]]))),
  })
}

/** Columns of `rows` rows, to be filled. */
export function emptyColumns(rows) {
  return Object.fromEntries(P9_COLUMNS.map((name) => [name, new Float64Array(rows)]))
}

/** Columns from rows that are arrays of text. */
export function columnsOfRows(rows) {
  const columns = emptyColumns(rows.length)
  const targets = P9_COLUMNS.map((name) => columns[name])
  for (let i = 0; i < rows.length; i++) for (let k = 0; k < targets.length; k++) targets[k][i] = Number(rows[i][k])
  return columns
}

function versionOf(name) {
  const paths = require.resolve.paths(name) ?? []
  for (const path of paths) {
    try {
      return require(`${path}/${name}/package.json`).version
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed`)
}
