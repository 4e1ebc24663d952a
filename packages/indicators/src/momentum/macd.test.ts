import { expect, test } from 'vitest'
import { randomPrices } from '../../test/random-inputs.ts'
import { ema, macd } from '../index.ts'

test.each([
  [12, 26, 9],
  [26, 12, 9],
  [5, 5, 1],
  [1, 3, 40],
])('%s/%s/%s equals the composition of three averages bit for bit', (fast, slow, signal) => {
  const values = randomPrices(300, 4, 'walk')
  const columns = macd(values, fast, slow, signal)
  const slowMean = ema(values, slow)
  const line = ema(values, fast).map((mean, i) => mean - (slowMean[i] as number))
  expect(columns.macd).toEqual(line)
  expect(columns.signal).toEqual(ema(line, signal))
  expect(columns.histogram).toEqual(line.map((value, i) => value - (columns.signal[i] as number)))
})
