import { expect, test } from 'vitest'
import { deskOf } from '../../stub-desk.fixture.ts'
import { bybitDialect } from './bybit.ts'

test('the timer is set once for each product, and to the longest time where it is to be taken off', async () => {
  const desk = deskOf('bybit')
  const asked: unknown[] = []
  Object.assign(desk.exchange, {
    privatePostV5OrderDisconnectedCancelAll: async (params: unknown) => void asked.push(params),
  })
  // One that never ran stays away.
  await bybitDialect.armDeadManTimer(desk, 0, [])
  expect(asked).toEqual([])
  for (const timeoutMs of [30_000, 30_000, 0, 0]) await bybitDialect.armDeadManTimer(desk, timeoutMs, [])
  expect(asked).toEqual([
    { timeWindow: 30, product: 'SPOT' },
    { timeWindow: 30, product: 'DERIVATIVES' },
    { timeWindow: 300, product: 'SPOT' },
    { timeWindow: 300, product: 'DERIVATIVES' },
  ])
  expect(bybitDialect.abilities(['linear']).deadManStaysMs).toBe(300_000)
})
