import { describe, expect, test } from 'vitest'
import { parseTime, parseTimerange, timeWindow } from './parse-time.ts'

const DAY = Date.UTC(2023, 0, 31)

describe('an instant', () => {
  test.each([
    ['2023-01-31', DAY],
    ['20230131', DAY],
    ['2023-01-31T00:00', DAY],
    ['2023-01-31T06:30:00Z', DAY + 6.5 * 3_600_000],
    ['2023-01-31 06:30:00', DAY + 6.5 * 3_600_000],
    ['2023-01-31T06:30:00+05:45', DAY + 0.75 * 3_600_000],
    [String(DAY), DAY],
  ])('%s', (text, expected) => {
    expect(parseTime(text, '--from')).toBe(expected)
  })

  test.each(['yesterday', '2023-02-30', '2023-13-01', '31.01.2023', '5', '', '2023-01-31T25:00'])(
    '"%s" is none',
    (text) => {
      expect(() => parseTime(text, '--from')).toThrow(expect.objectContaining({ code: 'CLI_TIME' }))
    },
  )
})

describe('a range as freqtrade writes it', () => {
  test.each([
    ['20230101-20230131', Date.UTC(2023, 0, 1), DAY],
    ['20230131-', DAY, undefined],
    ['-20230131', undefined, DAY],
    [`${DAY / 1000}-${DAY + 1}`, DAY, DAY + 1],
  ])('%s', (text, fromMs, toMs) => {
    expect(parseTimerange(text)).toEqual({ fromMs, toMs })
  })

  test.each(['-', '2023', '20230101-20230201-20230301'])('"%s" is none', (text) => {
    expect(() => parseTimerange(text)).toThrow(expect.objectContaining({ code: 'CLI_TIME' }))
  })
})

test('an empty window and two forms at once are refused', () => {
  expect(() => timeWindow({ from: '2023-01-02', to: '2023-01-02' })).toThrow('exclusive')
  expect(() => timeWindow({ from: '2023-01-02', timerange: '20230101-' })).toThrow('--timerange')
  expect(timeWindow({})).toEqual({ fromMs: undefined, toMs: undefined })
})
