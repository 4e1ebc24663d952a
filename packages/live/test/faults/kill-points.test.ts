import { expect, test } from 'vitest'
import type { Ending, FaultCase } from './fault-case.ts'
import type { FaultOutcome } from './fault-run.ts'
import { KILL_POINTS, type KillPointName } from './kill-points.ts'
import { runSchedules } from './run-schedules.ts'

/** Points of a start that goes on with a journal: a process must have died before. */
const OF_A_RETURN: readonly KillPointName[] = ['before-look-up', 'look-up-answered', 'before-fills', 'fills-answered']

/** Enough bars for every request, the second round included. */
const BARS = 7

test('a process killed at any point of its work goes on with books that equal the exchange', async () => {
  const outcomes = new Map<number, FaultOutcome>()
  await runSchedules(KILL_POINTS.map(caseOf), (outcome) => outcomes.set(outcome.seed, outcome))
  const table = KILL_POINTS.map(({ name }, index) => {
    const { problems = ['no outcome'], hits = 0 } = outcomes.get(seedOf(index)) ?? {}
    return { name, isHit: hits > 0, problems }
  })
  expect(table).toEqual(KILL_POINTS.map(({ name }) => ({ name, isHit: true, problems: [] })))
}, 180_000)

function caseOf({ name }: { readonly name: KillPointName }, index: number): FaultCase {
  const kill: Ending = { how: 'point', afterBar: BARS - 1, kill: { point: name, nth: 0 } }
  return {
    seed: seedOf(index),
    // Only spot replaces orders that it amends.
    venue: name === 'replaced' ? 'spot' : 'usdm',
    strategy: 'methodical',
    schedule: { faults: [] },
    bars: BARS,
    barWaitMs: 300,
    pointWaitMs: 10_000,
    endings: OF_A_RETURN.includes(name) ? [{ how: 'signal', afterBar: 0, delayMs: 150 }, kill] : [kill],
  }
}

function seedOf(index: number): number {
  return 1_000_000 + index
}
