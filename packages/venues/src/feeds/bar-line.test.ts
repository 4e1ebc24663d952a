import type { FeedBar } from '@kestrel/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BarLine, type Candle } from './bar-line.ts'

const STEP = 60_000
const candle = (index: number, close = 2): Candle => ({
  openTimeMs: index * STEP,
  open: 1,
  high: 9,
  low: 1,
  close,
  volume: 1,
})

function started() {
  const given: FeedBar[] = []
  return { given, line: new BarLine(STEP, 0, (bar) => given.push(bar)) }
}

test('gives a bar out when the venue calls it final', () => {
  const { line, given } = started()
  line.began(0)
  expect(given).toEqual([])
  line.closed(candle(0, 3), 6)
  expect(given).toEqual([{ ...candle(0, 3), closeTimeMs: STEP, tsRecvMs: 6 }])
  line.closed(candle(0, 4), 7)
  expect(given).toHaveLength(1)
  expect(line.isMissing).toBe(false)
})

test('a bar whose end was not received is asked for, not taken as it last stood', () => {
  const { line, given } = started()
  line.began(STEP)
  expect(line.isMissing).toBe(true)
  expect(given).toEqual([])
  line.answer([candle(0, 5), candle(1, 2)], 0, 8)
  expect(given.map(({ close }) => close)).toEqual([5])
  expect(line.isMissing).toBe(false)
})

test('waits for a request where the stream left bars out', () => {
  const { line, given } = started()
  line.closed(candle(0), 1)
  line.closed(candle(3, 7), 2)
  expect(line.isMissing).toBe(true)
  expect(given).toHaveLength(1)
  line.answer([candle(1), candle(2)], 3 * STEP, 3)
  expect(given.map(({ openTimeMs }) => openTimeMs / STEP)).toEqual([0, 1, 2, 3])
  expect(given.at(-1)?.close).toBe(7)
})

test('the last bar of an answer counts only when the venue’s time is past its close', () => {
  const { line, given } = started()
  line.answer([candle(0), candle(1)], STEP, 1)
  expect(given).toHaveLength(1)
  line.answer([candle(1)], 2 * STEP - 1, 2)
  expect(given).toHaveLength(1)
  line.answer([candle(1)], 2 * STEP, 3)
  expect(given).toHaveLength(2)
})

test('gives each bar once, in order and as it finally was, whatever comes when', () => {
  const step = fc.record({
    from: fc.nat(20),
    count: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('answer', 'closed', 'began'),
  })
  // A bar's final close is its number; what is still open has another.
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { line, given } = started()
      for (const { from, count, kind } of steps) {
        const finals = Array.from({ length: count }, (_, i) => candle(from + i, from + i))
        if (kind === 'answer') line.answer([...finals, candle(from + count, -1)].toReversed(), from * STEP, 0)
        else if (kind === 'closed') for (const final of finals) line.closed(final, 0)
        else line.began(from * STEP)
      }
      const numbers = given.map(({ openTimeMs }) => openTimeMs / STEP)
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      expect(given.map(({ close }) => close)).toEqual(numbers)
    }),
  )
})
