import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CcxtTrade } from '../ccxt/ccxt-exchange.ts'
import { TradeLine } from './trade-line.ts'

const trade = (id: number): CcxtTrade => ({ id: String(id), timestamp: id * 10, price: 1, amount: 1 })
const trades = (from: number, to: number): CcxtTrade[] =>
  Array.from({ length: to - from + 1 }, (_, index) => trade(from + index))

function started(isNumbered: boolean) {
  const given: number[] = []
  return { given, line: new TradeLine(isNumbered, ({ id }) => given.push(Number(id))) }
}

test('gives trades out as they come, repeated ones once', () => {
  const { line, given } = started(false)
  line.stream(trades(1, 3))
  line.stream(trades(2, 4))
  expect(given).toEqual([1, 2, 3, 4])
  expect(line.isMissing).toBe(false)
})

test('where numbers skip, what comes waits for the answer', () => {
  const { line, given } = started(true)
  line.stream(trades(1, 2))
  line.stream(trades(5, 6))
  expect(line.isMissing).toBe(true)
  line.stream(trades(7, 7))
  expect(given).toEqual([1, 2])
  expect(line.last?.id).toBe('2')
  line.answer(trades(3, 6))
  expect(given).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('a full answer may not be all: what waits waits for the next one', () => {
  const { line, given } = started(true)
  line.stream(trades(1, 2))
  line.stream(trades(9, 9))
  line.answer(trades(3, 5), true)
  expect(given).toEqual([1, 2, 3, 4, 5])
  expect(line.isMissing).toBe(true)
  line.answer(trades(6, 8), true)
  line.answer([], false)
  expect(given).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(line.isMissing).toBe(false)
})

test('after a break the answer comes first, without numbers by time', () => {
  const { line, given } = started(false)
  line.broke()
  // Nothing was given out: there is nothing to join.
  expect(line.isMissing).toBe(false)
  line.stream(trades(1, 2))
  line.broke()
  line.stream(trades(5, 5))
  line.answer(trades(1, 5).toReversed())
  expect(given).toEqual([1, 2, 3, 4, 5])
})

test('numbered trades come once, in order and none left out, whatever is lost, repeated or broken', () => {
  const step = fc.record({
    kind: fc.constantFrom('stream', 'lost', 'broke', 'answer', 'repeat'),
    count: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { line, given } = started(true)
      let next = 1
      line.stream([trade(next++)])
      for (const { kind, count } of steps) {
        if (kind === 'broke') line.broke()
        else if (kind === 'repeat') line.stream(trades(Math.max(1, next - count), next - 1))
        else if (kind === 'answer' && line.isMissing) line.answer(trades(Number(line.last?.id) + 1, next - 1))
        else if (kind === 'stream' || kind === 'lost') {
          if (kind === 'stream') line.stream(trades(next, next + count - 1))
          next += count
        }
      }
      expect(given).toEqual(given.map((_, index) => index + 1))
    }),
  )
})
