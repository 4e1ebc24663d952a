import { expect, test } from 'vitest'
import { EventLog, LOG_KINDS } from './event-log.ts'

const filled = (changes: { price?: number; text?: string } = {}): EventLog => {
  const log = new EventLog()
  log.append('order-created', 1, 1, 'market', 5, -1, -1)
  log.append('fill', 2, 1, changes.text ?? '', 5, changes.price ?? 100, 0.1)
  return log
}

test('gives back what was appended, in order', () => {
  expect([...filled().entries()]).toEqual([
    { sequence: 0, kind: 'order-created', timeMs: 1, orderId: 1, text: 'market', a: 5, b: -1, c: -1 },
    { sequence: 1, kind: 'fill', timeMs: 2, orderId: 1, text: '', a: 5, b: 100, c: 0.1 },
  ])
})

test('equal logs have one hash; any change of a number, a text or a column gives another', () => {
  const hash = filled().hash()
  expect(filled().hash()).toBe(hash)
  expect(filled({ price: 100.000_000_000_000_01 }).hash()).not.toBe(hash)
  expect(filled({ text: 'x' }).hash()).not.toBe(hash)
  expect(filled().hash(Float64Array.of(1))).not.toBe(hash)
})

test('every kind is given back as it was appended', () => {
  const log = new EventLog()
  for (const kind of LOG_KINDS) log.append(kind, 1, 1, '', 0, 0, 0)
  expect([...log.entries()].map(({ kind }) => kind)).toEqual(LOG_KINDS)
})

test('grows without losing a row', () => {
  const log = new EventLog()
  for (let i = 0; i < 5_000; i++) log.append('fill', i, i, '', i, i, i)
  expect(log.length).toBe(5_000)
  expect([...log.entries()].every((entry, i) => entry.timeMs === i && entry.c === i)).toBe(true)
})
