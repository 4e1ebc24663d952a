import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ImportedDataset } from '../dataset.ts'
import { assembleDatasets } from './assemble.ts'
import { ByteSource } from './byte-source.ts'
import { readCsv } from './csv-reader.ts'
import type { DecodedTable } from './decoded-table.ts'
import { readFeather } from './feather-reader.ts'
import { fileNameFacts } from './file-name-facts.ts'
import { asDataError, fileError, interruptedError, optionError } from './import-errors.ts'
import type { ImportOptions } from './import-options.ts'
import { readJson, readNdjson } from './json-reader.ts'
import type { PlanOf } from './json-rows.ts'
import { readParquet } from './parquet-reader.ts'
import { resolveColumns } from './resolve-columns.ts'
import { listZip, readZipEntry, type ZipEntry } from './zip-archive.ts'

/** Forms whose files are read as a whole; V8 strings end at about 512 MiB. */
const MOST_JSON_BYTES = 500_000_000
const MOST_FEATHER_BYTES = 2_000_000_000
const MOST_FILES = 10_000

type Format = 'csv' | 'parquet' | 'json' | 'ndjson' | 'feather' | 'zip'

/**
 * Imports files: CSV, JSON and NDJSON (also as .gz or .zst), Parquet, feather, zip archives of these (Binance's public
 * archive), and folders of files as freqtrade names them.
 *
 * What a file holds is told from its names, header and first row, and every doubt is an error; see {@link ImportOptions} for
 * what the caller can state. Nothing is written anywhere: the caller gets checked columns in memory, or an error.
 *
 * @param paths - One or more files or folders.
 * @returns The datasets of every file, in order: one per instrument and file.
 * @throws DataError (exit 3) for data that cannot be used, naming file, row and column.
 * @throws UsageError (exit 2) for options that do not fit.
 * @throws KestrelError `INTERRUPTED` once `options.signal` is aborted.
 */
export async function importFile(
  paths: string | readonly string[],
  options: ImportOptions = {},
): Promise<ImportedDataset[]> {
  const datasets: ImportedDataset[] = []
  for (const path of await filesOf(typeof paths === 'string' ? [paths] : paths)) {
    datasets.push(...(await importOne(path, options)))
  }
  return datasets
}

