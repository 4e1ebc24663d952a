import { expect, test } from 'vitest'
import { sessionStart } from './trading-session.ts'

test.each([
  ['2024-03-05T00:00:00Z', 0, '2024-03-05T00:00:00Z'],
  ['2024-03-05T23:59:59Z', 0, '2024-03-05T00:00:00Z'],
  ['2024-03-05T13:29:00Z', 810, '2024-03-04T13:30:00Z'],
  ['2024-03-05T13:30:00Z', 810, '2024-03-05T13:30:00Z'],
])('%s lies in the session of minute %s that began at %s', (time, minute, start) => {
  expect(new Date(sessionStart(Date.parse(time), minute)).toISOString()).toBe(start.replace('Z', '.000Z'))
})
