import { type DataError, isoTime } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { normaliseBars, type RawBars } from './normalise-bars.ts'

const T0 = Date.UTC(2024, 4, 1)
const HOUR = 3_600_000
const options = { what: 'BTC-USDT.X 1h from file.csv', source: 'file.csv' }

function rawBars(
  times: readonly number[],
  change: (raw: Record<keyof RawBars, Float64Array>) => void = () => {},
): RawBars {
  const column = (offset: number): Float64Array => Float64Array.from(times, (t) => 100 + ((t / HOUR) % 7) + offset)
  const raw = {
    openTimeMs: Float64Array.from(times),
    open: column(0),
    high: column(2),
    low: column(-2),
    close: column(1),
    volume: column(-100),
  }
  change(raw)
  return raw
}

const hours = (...at: number[]): number[] => at.map((h) => T0 + h * HOUR)
const failure = (run: () => unknown): DataError => {
  try {
    run()
  } catch (error) {
    return error as DataError
  }
  throw new Error('expected a refusal')
}

describe('order', () => {
  test('rows in order pass unchanged, with close times and no ledger', () => {
    const raw = rawBars(hours(0, 1, 2))
    const { bars, ledger } = normaliseBars(raw, HOUR, options)
    expect(ledger).toEqual([])
    expect([...bars.openTimeMs]).toEqual(hours(0, 1, 2))
    expect([...bars.closeTimeMs]).toEqual(hours(1, 2, 3))
    expect([...bars.close]).toEqual([...raw.close])
    expect(bars.open.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('a newest-first source is reversed and says so in one entry', () => {
    const { bars, ledger } = normaliseBars(rawBars(hours(3, 2, 1, 0)), HOUR, options)
    expect([...bars.openTimeMs]).toEqual(hours(0, 1, 2, 3))
    expect(ledger).toEqual([
      {
        kind: 'unordered',
        fromMs: T0,
        toMs: T0 + 4 * HOUR,
        count: 4,
        reason: 'source is newest first; the order was reversed',
        source: 'file.csv',
      },
    ])
  })

  test('rows out of place are sorted and entered run by run', () => {
    const { bars, ledger } = normaliseBars(rawBars(hours(0, 3, 1, 2, 5, 4)), HOUR, options)
    expect([...bars.openTimeMs]).toEqual(hours(0, 1, 2, 3, 4, 5))
    expect(ledger.map(({ kind, fromMs, count }) => [kind, (fromMs - T0) / HOUR, count])).toEqual([
      ['unordered', 1, 2],
      ['unordered', 4, 1],
    ])
  })
})

describe('repeats and gaps', () => {
  test('an exact repeat is dropped and entered', () => {
    const { bars, ledger } = normaliseBars(rawBars(hours(0, 1, 1, 1, 2)), HOUR, options)
    expect(bars.open.length).toBe(3)
    expect(ledger).toEqual([
      {
        kind: 'duplicate',
        fromMs: T0 + HOUR,
        toMs: T0 + 2 * HOUR,
        count: 2,
        reason: 'same row twice; kept once',
        source: 'file.csv',
      },
    ])
  })

  test('one time with two contents is refused, naming both rows and the values', () => {
    const raw = rawBars(hours(0, 1, 1), ({ close }) => (close[2] = (close[2] ?? 0) - 0.25))
    const error = failure(() => normaliseBars(raw, HOUR, { ...options, rowLabel: (row) => `line ${row + 2}` }))
    expect(error.code).toBe('DATA_CONFLICTING_ROWS')
    expect(error.message).toContain(isoTime(T0 + HOUR))
    expect(error.message).toContain('line 4')
    expect(error.message).toContain('line 3')
    expect(error.message).toMatch(/close \S+ and \S+75/)
  })

  test('absent bars are one entry a run; sparse data has none', () => {
    const raw = rawBars(hours(0, 1, 4, 5, 7))
    expect(
      normaliseBars(raw, HOUR, options).ledger.map(({ fromMs, toMs, count }) => [
        (fromMs - T0) / HOUR,
        (toMs - T0) / HOUR,
        count,
      ]),
    ).toEqual([
      [2, 4, 2],
      [6, 7, 1],
    ])
    expect(normaliseBars(raw, HOUR, { ...options, sparse: true }).ledger).toEqual([])
  })

  test('hourly rows called minutes are refused with the timeframe they have', () => {
    const raw = rawBars(Array.from({ length: 24 }, (_, i) => T0 + i * HOUR))
    const error = failure(() => normaliseBars(raw, 60_000, options))
    expect(error.code).toBe('DATA_TIMEFRAME')
    expect(error.hint).toContain('--timeframe 1h')
  })
})

describe('values', () => {
  const set = (name: keyof RawBars, value: number) => (raw: Record<keyof RawBars, Float64Array>) => {
    raw[name][1] = value
  }
  test.each([
    ['NaN price', set('open', Number.NaN), 'DATA_PRICE', 'open is NaN'],
    ['zero price', set('low', 0), 'DATA_PRICE', 'low is 0'],
    ['negative price', set('close', -1), 'DATA_PRICE', 'close is -1'],
    ['infinite price', set('high', Infinity), 'DATA_PRICE', 'high is Infinity'],
    ['high below low', set('high', 1), 'DATA_OHLC', 'high 1'],
    ['low above close', set('low', 150), 'DATA_OHLC', 'low 150'],
    ['negative volume', set('volume', -0.1), 'DATA_VOLUME', 'volume is -0.1'],
    ['NaN volume', set('volume', Number.NaN), 'DATA_VOLUME', 'volume is NaN'],
    ['seconds for ms', set('openTimeMs', T0 / 1000), 'DATA_TIME', 'seconds'],
    ['microseconds for ms', set('openTimeMs', T0 * 1000), 'DATA_TIME', 'microseconds'],
    ['nanoseconds for ms', set('openTimeMs', T0 * 1e6), 'DATA_TIME', 'nanoseconds'],
    ['NaN time', set('openTimeMs', Number.NaN), 'DATA_TIME', 'NaN'],
    ['fraction of a millisecond', set('openTimeMs', T0 + 0.5), 'DATA_TIME', 'whole number'],
    ['time within a bar', set('openTimeMs', T0 + 60_000), 'DATA_ALIGNMENT', '2024-05-01T00:01:00Z'],
  ])('%s is refused at its row', (_, change, code, text) => {
    const error = failure(() => normaliseBars(rawBars(hours(0, 1, 2), change), HOUR, options))
    expect(error.code).toBe(code)
    expect(error.message).toContain('row 2')
    expect(error.message).toContain(text)
    expect(error.message).toContain('Nothing was imported')
  })

  test('no rows at all is refused', () => {
    expect(failure(() => normaliseBars(rawBars([]), HOUR, options)).code).toBe('DATA_EMPTY')
  })

  test('weeks begin on Monday', () => {
    const week = 604_800_000
    const monday = Date.UTC(2024, 3, 29)
    expect(normaliseBars(rawBars([monday, monday + week]), week, options).bars.open.length).toBe(2)
    expect(failure(() => normaliseBars(rawBars([monday + 86_400_000]), week, options)).code).toBe('DATA_ALIGNMENT')
  })
})

test('any order and any repetition of the rows gives the same bars', () => {
  const runs = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 100)
  const rows = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(rows, fc.array(fc.nat(), { maxLength: 20 }), fc.nat(), (at, again, seed) => {
      const sorted = hours(...[...at].sort((a, b) => a - b))
      const repeated = [...at, ...again.map((k) => at[k % at.length] as number)]
      const turn = seed % repeated.length
      const shuffled = hours(...repeated.slice(turn), ...repeated.slice(0, turn))
      const sparse = { ...options, sparse: true }
      const { bars, ledger } = normaliseBars(rawBars(shuffled), HOUR, sparse)
      expect(bars).toEqual(normaliseBars(rawBars(sorted), HOUR, sparse).bars)
      const dropped = ledger.filter((entry) => entry.kind === 'duplicate').reduce((sum, entry) => sum + entry.count, 0)
      expect(dropped).toBe(again.length)
    }),
    { numRuns: runs },
  )
})
