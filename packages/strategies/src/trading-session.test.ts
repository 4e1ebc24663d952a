import { expect, test } from 'vitest'
import { requireWholeBars, sessionStart } from './trading-session.ts'

test.each([
  ['2024-03-05T00:00:00Z', 0, '2024-03-05T00:00:00Z'],
  ['2024-03-05T23:59:59Z', 0, '2024-03-05T00:00:00Z'],
  ['2024-03-05T13:29:00Z', 810, '2024-03-04T13:30:00Z'],
  ['2024-03-05T13:30:00Z', 810, '2024-03-05T13:30:00Z'],
])('%s lies in the session of minute %s that began at %s', (time, minute, start) => {
  expect(new Date(sessionStart(Date.parse(time), minute)).toISOString()).toBe(start.replace('Z', '.000Z'))
})

test.each([
  ['1h', 0, 60],
  ['30m', 810, 60],
  ['1m', 811, 7],
  ['1d', 0, 1_440],
])('bars of %s from minute %d fill %d minutes', (timeframe, startMinute, partMinutes) => {
  expect(() => requireWholeBars(timeframe, startMinute, partMinutes)).not.toThrow()
})

test.each([
  ['4h', 0, 60, '1h'],
  ['1h', 810, 60, '15m'],
  ['1h', 0, 7, '1m'],
  ['1d', 480, 1_440, '1h'],
])('bars of %s from minute %d do not fill %d minutes, those of %s would', (timeframe, startMinute, part, hint) => {
  expect(() => requireWholeBars(timeframe, startMinute, part)).toThrow(
    expect.objectContaining({ code: 'STRATEGY_TIMEFRAME', hint: expect.stringContaining(`such as ${hint},`) }),
  )
})
