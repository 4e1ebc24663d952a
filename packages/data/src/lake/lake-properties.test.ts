import fc from 'fast-check'
import { expect, test } from 'vitest'

import { importedBars, range, sampleBars, temporaryLake } from '../../test/sample-data.ts'
import { hashColumns } from '../columns/column-hash.ts'
import { columnsOf } from '../columns/named-column.ts'
import { mergeRows } from './merge-rows.ts'

const INSTRUMENT = 'BTC-USDT.TEST'
const fuzzRuns = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 500)
/** Each case writes files several times, so these properties get far fewer runs than others. */
const runs = Math.min(400, Math.ceil(fuzzRuns / 50))
const positions = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 60 })
const sorted = (at: readonly number[]): number[] => [...at].sort((a, b) => a - b)

/** Bars at some positions of one fixed market, so that the same position has the same bar everywhere. */
const market = sampleBars(range(0, 201), '12h')
function pick(at: readonly number[]): typeof market {
  const entries = Object.entries(market as unknown as Record<string, Float64Array>)
  return Object.fromEntries(
    entries.map(([name, column]) => [name, Float64Array.from(at, (i) => column[i] ?? 0)]),
  ) as unknown as typeof market
}

test('what is written is what is loaded, from Parquet and from the cache', async () => {
  const values = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-12, max: 1e12 })
  const rows = fc.array(fc.tuple(values, values, values), { minLength: 1, maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(rows, async (drawn) => {
      const lake = temporaryLake()
      const bars = sampleBars(range(0, drawn.length), '12h')
      drawn.forEach(([a, b, volume], i) => {
        bars.open[i] = a
        bars.close[i] = b
        bars.high[i] = Math.max(a, b)
        bars.low[i] = Math.min(a, b)
        bars.volume[i] = volume
      })
      const { record } = await lake.write(importedBars(bars, '12h'))
      const first = await lake.loadBars(INSTRUMENT, '12h')
      await lake.close()
      const second = await lake.loadBars(INSTRUMENT, '12h')
      expect(first.bars).toEqual(bars)
      expect(second.bars).toEqual(bars)
      expect(record.contentHash).toBe(hashColumns(columnsOf(bars)))
    }),
    { numRuns: runs },
  )
})

test('the hash does not depend on the order or the pieces in which rows were imported', async () => {
  await fc.assert(
    fc.asyncProperty(positions, fc.integer({ min: 1, max: 5 }), fc.nat(), async (at, pieces, seed) => {
      const whole = temporaryLake()
      const parts = temporaryLake()
      const { record } = await whole.write(importedBars(pick(sorted(at)), '12h'))
      const groups = range(0, pieces).map((piece) => at.filter((_, i) => (i * 7 + seed) % pieces === piece))
      let last = ''
      for (const group of groups.filter(({ length }) => length > 0))
        last = (await parts.write(importedBars(pick(sorted(group)), '12h'))).record.contentHash
      expect(last).toBe(record.contentHash)
      const key = { instrument: INSTRUMENT, kind: 'bars', timeframe: '12h' } as const
      expect(await parts.verify(key)).toMatchObject({ ok: true, problems: [] })
      expect((await parts.find(key))?.files.map(({ file }) => file)).toEqual(record.files.map(({ file }) => file))
    }),
    { numRuns: runs },
  )
})

test('merging gives every key once, in order, from the side that was asked for', () => {
  fc.assert(
    fc.property(positions, positions, fc.constantFrom('existing', 'incoming'), (a, b, winner) => {
      const [old, fresh] = [pick(sorted(a)), pick(sorted(b))]
      fresh.volume.forEach((_, i) => (fresh.volume[i] = (fresh.volume[i] ?? 0) + (i % 2)))
      const merged = mergeRows('bars', columnsOf(old), columnsOf(fresh), winner)
      const expected = new Map<number, number>()
      const [first, second] = winner === 'existing' ? [fresh, old] : [old, fresh]
      for (const side of [first, second]) side.openTimeMs.forEach((t, i) => expected.set(t, side.volume[i] ?? 0))
      const times = sorted([...expected.keys()])
      expect([...(merged.columns[0]?.values ?? [])]).toEqual(times)
      expect([...(merged.columns[5]?.values ?? [])]).toEqual(times.map((t) => expected.get(t)))
      const common = a.filter((position) => b.includes(position)).length
      expect(merged.added).toBe(b.length - common)
      expect(merged.identical + merged.differing).toBe(common)
    }),
    { numRuns: fuzzRuns },
  )
})
