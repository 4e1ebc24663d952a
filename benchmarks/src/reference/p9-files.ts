import { DuckDBInstance } from '@duckdb/node-api'
import type { BarColumns } from '@kestrel/core'
import { importFile, openLake, workloadBars } from '@kestrel/data'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { cacheFolder } from '../setup/folders.ts'

/** Forms in which case P9 keeps the workload. */
export const P9_FORMATS = ['csv', 'parquet-snappy', 'parquet-zstd'] as const
export type P9Format = (typeof P9_FORMATS)[number]

/** Instrument under which the workload lies in the lake. */
export const P9_INSTRUMENT = 'WORK-LOAD.BENCHMARK'

/** Columns of the files, in order. Times in ms; prices and volume with one decimal, so that every reader sees floats. */
export const P9_COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const

const WRITE_ROWS = 50_000

const folder = (): string => join(cacheFolder(), 'bench-data')

/** Path of the workload of `rows` bars in one format. */
export function p9File(rows: number, format: P9Format): string {
  const [kind, codec] = format.split('-')
  return join(folder(), codec === undefined ? `bars-${rows}.${kind}` : `bars-${rows}.${codec}.${kind}`)
}

/** Data folder of the lake that holds the workload of `rows` bars. */
export function p9Lake(rows: number): string {
  return join(folder(), `lake-${rows}`)
}

/** Makes the CSV file of a size where it is missing. */
export async function prepareCsv(rows: number): Promise<string> {
  await mkdir(folder(), { recursive: true })
  const csv = p9File(rows, 'csv')
  if (!existsSync(csv)) await writeWhole(csv, async (path) => await writeCsv(path, workloadBars(rows)))
  return csv
}

/** Makes the files of a size where they are missing, and its lake anew. */
export async function prepareP9(rows: number): Promise<void> {
  const csv = await prepareCsv(rows)
  for (const codec of ['snappy', 'zstd'] as const) {
    const parquet = p9File(rows, `parquet-${codec}`)
    if (!existsSync(parquet)) await writeWhole(parquet, async (path) => await writeParquetOf(csv, path, codec))
  }
  const lake = p9Lake(rows)
  await rm(lake, { recursive: true, force: true })
  const [dataset] = await importFile(csv, { instrument: P9_INSTRUMENT, timeframe: '1m' })
  if (dataset === undefined) throw new Error(`${csv} gave no dataset`)
  await openLake(lake).write(dataset)
}

/** Writes under another name and renames, so that a file that was cut off is never taken for whole. */
async function writeWhole(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await write(`${path}.part`)
  await rename(`${path}.part`, path)
}

async function writeCsv(path: string, bars: BarColumns): Promise<void> {
  const file = await open(path, 'w')
  const rows = bars.close.length
  await file.write(`${P9_COLUMNS.join(',')}\n`)
  for (let start = 0; start < rows; start += WRITE_ROWS) {
    let text = ''
    for (let i = start; i < Math.min(rows, start + WRITE_ROWS); i++) {
      const prices = `${bars.open[i]}.0,${bars.high[i]}.0,${bars.low[i]}.0,${bars.close[i]}.0`
      text += `${bars.openTimeMs[i]},${prices},${bars.volume[i]}.0\n`
    }
    await file.write(text)
  }
  await file.close()
}

async function writeParquetOf(csv: string, path: string, codec: 'snappy' | 'zstd'): Promise<void> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  const types = P9_COLUMNS.map((name) => `'${name}': '${name === 'timestamp' ? 'BIGINT' : 'DOUBLE'}'`)
  const source = `read_csv('${csv.replaceAll("'", "''")}', header = true, columns = {${types.join(', ')}})`
  await connection.run(
    `COPY (SELECT * FROM ${source}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION ${codec})`,
  )
  connection.closeSync()
  instance.closeSync()
}

/** CRC-32 of a file's bytes as eight hexadecimal digits; leaves the file in the system's cache. */
export async function fileChecksum(path: string): Promise<string> {
  let crc = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) crc = crc32(chunk as Buffer, crc)
  return crc.toString(16).padStart(8, '0')
}
