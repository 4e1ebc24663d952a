import type { TradeColumns } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { range, sampleTrades } from '../../test/sample-data.ts'
import {
  barsFromTrades,
  footprint,
  informationBars,
  tradeDeltas,
  VpinMeter,
  vpinOfBars,
  vpinOfTrades,
} from '../index.ts'

const trades = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.nat(10_000)).map(([n, seed]) => sampleTrades(n, seed))
const MINUTE = 60_000

/** The trades of each bar. */
function rowsOfBars(tradeCount: Float64Array): number[][] {
  let start = 0
  return [...tradeCount].map((count) => range(start, (start += count)))
}

describe('footprint', () => {
  test('is the volume of each price by side, summed afresh', () => {
    fc.assert(
      fc.property(trades, fc.constantFrom(1, 5, 100), (all, ticksPerLevel) => {
        const { tradeCount, volume } = informationBars(all, { kind: 'tick', trades: 25 })
        const found = footprint(all, tradeCount, { tickSize: 0.01, ticksPerLevel })
        rowsOfBars(tradeCount).forEach((rows, b) => {
          const levelOf = (i: number): number => Math.floor(Math.round((all.price[i] ?? 0) * 100) / ticksPerLevel)
          const levels = [...new Set(rows.map(levelOf))].sort((x, y) => x - y)
          const [start, end] = [found.levelStart[b] ?? 0, found.levelStart[b + 1] ?? 0]
          expect([...found.priceTicks.subarray(start, end)]).toEqual(levels.map((level) => level * ticksPerLevel))
          const sides = { buyVolume: 1, sellVolume: -1, unknownVolume: 0 } as const
          for (const [name, side] of Object.entries(sides)) {
            const right = levels.map((level) =>
              rows
                .filter((i) => levelOf(i) === level && all.takerSide[i] === side)
                .reduce((sum, i) => sum + (all.quantity[i] ?? 0), 0),
            )
            expect([...found[name as keyof typeof sides].subarray(start, end)]).toEqual(right)
          }
          const total = range(start, end).reduce(
            (sum, k) => sum + (found.buyVolume[k] ?? 0) + (found.sellVolume[k] ?? 0) + (found.unknownVolume[k] ?? 0),
            0,
          )
          expect(total).toBeCloseTo(volume[b] ?? 0, 9)
        })
      }),
    )
  })

  test('refuses prices off the tick, steps that cannot be and bars of other trades', () => {
    const all = sampleTrades(100)
    const { tradeCount } = barsFromTrades(all, MINUTE)
    const coded = (code: string) => expect.objectContaining({ code })
    expect(() => footprint(all, tradeCount, { tickSize: 0.03 })).toThrow(coded('DATA_PRICE_OFF_TICK'))
    expect(() => footprint(all, tradeCount, { tickSize: 0 })).toThrow(coded('DATA_FOOTPRINT'))
    expect(() => footprint(all, tradeCount, { tickSize: 0.01, ticksPerLevel: 0.5 })).toThrow(coded('DATA_FOOTPRINT'))
    expect(() => footprint(all, tradeCount.subarray(1), { tickSize: 0.01 })).toThrow(coded('DATA_BAR_TRADES'))
  })
})

test('delta is bought less sold volume, with its extremes on the way and its running total', () => {
  fc.assert(
    fc.property(trades, (all) => {
      const { tradeCount } = barsFromTrades(all, 10 * MINUTE)
      const found = tradeDeltas(all, tradeCount)
      let cumulative = 0
      rowsOfBars(tradeCount).forEach((rows, b) => {
        let delta = 0
        const path = rows.map((i) => {
          const signed = (all.quantity[i] ?? 0) * (all.takerSide[i] ?? 0)
          cumulative += signed
          return (delta += signed)
        })
        expect(found.delta[b]).toBe(delta)
        expect(found.cumulativeDelta[b]).toBe(cumulative)
        expect(found.highestDelta[b]).toBe(Math.max(0, ...path))
        expect(found.lowestDelta[b]).toBe(Math.min(0, ...path))
      })
    }),
  )
})

