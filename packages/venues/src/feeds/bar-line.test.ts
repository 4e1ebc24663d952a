import type { FeedBar } from '@kestrel/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BarLine, type Candle } from './bar-line.ts'

const STEP = 60_000
const candle = (index: number, close: number): Candle => ({
  openTimeMs: index * STEP,
  open: 1,
  high: 9,
  low: 1,
  close,
  volume: 1,
})

test('gives a bar out when the next one begins, as it last stood', () => {
  const given: FeedBar[] = []
  const line = new BarLine(STEP, 0, (bar) => given.push(bar))
  expect(line.stream([candle(0, 2)], 5)).toBe(false)
  expect(line.stream([candle(0, 3)], 6)).toBe(false)
  expect(given).toEqual([])
  expect(line.stream([candle(1, 4)], 7)).toBe(false)
  expect(given).toEqual([{ ...candle(0, 3), closeTimeMs: STEP, tsRecvMs: 7 }])
})

test('waits for a request where the stream left bars out', () => {
  const given: number[] = []
  const line = new BarLine(STEP, 0, ({ openTimeMs }) => given.push(openTimeMs / STEP))
  line.stream([candle(0, 2)], 1)
  expect(line.stream([candle(3, 2)], 2)).toBe(true)
  expect(given).toEqual([0])
  line.answer([candle(1, 2), candle(2, 2), candle(3, 2)], 3 * STEP, 3)
  expect(given).toEqual([0, 1, 2])
  line.stream([candle(4, 2)], 4)
  expect(given).toEqual([0, 1, 2, 3])
})

test('gives each bar once and in order, whatever comes when', () => {
  const step = fc.record({ from: fc.nat(20), count: fc.integer({ min: 1, max: 4 }), isAnswer: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const given: number[] = []
      const line = new BarLine(STEP, 0, ({ openTimeMs }) => given.push(openTimeMs / STEP))
      for (const { from, count, isAnswer } of steps) {
        const candles = Array.from({ length: count }, (_, i) => candle(from + i, 2))
        if (isAnswer) line.answer(candles, (from + count) * STEP, 0)
        else line.stream(candles, 0)
      }
      expect(given).toEqual([...new Set(given)].toSorted((a, b) => a - b))
    }),
  )
})
