import { expect, test } from 'vitest'
import type { FaultCase } from './fault-case.ts'
import type { FaultOutcome } from './fault-run.ts'
import type { FaultVenueName } from './fault-venue.ts'
import { runSchedules } from './run-schedules.ts'

/**
 * The first create, an order at the market, reaches the venue twice. Binance lets go of a client id with the order, so that
 * there are two orders then; Bybit keeps it, and refuses the second.
 */
test('a request that the network delivers twice is booked as it was filled, or refused with a table', async () => {
  const outcomes = new Map<FaultVenueName, FaultOutcome>()
  await runSchedules((['usdm', 'spot', 'bybit'] as const).map(caseOf), (outcome, { venue }) =>
    outcomes.set(venue, outcome),
  )
  expect([...outcomes.values()].map(({ struck }) => struck)).toEqual([1, 1, 1])
  expect(outcomes.get('bybit')?.problems).toEqual([])
  for (const venue of ['usdm', 'spot'] as const) {
    const problems = outcomes.get(venue)?.problems.filter((each) => !each.includes('is at the exchange 2 times')) ?? []
    // Either everything else is right, or the start says what is wrong and does not trade.
    if (problems.length > 0)
      expect(problems.join()).toMatch(/LIVE_DIFFERENCE|not what the session's books say[^]*refused/)
  }
}, 120_000)

function caseOf(venue: FaultVenueName, index: number): FaultCase {
  return {
    seed: 4_000_000 + index,
    venue,
    strategy: 'methodical',
    schedule: { faults: [{ name: 'duplicate-delivery', on: 'create', nth: 0 }] },
    bars: 3,
    barWaitMs: 150,
    endings: [{ how: 'reopen', afterBar: 1 }],
  }
}
