import { referenceMatch, type ScriptAction, type ScriptOrder } from '@kestrel/testkit'
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

test(
  `no fill is better than every price of its bar, and without costs all lie inside, on ${RUNS} scripts`,
  {
    timeout: 1_800_000,
  },
  () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
        const { bars, script, rules } = randomScript(seed)
        const orders = script.flatMap((actions) => actions.flatMap(ordersOf))
        const isFree = rules.spreadBps === 0 && rules.slippageBps === 0
        for (const { order, price, bar } of runScript(bars, script, rules).fills) {
          const { side, postOnly } = orders[order] as ScriptOrder
          const { low, high } = bars[bar] as { readonly low: number; readonly high: number }
          // What is post-only trades at its own price, wherever price jumped to.
          if (side === 'buy' || (isFree && postOnly !== true)) expect(price).toBeGreaterThanOrEqual(low)
          if (side === 'sell' || (isFree && postOnly !== true)) expect(price).toBeLessThanOrEqual(high)
        }
      }),
      { numRuns: RUNS, seed: 20_260_102 },
    )
  },
)

function ordersOf(action: ScriptAction): readonly ScriptOrder[] {
  if (action.kind === 'submit') return [action.order]
  if (action.kind !== 'group') return []
  return action.entry === undefined ? action.members : [action.entry, ...action.members]
}
