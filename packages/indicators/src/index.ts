export { adx, type AdxColumns, createAdx } from './adx.ts'
export { atr, createAtr } from './atr.ts'
export { bollinger, type BollingerColumns, createBollinger } from './bollinger.ts'
export { correlation, createCorrelation } from './correlation.ts'
export { createCumulativeVwap, cumulativeVwap } from './cumulative-vwap.ts'
export { defineIndicator, type IndicatorDefinition } from './definition.ts'
export { createDonchian, donchian, type DonchianColumns } from './donchian.ts'
export { createEmaFromFirst, emaFromFirst } from './ema-from-first.ts'
export { createEma, ema } from './ema.ts'
export {
  InputShapeError,
  InvalidInputError,
  InvalidParameterError,
  InvalidPeriodError,
  NoBarToReplaceError,
} from './errors.ts'
export { createHistoricalVolatility, historicalVolatility } from './historical-volatility.ts'
export { createKeltner, keltner, type KeltnerColumns } from './keltner.ts'
export { createMacd, macd, type MacdColumns } from './macd.ts'
export { createMomentum, momentum } from './momentum.ts'
export { type NamedStream, openStream, type StreamOf, type StreamValue } from './named-stream.ts'
export { createObv, obv } from './obv.ts'
export { integerParam, numberParam, type ParamDefinition, periodParam } from './parameters.ts'
export {
  type IndicatorInputs,
  type IndicatorName,
  type IndicatorOutputs,
  type IndicatorParamName,
  type IndicatorParamValues,
  INDICATORS,
} from './registry.ts'
export { createRoc, roc } from './roc.ts'
export { createRollingMax, rollingMax } from './rolling-max.ts'
export { createRollingMin, rollingMin } from './rolling-min.ts'
export { createRsi, rsi } from './rsi.ts'
export type { Domain, InputName } from './series.ts'
export { createSessionVwap, sessionVwap } from './session-vwap.ts'
export { createSma, sma } from './sma.ts'
export { createStddev, stddev } from './stddev.ts'
export { createStochastic, stochastic, type StochasticColumns } from './stochastic.ts'
export type { IndicatorState, IndicatorStream } from './stream.ts'
export { createSuperTrend, superTrend, type SuperTrendColumns } from './super-trend.ts'
export { createTrueRange, trueRange } from './true-range.ts'
export { createVwap, vwap } from './vwap.ts'
export { createWma, wma } from './wma.ts'
export { createZscore, zscore } from './zscore.ts'
