import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { LINE, WindowLine } from '../recurrence/window-line.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 14, 'bars in the window', 2)] as const

/** Columns of {@link linearRegression}. */
export interface LinearRegressionColumns {
  /** The line at the newest bar, in the unit of the input. */
  readonly value: Float64Array
  /** Change of the line a bar. */
  readonly slope: Float64Array
  /** The line at the oldest bar of the window. */
  readonly intercept: Float64Array
  /** Share of the variance that the line explains, 0..1; 0 on a constant window. */
  readonly rSquared: Float64Array
}

/** The line at the middle of the window: its mean. */
function middleOf(moments: Float64Array, period: number): number {
  return (moments[LINE.shift] as number) + (moments[LINE.sum] as number) / period
}

/** Sum over the window of (place - mean place) (value - mean value). */
function crossOf(moments: Float64Array, period: number): number {
  return (moments[LINE.weighted] as number) - (moments[LINE.sum] as number) * ((period + 1) / 2)
}

/** Sum over the window of (place - mean place)^2. */
function spreadOf(period: number): number {
  return (period * (period * period - 1)) / 12
}

function slopeOf(moments: Float64Array, period: number): number {
  return crossOf(moments, period) / spreadOf(period)
}

/** Share of the variance that the line explains; the square of the correlation with time. */
function fitOf(moments: Float64Array, period: number): number {
  const sum = moments[LINE.sum] as number
  const variation = (moments[LINE.squares] as number) - sum * (sum / period)
  if (!(variation > 0)) return 0
  const correlation = crossOf(moments, period) / Math.sqrt(spreadOf(period)) / Math.sqrt(variation)
  const fit = correlation * correlation
  return fit > 1 ? 1 : fit
}

/**
 * Least-squares line through the last `period` values, over bar numbers.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 2.
 * @returns Columns of shape `[n]`. The first `period - 1` entries are NaN. Slope and fit are exactly 0 on a constant
 *   window; `value` reads the line at the newest bar, so it needs no future.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: ordinary least squares; windows by blocks, see `window-line.ts`.
 */
export function linearRegression(values: Float64Array, period: number): LinearRegressionColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const first = start + period - 1
  const columns = [0, 1, 2, 3].map(() => warmupColumn(length, first)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const line = new WindowLine(period)
  for (let i = start; i < length; i++) {
    if (!line.step(values[i] as number, true)) continue
    const { moments } = line
    const slope = slopeOf(moments, period)
    columns[0][i] = middleOf(moments, period) + slope * ((period - 1) / 2)
    columns[1][i] = slope
    columns[2][i] = middleOf(moments, period) - slope * ((period - 1) / 2)
    columns[3][i] = fitOf(moments, period)
  }
  return { value: columns[0], slope: columns[1], intercept: columns[2], rSquared: columns[3] }
}

class LinearRegressionState implements IndicatorState {
  readonly #period: number
  readonly #line: WindowLine

  constructor(period: number) {
    this.#period = period
    this.#line = new WindowLine(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#line.step(inputs[0] as number, isNewBar)) return
    const { moments } = this.#line
    const slope = slopeOf(moments, this.#period)
    outputs[0] = middleOf(moments, this.#period) + slope * ((this.#period - 1) / 2)
    outputs[1] = slope
    outputs[2] = middleOf(moments, this.#period) - slope * ((this.#period - 1) / 2)
    outputs[3] = fitOf(moments, this.#period)
  }
}

export const linearRegressionIndicator = defineIndicator({
  name: 'linearRegression',
  title: 'Linear regression',
  about: 'Least-squares line through the last values: its end, slope, start and fit.',
  source: 'Ordinary least squares over a sliding window',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['value', 'slope', 'intercept', 'rSquared'],
  outputWarmup: (period) => [period - 1, period - 1, period - 1, period - 1],
  batch: ([values], [period]) => {
    const columns = linearRegression(values, period)
    return [columns.value, columns.slope, columns.intercept, columns.rSquared]
  },
  state: (period) => new LinearRegressionState(period),
})

/** The stream of {@link linearRegression}. */
export function createLinearRegression(period: number): StreamOf<typeof linearRegressionIndicator> {
  return openStream(linearRegressionIndicator, [period])
}
