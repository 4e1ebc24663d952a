import { WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import { expect, test } from 'vitest'
import { P4_PUBLISHED } from '../cases/p4.ts'
import { p4ByHand } from './p4-by-hand.ts'
import { runP4 } from './p4-kestrel-run.ts'

const basket = (assets: number, bars: number) =>
  Array.from({ length: assets }, (_, index) => workloadBars(bars, WORKLOAD_SEED + index))

// Source of the published answer: two other engines agree on it.
test('the loop written by hand gives the published answer', () => {
  const { orders, endEquity } = p4ByHand(basket(100, 100_000))
  expect(orders).toBe(P4_PUBLISHED.orders)
  expect(Math.abs(endEquity / P4_PUBLISHED.endEquity - 1)).toBeLessThan(1e-12)
})

test('the kernel agrees with it at every bar', () => {
  const bars = basket(12, 4_000)
  const byHand = p4ByHand(bars)
  const run = runP4(bars)
  expect(run.fills.length).toBe(byHand.orders)
  const worst = byHand.equity.reduce((most, value, i) => {
    return Math.max(most, Math.abs((run.equity.equity[i] as number) / value - 1))
  }, 0)
  expect(worst).toBeLessThan(1e-11)
})
