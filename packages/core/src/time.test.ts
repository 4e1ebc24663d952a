import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketStart, isoDay, isoTime, timeframeMs, timeframeOf } from './time.ts'

describe('timeframes', () => {
  test.each([
    ['1s', 1_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
  ])('%s lasts %i ms', (name, ms) => {
    expect(timeframeMs(name)).toBe(ms)
    expect(timeframeOf(ms)).toBe(name)
  })

  test.each([['0m'], ['1'], ['m'], ['1M'], ['1.5h'], ['-1h'], ['1h '], ['']])('refuses "%s"', (name) => {
    expect(() => timeframeMs(name)).toThrow(expect.objectContaining({ code: 'CORE_TIMEFRAME', name: 'UsageError' }))
  })

  test('refuses a length that is no whole number of seconds', () => {
    expect(() => timeframeOf(1_500)).toThrow(expect.objectContaining({ code: 'CORE_TIMEFRAME' }))
  })
})

describe('bucketStart', () => {
  test('weeks begin on Monday', () => {
    expect(isoDay(bucketStart(Date.UTC(2024, 4, 1), timeframeMs('1w')))).toBe('2024-04-29')
    expect(isoDay(bucketStart(Date.UTC(2024, 3, 29), timeframeMs('1w')))).toBe('2024-04-29')
  })

  test('holds the time it was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 4e12 }),
        fc.constantFrom('1m', '5m', '1h', '4h', '1d', '1w'),
        (timeMs, timeframe) => {
          const ms = timeframeMs(timeframe)
          const start = bucketStart(timeMs, ms)
          expect(timeMs - start).toBeGreaterThanOrEqual(0)
          expect(timeMs - start).toBeLessThan(ms)
          expect(bucketStart(start, ms)).toBe(start)
        },
      ),
    )
  })
})

test('ISO times carry milliseconds only where there are any', () => {
  expect(isoTime(0)).toBe('1970-01-01T00:00:00Z')
  expect(isoTime(1_500)).toBe('1970-01-01T00:00:01.500Z')
})
