import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMidpoint, midpoint } from '../test/midpoint.ts'
import { randomPrices } from '../test/random-inputs.ts'

test('the guide to adding an indicator shows code that runs', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8')
  const source = read('../test/midpoint.ts').replaceAll('../src/', '../')
  expect(read('../../../docs/guides/add-an-indicator.md')).toContain(`\`\`\`ts\n${source}\`\`\``)

  const prices = randomPrices(50, 1, 'walk')
  const stream = createMidpoint(7)
  expect(prices.map((price) => stream.update(price))).toEqual(midpoint(prices, 7))
  expect(midpoint(Float64Array.of(1, 5, 3), 2)).toEqual(Float64Array.of(Number.NaN, 3, 4))
})
