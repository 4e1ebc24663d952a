import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { likelyUnit, TimeScanner, type TimeUnit } from './time-scanner.ts'

function read(text: string, unit: TimeUnit = 'auto'): number {
  const scanner = new TimeScanner(unit)
  const bytes = Buffer.from(text)
  const out = new Float64Array(1)
  return scanner.read(bytes, 0, bytes.length, out, 0) === bytes.length ? (out[0] as number) : Number.NaN
}

const MAY_US = Date.UTC(2024, 4, 1) * 1000

describe('time scanner', () => {
  test.each([
    ['1714521600', MAY_US],
    ['1714521600.25', MAY_US + 250_000],
    ['1714521600000', MAY_US],
    ['1714521600000000', MAY_US],
    ['1714521600000000999', MAY_US],
    ['1714521600123456789', MAY_US + 123_456],
    ['2024-05-01', MAY_US],
    ['2024-05-01T00:00:00Z', MAY_US],
    ['2024-05-01 00:00', MAY_US],
    ['2024-05-01 00:00:00 UTC', MAY_US],
    ['2024-05-01 02:30:00+02:30', MAY_US],
    ['2024-04-30T19:00:00-0500', MAY_US],
    ['2024-05-01 01:00:00+01', MAY_US],
    ['2024-05-01T00:00:00.123456789Z', MAY_US + 123_456],
    ['2024-05-01 12-AM', MAY_US],
    ['2024-05-01 11-PM', MAY_US + 23 * 3_600_000_000],
  ])('%s', (text, us) => {
    expect(read(text)).toBe(us)
  })

  test.each([
    '',
    '2024',
    '20240501',
    '2024-13-01',
    '2023-02-29',
    '2024-05-01T24:00',
    '2024-05-01 00:61',
    '2024-05-01 13-PM',
    'x',
    '05/01/2024',
    '17145216000000',
  ])('refuses %j', (text) => {
    expect(read(text)).toBeNaN()
  })

  test('a stated unit is held to: seconds given as milliseconds are refused', () => {
    expect(read('1714521600', 'ms')).toBeNaN()
    expect(read('1714521600000', 's')).toBeNaN()
    expect(read('2024-05-01', 'ms')).toBeNaN()
    expect(likelyUnit(1714521600)).toBe('s')
    expect(read('1714521600', 's')).toBe(MAY_US)
  })

  test('agrees with Date on every instant that Date can print', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1980-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        (date) => {
          expect(read(date.toISOString())).toBe(date.getTime() * 1000)
          expect(read(String(date.getTime()), 'ms')).toBe(date.getTime() * 1000)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('tells dates from instants', () => {
    const scanner = new TimeScanner('auto')
    scanner.read(Buffer.from('2024-05-01'), 0, 10, new Float64Array(1), 0)
    expect([scanner.sawDate, scanner.sawInstant]).toEqual([true, false])
    scanner.read(Buffer.from('2024-05-01T00:00'), 0, 16, new Float64Array(1), 0)
    expect([scanner.sawDate, scanner.sawInstant]).toEqual([true, true])
  })
})
