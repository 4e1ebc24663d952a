import { expect, test } from 'vitest'
import { randomInputs } from '../../test/random-inputs.ts'
import { fisher } from '../index.ts'

/** The EasyLanguage of Ehlers' article, line by line: `Value1`, `Fish`, with 0 before the first bar. */
function easyLanguageFisher(high: Float64Array, low: Float64Array, period: number) {
  const price = high.map((value, i) => (value + (low[i] as number)) / 2)
  let value1 = 0
  let fish = 0
  const rows: { fish: number; trigger: number }[] = []
  for (let i = period - 1; i < price.length; i++) {
    const window = price.subarray(i - period + 1, i + 1)
    const maxH = Math.max(...window)
    const minL = Math.min(...window)
    value1 = 0.33 * 2 * (((price[i] as number) - minL) / (maxH - minL) - 0.5) + 0.67 * value1
    if (value1 > 0.99) value1 = 0.999
    if (value1 < -0.99) value1 = -0.999
    const trigger = fish
    fish = 0.5 * Math.log((1 + value1) / (1 - value1)) + 0.5 * fish
    rows.push({ fish, trigger })
  }
  return rows
}

test('equals the listing of the article', () => {
  const [high, low] = randomInputs(['high', 'low'], 400, 8, 'walk') as [Float64Array, Float64Array]
  const rows = easyLanguageFisher(high, low, 10)
  const columns = fisher(high, low, 10)
  rows.forEach((row, k) => {
    expect(columns.fisher[k + 9]).toBeCloseTo(row.fish, 12)
    if (k > 0) expect(columns.trigger[k + 9]).toBeCloseTo(row.trigger, 12)
  })
})

test('is 0 in a market that does not move, and turns round with it', () => {
  const flat = new Float64Array(50).fill(3)
  expect(new Set(fisher(flat, flat, 5).fisher.subarray(4))).toEqual(new Set([0]))
  const [high, low] = randomInputs(['high', 'low'], 200, 9, 'walk') as [Float64Array, Float64Array]
  const mirrored = fisher(
    low.map((x) => -x),
    high.map((x) => -x),
    10,
  )
  fisher(high, low, 10).fisher.forEach((value, i) => {
    if (i >= 9) expect(mirrored.fisher[i]).toBeCloseTo(-value, 9)
  })
})