/** Files as given, folders as the freqtrade files in them, ordered by name. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) throw optionError('IMPORT_NO_FILE', 'No file was given.', 'Name one or more files.', {})
  const files: string[] = []
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined)
    if (facts?.isDirectory() !== true) {
      files.push(path)
      continue
    }
    const inside = (await readdir(path, { recursive: true })).map((name) => join(path, name))
    const known = inside.filter((name) => fileNameFacts(name).kind !== undefined).sort()
    if (known.length === 0 || known.length > MOST_FILES) {
      throw fileError(
        'IMPORT_FOLDER',
        path,
        `the folder holds ${known.length === 0 ? 'no' : `more than ${MOST_FILES}`} files with names of freqtrade or Binance's archive.`,
        'Name the files themselves.',
      )
    }
    files.push(...known)
  }
  return files
}

async function importOne(path: string, options: ImportOptions): Promise<ImportedDataset[]> {
  const source = await ByteSource.open(path, options)
  const nameFacts = fileNameFacts(path)
  if (
    nameFacts.isMarketUnclear === true &&
    options.instrument === undefined &&
    options.instrumentColumns === undefined
  ) {
    throw optionError(
      'IMPORT_INSTRUMENT',
      `${source.file} names a symbol, but not whether it is spot or a perpetual.`,
      'Name the instrument, for example --instrument BTC-USDT.BINANCE or --instrument BTC-USDT-PERP.BINANCE.',
      { file: source.file },
    )
  }
  const format = formatOf(source)
  if (format === 'zip') return importZip(path, source, options)
  const table = await decode(format, path, source, options)
  if (options.signal?.aborted === true) throw interruptedError(source.file)
  const decoded = { file: source.file, format, sha256: source.sha256(), nameFacts, table }
  return assembleDatasets(decoded, options)
}

/** Form by the first bytes where they tell, else by the ending of the name. */
function formatOf(source: ByteSource): Format {
  const text = Buffer.from(source.magic).toString('latin1')
  if (text.startsWith('PAR1')) return 'parquet'
  if (text.startsWith('ARROW1') || text.startsWith('\xff\xff\xff\xff')) return 'feather'
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'zip'
  const format = formatByName(source.innerName)
  if (format !== undefined && format !== 'parquet' && format !== 'feather' && format !== 'zip') return format
  if (format === undefined && !source.isCompressed && /^\s*[[{]/.test(text)) return 'json'
  if (format === undefined) return 'csv'
  throw fileError(
    'IMPORT_FORMAT',
    source.file,
    `the file does not begin as a ${format} file does.`,
    'It may be cut off or of another form; check where it came from.',
  )
}

function formatByName(name: string): Format | undefined {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  if (['csv', 'tsv', 'txt', 'dat'].includes(ending)) return 'csv'
  if (['ndjson', 'jsonl'].includes(ending)) return 'ndjson'
  if (['feather', 'arrow', 'ipc'].includes(ending)) return 'feather'
  if (ending === 'json' || ending === 'parquet' || ending === 'zip') return ending
  return undefined
}

async function decode(format: Format, path: string, source: ByteSource, options: ImportOptions): Promise<DecodedTable> {
  const { file } = source
  const planOf = planOfFile(path, file, options)
  const report = (rows: number): void =>
    options.onProgress?.({ file, bytesDone: source.bytesDone, bytesTotal: source.bytesTotal, rows })
  switch (format) {
    case 'parquet':
      // Hashed first, so that the bytes are in memory when DuckDB reads them.
      for await (const _ of source.stored()) report(0)
      return readParquet({
        path,
        file,
        signal: options.signal,
        planOf,
        onRows: (rows, rowsTotal) =>
          options.onProgress?.({
            file,
            bytesDone: (source.bytesTotal * rows) / rowsTotal,
            bytesTotal: source.bytesTotal,
            rows,
          }),
      })
    case 'feather':
      return readFeather(file, await source.readAll(MOST_FEATHER_BYTES), planOf)
    case 'json':
      return readJson(
        file,
        await asDataError(file, 'JSON', async () => (await source.readAll(MOST_JSON_BYTES)).toString('utf8')),
        planOf,
      )
    case 'ndjson':
      return asDataError(file, 'NDJSON', () => readNdjson(file, source.chunks(), planOf))
    default:
      return asDataError(file, 'CSV', () =>
        readCsv({
          file,
          chunks: source.chunks(),
          shareDone: () => source.bytesDone / source.bytesTotal,
          onRows: report,
          planOf,
        }),
      )
  }
}

function planOfFile(path: string, file: string, options: ImportOptions): PlanOf {
  const { kind: kindHint } = fileNameFacts(path)
  return ({ names, sample }) => resolveColumns({ file, names, sample, kindHint }, options)
}

async function importZip(path: string, source: ByteSource, options: ImportOptions): Promise<ImportedDataset[]> {
  const entries = await asDataError(source.file, 'a zip archive', () => listZip(path, source.file))
  if (entries.length === 0) throw fileError('IMPORT_EMPTY', source.file, 'the archive holds no files.')
  for await (const _ of source.stored())
    options.onProgress?.({ file: source.file, bytesDone: source.bytesDone, bytesTotal: source.bytesTotal, rows: 0 })
  const datasets: ImportedDataset[] = []
  for (const entry of entries) datasets.push(...(await importEntry(path, source, entry, options)))
  return datasets
}

async function importEntry(
  path: string,
  source: ByteSource,
  entry: ZipEntry,
  options: ImportOptions,
): Promise<ImportedDataset[]> {
  const format = formatByName(entry.name)
  if (format !== 'csv' && format !== 'ndjson' && format !== 'json') {
    throw fileError(
      'IMPORT_FORMAT',
      `${source.file}/${entry.name}`,
      'only CSV, JSON and NDJSON files are read from archives.',
      'Unpack the archive first.',
    )
  }
  const file = `${source.file}/${basename(entry.name)}`
  // The archive's own name tells more: Binance names both alike, and its folders stand on the outside.
  const outer = fileNameFacts(path)
  const nameFacts = outer.kind === undefined ? fileNameFacts(entry.name) : outer
  const planOf: PlanOf = ({ names, sample }) =>
    resolveColumns({ file, names, sample, kindHint: nameFacts.kind }, options)
  let bytesDone = 0
  const chunks = counted(readZipEntry(path, source.file, entry), (bytes) => {
    bytesDone += bytes
    if (options.signal?.aborted === true) throw interruptedError(source.file)
  })
  const onRows = (rows: number): void => options.onProgress?.({ file, bytesDone, bytesTotal: source.bytesTotal, rows })
  const table = await asDataError(file, format, async () => {
    if (format === 'csv') return readCsv({ file, chunks, shareDone: () => 0, onRows, planOf })
    if (format === 'ndjson') return readNdjson(file, chunks, planOf)
    return readJson(file, await textOf(chunks, file), planOf)
  })
  return assembleDatasets({ file, format: 'zip', sha256: source.sha256(), nameFacts, table }, options)
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.length)
    yield chunk
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > MOST_JSON_BYTES) throw fileError('IMPORT_TOO_LARGE', file, 'the document is larger than 500 MB.')
    parts.push(Buffer.from(chunk))
  }
  return Buffer.concat(parts).toString('utf8')
}
