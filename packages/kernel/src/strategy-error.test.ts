import { UsageError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { StrategyError } from './strategy-error.ts'

const unfit = new UsageError({ code: 'STRATEGY_TIMEFRAME', message: 'Bars of 1d do not fit.' })

test('a strategy that refuses its run at the start leaves it a mistake of usage', () => {
  expect(StrategyError.during(unfit, 'breakout', undefined, undefined)).toBe(unfit)
})

test.each([
  ['the same in the middle of a run', unfit, 0],
  ['a wrong call at the start', new UsageError({ code: 'KERNEL_TIMER', message: 'No time.' }), undefined],
])('%s is a failure of the strategy', (_, error, timeMs) => {
  const failed = StrategyError.during(error, 'breakout', timeMs, undefined)
  expect(failed).toBeInstanceOf(StrategyError)
  expect(failed).toMatchObject({ code: error.code, cause: error })
})
