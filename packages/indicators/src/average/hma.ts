import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WeightedMean, weightedMeans } from '../recurrence/weighted-mean.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 16, 'bars in the long average', 2)] as const

/** Bars in the last average. */
function smoothingOf(period: number): number {
  return Math.floor(Math.sqrt(period))
}

function withoutLag(half: number, whole: number): number {
  return 2 * half - whole
}

/**
 * Hull moving average: the weighted average, over the square root of the period, of twice the weighted average of half
 * the period less that of the whole.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the long average, integer >= 2; the short one has half, the last its square root, both
 *   rounded down.
 * @returns Shape `[n]`, in the unit of `values`. The first `period + floor(sqrt(period)) - 2` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Hull, How to reduce lag in a moving average (2005).
 */
export function hma(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const raw = weightedMeans(values, start, period)
  const half = weightedMeans(values, start, period >> 1)
  for (let i = start + period - 1; i < raw.length; i++) raw[i] = withoutLag(half[i] as number, raw[i] as number)
  return weightedMeans(raw, start + period - 1, smoothingOf(period))
}

class HmaState implements IndicatorState {
  readonly #whole: WeightedMean
  readonly #half: WeightedMean
  readonly #smooth: WeightedMean

  constructor(period: number) {
    this.#whole = new WeightedMean(period)
    this.#half = new WeightedMean(period >> 1)
    this.#smooth = new WeightedMean(smoothingOf(period))
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const whole = this.#whole.step(value, isNewBar)
    const half = this.#half.step(value, isNewBar)
    if (Number.isNaN(whole)) return
    outputs[0] = this.#smooth.step(withoutLag(half, whole), isNewBar)
  }
}

export const hmaIndicator = defineIndicator({
  name: 'hma',
  title: 'Hull moving average',
  about: 'Weighted average of a weighted average with its lag taken out.',
  source: 'Hull, How to reduce lag in a moving average (2005).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['hma'],
  outputWarmup: (period) => [period + smoothingOf(period) - 2],
  batch: ([values], [period]) => [hma(values, period)],
  state: (period) => new HmaState(period),
})

/** The stream of {@link hma}. */
export function createHma(period: number): StreamOf<typeof hmaIndicator> {
  return openStream(hmaIndicator, [period])
}
