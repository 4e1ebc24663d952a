import { describe, expect, test } from 'vitest'
import { type FaultCase, faultCase } from './fault-case.ts'
import { type FaultOutcome, runFaultCase } from './fault-run.ts'
import { startFaultExchange } from './fault-venue.ts'
import { runSchedules } from './run-schedules.ts'

const isLong = process.env['KESTREL_VERIFY'] === '1'
/** Replays one schedule: `npm run verify -- faults --seed N`. */
const only = process.env['KESTREL_FAULT_SEED']
const COUNT = Number(process.env['KESTREL_FAULT_RUNS'] ?? (isLong ? 10_000 : 150))
/** Every so many a process is killed: 526 of 10,000. */
const KILLS_EVERY = 19

test.skipIf(only !== undefined)('without faults the books are those of the exchange', async () => {
  await using exchange = await startFaultExchange('usdm')
  const plain: FaultCase = { ...faultCase(1, false), venue: 'usdm', schedule: { faults: [] } }
  const outcome = await runFaultCase(exchange, plain)
  expect(outcome).toMatchObject({ problems: [] })
  expect(outcome.fills).toBeGreaterThan(0)
})

describe('schedules of faults', () => {
  test.skipIf(only !== undefined)(
    `${COUNT} random ones: no order is lost or doubled, and the books equal the exchange's`,
    async () => {
      const failed: string[] = []
      const sums = { runs: 0, orders: 0, fills: 0, drawn: 0, struck: 0, kills: 0, hits: 0, refused: 0 }
      await runSchedules(cases(COUNT), (outcome, { seed }) => {
        sums.runs++
        for (const key of ['orders', 'fills', 'drawn', 'struck', 'kills', 'hits', 'refused'] as const)
          sums[key] += outcome[key]
        if (outcome.problems.length > 0) {
          failed.push(described(seed, outcome))
          console.info(failed.at(-1))
        }
        if (sums.runs % 500 === 0) console.info(`${sums.runs} schedules, ${failed.length} failed`)
      })
      console.info(
        `fault schedules: ${Object.entries(sums)
          .map(([key, sum]) => `${sum} ${key}`)
          .join(', ')}`,
      )
      expect(failed).toEqual([])
      expect(sums.runs).toBe(COUNT)
      expect(sums.kills).toBeGreaterThanOrEqual(Math.floor(COUNT / KILLS_EVERY))
      expect(sums.refused).toBeLessThan(sums.runs / 20)
      expect(sums.struck).toBeGreaterThan(sums.runs / 2)
    },
    isLong ? 3_600_000 : 400_000,
  )

  test.runIf(only !== undefined)(`the one of seed ${only ?? ''}`, async () => {
    const drawn = caseOf(Number(only))
    console.info(JSON.stringify(drawn, undefined, 2))
    await using exchange = await startFaultExchange(drawn.venue)
    const outcome = await runFaultCase(exchange, drawn)
    console.info(outcome)
    expect(outcome.problems).toEqual([])
  })
})

function caseOf(seed: number): FaultCase {
  return faultCase(seed, seed % KILLS_EVERY === 0)
}

function* cases(count: number): Generator<FaultCase> {
  for (let seed = 1; seed <= count; seed++) yield caseOf(seed)
}

function described(seed: number, { problems }: FaultOutcome): string {
  return `seed ${seed} (npm run verify -- faults --seed ${seed}): ${problems.join('; ')}`
}
