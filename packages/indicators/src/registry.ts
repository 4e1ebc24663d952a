import { adxIndicator } from './adx.ts'
import { atrIndicator } from './atr.ts'
import { bollingerIndicator } from './bollinger.ts'
import { correlationIndicator } from './correlation.ts'
import { cumulativeVwapIndicator } from './cumulative-vwap.ts'
import type { IndicatorDefinition, Numbers } from './definition.ts'
import { donchianIndicator } from './donchian.ts'
import { emaFromFirstIndicator } from './ema-from-first.ts'
import { emaIndicator } from './ema.ts'
import { historicalVolatilityIndicator } from './historical-volatility.ts'
import { keltnerIndicator } from './keltner.ts'
import { macdIndicator } from './macd.ts'
import { momentumIndicator } from './momentum.ts'
import { obvIndicator } from './obv.ts'
import { rocIndicator } from './roc.ts'
import { rollingMaxIndicator } from './rolling-max.ts'
import { rollingMinIndicator } from './rolling-min.ts'
import { rsiIndicator } from './rsi.ts'
import { sessionVwapIndicator } from './session-vwap.ts'
import { smaIndicator } from './sma.ts'
import { stddevIndicator } from './stddev.ts'
import { stochasticIndicator } from './stochastic.ts'
import { superTrendIndicator } from './super-trend.ts'
import { trueRangeIndicator } from './true-range.ts'
import { vwapIndicator } from './vwap.ts'
import { wmaIndicator } from './wma.ts'
import { zscoreIndicator } from './zscore.ts'

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
