import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInWindow, parseSessionWindow } from './session-window.ts'

const within = (text: string, time: string): boolean => {
  const window = parseSessionWindow(text)
  if (window === undefined) return expect.fail(`${text} is no window`)
  return isInWindow(window, Date.parse(time))
}

// 2024-03-04 was a Monday.
test.each([
  ['08:00-16:00', '2024-03-04T08:00:00Z', true],
  ['08:00-16:00', '2024-03-04T07:59:59Z', false],
  ['08:00-16:00', '2024-03-10T15:59:00Z', true],
  ['08:00-16:00', '2024-03-04T16:00:00Z', false],
  ['mon-fri@08:00-16:00', '2024-03-08T12:00:00Z', true],
  ['mon-fri@08:00-16:00', '2024-03-09T12:00:00Z', false],
  ['sat@20:00-02:00', '2024-03-09T21:00:00Z', true],
  ['sat@20:00-02:00', '2024-03-10T01:59:00Z', true],
  ['sat@20:00-02:00', '2024-03-10T02:00:00Z', false],
  ['sat@20:00-02:00', '2024-03-09T01:00:00Z', false],
  ['sun@22:00-06:00', '2024-03-04T05:00:00Z', true],
  ['fri-mon@00:00-24:00', '2024-03-04T23:59:00Z', true],
  ['fri-mon@00:00-24:00', '2024-03-05T00:00:00Z', false],
  ['00:00-00:00', '2024-03-06T13:00:00Z', true],
])('%s at %s: %s', (text, time, expected) => expect(within(text, time)).toBe(expected))

test.each([
  '',
  '8:00-16:00',
  '08:00',
  'mo@08:00-16:00',
  '24:00-02:00',
  '08:60-09:00',
  '08:00-24:01',
  'mon-fry@08:00-16:00',
])('"%s" is no window', (text) => expect(parseSessionWindow(text)).toBeUndefined())

test('repeats every week, and is open as long as it says', () => {
  const two = (value: number): string => String(value).padStart(2, '0')
  const minute = fc.integer({ min: 0, max: 1_439 })
  const clock = (value: number): string => `${two(Math.floor(value / 60))}:${two(value % 60)}`
  fc.assert(
    fc.property(minute, minute, fc.nat({ max: 3_000 }), (start, end, week) => {
      const window = parseSessionWindow(`wed@${clock(start)}-${clock(end)}`)
      if (window === undefined) return expect.fail('no window')
      let open = 0
      for (let each = 0; each < 7 * 1_440; each++) if (isInWindow(window, (week * 7 * 1_440 + each) * 60_000)) open++
      expect(open).toBe(end > start ? end - start : end - start + 1_440)
    }),
    { numRuns: 15 },
  )
})
