import { type BarColumns, bucketStart, timeframeMs, UsageError } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { range, SAMPLE_START_MS, sampleBars, sampleTrades } from '../../test/sample-data.ts'
import { barsFromTrades } from './bars-from-trades.ts'
import { resampleBars } from './resample-bars.ts'

const MINUTE = 60_000
const FIVE = 5 * MINUTE
const HOUR = 60 * MINUTE
const runs = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 500)
const minutes = (bars: BarColumns): number[] => [...bars.openTimeMs].map((t) => (t - SAMPLE_START_MS) / MINUTE)

/** Buckets one by one from row objects, as the definition reads. */
function byDefinition(bars: BarColumns, toMs: number): number[][] {
  const buckets = new Map<number, number[]>()
  bars.openTimeMs.forEach((t, i) => {
    const [o = 0, h = 0, l = 0, c = 0, v = 0] = [bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i]]
    const start = bucketStart(t, toMs)
    const [, open = o, high = h, low = l, , volume = 0] = buckets.get(start) ?? []
    buckets.set(start, [start, open, Math.max(high, h), Math.min(low, l), c, volume + v])
  })
  return [...buckets.values()]
}

const rowsOf = (bars: BarColumns): number[][] =>
  range(0, bars.open.length).map((i) =>
    [bars.openTimeMs, bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) => column[i] ?? Number.NaN),
  )

describe('resampleBars', () => {
  test('takes first open, highest high, lowest low, last close and the sum of volume', () => {
    const bars = sampleBars(range(0, 10), '1m')
    const five = resampleBars(bars, MINUTE, FIVE)
    expect(rowsOf(five)).toEqual(byDefinition(bars, FIVE))
    expect([...five.closeTimeMs]).toEqual([SAMPLE_START_MS + FIVE, SAMPLE_START_MS + 2 * FIVE])
    expect(five.open.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('drops a first and a last bar that the source does not reach, or keeps them', () => {
    const bars = sampleBars(range(3, 24), '1m')
    expect(minutes(resampleBars(bars, MINUTE, FIVE))).toEqual([5, 10, 15])
    expect(minutes(resampleBars(bars, MINUTE, FIVE, { edges: 'keep' }))).toEqual([0, 5, 10, 15, 20])
    expect(minutes(resampleBars(sampleBars([1, 2], '1m'), MINUTE, FIVE))).toEqual([])
    expect(minutes(resampleBars(sampleBars([], '1m'), MINUTE, FIVE))).toEqual([])
  })

  test('an empty bucket gives no bar, one with a hole gives the bar of its rows', () => {
    const bars = sampleBars([...range(0, 7), ...range(18, 25)], '1m')
    expect(minutes(resampleBars(bars, MINUTE, FIVE))).toEqual([0, 5, 15, 20])
  })

  test('weeks begin on Monday', () => {
    const week = resampleBars(sampleBars(range(0, 30), '1d'), timeframeMs('1d'), timeframeMs('1w'))
    expect([...week.openTimeMs].map((t) => new Date(t).getUTCDay())).toEqual([1, 1, 1])
  })

  test('refuses what is no multiple', () => {
    expect(() => resampleBars(sampleBars([0], '3m'), 3 * MINUTE, FIVE)).toThrow(UsageError)
    expect(() => resampleBars(sampleBars([0], '1h'), HOUR, MINUTE)).toThrow(/no whole multiple/)
  })

  test('in one step or in two gives the same bars, with holes and ragged ends', () => {
    const span = fc.record({
      start: fc.nat(70),
      length: fc.integer({ min: 1, max: 500 }),
      holes: fc.uniqueArray(fc.nat(400)),
    })
    fc.assert(
      fc.property(span, fc.constantFrom('drop', 'keep'), ({ start, length, holes }, edges) => {
        // An hour without holes at either end: where the last rows before a dropped end are absent too, the intermediate
        // bars cannot tell that the hour before it was over, and the last of it is dropped as well.
        const inner = new Set(
          holes.map((hole) => start + hole).filter((at) => at > start + 60 && at < start + length - 60),
        )
        const at = range(start, start + length).filter((position) => !inner.has(position))
        const bars = sampleBars(at, '1m')
        const twice = resampleBars(resampleBars(bars, MINUTE, FIVE, { edges }), FIVE, HOUR, { edges })
        expect(twice).toEqual(resampleBars(bars, MINUTE, HOUR, { edges }))
      }),
      { numRuns: runs },
    )
  })

  test('is what the definition says, and never reads beyond a bar', () => {
    const positions = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(positions, fc.nat({ max: 60 }), (at, cut) => {
        const sorted = [...at].sort((a, b) => a - b)
        const all = resampleBars(sampleBars(sorted, '1m'), MINUTE, FIVE, { edges: 'keep' })
        expect(rowsOf(all)).toEqual(byDefinition(sampleBars(sorted, '1m'), FIVE))
        const early = resampleBars(sampleBars(sorted.slice(0, cut), '1m'), MINUTE, FIVE)
        const known = new Map(rowsOf(all).map((row) => [row[0], row]))
        for (const row of rowsOf(early)) expect(row).toEqual(known.get(row[0]))
      }),
      { numRuns: runs },
    )
  })
})

describe('barsFromTrades', () => {
  test('gives a bar for every bucket with trades, with bought volume and count', () => {
    const trades = sampleTrades(3_000)
    const { bars, buyVolume, tradeCount } = barsFromTrades(trades, HOUR)
    const buckets = new Map<number, number[]>()
    trades.tsEventUs.forEach((us, i) => {
      const start = bucketStart(Math.floor(us / 1_000), HOUR)
      buckets.set(start, [...(buckets.get(start) ?? []), i])
    })
    const price = (i: number): number => trades.price[i] ?? 0
    const quantity = (i: number): number => trades.quantity[i] ?? 0
    const sum = (rows: number[]): number => rows.reduce((total, i) => total + quantity(i), 0)
    expect(rowsOf(bars)).toEqual(
      [...buckets].map(([start, rows]) => [
        start,
        price(rows[0] ?? 0),
        Math.max(...rows.map(price)),
        Math.min(...rows.map(price)),
        price(rows.at(-1) ?? 0),
        sum(rows),
      ]),
    )
    expect([...tradeCount]).toEqual([...buckets.values()].map(({ length }) => length))
    const bought = [...buckets.values()].map((rows) => sum(rows.filter((i) => trades.takerSide[i] === 1)))
    buyVolume.forEach((volume, b) => expect(volume).toBeCloseTo(bought[b] ?? 0, 9))
  })

  test('of no trades is no bars', () => {
    expect(barsFromTrades(sampleTrades(0), HOUR).bars.open.length).toBe(0)
  })
})
