import { expect, test } from 'vitest'
import { flattenAccount } from '../src/index.ts'
import { FakeGateway } from './fake-gateway.ts'
import { PERPETUAL, SPOT } from './session-world.ts'

const CLOCK = { nowMs: () => Math.floor(performance.timeOrigin + performance.now()) }
const OPTIONS = { withinMs: 6_000, name: 'flat1', nowMs: CLOCK.nowMs }

test('cancels every order, closes every position, and looks until nothing is left', async () => {
  const gateway = new FakeGateway('TEST', [PERPETUAL, SPOT], { USDT: 1_000, BTC: 2 }, CLOCK)
  gateway.placeForeign(SPOT)
  gateway.lots[PERPETUAL.id] = -250
  gateway.fillLots = 100
  const report = await flattenAccount(gateway, [PERPETUAL, SPOT], { ...OPTIONS, spot: { [SPOT.id]: 0.5 } })
  expect(report).toMatchObject({ isFlat: true, remaining: [] })
  expect(report.cancelled).toBeGreaterThanOrEqual(1)
  expect(gateway.lots[PERPETUAL.id]).toBe(0)
  // Half a coin was the session's; the rest of the balance is somebody else's.
  expect(gateway.balance['BTC']).toBeCloseTo(1.5, 9)
  expect(gateway.received.every(({ reduceOnly, instrument }) => reduceOnly || instrument === SPOT)).toBe(true)
})

test('says what remains when the time is up', async () => {
  const gateway = new FakeGateway('TEST', [PERPETUAL], { USDT: 1_000 }, CLOCK)
  gateway.lots[PERPETUAL.id] = 250
  for (let i = 0; i < 50; i++) gateway.faults.push({ of: 'create', how: 'refused' })
  const report = await flattenAccount(gateway, [PERPETUAL], { ...OPTIONS, withinMs: 300 })
  expect(report.isFlat).toBe(false)
  expect(report.remaining).toEqual(['BTC-USDT-PERP.TEST 0.25', 'close BTC-USDT-PERP.TEST: no answer'])
})
