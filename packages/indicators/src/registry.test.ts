import { expect, expectTypeOf, test } from 'vitest'
import type {
  IndicatorInputs,
  IndicatorName,
  IndicatorOutputs,
  IndicatorParamName,
  IndicatorParamValues,
  NamedStream,
} from './index.ts'
import { createAtr, createMacd, INDICATORS } from './index.ts'

test('keeps names, inputs, parameters and outputs as literal types', () => {
  expectTypeOf<IndicatorName>().toExtend<string>()
  expectTypeOf<'sma' | 'superTrend'>().toExtend<IndicatorName>()
  expectTypeOf<IndicatorInputs<'atr'>>().toEqualTypeOf<readonly ['high', 'low', 'close']>()
  expectTypeOf<IndicatorOutputs<'macd'>>().toEqualTypeOf<readonly ['macd', 'signal', 'histogram']>()
  expectTypeOf<IndicatorParamName<'keltner'>>().toEqualTypeOf<'period' | 'multiplier' | 'atrPeriod'>()
  expectTypeOf<IndicatorParamValues<'bollinger'>>().toEqualTypeOf<readonly [number, number]>()
  expectTypeOf(createAtr(14)).toEqualTypeOf<NamedStream<readonly ['high', 'low', 'close'], readonly ['atr']>>()
  expectTypeOf(createMacd(12, 26, 9).value.histogram).toEqualTypeOf<number>()
  expect(Object.isFrozen(INDICATORS)).toBe(true)
})
