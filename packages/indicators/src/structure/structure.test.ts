import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { camarillaPivots, classicPivots, fibonacciPivots, fractals, woodiePivots, zigZag } from '../index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const market = fc
  .record({
    length: fc.integer({ min: 0, max: 120 }),
    seed: fc.nat(1_000_000),
    shape: fc.constantFrom(...SHAPES.filter((shape) => shape !== 'huge')),
  })
  .map(({ length, seed, shape }) => randomInputs(['openTimeMs', 'high', 'low', 'close'], length, seed, shape))

describe('pivots', () => {
  // Two days of two bars: the first day has high 110, low 100 and close 106; the second must not matter to itself.
  const times = Float64Array.of(20_000 * DAY, 20_000 * DAY + 23 * HOUR, 20_001 * DAY, 20_001 * DAY + HOUR)
  const bars = [
    times,
    Float64Array.of(110, 108, 200, 300),
    Float64Array.of(102, 100, 90, 10),
    Float64Array.of(107, 106, 150, 250),
  ] as const
  const atSecondDay = (columns: Readonly<Record<string, Float64Array>>): Record<string, number> => {
    for (const column of Object.values(columns)) {
      expect(column.subarray(0, 2)).toEqual(Float64Array.of(Number.NaN, Number.NaN))
      expect(column[2]).toBe(column[3])
    }
    return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, Number(column[3]?.toFixed(6))]))
  }

  // Worked by hand from high 110, low 100, close 106.
  test('give the levels of the day before, by each scheme', () => {
    const classic = { pivot: 105.333333, r1: 110.666667, s1: 100.666667, r2: 115.333333, s2: 95.333333 }
    expect(atSecondDay(classicPivots(...bars, 1440))).toEqual({ ...classic, r3: 120.666667, s3: 90.666667 })
    const fibonacci = { pivot: 105.333333, r1: 109.153333, s1: 101.513333, r2: 111.513333, s2: 99.153333 }
    expect(atSecondDay(fibonacciPivots(...bars, 1440))).toEqual({ ...fibonacci, r3: 115.333333, s3: 95.333333 })
    const camarilla = { pivot: 105.333333, r1: 106.916667, s1: 105.083333, r2: 107.833333, s2: 104.166667 }
    expect(atSecondDay(camarillaPivots(...bars, 1440))).toEqual({
      ...camarilla,
      r3: 108.75,
      s3: 103.25,
      r4: 111.5,
      s4: 100.5,
    })
    const woodie = { pivot: 105.5, r1: 111, s1: 101, r2: 115.5, s2: 95.5, r3: 121, s3: 91 }
    expect(atSecondDay(woodiePivots(...bars, 1440))).toEqual(woodie)
  })

  test('are those of the last session with bars, over holes too', () => {
    fc.assert(
      fc.property(market, fc.constantFrom(60, 240, 1440), (columns, sessionMinutes) => {
        const [openTimeMs, high, low, close] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
        const { pivot } = classicPivots(openTimeMs, high, low, close, sessionMinutes)
        const sessionOf = (i: number): number => Math.floor((openTimeMs[i] as number) / (sessionMinutes * 60_000))
        const right = Array.from(openTimeMs, (_, i) => {
          const before = [...openTimeMs.keys()].filter((k) => sessionOf(k) < sessionOf(i))
          const last = before.at(-1)
          if (last === undefined) return Number.NaN
          const session = before.filter((k) => sessionOf(k) === sessionOf(last))
          const highest = Math.max(...session.map((k) => high[k] as number))
          const lowest = Math.min(...session.map((k) => low[k] as number))
          return (highest + lowest + (close[last] as number)) / 3
        })
        expect([...pivot]).toEqual(right)
      }),
    )
  })
})

