import { tradesHash } from '@kestrel/backtest'
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import type { RoundTrip } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { P1_CHECKSUMS, P1_PUBLISHED } from '../cases/p1-answer.ts'
import { hashTradeRows, outcomeOf, p1ByHand } from './p1-by-hand.ts'

const bars = workloadBars(1_000_000)

// Source of the published answer: exact integer arithmetic and five other engines agree on it.
describe.each(['close', 'next-open'] as const)('the loop written by hand, fill at the %s', (fill) => {
  const outcome = outcomeOf(p1ByHand(bars, fill))

  test('gives the published trades and equity', () => {
    const { closedTrades, openTrades, tradesHash, endEquity } = P1_PUBLISHED
    expect(outcome).toMatchObject({ closedTrades, openTrades, tradesHash })
    expect(Math.abs(outcome.endEquity / endEquity - 1)).toBeLessThan(1e-12)
  })

  test('gives the published drawdown and Sharpe ratio', () => {
    expect(outcome.maxDrawdown).toBeCloseTo(P1_PUBLISHED.maxDrawdown, 12)
    expect(outcome.sharpe).toBeCloseTo(P1_PUBLISHED.sharpe[fill], 11)
  })
})

test('the checksums of the case are those of the generator', () => {
  for (const [n, checksum] of Object.entries(P1_CHECKSUMS)) {
    expect(checksumWorkloadBars(workloadBars(Number(n)))).toBe(checksum)
  }
})

test('two independent hashes of one list of trades agree', () => {
  const trades = p1ByHand(bars, 'close').trades.subarray(0, 50)
  const asRecords = Array.from({ length: 10 }, (_, i) => {
    const [entryTimeMs = 0, exitTimeMs = 0, quantity = 0, entryPrice = 0, exitPrice = 0] = trades.subarray(i * 5)
    return { direction: 'long', entryTimeMs, exitTimeMs, quantity, entryPrice, exitPrice } as RoundTrip
  })
  expect(hashTradeRows(trades)).toBe(tradesHash(asRecords, false))
})
