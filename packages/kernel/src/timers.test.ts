import { expect, test } from 'vitest'
import { Timers } from './timers.ts'

test('gives back timers by time, equal times in the order in which they were set', () => {
  const timers = new Timers()
  const add = (atMs: number, name: string): void => timers.add({ atMs, name, strategyIndex: 0 })
  add(30, 'c')
  add(10, 'a')
  add(20, 'b1')
  add(20, 'b2')
  expect(timers.dueMs).toBe(10)
  expect(timers.takeDue(20).map((timer) => timer.name)).toEqual(['a', 'b1', 'b2'])
  expect(timers.dueMs).toBe(30)
  expect(timers.takeDue(30).map((timer) => timer.name)).toEqual(['c'])
  expect(timers.dueMs).toBe(Infinity)
})
