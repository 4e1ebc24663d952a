import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { importedBars, range, sampleBars, sampleTrades, temporaryLake } from '../../test/sample-data.ts'
import type { Lake } from './lake.ts'

const INSTRUMENT = 'BTC-USDT.TEST'
const bars = sampleBars(range(0, 400), '12h')

async function cachedLake(): Promise<{ lake: Lake; path: string }> {
  const lake = temporaryLake()
  await lake.write(importedBars(bars, '12h'))
  const { dataHash } = await lake.loadBars(INSTRUMENT, '12h')
  await lake.close()
  return { lake, path: join(lake.dataDir, 'cache', `${dataHash}.cols`) }
}

describe('the column cache', () => {
  test.each<[string, (bytes: Buffer) => void]>([
    ['another magic', (bytes) => bytes.write('NOTCOLS1', 0)],
    ['a header length beyond the file', (bytes) => bytes.writeUInt32LE(0xffffffff, 8)],
    ['a header that is not JSON', (bytes) => bytes.write('!!!!', 12)],
    ['a header of other content', (bytes) => bytes.write('0000', bytes.indexOf('contentHash') + 15)],
    [
      'one bit of a price changed',
      (bytes) => bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9),
    ],
    ['zeros in place of a column', (bytes) => bytes.fill(0, bytes.length - 3_200)],
  ])('with %s is made anew from Parquet', async (_, damage) => {
    const { lake, path } = await cachedLake()
    const sound = readFileSync(path)
    const bytes = Buffer.from(sound)
    damage(bytes)
    writeFileSync(path, bytes)
    expect((await lake.loadBars(INSTRUMENT, '12h')).bars).toEqual(bars)
    await lake.close()
    expect(readFileSync(path).equals(sound)).toBe(true)
  })

  test.each([0, 5, 11, 40, 9_000])('cut to %i bytes is made anew from Parquet', async (length) => {
    const { lake, path } = await cachedLake()
    const sound = readFileSync(path)
    truncateSync(path, length)
    expect((await lake.loadBars(INSTRUMENT, '12h')).bars).toEqual(bars)
    await lake.close()
    expect(readFileSync(path).equals(sound)).toBe(true)
  })

  test('gives the rows of a window without the rest of the file', async () => {
    const { lake, path } = await cachedLake()
    const window = { fromMs: bars.openTimeMs[150] ?? 0, toMs: bars.openTimeMs[170] ?? 0 }
    // Damage outside the months of the window does not matter to it.
    const bytes = readFileSync(path)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9)
    writeFileSync(path, bytes)
    const loaded = await lake.loadBars(INSTRUMENT, '12h', window)
    expect([...loaded.bars.close]).toEqual([...bars.close.subarray(150, 170)])
    expect(readdirSync(join(lake.dataDir, 'cache'))).toHaveLength(1)
    await lake.close()
  })

  test('holds trades with their sides', async () => {
    const lake = temporaryLake()
    const trades = sampleTrades(10_000)
    await lake.write({
      key: { instrument: INSTRUMENT, kind: 'trades' },
      table: trades,
      source: { name: 't', format: 'csv' },
      ledger: [],
      sparse: true,
    })
    await lake.loadTrades(INSTRUMENT)
    await lake.close()
    expect((await lake.loadTrades(INSTRUMENT)).trades).toEqual(trades)
  })

  test('of a replaced dataset goes with it', async () => {
    const { lake } = await cachedLake()
    await lake.write(importedBars(sampleBars(range(0, 400), '12h', 2), '12h'), { onConflict: 'replace' })
    expect(readdirSync(join(lake.dataDir, 'cache'))).toEqual([])
  })
})
