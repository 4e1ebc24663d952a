import { expect, test } from 'vitest'
import { AccountRisk, type RiskMemory, riskLimitsSchema } from '../src/index.ts'
import { NEW_RISK_MEMORY } from '../src/risk/risk-memory.ts'
import { BarBarrier } from '../src/session/bar-barrier.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, SPOT, World } from './session-world.ts'

const HOUR_MS = 3_600_000
const BUYER = barActor(({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }))

/** What becomes of an order where the limits remember what happened before the clock was set back. */
async function sentAfter(
  limits: Parameters<typeof riskLimitsSchema.parse>[0],
  remembered: (nowMs: number) => Partial<RiskMemory>,
): Promise<readonly [number, RiskMemory]> {
  using world = new World('live', PERPETUAL, BUYER)
  const memory = { ...NEW_RISK_MEMORY, ...remembered(world.clock.nowMs()) }
  const risk = new AccountRisk(riskLimitsSchema.parse(limits), memory, () => undefined)
  const session = await world.open(world.setup, risk)
  await world.minute(session, 100)
  await session.stop()
  return [world.gateway.received.length, risk.memory]
}

test('orders of the hour that is played again are counted for a minute, not for an hour', async () => {
  const [sent, { sentMs }] = await sentAfter({ ordersPerMinute: { at: 2 } }, (nowMs) => ({
    sentMs: [nowMs + HOUR_MS],
  }))
  expect(sent).toBe(1)
  expect(sentMs[0]).toBeLessThanOrEqual(sentMs[1] ?? 0)
})

test('a pause after losses is not longer than it was', async () => {
  const limits = { lossStreak: { at: 2, pauseMs: 30_000 } }
  const [sent, { pausedUntilMs }] = await sentAfter(limits, (nowMs) => ({ pausedUntilMs: nowMs + HOUR_MS }))
  // The first bar comes a minute later; the pause has been cut to 30 s from the first look at the clock.
  expect(pausedUntilMs).toBeLessThan(1_704_067_200_000 + HOUR_MS)
  expect(sent).toBe(0)
})

test('the loss of a day is not forgotten when the day before it begins again', async () => {
  const DAY_MS = 24 * HOUR_MS
  const dayBefore = (nowMs: number) => ({
    dayStartMs: Math.floor(nowMs / DAY_MS) * DAY_MS + DAY_MS,
    dayStartEquity: 60_000,
    peakEquity: 60_000,
  })
  const [sent, { status }] = await sentAfter({ dailyLoss: { at: 0.1, action: 'flatten' } }, dayBefore)
  expect([sent, status]).toEqual([0, 'halted'])
})

test('a bar that is late is waited for as long as ever', () => {
  const feeds = [PERPETUAL, SPOT].map(({ id }) => ({ instrument: id, timeframe: '1m' as const }))
  const barrier = new BarBarrier(feeds, 5_000)
  const bar = { openTimeMs: 0, closeTimeMs: 60_000, open: 1, high: 1, low: 1, close: 1, volume: 1 }
  barrier.add(PERPETUAL.id, '1m', bar, HOUR_MS)
  expect([...barrier.ready(HOUR_MS)]).toHaveLength(0)
  expect([...barrier.ready(0)]).toHaveLength(0)
  expect([...barrier.ready(4_999)]).toHaveLength(0)
  expect([...barrier.ready(5_000)]).toHaveLength(1)
})
