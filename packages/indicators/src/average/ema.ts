import { defineIndicator } from '../definition.ts'
import { ExponentialMean, exponentialFactor, exponentialNext, exponentialStep } from '../recurrence/exponential-mean.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars; the weight of the newest value is 2 / (period + 1)')] as const

/**
 * Exponential moving average, seeded with the mean of the first `period` values.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars, integer >= 1. The factor is 2 / (period + 1).
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal: `out[i]` reads all of `values[0..i]`. O(n) time, one allocation.
 * Source: Hunter, The exponentially weighted moving average (1986); the seed as in TA-Lib and Lean.
 * {@link emaFromFirst} begins at the first value instead.
 */
export function ema(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  return exponentialMeans(values, seriesStart([values], INPUTS), period, period, memory)
}

/** {@link ema} with a seed of `seedBars` values, on a series that is usable from `start` on. */
export function exponentialMeans(
  values: Float64Array,
  start: number,
  period: number,
  seedBars: number,
  memory?: Float64Array,
): Float64Array {
  const length = values.length
  const out = warmupColumn(length, start + seedBars - 1, memory)
  const factor = exponentialFactor(period)
  if (start + seedBars > length) return out
  const seeded = start + seedBars - 1
  let mean = 0
  for (let i = start; i <= seeded; i++) {
    mean = exponentialStep(mean, values[i] as number, i - start + 1, seedBars, factor)
  }
  out[seeded] = mean
  for (let i = seeded + 1; i < length; i++) {
    mean = exponentialNext(mean, values[i] as number, factor)
    out[i] = mean
  }
  return out
}

/** State of an exponential average with a given seed. */
export class EmaState implements IndicatorState {
  readonly #mean: ExponentialMean

  constructor(period: number, seedBars: number) {
    this.#mean = new ExponentialMean(period, seedBars)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#mean.step(inputs[0] as number, isNewBar)
  }
}

export const emaIndicator = defineIndicator({
  name: 'ema',
  title: 'Exponential moving average',
  about: 'Mean in which older values fade geometrically; begins as the mean of the first period.',
  source: 'Hunter (1986), The exponentially weighted moving average',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['ema'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period], out) => [ema(values, period, out?.[0])],
  state: (period) => new EmaState(period, period),
})

/** The stream of {@link ema}. */
export function createEma(period: number): StreamOf<typeof emaIndicator> {
  return openStream(emaIndicator, [period])
}
