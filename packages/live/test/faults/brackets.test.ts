import { expect, test } from 'vitest'
import type { Ending, FaultCase } from './fault-case.ts'
import type { FaultVenueName } from './fault-venue.ts'
import { runSchedules } from './run-schedules.ts'

/**
 * One bracket from its beginning to its end: sent and 40 % of its entry filled; nothing; the rest filled, so that stop and
 * target grow; nothing; the target filled.
 */
const PRICES = [60_000, 60_000, 59_930, 60_100, 60_700]

const HOW: readonly ((afterBar: number) => Ending)[] = [
  (afterBar) => ({ how: 'reopen', afterBar }),
  (afterBar) => ({ how: 'signal', afterBar, delayMs: 0 }),
  (afterBar) => ({ how: 'signal', afterBar, delayMs: 60 }),
  // The stop is wanted, and not sent.
  (afterBar) => ({ how: 'point', afterBar, kill: { point: 'before-create', nth: 1 } }),
  (afterBar) => ({ how: 'point', afterBar, kill: { point: 'create-sent', nth: 1 } }),
  (afterBar) => ({ how: 'point', afterBar, kill: { point: 'before-amend', nth: 0 } }),
  (afterBar) => ({ how: 'point', afterBar, kill: { point: 'amend-sent', nth: 1 } }),
  (afterBar) => ({ how: 'point', afterBar, kill: { point: 'before-cancel', nth: 0 } }),
  // The target fills while nothing runs.
  (afterBar) => ({ how: 'signal', afterBar, delayMs: 100, priceAway: 60_700 }),
]

/** `npm test` runs a fifth. */
const EVERY = process.env['KESTREL_VERIFY'] === '1' ? 1 : 5

test('wherever a process dies, what is held is guarded at the exchange and the books say so', async () => {
  const failed: string[] = []
  let runs = 0
  await runSchedules(cases(), ({ problems }, { bars, endings, venue }) => {
    runs++
    if (problems.length > 0) failed.push(`${venue}, ${bars} bars, ${JSON.stringify(endings)}: ${problems.join('; ')}`)
  })
  expect(failed).toEqual([])
  expect(runs).toBe((2 * HOW.length * PRICES.length) / EVERY)
}, 180_000)

function* cases(): Generator<FaultCase> {
  let seed = 3_000_000
  for (const venue of ['usdm', 'bybit'] satisfies FaultVenueName[]) {
    for (const ending of HOW) {
      for (let bars = 1; bars <= PRICES.length; bars++) {
        // One of every way to die and every venue, at another bar each.
        if ((++seed + HOW.indexOf(ending)) % EVERY !== 0) continue
        yield {
          seed,
          venue,
          strategy: 'bracketed',
          schedule: { faults: [{ name: 'partial-fill', on: 'create', nth: 0, numbers: { sharePct: 40 } }] },
          bars,
          prices: PRICES,
          barWaitMs: 120,
          endings: [ending(bars - 1)],
        }
      }
    }
  }
}
