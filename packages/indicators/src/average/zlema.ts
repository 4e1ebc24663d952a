import { exponentialMeans } from './ema.ts'
import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialMean } from '../recurrence/exponential-mean.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in the average')] as const

function lagOf(period: number): number {
  return (period - 1) >> 1
}

/** Where the value would be after the lag if it went on as it did. It reads no future value. */
function lookAhead(value: number, lagged: number): number {
  return 2 * value - lagged
}

/**
 * Zero-lag exponential moving average: the exponential average of each value plus its change over the lag that the
 * average would have.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the average, integer >= 1. The lag is half of `period - 1`, rounded down.
 * @returns Shape `[n]`, in the unit of `values`. The first `lag + period - 1` entries are NaN; the average is seeded
 *   with a mean, as in `ema`.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time.
 * Source: Ehlers and Way, Zero lag (well, almost), Technical Analysis of Stocks and Commodities 28 (2010).
 */
export function zlema(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const lag = lagOf(period)
  const first = start + lag
  const ahead = warmupColumn(values.length, first)
  for (let i = first; i < ahead.length; i++) ahead[i] = lookAhead(values[i] as number, values[i - lag] as number)
  return exponentialMeans(ahead, first, period, period)
}

class ZlemaState implements IndicatorState {
  readonly #lag: WindowLag
  readonly #mean: ExponentialMean

  constructor(period: number) {
    this.#lag = new WindowLag(lagOf(period))
    this.#mean = new ExponentialMean(period, period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const ahead = lookAhead(value, this.#lag.step(value, isNewBar))
    if (!Number.isNaN(ahead)) outputs[0] = this.#mean.step(ahead, isNewBar)
  }
}

export const zlemaIndicator = defineIndicator({
  name: 'zlema',
  title: 'Zero-lag exponential moving average',
  about: 'Exponential average of the value plus its change over the lag of the average.',
  source: 'Ehlers and Way, Zero lag (well, almost), Technical Analysis of Stocks and Commodities 28 (2010).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['zlema'],
  outputWarmup: (period) => [lagOf(period) + period - 1],
  batch: ([values], [period]) => [zlema(values, period)],
  state: (period) => new ZlemaState(period),
})

/** The stream of {@link zlema}. */
export function createZlema(period: number): StreamOf<typeof zlemaIndicator> {
  return openStream(zlemaIndicator, [period])
}
