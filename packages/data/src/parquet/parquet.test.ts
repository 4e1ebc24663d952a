import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { UsageError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'

import { range, refusal, temporaryFolder } from '../../test/sample-data.ts'
import { readParquetColumns } from './read-parquet.ts'
import { writeParquet } from './write-parquet.ts'

describe('Parquet files', () => {
  test('hold numbers of every width and texts, over several chunks', async () => {
    const path = join(temporaryFolder(), 'all types.parquet')
    const rows = range(0, 5_000)
    const doubles = Float64Array.from(rows, (i) => Math.sqrt(i) - 30)
    const big = Float64Array.from(rows, (i) => (i % 2 === 0 ? 1 : -1) * (2 ** 53 - 1 - i))
    const texts = rows.map((i) => (i % 7 === 0 ? undefined : `row ${i} é "quoted", 'and' \n`))
    await writeParquet(path, {
      doubles,
      big: { int64: big },
      bigints: BigInt64Array.from(rows, (i) => BigInt(-i)),
      ints: Int32Array.from(rows, (i) => -i),
      bytes: Int8Array.from(rows, (i) => (i % 3) - 1),
      'a "name"': texts,
    })
    const read = await readParquetColumns(path)
    expect(Object.keys(read)).toEqual(['doubles', 'big', 'bigints', 'ints', 'bytes', 'a "name"'])
    expect(read['doubles']).toEqual(doubles)
    expect(read['big']).toEqual(big)
    expect(read['bigints']).toEqual(Float64Array.from(rows, (i) => 0 - i))
    expect(read['ints']).toEqual(Float64Array.from(rows, (i) => 0 - i))
    expect(read['bytes']).toEqual(Float64Array.from(rows, (i) => (i % 3) - 1))
    expect(read['a "name"']).toEqual(texts)
  })

  test('may have no rows', async () => {
    const path = join(temporaryFolder(), 'empty.parquet')
    await writeParquet(path, { price: new Float64Array(0), side: [] })
    expect(await readParquetColumns(path)).toEqual({ price: new Float64Array(0), side: [] })
  })

  test('keep NaN and infinity, which results may hold', async () => {
    const path = join(temporaryFolder(), 'nan.parquet')
    const values = Float64Array.of(Number.NaN, Infinity, -Infinity, -0, 5e-324)
    await writeParquet(path, { values })
    expect(Object.is((await readParquetColumns(path))['values']?.[3], -0)).toBe(true)
    expect((await readParquetColumns(path))['values']).toEqual(values)
  })

  test('need columns of one length', async () => {
    const path = join(temporaryFolder(), 'odd.parquet')
    await expect(writeParquet(path, { a: new Float64Array(2), b: new Float64Array(3) })).rejects.toThrow(UsageError)
    await expect(writeParquet(path, {})).rejects.toThrow(/no column/)
  })

  test('are refused by name where they are something else', async () => {
    const path = join(temporaryFolder(), 'broken.parquet')
    writeFileSync(path, 'PAR1 and then nothing')
    const error = await refusal(readParquetColumns(path))
    expect(error.code).toBe('DATA_FILE')
    expect(error.message).toContain('broken.parquet')
  })

  test('lie at any path', async () => {
    const path = join(temporaryFolder(), '[a] *b? {c}.parquet')
    await writeParquet(path, { x: Float64Array.of(1, 2) })
    expect((await readParquetColumns(path))['x']).toEqual(Float64Array.of(1, 2))
  })

  test.each(['America/New_York', 'Asia/Kolkata', 'UTC'])('hold the same instants on a machine in %s', (TZ) => {
    const script = fileURLToPath(new URL('../../test/read-times.ts', import.meta.url))
    const printed = execFileSync(process.execPath, [script, join(temporaryFolder(), 'times.parquet')], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    })
    const instantMs = Date.UTC(2024, 6, 1, 12, 30)
    expect(JSON.parse(printed)).toEqual({
      read: {
        zoned: [instantMs, null],
        plain: [instantMs, null],
        nanos: [instantMs, null],
        day: [Date.UTC(2024, 6, 1), null],
      },
      imported: [instantMs, instantMs],
    })
  })
})
