import { HeikinAshi } from 'technicalindicators'
import { expect, test } from 'vitest'
import { randomInputs } from '../../test/random-inputs.ts'
import { heikinAshi } from '../index.ts'

// Reference: technicalindicators 3.1.0, HeikinAshi (another implementation).
test('matches another implementation', () => {
  const columns = randomInputs(['open', 'high', 'low', 'close'], 300, 5, 'walk')
  const [open, high, low, close] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
  const bars = { open: [...open], high: [...high], low: [...low], close: [...close] }
  const right = HeikinAshi.calculate({ ...bars, volume: [], timestamp: [] }) as unknown as Record<
    'open' | 'high' | 'low' | 'close',
    number[]
  >
  const ours = heikinAshi(open, high, low, close)
  for (const name of ['open', 'high', 'low', 'close'] as const) {
    expect(right[name].length).toBe(300)
    right[name].forEach((value, i) => expect(ours[name][i]).toBeCloseTo(value, 9))
  }
})
