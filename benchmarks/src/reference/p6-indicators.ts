import { type IndicatorDefinition, INDICATORS } from '@kestrel/indicators'

/** One of the twenty indicators of cases P6 and P7, with TA-Lib's default parameters. */
export interface P6Indicator {
  /** TA-Lib's name. */
  readonly name: string
  readonly ours: IndicatorDefinition
  readonly params: readonly number[]
  /** Outputs that are compared: the name in the answer, and the position of ours. */
  readonly compared: Readonly<Record<string, number>>
}

const one = { value: 0 }

export const P6_INDICATORS: readonly P6Indicator[] = [
  { name: 'SMA', ours: INDICATORS.sma, params: [30], compared: one },
  { name: 'EMA', ours: INDICATORS.ema, params: [30], compared: one },
  { name: 'WMA', ours: INDICATORS.wma, params: [30], compared: one },
  { name: 'DEMA', ours: INDICATORS.dema, params: [30], compared: one },
  { name: 'RSI', ours: INDICATORS.rsi, params: [14], compared: one },
  { name: 'MACD', ours: INDICATORS.macd, params: [12, 26, 9], compared: { macd: 0, signal: 1, histogram: 2 } },
  { name: 'BBANDS', ours: INDICATORS.bollinger, params: [20, 2], compared: { middle: 0, upper: 1, lower: 2 } },
  { name: 'ATR', ours: INDICATORS.atr, params: [14], compared: one },
  { name: 'ADX', ours: INDICATORS.adx, params: [14], compared: one },
  { name: 'STOCH', ours: INDICATORS.stochastic, params: [5, 3, 3], compared: { k: 0, d: 1 } },
  { name: 'CCI', ours: INDICATORS.cci, params: [14], compared: one },
  { name: 'MFI', ours: INDICATORS.mfi, params: [14], compared: one },
  { name: 'OBV', ours: INDICATORS.obv, params: [], compared: one },
  { name: 'ROC', ours: INDICATORS.roc, params: [10], compared: one },
  { name: 'WILLR', ours: INDICATORS.williamsR, params: [14], compared: one },
  { name: 'AROON', ours: INDICATORS.aroon, params: [14], compared: { up: 0, down: 1 } },
  { name: 'CMO', ours: INDICATORS.cmoWilder, params: [14], compared: one },
  { name: 'STDDEV', ours: INDICATORS.stddev, params: [5, 0], compared: one },
  { name: 'KAMA', ours: INDICATORS.kama, params: [30, 2, 30], compared: one },
  { name: 'PSAR', ours: INDICATORS.parabolicSar, params: [0.02, 0.2], compared: one },
]

/** Bars between two that are compared: the answer holds bars 9,999, 19,999 and so on. */
export const SAMPLE_BARS = 10_000

/** Every sampled value of a column. */
export function samplesOf(column: ArrayLike<number>): readonly number[] {
  const samples: number[] = []
  for (let i = SAMPLE_BARS - 1; i < column.length; i += SAMPLE_BARS) samples.push(column[i] as number)
  return samples
}
