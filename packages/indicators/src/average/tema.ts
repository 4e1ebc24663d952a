import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialCascade } from '../recurrence/exponential-cascade.ts'
import { exponentialFactor, exponentialNext } from '../recurrence/exponential-mean.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in each average')] as const

function withoutLag(once: number, twice: number, thrice: number): number {
  return 3 * (once - twice) + thrice
}

/**
 * Triple exponential moving average: three times the exponential average, less three times the average of it, plus the
 * average of that.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in each average, integer >= 1. The factor is 2 / (period + 1).
 * @returns Shape `[n]`, in the unit of `values`. The first `3 * (period - 1)` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one pass. It leaves the range of the values after a jump. Each average is seeded with a mean, as
 * in `ema`.
 * Source: Mulloy, Smoothing data with less lag, Technical Analysis of Stocks and Commodities 12 (1994).
 */
export function tema(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const out = warmupColumn(length, start + 3 * (period - 1))
  const cascade = new ExponentialCascade(period, 3)
  let i = start
  let isSeeded = false
  for (; i < length && !isSeeded; i++) isSeeded = cascade.step(values[i] as number, true)
  if (!isSeeded) return out
  const factor = exponentialFactor(period)
  let once = cascade.means[0] as number
  let twice = cascade.means[1] as number
  let thrice = cascade.means[2] as number
  out[i - 1] = withoutLag(once, twice, thrice)
  for (; i < length; i++) {
    once = exponentialNext(once, values[i] as number, factor)
    twice = exponentialNext(twice, once, factor)
    thrice = exponentialNext(thrice, twice, factor)
    out[i] = withoutLag(once, twice, thrice)
  }
  return out
}

class TemaState implements IndicatorState {
  readonly #cascade: ExponentialCascade

  constructor(period: number) {
    this.#cascade = new ExponentialCascade(period, 3)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#cascade.step(inputs[0] as number, isNewBar)) return
    const means = this.#cascade.means
    outputs[0] = withoutLag(means[0] as number, means[1] as number, means[2] as number)
  }
}

export const temaIndicator = defineIndicator({
  name: 'tema',
  title: 'Triple exponential moving average',
  about: 'Exponential average with the lag of two more averages taken out.',
  source: 'Mulloy, Smoothing data with less lag, Technical Analysis of Stocks and Commodities 12 (1994).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['tema'],
  outputWarmup: (period) => [3 * (period - 1)],
  batch: ([values], [period]) => [tema(values, period)],
  state: (period) => new TemaState(period),
})

/** The stream of {@link tema}. */
export function createTema(period: number): StreamOf<typeof temaIndicator> {
  return openStream(temaIndicator, [period])
}
