import { AverageTrueRange, averageTrueRanges } from './atr.ts'
import { defineIndicator } from '../definition.ts'
import { exponentialMeans } from '../average/ema.ts'
import { ExponentialMean } from '../recurrence/exponential-mean.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [
  periodParam('period', 20, 'bars in the average of the close'),
  numberParam('multiplier', 2, 0, 1000, 'distance of the bands from the middle, in average true ranges'),
  periodParam('atrPeriod', 10, 'bars in the average true range'),
] as const

/** Columns of {@link keltner}, quote units. */
export interface KeltnerColumns {
  /** Exponential average of the close. */
  readonly middle: Float64Array
  readonly upper: Float64Array
  readonly lower: Float64Array
}

/**
 * Keltner channel in Raschke's form: an exponential average of the close with average true ranges around it.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the average of the close, integer >= 1.
 * @param multiplier - Half width of the channel in average true ranges, 0..1000.
 * @param atrPeriod - Bars in Wilder's average true range, integer >= 1.
 * @returns Columns of shape `[n]`. The first `period - 1` entries of `middle` are NaN, and the first
 *   `max(period, atrPeriod) - 1` of the others.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time.
 * Source: Raschke and Connors, Street Smarts (1996). Keltner's own channel (1960) has simple averages: `sma` of the
 * typical price and of high - low.
 */
export function keltner(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  multiplier: number,
  atrPeriod: number,
): KeltnerColumns {
  checkParams(PARAMS, [period, multiplier, atrPeriod])
  const start = seriesStart([high, low, close], INPUTS)
  const middle = exponentialMeans(close, start, period, period)
  const upper = averageTrueRanges(high, low, close, start, atrPeriod)
  const lower = new Float64Array(close.length)
  for (let i = 0; i < middle.length; i++) {
    const centre = middle[i] as number
    const width = multiplier * (upper[i] as number)
    upper[i] = centre + width
    lower[i] = centre - width
  }
  return { middle, upper, lower }
}

class KeltnerState implements IndicatorState {
  readonly #mean: ExponentialMean
  readonly #multiplier: number
  readonly #atr: AverageTrueRange

  constructor(period: number, multiplier: number, atrPeriod: number) {
    this.#mean = new ExponentialMean(period, period)
    this.#multiplier = multiplier
    this.#atr = new AverageTrueRange(atrPeriod)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const close = inputs[2] as number
    const centre = this.#mean.step(close, isNewBar)
    const width = this.#multiplier * this.#atr.step(inputs[0] as number, inputs[1] as number, close, isNewBar)
    outputs[0] = centre
    outputs[1] = centre + width
    outputs[2] = centre - width
  }
}

export const keltnerIndicator = defineIndicator({
  name: 'keltner',
  title: 'Keltner channel',
  about: 'Exponential average of the close with a band of average true ranges around it.',
  source: 'Raschke and Connors (1996), Street Smarts',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['middle', 'upper', 'lower'],
  outputWarmup: (period, _multiplier, atrPeriod) => {
    const bands = Math.max(period, atrPeriod) - 1
    return [period - 1, bands, bands]
  },
  batch: ([high, low, close], [period, multiplier, atrPeriod]) => {
    const columns = keltner(high, low, close, period, multiplier, atrPeriod)
    return [columns.middle, columns.upper, columns.lower]
  },
  state: (period, multiplier, atrPeriod) => new KeltnerState(period, multiplier, atrPeriod),
})

/** The stream of {@link keltner}. */
export function createKeltner(
  period: number,
  multiplier: number,
  atrPeriod: number,
): StreamOf<typeof keltnerIndicator> {
  return openStream(keltnerIndicator, [period, multiplier, atrPeriod])
}
