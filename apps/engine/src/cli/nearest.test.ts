import { expect, test } from 'vitest'
import { didYouMean, nearest } from './nearest.ts'

test.each([
  ['backtst', 'backtest'],
  ['smacross', 'sma-cross'],
  ['SMA-CROSS', 'sma-cross'],
  // Two letters swapped are one mistake.
  ['bakctest', 'backtest'],
  ['back', 'backtest'],
])('%s is close to %s', (word, expected) => {
  expect(nearest(word, ['backtest', 'sma-cross', 'runs'])).toBe(expected)
})

test.each(['xyzzy', 'q', ''])('nothing is close to "%s"', (word) => {
  expect(nearest(word, ['backtest', 'sma-cross'])).toBeUndefined()
  expect(didYouMean(word, ['backtest', 'sma-cross'])).toBeUndefined()
})