describe('fractals', () => {
  test('are given two bars late, with the age of the extreme', () => {
    const high = Float64Array.of(1, 2, 5, 3, 2, 4, 3)
    const low = Float64Array.of(3, 2, 1, 0.5, 2, 3, 3)
    const none = Number.NaN
    expect(fractals(high, low, 2)).toEqual({
      high: Float64Array.of(none, none, none, none, 5, 5, 5),
      highBarsAgo: Float64Array.of(none, none, none, none, 2, 3, 4),
      low: Float64Array.of(none, none, none, none, none, 0.5, 0.5),
      lowBarsAgo: Float64Array.of(none, none, none, none, none, 2, 3),
    })
  })

  test('are the highs above all neighbours, found by looking at each bar afresh', () => {
    fc.assert(
      fc.property(market, fc.integer({ min: 1, max: 5 }), (columns, wing) => {
        const [, high, low] = columns as [Float64Array, Float64Array, Float64Array]
        const found = fractals(high, low, wing)
        const isExtreme = (column: Float64Array, i: number, sign: number): boolean =>
          [...column.subarray(i - wing, i + wing + 1)].every(
            (value, k) => k === wing || sign * value < sign * (column[i] as number),
          )
        for (const [column, sign, price, barsAgo] of [
          [high, 1, found.high, found.highBarsAgo],
          [low, -1, found.low, found.lowBarsAgo],
        ] as const) {
          let extreme = -1
          for (let i = 0; i < column.length; i++) {
            if (i >= 2 * wing && isExtreme(column, i - wing, sign)) extreme = i - wing
            expect(price[i]).toBe(extreme < 0 ? Number.NaN : column[extreme])
            expect(barsAgo[i]).toBe(extreme < 0 ? Number.NaN : i - extreme)
          }
        }
      }),
    )
  })
})

describe('zigZag', () => {
  test('names an extreme at the bar whose reversal confirms it, and not before', () => {
    const high = Float64Array.of(100, 110, 120, 119, 109, 100, 105, 112)
    const low = Float64Array.of(99, 105, 112, 109, 105, 95, 100, 104)
    const none = Number.NaN
    // The low of 99 is confirmed by 110, the high of 120 by 105 (12.5 % below), the low of 95 by 105.
    expect(zigZag(high, low, 0.1)).toEqual({
      price: Float64Array.of(none, 99, 99, 99, 120, 120, 95, 95),
      kind: Float64Array.of(none, -1, -1, -1, 1, 1, -1, -1),
      barsAgo: Float64Array.of(none, 1, 2, 3, 2, 3, 1, 2),
      confirmed: Float64Array.of(none, 1, 0, 0, 1, 0, 1, 0),
    })
  })

  test('a bar that extends its leg does not end it, however far it falls', () => {
    expect(zigZag(Float64Array.of(100, 110, 130, 129), Float64Array.of(99, 108, 100, 116), 0.1).confirmed).toEqual(
      Float64Array.of(Number.NaN, 1, 0, 1),
    )
  })

  test('alternates highs and lows that lie where it says, each the extreme of its leg and a reversal apart', () => {
    fc.assert(
      fc.property(market, fc.constantFrom(0.01, 0.05, 0.2), (columns, rate) => {
        const [, high, low] = columns as [Float64Array, Float64Array, Float64Array]
        const { price, kind, barsAgo, confirmed } = zigZag(high, low, rate)
        let lastAt = -1
        let lastKind = 0
        for (let i = 0; i < price.length; i++) {
          if (confirmed[i] !== 1) continue
          const at = i - (barsAgo[i] as number)
          const found = kind[i] as number
          expect(price[i]).toBe(found === 1 ? high[at] : low[at])
          expect(at).toBeGreaterThanOrEqual(lastAt)
          if (lastKind !== 0) {
            expect(found).toBe(-lastKind)
            const leg =
              found === 1 ? Math.max(...high.subarray(lastAt + 1, i)) : Math.min(...low.subarray(lastAt + 1, i))
            if (at > lastAt) expect(price[i]).toBe(leg)
          }
          const against = found === 1 ? (low[i] as number) : (high[i] as number)
          expect(found * ((price[i] as number) - against)).toBeGreaterThanOrEqual(rate * (price[i] as number))
          lastAt = at
          lastKind = found
        }
      }),
    )
  })

  test('a market that stands still has no extreme, even at 0', () => {
    expect(zigZag(new Float64Array(5), new Float64Array(5), 0.1).price).toEqual(new Float64Array(5).fill(Number.NaN))
  })
})
