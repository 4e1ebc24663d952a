import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { WindowValues } from '../recurrence/window-values.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 100, 'differences in the window, of each lag'),
  { ...periodParam('maxLag', 20, 'longest difference, in bars', 2), max: 1000 },
] as const

/** Factor of the logarithm at each lag 1..maxLag in half the slope of a line over ln lag. Shape `[maxLag]`. */
function slopeFactors(maxLag: number): Float64Array {
  const logs = Float64Array.from({ length: maxLag }, (_, k) => Math.log(k + 1))
  const mean = logs.reduce((sum, value) => sum + value, 0) / maxLag
  const spread = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return logs.map((value) => (value - mean) / (2 * spread))
}

/** Without any movement at some lag its logarithm is infinite: no line, no evidence either way. */
function exponentOf(slope: number): number {
  return Number.isFinite(slope) ? slope : 0.5
}

/**
 * Hurst exponent over a sliding window: whether moves add up (above 0.5), are independent (0.5) or cancel (below).
 *
 * The estimator is that of lagged differences, the generalised Hurst exponent of order 2: half the slope of the
 * least-squares line of ln(mean squared difference over `lag` bars) on ln(lag), for lags from 1 to `maxLag`. A drift is
 * not taken out: it counts as a trend. (The rescaled range, the other usual estimator, is strongly biased upwards on
 * windows of some hundred bars.)
 *
 * @param values - A level, not returns: log prices, prices or a spread, oldest first. Shape `[n]`; leading NaN shift the
 *   warm-up.
 * @param period - Differences of each lag in the window, integer >= 1; the window holds `period + maxLag` values.
 *   Estimates of a random walk scatter by about 0.1 at 100 and lag 20.
 * @param maxLag - Longest difference in bars, 2..1000.
 * @returns Shape `[n]`, without unit; 0 to 1 but for the scatter of the estimate, 1 exactly on a straight line. The first
 *   `period + maxLag - 1` entries are NaN. 0.5 where the differences of some lag are all 0.
 * @throws {@link InvalidPeriodError} for a bad period or lag.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(maxLag) time a bar, amortised, in batch and in streaming.
 * Source: Di Matteo, Aste and Dacorogna, Scaling behaviors in differently developed markets, Physica A 324 (2003), q = 2;
 * Hurst, Long-term storage capacity of reservoirs (1951).
 */
export function hurst(values: Float64Array, period: number, maxLag: number): Float64Array {
  checkParams(PARAMS, [period, maxLag])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const ready = start + maxLag + period - 1
  const out = warmupColumn(length, ready)
  if (ready >= length) return out
  const factors = slopeFactors(maxLag)
  const squares = new Float64Array(length)
  for (let lag = 1; lag <= maxLag; lag++) {
    const factor = factors[lag - 1] as number
    for (let i = start + maxLag; i < length; i++) {
      const difference = (values[i] as number) - (values[i - lag] as number)
      squares[i] = difference * difference
    }
    const sums = windowSums(squares, start + maxLag, period, period)
    for (let i = ready; i < length; i++) out[i] = (out[i] as number) + factor * Math.log(sums[i] as number)
  }
  for (let i = ready; i < length; i++) out[i] = exponentOf(out[i] as number)
  return out
}

class HurstState implements IndicatorState {
  readonly #period: number
  readonly #maxLag: number
  readonly #factors: Float64Array
  readonly #values: WindowValues
  readonly #sums: readonly WindowSum[]

  constructor(period: number, maxLag: number) {
    this.#period = period
    this.#maxLag = maxLag
    this.#factors = slopeFactors(maxLag)
    this.#values = new WindowValues(maxLag + 1)
    this.#sums = Array.from({ length: maxLag }, () => new WindowSum(period))
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#values.step(inputs[0] as number, isNewBar)) return
    const values = this.#values.values
    const last = this.#values.from + this.#maxLag
    let slope = 0
    let sum = 0
    for (let lag = 1; lag <= this.#maxLag; lag++) {
      const difference = (values[last] as number) - (values[last - lag] as number)
      sum = (this.#sums[lag - 1] as WindowSum).step(difference * difference, isNewBar)
      slope += (this.#factors[lag - 1] as number) * Math.log(sum / this.#period)
    }
    if (!Number.isNaN(sum)) outputs[0] = exponentOf(slope)
  }
}

export const hurstIndicator = defineIndicator({
  name: 'hurst',
  title: 'Hurst exponent',
  about: 'Whether moves add up (above 0.5), are independent (0.5) or cancel (below), from lagged differences.',
  source: 'Di Matteo, Aste and Dacorogna (2003), Scaling behaviors in differently developed markets, q = 2',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['hurst'],
  outputWarmup: (period, maxLag) => [period + maxLag - 1],
  batch: ([values], [period, maxLag]) => [hurst(values, period, maxLag)],
  state: (period, maxLag) => new HurstState(period, maxLag),
})

/** The stream of {@link hurst}. */
export function createHurst(period: number, maxLag: number): StreamOf<typeof hurstIndicator> {
  return openStream(hurstIndicator, [period, maxLag])
}
