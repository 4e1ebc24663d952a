import { expect, test } from 'vitest'

test('exports exactly what the package promises', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual(['AccountLock', 'Journal'])
})
