import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { ExponentialCascade } from '../recurrence/exponential-cascade.ts'
import { exponentialFactor, exponentialNext } from '../recurrence/exponential-mean.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 5, 'bars in each of the six averages'),
  numberParam('volumeFactor', 0.7, 0, 1, '0 for a triple average of averages, 1 for as little lag as dema has'),
] as const

/** Weights of the third to the sixth average. */
function t3Weights(volumeFactor: number): Float64Array {
  const square = volumeFactor ** 2
  const cube = volumeFactor ** 3
  const sixth = -cube
  const fifth = 3 * (square + cube)
  const fourth = -6 * square - 3 * (volumeFactor + cube)
  return Float64Array.of(1 + 3 * volumeFactor + cube + 3 * square, fourth, fifth, sixth)
}

function t3Of(means: Float64Array, weights: Float64Array): number {
  return (
    (weights[3] as number) * (means[5] as number) +
    (weights[2] as number) * (means[4] as number) +
    (weights[1] as number) * (means[3] as number) +
    (weights[0] as number) * (means[2] as number)
  )
}

/**
 * Tillson T3: the average `v -> (1 + f) ema - f ema(ema)` applied three times, worked out as a sum of the third to the
 * sixth exponential average.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in each of the six averages, integer >= 1.
 * @param volumeFactor - How much lag is taken out, 0..1. Tillson used 0.7.
 * @returns Shape `[n]`, in the unit of `values`. The first `6 * (period - 1)` entries are NaN.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one pass. Each average is seeded with a mean, as in `ema`.
 * Source: Tillson, Better moving averages, Technical Analysis of Stocks and Commodities 16 (1998).
 */
export function t3(values: Float64Array, period: number, volumeFactor: number): Float64Array {
  checkParams(PARAMS, [period, volumeFactor])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const out = warmupColumn(length, start + 6 * (period - 1))
  const cascade = new ExponentialCascade(period, 6)
  let i = start
  let isSeeded = false
  for (; i < length && !isSeeded; i++) isSeeded = cascade.step(values[i] as number, true)
  if (!isSeeded) return out
  const factor = exponentialFactor(period)
  const weights = t3Weights(volumeFactor)
  const means = cascade.means
  out[i - 1] = t3Of(means, weights)
  for (; i < length; i++) {
    let mean = values[i] as number
    for (let k = 0; k < 6; k++) {
      mean = exponentialNext(means[k] as number, mean, factor)
      means[k] = mean
    }
    out[i] = t3Of(means, weights)
  }
  return out
}

class T3State implements IndicatorState {
  readonly #cascade: ExponentialCascade
  readonly #weights: Float64Array

  constructor(period: number, volumeFactor: number) {
    this.#cascade = new ExponentialCascade(period, 6)
    this.#weights = t3Weights(volumeFactor)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (this.#cascade.step(inputs[0] as number, isNewBar)) outputs[0] = t3Of(this.#cascade.means, this.#weights)
  }
}

export const t3Indicator = defineIndicator({
  name: 't3',
  title: 'Tillson T3',
  about: 'Smooth average with little lag, out of six exponential averages.',
  source: 'Tillson, Better moving averages, Technical Analysis of Stocks and Commodities 16 (1998).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['t3'],
  outputWarmup: (period) => [6 * (period - 1)],
  batch: ([values], [period, volumeFactor]) => [t3(values, period, volumeFactor)],
  state: (period, volumeFactor) => new T3State(period, volumeFactor),
})

/** The stream of {@link t3}. */
export function createT3(period: number, volumeFactor: number): StreamOf<typeof t3Indicator> {
  return openStream(t3Indicator, [period, volumeFactor])
}
