import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { AverageTrueRange, averageTrueRanges } from './atr.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 14, 'bars in the average')] as const

function percentOf(range: number, close: number): number {
  return 100 * (range / close)
}

/**
 * Normalised average true range: the average true range with Wilder smoothing in percent of the close.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the average, integer >= 1.
 * @returns Shape `[n]`, percent of the close, zero or more. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for a value that is not positive, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time. The true range counts from the first bar, as in `atr`.
 * Source: Forman, Cross-market evaluations with normalized average true range, Technical Analysis of Stocks and
 * Commodities 24 (2006).
 */
export function natr(high: Float64Array, low: Float64Array, close: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close], INPUTS)
  requireDomain(close, start, 'close', 'positive')
  const out = averageTrueRanges(high, low, close, start, period)
  for (let i = start + period - 1; i < out.length; i++) out[i] = percentOf(out[i] as number, close[i] as number)
  return out
}

class NatrState implements IndicatorState {
  readonly #atr: AverageTrueRange

  constructor(period: number) {
    this.#atr = new AverageTrueRange(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const close = inputs[2] as number
    outputs[0] = percentOf(this.#atr.step(inputs[0] as number, inputs[1] as number, close, isNewBar), close)
  }
}

export const natrIndicator = defineIndicator({
  name: 'natr',
  title: 'Normalised average true range',
  about: 'Average true range in percent of the close.',
  source: 'Forman (2006), Cross-market evaluations with normalized average true range',
  inputs: INPUTS,
  domains: { close: 'positive' },
  params: PARAMS,
  outputs: ['natr'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close], [period]) => [natr(high, low, close, period)],
  state: (period) => new NatrState(period),
})

/** The stream of {@link natr}. */
export function createNatr(period: number): StreamOf<typeof natrIndicator> {
  return openStream(natrIndicator, [period])
}
