import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowExtreme, windowExtremes } from '../recurrence/window-extremes.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [periodParam('period', 10, 'bars in the range')] as const

/** Columns of {@link fisher}. */
export interface FisherColumns {
  readonly fisher: Float64Array
  /** `fisher` of the bar before. */
  readonly trigger: Float64Array
}

/** The place in the range, -1 to 1, smoothed and kept away from the ends, where the transform is infinite. */
function nextPlace(before: number, middle: number, lowest: number, highest: number): number {
  const place = highest === lowest ? 0 : (middle - lowest) / (highest - lowest) - 0.5
  const smoothed = 0.66 * place + 0.67 * before
  return smoothed > 0.99 ? 0.999 : smoothed < -0.99 ? -0.999 : smoothed
}

/** Half of the transform, which is the inverse hyperbolic tangent. */
function bend(place: number): number {
  return Math.log((1 + place) / (1 - place)) / 2
}

/**
 * Fisher transform of the place of the middle price in its range.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the range, integer >= 1. Ehlers used 10.
 * @returns Columns of shape `[n]`, without unit, seldom outside -4..4. The first `period - 1` entries of `fisher` are
 *   NaN and one more of `trigger`. An empty range counts as its middle.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Ehlers, Using the Fisher transform, Technical Analysis of Stocks and Commodities 20 (2002).
 */
export function fisher(high: Float64Array, low: Float64Array, period: number): FisherColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low], INPUTS)
  const length = high.length
  const first = start + period - 1
  const middle = warmupColumn(length, start)
  for (let i = start; i < length; i++) middle[i] = ((high[i] as number) + (low[i] as number)) / 2
  const out = windowExtremes(middle, start, period, 1)
  const lowest = windowExtremes(middle, start, period, -1)
  const trigger = warmupColumn(length, first + 1)
  let place = 0
  let transformed = 0
  for (let i = first; i < length; i++) {
    place = nextPlace(place, middle[i] as number, lowest[i] as number, out[i] as number)
    if (i > first) trigger[i] = transformed
    transformed = bend(place) + transformed / 2
    out[i] = transformed
  }
  return { fisher: out, trigger }
}

class FisherState implements IndicatorState {
  readonly #highest: WindowExtreme
  readonly #lowest: WindowExtreme
  #place = 0
  #placeBefore = 0
  #transformed = Number.NaN
  #transformedBefore = Number.NaN

  constructor(period: number) {
    this.#highest = new WindowExtreme(period, 1)
    this.#lowest = new WindowExtreme(period, -1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const middle = ((inputs[0] as number) + (inputs[1] as number)) / 2
    const highest = this.#highest.step(middle, isNewBar)
    const lowest = this.#lowest.step(middle, isNewBar)
    if (Number.isNaN(highest)) return
    if (isNewBar) {
      this.#placeBefore = this.#place
      this.#transformedBefore = this.#transformed
    }
    const before = Number.isNaN(this.#transformedBefore) ? 0 : this.#transformedBefore
    this.#place = nextPlace(this.#placeBefore, middle, lowest, highest)
    this.#transformed = bend(this.#place) + before / 2
    outputs[0] = this.#transformed
    outputs[1] = this.#transformedBefore
  }
}

export const fisherIndicator = defineIndicator({
  name: 'fisher',
  title: 'Fisher transform',
  about: 'Place of the price in its range, bent so that turning points stand out as sharp peaks.',
  source: 'Ehlers, Using the Fisher transform, Technical Analysis of Stocks and Commodities 20 (2002).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['fisher', 'trigger'],
  outputWarmup: (period) => [period - 1, period],
  batch: ([high, low], [period]) => {
    const columns = fisher(high, low, period)
    return [columns.fisher, columns.trigger]
  },
  state: (period) => new FisherState(period),
})

/** The stream of {@link fisher}. */
export function createFisher(period: number): StreamOf<typeof fisherIndicator> {
  return openStream(fisherIndicator, [period])
}
