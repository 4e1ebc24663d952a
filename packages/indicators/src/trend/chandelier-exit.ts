import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { WindowExtreme, windowExtremes } from '../recurrence/window-extremes.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { AverageTrueRange, averageTrueRanges } from '../volatility/atr.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [
  periodParam('period', 22, 'bars in the extremes and in the average true range'),
  numberParam('multiplier', 3, 0, 1000, 'distance of the stops in average true ranges'),
] as const

/** Columns of {@link chandelierExit}, quote units. */
export interface ChandelierExitColumns {
  /** Stop of a long position. */
  readonly long: Float64Array
  /** Stop of a short position. */
  readonly short: Float64Array
}

/**
 * Chandelier exit: the highest high less, and the lowest low plus, some of Wilder's average true ranges.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the extremes and in the average true range, integer >= 1. LeBeau used 22.
 * @param multiplier - Distance of the stops in average true ranges, 0..1000. LeBeau used 3.
 * @returns Columns of shape `[n]`, quote units. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: LeBeau; Elder, Come into My Trading Room (2002).
 */
export function chandelierExit(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  multiplier: number,
): ChandelierExitColumns {
  checkParams(PARAMS, [period, multiplier])
  const start = seriesStart([high, low, close], INPUTS)
  const long = windowExtremes(high, start, period, 1)
  const short = windowExtremes(low, start, period, -1)
  const ranges = averageTrueRanges(high, low, close, start, period)
  for (let i = start + period - 1; i < ranges.length; i++) {
    const distance = multiplier * (ranges[i] as number)
    long[i] = (long[i] as number) - distance
    short[i] = (short[i] as number) + distance
  }
  return { long, short }
}

class ChandelierExitState implements IndicatorState {
  readonly #multiplier: number
  readonly #highest: WindowExtreme
  readonly #lowest: WindowExtreme
  readonly #atr: AverageTrueRange

  constructor(period: number, multiplier: number) {
    this.#multiplier = multiplier
    this.#highest = new WindowExtreme(period, 1)
    this.#lowest = new WindowExtreme(period, -1)
    this.#atr = new AverageTrueRange(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const high = inputs[0] as number
    const low = inputs[1] as number
    const distance = this.#multiplier * this.#atr.step(high, low, inputs[2] as number, isNewBar)
    outputs[0] = this.#highest.step(high, isNewBar) - distance
    outputs[1] = this.#lowest.step(low, isNewBar) + distance
  }
}

export const chandelierExitIndicator = defineIndicator({
  name: 'chandelierExit',
  title: 'Chandelier exit',
  about: 'Stops that hang a number of average true ranges from the extremes of the last bars.',
  source: 'LeBeau; Elder, Come into My Trading Room (2002).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['long', 'short'],
  outputWarmup: (period) => [period - 1, period - 1],
  batch: ([high, low, close], [period, multiplier]) => {
    const columns = chandelierExit(high, low, close, period, multiplier)
    return [columns.long, columns.short]
  },
  state: (period, multiplier) => new ChandelierExitState(period, multiplier),
})

/** The stream of {@link chandelierExit}. */
export function createChandelierExit(period: number, multiplier: number): StreamOf<typeof chandelierExitIndicator> {
  return openStream(chandelierExitIndicator, [period, multiplier])
}
