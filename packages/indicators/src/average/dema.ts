import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialCascade } from '../recurrence/exponential-cascade.ts'
import { exponentialFactor, exponentialNext } from '../recurrence/exponential-mean.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in each average')] as const

/** The lag of the second average behind the first is that of the first behind the values, about. */
function withoutLag(once: number, twice: number): number {
  return 2 * once - twice
}

/**
 * Double exponential moving average: twice the exponential average less the exponential average of it.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in each average, integer >= 1. The factor is 2 / (period + 1).
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`. The first `2 * (period - 1)` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one pass. It leaves the range of the values after a jump. Each average is seeded with a mean, as
 * in `ema`.
 * Source: Mulloy, Smoothing data with faster moving averages, Technical Analysis of Stocks and Commodities 12 (1994).
 */
export function dema(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const out = warmupColumn(length, start + 2 * (period - 1), memory)
  const cascade = new ExponentialCascade(period, 2)
  let i = start
  let isSeeded = false
  for (; i < length && !isSeeded; i++) isSeeded = cascade.step(values[i] as number, true)
  if (!isSeeded) return out
  const factor = exponentialFactor(period)
  let once = cascade.means[0] as number
  let twice = cascade.means[1] as number
  out[i - 1] = withoutLag(once, twice)
  for (; i < length; i++) {
    once = exponentialNext(once, values[i] as number, factor)
    twice = exponentialNext(twice, once, factor)
    out[i] = withoutLag(once, twice)
  }
  return out
}

class DemaState implements IndicatorState {
  readonly #cascade: ExponentialCascade

  constructor(period: number) {
    this.#cascade = new ExponentialCascade(period, 2)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#cascade.step(inputs[0] as number, isNewBar)) return
    const means = this.#cascade.means
    outputs[0] = withoutLag(means[0] as number, means[1] as number)
  }
}

export const demaIndicator = defineIndicator({
  name: 'dema',
  title: 'Double exponential moving average',
  about: 'Exponential average with the lag of one more average taken out.',
  source: 'Mulloy, Smoothing data with faster moving averages, Technical Analysis of Stocks and Commodities 12 (1994).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['dema'],
  outputWarmup: (period) => [2 * (period - 1)],
  batch: ([values], [period], out) => [dema(values, period, out?.[0])],
  state: (period) => new DemaState(period),
})

/** The stream of {@link dema}. */
export function createDema(period: number): StreamOf<typeof demaIndicator> {
  return openStream(demaIndicator, [period])
}
