import { expect, test } from 'vitest'

test('exports exactly what the package promises', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual([
    'EventLog',
    'Kernel',
    'LOG_KINDS',
    'ORDER_TRANSITIONS',
    'OrderTransitionError',
    'StrategyError',
    'configureStrategy',
    'defineStrategy',
    'isFinal',
  ])
})