describe('vpin', () => {
  test('splits trades between buckets and averages their imbalance', () => {
    const all: TradeColumns = {
      ...sampleTrades(4),
      tsEventUs: Float64Array.of(1, 2, 3, 4),
      id: Float64Array.of(1, 2, 3, 4),
      quantity: Float64Array.of(6, 8, 1, 25),
      takerSide: Int8Array.of(1, -1, 1, 1),
    }
    // Worked by hand. Bucket 1: 6 bought, 4 sold. Bucket 2: 4 sold, 1 bought, 5 bought. Buckets 3 and 4: 10 bought each.
    const found = vpinOfTrades(all, { bucketVolume: 10, buckets: 2 })
    expect([...found.timeUs]).toEqual([2, 4, 4, 4])
    expect([...found.imbalance]).toEqual([2, 2, 10, 10])
    expect([...found.vpin]).toEqual([Number.NaN, 0.2, 0.6, 1])
  })

  test('lies between 0 and 1, fills as many buckets as there is volume for, and never reads the future', () => {
    fc.assert(
      fc.property(trades, fc.nat(), (all, seed) => {
        const options = { bucketVolume: 16, buckets: 5 }
        const whole = vpinOfTrades(all, options)
        // Quantities are whole tenths, so their sum in tenths is exact; the meter's own sums are not, which may open or
        // close a bucket that is full to the last unit.
        const volume = all.quantity.reduce((sum, quantity) => sum + Math.round(quantity * 10), 0) / 10
        const [least, most] = [Math.floor((volume - 1e-9) / 16), Math.floor((volume + 1e-9) / 16)]
        expect(whole.vpin.length).toBeGreaterThanOrEqual(Math.max(0, least))
        expect(whole.vpin.length).toBeLessThanOrEqual(most)
        whole.vpin.forEach((value, b) => {
          if (b < 4) expect(value).toBe(Number.NaN)
          else expect(value >= 0 && value <= 1 + 1e-12).toBe(true)
        })
        const cut = seed % (all.id.length + 1)
        const past = vpinOfTrades(
          {
            tsEventUs: all.tsEventUs.subarray(0, cut),
            id: all.id.subarray(0, cut),
            price: all.price.subarray(0, cut),
            quantity: all.quantity.subarray(0, cut),
            takerSide: all.takerSide.subarray(0, cut),
          },
          options,
        )
        expect(past.vpin).toEqual(whole.vpin.subarray(0, past.vpin.length))
      }),
    )
  })

  test('in bulk, the share bought is the normal probability of the change of price', () => {
    const close = Float64Array.of(100, 101, 100, 103)
    const times = Float64Array.of(1, 2, 3, 4)
    const volume = Float64Array.of(10, 10, 10, 10)
    const { imbalance, timeUs } = vpinOfBars(times, close, volume, { bucketVolume: 10, buckets: 1 })
    expect([...timeUs]).toEqual([1_000, 2_000, 3_000, 4_000])
    // Changes 1, -1, 3: no deviation after the first; sqrt(2) after two, so Phi(-0.70711) = 0.2397500611;
    // 2 after three, so Phi(1.5) = 0.9331927987. Source of Phi: tables of the normal distribution.
    const right = [0, 0, 20 * 0.2397500611 - 10, 20 * 0.9331927987 - 10]
    imbalance.forEach((value, b) => expect(value).toBeCloseTo(right[b] ?? Number.NaN, 8))
  })

  test('refuses sizes and volumes that cannot be', () => {
    for (const bad of [{ bucketVolume: 0 }, { bucketVolume: Number.NaN }, { bucketVolume: 1, buckets: 0 }])
      expect(() => new VpinMeter(bad)).toThrow(expect.objectContaining({ code: 'DATA_VPIN' }))
    const meter = new VpinMeter({ bucketVolume: 1e-9 })
    for (const volume of [1, -1, Number.NaN])
      expect(() => meter.add(volume, 0.5, () => undefined)).toThrow(
        expect.objectContaining({ code: 'DATA_VPIN_VOLUME' }),
      )
    const one = Float64Array.of(1)
    expect(() => vpinOfBars(one, one, one, { bucketVolume: 1, deviationBars: 1 })).toThrow(
      expect.objectContaining({ code: 'DATA_VPIN' }),
    )
  })
})
