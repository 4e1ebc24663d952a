/** Source of a strategy file to start from: long while the close is above its average. */
export function strategyText(name: string): string {
  return `import { defineStrategy, z } from 'kestrel'

export default defineStrategy({
  name: '${name}',
  about: 'Long while the close is above its average, flat otherwise.',
  params: z.object({
    period: z.number().int().min(2).max(500).default(50).describe('bars in the average'),
  }),
  start({ params, instrument, bars, indicator, target, explain }) {
    const { close } = bars(instrument)
    const average = indicator.sma(close, params.period)
    return {
      onBar() {
        if (!average.ready) return
        explain({ close: close.value, average: average.value })
        target(instrument, close.value > average.value ? 1 : 0)
      },
    }
  },
})
`
}

/** Source of a test beside a strategy file, for Node's own test runner. */
export function strategyTestText(name: string): string {
  return `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkStrategy } from 'kestrel/research'
import strategy from './${name}.ts'

test('keeps the contract of strategies', () => {
  const { checks } = checkStrategy(strategy)
  assert.deepEqual(
    checks.filter(({ passed }) => !passed),
    [],
  )
})
`
}
