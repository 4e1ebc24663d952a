import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { importedBars, range, refusal, sampleBars, sampleTrades, temporaryLake } from '../../test/sample-data.ts'
import type { DatasetKey } from '../dataset.ts'
import { writeParquet } from '../parquet/write-parquet.ts'
import type { Lake } from './lake.ts'

const KEY = { instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '1h' } as const
const FOLDER = 'lake/venue=TEST/instrument=BTC-USDT.TEST/kind=bars/timeframe=1h'

async function lakeWithGap(): Promise<Lake> {
  const lake = temporaryLake()
  await lake.write(importedBars(sampleBars([...range(0, 40), ...range(43, 100)], '1h'), '1h'))
  return lake
}

function monthFile(lake: Lake, month: string): string {
  const folder = join(lake.dataDir, FOLDER)
  return join(folder, readdirSync(folder).find((name) => name.startsWith(month)) ?? 'absent')
}

async function codes(lake: Lake, key: DatasetKey = KEY): Promise<string[]> {
  return (await lake.verify(key)).problems.map(({ code }) => code)
}

function editRecord(lake: Lake, change: (record: Record<string, unknown>) => void): void {
  const path = join(lake.dataDir, FOLDER, 'dataset.json')
  const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  change(record)
  writeFileSync(path, JSON.stringify(record))
}

describe('verify', () => {
  test('a sound dataset has no problems, and its gaps are counted', async () => {
    const report = await (await lakeWithGap()).verify(KEY)
    expect(report).toMatchObject({
      ok: true,
      rows: 97,
      filesRead: 2,
      missing: { runs: 1, rows: 3 },
      ledger: { missing: 3 },
      problems: [],
    })
  })

  test('trades and series are verified too', async () => {
    const lake = temporaryLake()
    const key = { instrument: 'BTC-USDT.TEST', kind: 'trades' } as const
    await lake.write({
      key,
      table: sampleTrades(3_000),
      source: { name: 't', format: 'csv' },
      ledger: [],
      sparse: true,
    })
    expect(await lake.verify(key)).toMatchObject({ ok: true, rows: 3_000, problems: [] })
  })

  test('a file that is gone, cut short or overwritten is named', async () => {
    const lake = await lakeWithGap()
    const path = monthFile(lake, '2024-02')
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, bytes.length / 2))
    expect((await lake.verify(KEY)).problems).toMatchObject([{ code: 'FILE', file: path.split('/').at(-1) }])
    writeFileSync(path, 'not parquet at all')
    expect(await codes(lake)).toEqual(['FILE'])
    rmSync(path)
    expect(await codes(lake)).toEqual(['FILE'])
    const error = await refusal(lake.loadBars(KEY.instrument, '1h'))
    expect(error.code).toBe('DATA_CORRUPT')
    expect(error.message).toContain('BTC-USDT.TEST bars 1h')
  })

  test('one changed value is found by hash, and refused by a load', async () => {
    const lake = await lakeWithGap()
    const bars = sampleBars([...range(0, 40), ...range(43, 100)], '1h')
    bars.volume[60] = 12_345.678
    const cut = bars.openTimeMs.findIndex((t) => t >= Date.UTC(2024, 1, 1))
    const columns = {
      openTimeMs: { int64: bars.openTimeMs.slice(cut) },
      open: bars.open.slice(cut),
      high: bars.high.slice(cut),
      low: bars.low.slice(cut),
      close: bars.close.slice(cut),
      volume: bars.volume.slice(cut),
    }
    await writeParquet(monthFile(lake, '2024-02'), columns)
    const report = await lake.verify(KEY)
    expect(report.ok).toBe(false)
    expect(report.problems.map(({ code }) => code)).toEqual(['HASH', 'HASH'])
    expect((await refusal(lake.loadBars(KEY.instrument, '1h'))).code).toBe('DATA_CORRUPT')
    columns.high[5] = 0.01
    await writeParquet(monthFile(lake, '2024-02'), columns)
    expect(await codes(lake)).toEqual(['HASH', 'HASH', 'VALUE'])
  })

  test('files that changed places, a wrong ledger, a wrong span and leftovers are found', async () => {
    const lake = await lakeWithGap()
    writeFileSync(join(lake.dataDir, FOLDER, '2024-03-000000000000.parquet'), '')
    expect(await lake.verify(KEY)).toMatchObject({ ok: true, problems: [{ code: 'EXTRA_FILE' }] })
    editRecord(lake, (record) => (record['ledger'] = []))
    expect(await codes(lake)).toEqual(['LEDGER', 'EXTRA_FILE'])
    editRecord(lake, (record) => (record['span'] = { fromMs: 0, toMs: 1 }))
    expect(await codes(lake)).toEqual(['SPAN', 'LEDGER', 'EXTRA_FILE'])
    editRecord(lake, (record) => (record['files'] as unknown[]).reverse())
    const found = await codes(lake)
    expect(found).toContain('ORDER')
    expect(found).toContain('HASH')
  })

  test('a catalog file that cannot be read says which and why', async () => {
    const lake = await lakeWithGap()
    editRecord(lake, (record) => (record['schemaVersion'] = 99))
    expect((await refusal(lake.verify(KEY))).message).toContain('later version')
    writeFileSync(join(lake.dataDir, FOLDER, 'dataset.json'), '{"schemaVersion": 1')
    const error = await refusal(lake.loadBars(KEY.instrument, '1h'))
    expect(error.code).toBe('DATA_CATALOG')
    expect(error.message).toContain('dataset.json')
    expect((await lake.list()).broken).toMatchObject([{ code: 'DATA_CATALOG' }])
    await lake.delete(KEY)
    expect(await lake.list()).toEqual({ datasets: [], broken: [] })
  })
})

describe('delete', () => {
  test('removes the dataset, its folders and its cache, and nothing else', async () => {
    const lake = await lakeWithGap()
    const other = { ...KEY, instrument: 'ETH-USDT.TEST' }
    await lake.write(importedBars(sampleBars(range(0, 10), '1h', 3), '1h', { key: other }))
    await lake.loadBars(KEY.instrument, '1h')
    await lake.close()
    expect((await lake.delete(KEY))?.rows).toBe(97)
    expect(readdirSync(join(lake.dataDir, 'cache'))).toEqual([])
    expect(readdirSync(join(lake.dataDir, 'lake/venue=TEST'))).toEqual(['instrument=ETH-USDT.TEST'])
    expect((await refusal(lake.delete(KEY))).code).toBe('DATA_NOT_FOUND')
    expect((await lake.loadBars(other.instrument, '1h')).rows).toBe(10)
  })
})
