import { adxIndicator } from './trend/adx.ts'
import { atrIndicator } from './volatility/atr.ts'
import { bollingerIndicator } from './volatility/bollinger.ts'
import { correlationIndicator } from './statistics/correlation.ts'
import { cumulativeVwapIndicator } from './volume/cumulative-vwap.ts'
import type { IndicatorDefinition, Numbers } from './definition.ts'
import { donchianIndicator } from './trend/donchian.ts'
import { emaFromFirstIndicator } from './average/ema-from-first.ts'
import { emaIndicator } from './average/ema.ts'
import { historicalVolatilityIndicator } from './volatility/historical-volatility.ts'
import { keltnerIndicator } from './volatility/keltner.ts'
import { macdIndicator } from './momentum/macd.ts'
import { momentumIndicator } from './momentum/momentum.ts'
import { obvIndicator } from './volume/obv.ts'
import { rocIndicator } from './momentum/roc.ts'
import { rollingMaxIndicator } from './statistics/rolling-max.ts'
import { rollingMinIndicator } from './statistics/rolling-min.ts'
import { rsiIndicator } from './momentum/rsi.ts'
import { sessionVwapIndicator } from './volume/session-vwap.ts'
import { smaIndicator } from './average/sma.ts'
import { stddevIndicator } from './statistics/stddev.ts'
import { stochasticIndicator } from './momentum/stochastic.ts'
import { superTrendIndicator } from './trend/super-trend.ts'
import { trueRangeIndicator } from './volatility/true-range.ts'
import { vwapIndicator } from './volume/vwap.ts'
import { wmaIndicator } from './average/wma.ts'
import { zscoreIndicator } from './statistics/zscore.ts'

/** Every indicator by name. What is listed here is offered to strategies and covered by the contract suite. */
export const INDICATORS = Object.freeze({
  adx: adxIndicator,
  atr: atrIndicator,
  bollinger: bollingerIndicator,
  correlation: correlationIndicator,
  cumulativeVwap: cumulativeVwapIndicator,
  donchian: donchianIndicator,
  ema: emaIndicator,
  emaFromFirst: emaFromFirstIndicator,
  historicalVolatility: historicalVolatilityIndicator,
  keltner: keltnerIndicator,
  macd: macdIndicator,
  momentum: momentumIndicator,
  obv: obvIndicator,
  roc: rocIndicator,
  rollingMax: rollingMaxIndicator,
  rollingMin: rollingMinIndicator,
  rsi: rsiIndicator,
  sessionVwap: sessionVwapIndicator,
  sma: smaIndicator,
  stddev: stddevIndicator,
  stochastic: stochasticIndicator,
  superTrend: superTrendIndicator,
  trueRange: trueRangeIndicator,
  vwap: vwapIndicator,
  wma: wmaIndicator,
  zscore: zscoreIndicator,
} as const) satisfies Readonly<Record<string, IndicatorDefinition>>

type Registry = typeof INDICATORS

/** Names of all indicators, as literals. */
export type IndicatorName = keyof Registry
/** Inputs of an indicator, as a tuple of literals: `['high', 'low', 'close']`. */
export type IndicatorInputs<Name extends IndicatorName> = Registry[Name]['inputs']
/** Names of an indicator's outputs, as a tuple of literals: `['macd', 'signal', 'histogram']`. */
export type IndicatorOutputs<Name extends IndicatorName> = Registry[Name]['outputs']
/** Names of an indicator's parameters, as a union of literals. */
export type IndicatorParamName<Name extends IndicatorName> = Registry[Name]['params'][number]['name']
/** One number for each parameter of an indicator, in order. */
export type IndicatorParamValues<Name extends IndicatorName> = Numbers<Registry[Name]['params']>
