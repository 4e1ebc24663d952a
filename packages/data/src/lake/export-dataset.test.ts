import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { UsageError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'

import {
  importedBars,
  range,
  refusal,
  SAMPLE_START_MS,
  sampleBars,
  temporaryFolder,
  temporaryLake,
} from '../../test/sample-data.ts'
import { readParquetColumns } from '../parquet/read-parquet.ts'
import type { Lake } from './lake.ts'

const KEY = { instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '1h' } as const
const bars = sampleBars(range(0, 100), '1h')
bars.volume[3] = 0.1 + 0.2
bars.volume[4] = 1e-9
bars.volume[5] = 123_456_789.123_456_78

async function filledLake(): Promise<Lake> {
  const lake = temporaryLake()
  await lake.write(importedBars(bars, '1h'))
  return lake
}

describe('export', () => {
  test('CSV gives every digit back', async () => {
    const lake = await filledLake()
    const path = join(temporaryFolder(), 'out.csv')
    expect(await lake.export(KEY, path)).toMatchObject({ path, format: 'csv', rows: 100 })
    const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
    expect(header).toBe('openTimeMs,open,high,low,close,volume')
    const rows = lines.map((line) => line.split(',').map(Number))
    expect(rows.map((row) => row[0])).toEqual([...bars.openTimeMs])
    expect(rows.map((row) => row[5])).toEqual([...bars.volume])
    expect(rows.map((row) => row[2])).toEqual([...bars.high])
  })

  test('JSON and NDJSON hold one object a row', async () => {
    const lake = await filledLake()
    const folder = temporaryFolder()
    await lake.export(KEY, join(folder, 'a.json'))
    await lake.export(KEY, join(folder, 'a.txt'), { format: 'ndjson' })
    const rows = JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8')) as { volume: number }[]
    const lines = readFileSync(join(folder, 'a.txt'), 'utf8').trim().split('\n')
    expect(rows.map(({ volume }) => volume)).toEqual([...bars.volume])
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows)
  })

  test('Parquet of a window can be read back', async () => {
    const lake = await filledLake()
    const path = join(temporaryFolder(), "it's here.parquet")
    const window = { fromMs: SAMPLE_START_MS + 10 * 3_600_000, toMs: SAMPLE_START_MS + 15 * 3_600_000 }
    expect(await lake.export(KEY, path, window)).toMatchObject({ rows: 5 })
    expect((await readParquetColumns(path))['close']).toEqual(new Float64Array(bars.close.subarray(10, 15)))
  })

  test('what cannot be done is said, and leaves no file', async () => {
    const lake = await filledLake()
    const folder = temporaryFolder()
    await expect(lake.export(KEY, join(folder, 'a.xyz'))).rejects.toThrow(UsageError)
    expect((await refusal(lake.export(KEY, join(folder, 'no/such/a.csv')))).code).toBe('DATA_EXPORT_FOLDER')
    expect((await refusal(lake.export({ ...KEY, timeframe: '2h' }, join(folder, 'a.csv')))).code).toBe('DATA_NOT_FOUND')
    expect(readdirSync(folder)).toEqual([])
  })
})
