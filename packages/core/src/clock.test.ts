import { expect, test } from 'vitest'
import { ManualClock } from './clock.ts'

test('stands until it is moved', () => {
  const clock = new ManualClock(5)
  expect(clock.nowMs()).toBe(5)
  clock.advanceTo(9)
  expect(clock.nowMs()).toBe(9)
})
