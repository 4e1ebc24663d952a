import { expect, test } from 'vitest'

test('authors of strategies import these names from kestrel', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual([
    'defineStrategy',
    'indicators',
    'isoDay',
    'isoTime',
    'timeframeMs',
    'z',
  ])
})

test('notebooks find the runner, the lake and the metrics in kestrel/research', async () => {
  const names = Object.keys(await import('./research.ts'))
  for (const name of [
    'runBacktest',
    'openLake',
    'importFile',
    'generateMarket',
    'computeMetrics',
    'checkStrategy',
    'configureStrategy',
  ]) {
    expect(names).toContain(name)
  }
})
