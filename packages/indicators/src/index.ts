export { adx, type AdxColumns, createAdx } from './trend/adx.ts'
export { atr, createAtr } from './volatility/atr.ts'
export { bollinger, type BollingerColumns, createBollinger } from './volatility/bollinger.ts'
export { correlation, createCorrelation } from './statistics/correlation.ts'
export { createCumulativeVwap, cumulativeVwap } from './volume/cumulative-vwap.ts'
export { defineIndicator, type IndicatorDefinition } from './definition.ts'
export { createDonchian, donchian, type DonchianColumns } from './trend/donchian.ts'
export { createEmaFromFirst, emaFromFirst } from './average/ema-from-first.ts'
export { createEma, ema } from './average/ema.ts'
export {
  InputShapeError,
  InvalidInputError,
  InvalidParameterError,
  InvalidPeriodError,
  NoBarToReplaceError,
} from './errors.ts'
export { createHistoricalVolatility, historicalVolatility } from './volatility/historical-volatility.ts'
export { createKeltner, keltner, type KeltnerColumns } from './volatility/keltner.ts'
export { createMacd, macd, type MacdColumns } from './momentum/macd.ts'
export { createMomentum, momentum } from './momentum/momentum.ts'
export { type NamedStream, openStream, type StreamOf, type StreamValue } from './named-stream.ts'
export { createObv, obv } from './volume/obv.ts'
export { integerParam, numberParam, type ParamDefinition, periodParam } from './parameters.ts'
export {
  type IndicatorInputs,
  type IndicatorName,
  type IndicatorOutputs,
  type IndicatorParamName,
  type IndicatorParamValues,
  INDICATORS,
} from './registry.ts'
export { createRoc, roc } from './momentum/roc.ts'
export { createRollingMax, rollingMax } from './statistics/rolling-max.ts'
export { createRollingMin, rollingMin } from './statistics/rolling-min.ts'
export { createRsi, rsi } from './momentum/rsi.ts'
export type { Domain, InputName } from './series.ts'
export { createSessionVwap, sessionVwap } from './volume/session-vwap.ts'
export { createSma, sma } from './average/sma.ts'
export { createStddev, stddev } from './statistics/stddev.ts'
export { createStochastic, stochastic, type StochasticColumns } from './momentum/stochastic.ts'
export type { IndicatorState, IndicatorStream } from './stream.ts'
export { createSuperTrend, superTrend, type SuperTrendColumns } from './trend/super-trend.ts'
export { createTrueRange, trueRange } from './volatility/true-range.ts'
export { createVwap, vwap } from './volume/vwap.ts'
export { createWma, wma } from './average/wma.ts'
export { createZscore, zscore } from './statistics/zscore.ts'
