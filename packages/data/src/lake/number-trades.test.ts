import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { importText } from '../../test/import-text.ts'
import { refusal, temporaryLake } from '../../test/sample-data.ts'
import type { WriteReport } from './write-dataset.ts'
import type { Lake } from './lake.ts'

const INSTRUMENT = 'BTC-USDT.TEST'
const KEY = { instrument: INSTRUMENT, kind: 'trades' } as const
const START_S = Date.UTC(2024, 0, 31, 23, 59, 50) / 1_000

/** A trade as a line of a file without ids: second from the start, price, quantity. */
type Line = readonly [second: number, price: number, quantity: number]

async function append(lake: Lake, lines: readonly Line[]): Promise<WriteReport> {
  const rows = lines.map(([second, price, quantity]) => `${START_S + second},${price},${quantity}`)
  const [dataset] = await importText(['ts,price,quantity', ...rows].join('\n') + '\n', { kind: 'trades' })
  if (dataset === undefined) throw new Error('no trades')
  return lake.write(dataset)
}

async function stored(lake: Lake): Promise<{ lines: Line[]; ids: number[] }> {
  const { tsEventUs, price, quantity, id } = (await lake.loadTrades(INSTRUMENT)).trades
  const lines = [...tsEventUs].map((us, i): Line => [us / 1e6 - START_S, price[i] as number, quantity[i] as number])
  return { lines, ids: [...id] }
}

describe('trades without ids', () => {
  test('of one file after another become one dataset, numbered on', async () => {
    const lake = temporaryLake()
    await append(lake, [[0, 100, 1], [5, 101, 1]]) // prettier-ignore
    expect(await append(lake, [[12, 102, 1], [15, 103, 1]])).toMatchObject({ added: 2, identical: 0 }) // prettier-ignore
    expect(await stored(lake)).toEqual({
      lines: [[0, 100, 1], [5, 101, 1], [12, 102, 1], [15, 103, 1]], // prettier-ignore
      ids: [0, 1, 2, 3],
    })
    expect((await lake.find(KEY))?.idsAreRowNumbers).toBe(true)
    expect((await lake.verify(KEY)).ok).toBe(true)
  })

  test('that overlap are taken once, equal ones of an instant as often as either file has them', async () => {
    const lake = temporaryLake()
    await append(lake, [[0, 100, 1], [5, 101, 1], [5, 101, 1], [5, 102, 1]]) // prettier-ignore
    const overlapping: Line[] = [
      [5, 102, 1],
      [5, 101, 1],
      [5, 101, 1],
      [5, 101, 1],
      [6, 100, 1],
    ]
    expect(await append(lake, overlapping)).toMatchObject({ added: 2, identical: 3 })
    expect((await stored(lake)).lines).toEqual([
      [0, 100, 1], [5, 101, 1], [5, 101, 1], [5, 102, 1], [5, 101, 1], [6, 100, 1],
    ]) // prettier-ignore
    expect(await append(lake, overlapping)).toMatchObject({ added: 0, identical: 5, filesWritten: 0 })
  })

  test('of an earlier file leave the ids of stored trades as they are', async () => {
    const lake = temporaryLake()
    await append(lake, [[12, 102, 1], [15, 103, 1]]) // prettier-ignore
    await append(lake, [[0, 100, 1], [1, 100, 1]]) // prettier-ignore
    expect((await stored(lake)).ids).toEqual([2, 3, 0, 1])
  })

  test('give the same trades however a file is cut into overlapping parts', async () => {
    const line = fc.tuple(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 2 }),
    )
    const file = fc.array(line, { minLength: 2, maxLength: 25 }).map((rows) => rows.sort((a, b) => a[0] - b[0]))
    const text = (rows: readonly Line[]): string[] => rows.map(String).sort()
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), fc.nat(), async (rows, a, b) => {
        // Both parts have the whole of the instants in which they overlap, as files cut by time have.
        const times = [...new Set(rows.map(([second]) => second))]
        const cutA = times[a % times.length] as number
        const cutB = Math.max(cutA, times[b % times.length] as number)
        const lake = temporaryLake({ cache: false })
        await append(lake, rows.filter(([second]) => second <= cutB)) // prettier-ignore
        await append(lake, rows.filter(([second]) => second >= cutA)) // prettier-ignore
        const { lines, ids } = await stored(lake)
        expect(text(lines)).toEqual(text(rows))
        expect(new Set(ids).size).toBe(rows.length)
      }),
      { numRuns: 20 },
    )
  })

  test('do not mix with trades that have ids', async () => {
    const lake = temporaryLake()
    const [withIds] = await importText(`id,ts,price,quantity\n7,${START_S},100,1\n`, { kind: 'trades' })
    if (withIds === undefined) throw new Error('no trades')
    await lake.write(withIds)
    expect((await refusal(append(lake, [[5, 100, 1]]))).code).toBe('DATA_MIXED')
    const other = temporaryLake()
    await append(other, [[5, 100, 1]])
    expect((await refusal(other.write(withIds))).message).toMatch(/row numbers in place of trade ids/)
  })
})
