import type { CellSpec } from '../bench-case.ts'
import { P9_FORMATS, p9File, type P9Format } from '../reference/p9-files.ts'

/** Rows that the marks name. */
export const IMPORT = 'kestrel (import: parsed and checked)'
export const LAKE = 'kestrel (lake, through DuckDB)'
export const CACHE = 'kestrel (lake, from the column cache)'

const MILLION = 1_000_000
/** Text parsers that take seconds a million rows are not asked for ten million. */
const SLOW_PARSERS = new Set(['csv-parse', 'fast-csv', 'papaparse'])

/** A reader of files: its program and the formats it reads. */
interface Reader {
  readonly engine: string
  readonly runtime: CellSpec['runtime']
  readonly script: string
  readonly formats: readonly P9Format[]
  readonly packages?: readonly string[]
  readonly args?: readonly string[]
  readonly note?: string
}

const PARQUET = ['parquet-snappy', 'parquet-zstd'] as const

const kestrel = { runtime: 'node', script: 'src/cells/p9-kestrel.ts' } as const

const OUR_READERS: readonly Reader[] = [
  { ...kestrel, engine: IMPORT, formats: ['csv'], args: ['--source', 'import'] },
  {
    ...kestrel,
    engine: 'kestrel (import, and written to a lake)',
    formats: ['csv'],
    args: ['--source', 'import-to-lake'],
  },
  { ...kestrel, engine: 'kestrel (through DuckDB)', formats: PARQUET, args: ['--source', 'parquet'] },
  { ...kestrel, engine: IMPORT, formats: PARQUET, args: ['--source', 'import'] },
]

const npm = (name: string, script: string, formats: readonly P9Format[]): Reader => ({
  engine: name,
  runtime: 'npm',
  script: `peers/npm/${script}.mjs`,
  formats,
  packages: [name],
})

const NPM_READERS: readonly Reader[] = [
  npm('papaparse', 'p9-papaparse', ['csv']),
  npm('csv-parse', 'p9-csv-parse', ['csv']),
  npm('fast-csv', 'p9-fast-csv', ['csv']),
  npm('nodejs-polars', 'p9-polars', P9_FORMATS),
  npm('hyparquet', 'p9-hyparquet', PARQUET),
  { ...npm('@duckdb/node-api', 'p9-duckdb', P9_FORMATS), note: '`getColumns`, the plain way' },
]

const python = (name: string, packages: readonly string[] = [name]): Reader => ({
  engine: `${name} (Python)`,
  runtime: 'python',
  script: `peers/python/p9_${name}.py`,
  formats: P9_FORMATS,
  packages,
})

const PYTHON_READERS: readonly Reader[] = [
  python('polars'),
  python('pyarrow'),
  python('duckdb'),
  python('pandas', ['pandas', 'pyarrow']),
]

const GROUPS: Readonly<Record<P9Format, string>> = {
  csv: 'CSV',
  'parquet-snappy': 'Parquet, snappy',
  'parquet-zstd': 'Parquet, zstd',
}

/** All rows of one size. */
export function p9Rows(rows: number, peers: boolean): readonly CellSpec[] {
  const group = (name: string): string => (rows === MILLION ? name : `${name}, ${rows.toLocaleString('en-US')} rows`)
  const readers = [...OUR_READERS, ...NPM_READERS, ...(peers ? PYTHON_READERS : [])]
  const chosen = readers.filter(({ engine }) => rows === MILLION || !SLOW_PARSERS.has(engine))
  const runs = rows === MILLION ? 5 : 3
  const files = P9_FORMATS.flatMap((format) =>
    chosen
      .filter(({ formats }) => formats.includes(format))
      .map((reader) => ({
        ...reader,
        group: group(GROUPS[format]),
        size: rows,
        runs,
        args: ['--file', p9File(rows, format), ...(reader.args ?? [])],
      })),
  )
  const stored = [
    { ...kestrel, engine: LAKE, args: ['--source', 'lake'] },
    { ...kestrel, engine: CACHE, args: ['--source', 'cache'], note: 'a second load of the same data' },
  ]
  return [...files, ...stored.map((row) => ({ ...row, group: group('data in the lake'), size: rows, runs: 9 }))]
}
