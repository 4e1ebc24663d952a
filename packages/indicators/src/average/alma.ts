import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { MirroredWindow } from '../recurrence/mirrored-window.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 9, 'bars in the average'),
  numberParam('offset', 0.85, 0, 1, 'where the bell has its top: 1 at the newest value, 0 at the oldest'),
  numberParam('sigma', 6, 0.1, 100, 'how narrow the bell is: the period holds this many standard deviations'),
] as const

/** Weights from the oldest to the newest value of the window, of sum 1. */
function bellWeights(period: number, offset: number, sigma: number): Float64Array {
  const top = offset * (period - 1)
  const deviation = period / sigma
  const weights = Float64Array.from({ length: period }, (_, k) => Math.exp(-(((k - top) / deviation) ** 2) / 2))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function weightedSum(values: Float64Array, from: number, weights: Float64Array): number {
  let sum = 0
  for (let k = 0; k < weights.length; k++) sum += (values[from + k] as number) * (weights[k] as number)
  return sum
}

/**
 * Arnaud Legoux moving average: the last `period` values weighted by a normal curve.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the average, integer >= 1.
 * @param offset - Where the bell has its top, 0 (oldest value) to 1 (newest).
 * @param sigma - Standard deviations of the bell in the window, 0.1..100.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n * period) time: the weights have no recursion, so every bar visits its whole window, in a stream, too.
 * Source: Legoux and Kouzis-Loukas, Arnaud Legoux moving average (2009); `ta.alma` of the Pine Script reference.
 */
export function alma(values: Float64Array, period: number, offset: number, sigma: number): Float64Array {
  checkParams(PARAMS, [period, offset, sigma])
  const start = seriesStart([values], INPUTS)
  const out = warmupColumn(values.length, start + period - 1)
  const weights = bellWeights(period, offset, sigma)
  for (let i = start + period - 1; i < out.length; i++) out[i] = weightedSum(values, i - period + 1, weights)
  return out
}

class AlmaState implements IndicatorState {
  readonly #window: MirroredWindow
  readonly #weights: Float64Array

  constructor(period: number, offset: number, sigma: number) {
    this.#window = new MirroredWindow(period)
    this.#weights = bellWeights(period, offset, sigma)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const from = this.#window.step(inputs[0] as number, isNewBar)
    if (from >= 0) outputs[0] = weightedSum(this.#window.values, from, this.#weights)
  }
}

export const almaIndicator = defineIndicator({
  name: 'alma',
  title: 'Arnaud Legoux moving average',
  about: 'Mean of the last values with weights in the form of a bell.',
  source: 'Legoux and Kouzis-Loukas (2009), Arnaud Legoux moving average',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['alma'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period, offset, sigma]) => [alma(values, period, offset, sigma)],
  state: (period, offset, sigma) => new AlmaState(period, offset, sigma),
})

/** The stream of {@link alma}. */
export function createAlma(period: number, offset: number, sigma: number): StreamOf<typeof almaIndicator> {
  return openStream(almaIndicator, [period, offset, sigma])
}
