import { referenceMatch } from '@kestrel/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomScript } from './random-scripts.ts'
import { runScript } from './script-run.ts'

const RUNS = process.env['KESTREL_VERIFY'] === '1' ? 100_000 : 1_000

test(`the simulated venue does what the rules say, on ${RUNS} random order scripts`, { timeout: 1_800_000 }, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
      const { bars, script, rules } = randomScript(seed)
      expect(runScript(bars, script, rules)).toEqual(referenceMatch(bars, script, rules))
    }),
    { numRuns: RUNS, seed: 20_260_101 },
  )
})
