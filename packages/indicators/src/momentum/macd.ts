import { defineIndicator } from '../definition.ts'
import { ExponentialMean, exponentialFactor, exponentialNext, exponentialStep } from '../recurrence/exponential-mean.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('fast', 12, 'bars in the fast average'),
  periodParam('slow', 26, 'bars in the slow average'),
  periodParam('signal', 9, 'bars in the average of the difference'),
] as const

/** Columns of {@link macd}. */
export interface MacdColumns {
  /** Fast average less slow average. */
  readonly macd: Float64Array
  /** Exponential average of `macd`. */
  readonly signal: Float64Array
  /** `macd` less `signal`. */
  readonly histogram: Float64Array
}

/**
 * Moving average convergence divergence.
 *
 * @param values - Any series, usually closes, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param fast - Bars in the fast average, integer >= 1. Appel used 12.
 * @param slow - Bars in the slow average, integer >= 1. Appel used 26.
 * @param signal - Bars in the signal line, integer >= 1. Appel used 9.
 * @param memory - For the columns; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Columns of shape `[n]`, in the unit of `values`. With `longest = max(fast, slow)` the first `longest - 1`
 *   entries of `macd` are NaN, and the first `longest + signal - 2` of the others. Each average is seeded with a mean,
 *   as in {@link ema}; the fast one begins at its own period, not at the slow one's.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one pass.
 * Source: Appel, Technical Analysis: Power Tools for Active Investors (2005).
 */
export function macd(
  values: Float64Array,
  fast: number,
  slow: number,
  signal: number,
  memory?: MacdColumns,
): MacdColumns {
  checkParams(PARAMS, [fast, slow, signal])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const longest = Math.max(fast, slow)
  const lines = warmupColumn(length, start + longest - 1, memory?.macd)
  const signals = warmupColumn(length, start + longest + signal - 2, memory?.signal)
  const histogram = warmupColumn(length, start + longest + signal - 2, memory?.histogram)
  const fastFactor = exponentialFactor(fast)
  const slowFactor = exponentialFactor(slow)
  const signalFactor = exponentialFactor(signal)
  let fastMean = 0
  let slowMean = 0
  let signalMean = 0
  const seeded = Math.min(length, start + longest + signal)
  for (let i = start; i < seeded; i++) {
    const value = values[i] as number
    const bars = i - start + 1
    fastMean = exponentialStep(fastMean, value, bars, fast, fastFactor)
    slowMean = exponentialStep(slowMean, value, bars, slow, slowFactor)
    const lineBars = bars - longest + 1
    if (lineBars < 1) continue
    const line = fastMean - slowMean
    lines[i] = line
    signalMean = exponentialStep(signalMean, line, lineBars, signal, signalFactor)
    if (lineBars < signal) continue
    signals[i] = signalMean
    histogram[i] = line - signalMean
  }
  // The same without the seeding: its branches would more than double the time of the long run.
  for (let i = seeded; i < length; i++) {
    const value = values[i] as number
    fastMean = exponentialNext(fastMean, value, fastFactor)
    slowMean = exponentialNext(slowMean, value, slowFactor)
    const line = fastMean - slowMean
    signalMean = exponentialNext(signalMean, line, signalFactor)
    lines[i] = line
    signals[i] = signalMean
    histogram[i] = line - signalMean
  }
  return { macd: lines, signal: signals, histogram }
}

class MacdState implements IndicatorState {
  readonly #fast: ExponentialMean
  readonly #slow: ExponentialMean
  readonly #signal: ExponentialMean

  constructor(fast: number, slow: number, signal: number) {
    this.#fast = new ExponentialMean(fast, fast)
    this.#slow = new ExponentialMean(slow, slow)
    this.#signal = new ExponentialMean(signal, signal)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const fast = this.#fast.step(value, isNewBar)
    const line = fast - this.#slow.step(value, isNewBar)
    if (Number.isNaN(line)) return
    const signal = this.#signal.step(line, isNewBar)
    outputs[0] = line
    outputs[1] = signal
    outputs[2] = line - signal
  }
}

export const macdIndicator = defineIndicator({
  name: 'macd',
  title: 'Moving average convergence divergence',
  about: 'Difference of a fast and a slow exponential average, its own average, and the gap between the two.',
  source: 'Appel (2005), Technical Analysis: Power Tools for Active Investors',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['macd', 'signal', 'histogram'],
  outputWarmup: (fast, slow, signal) => {
    const line = Math.max(fast, slow) - 1
    return [line, line + signal - 1, line + signal - 1]
  },
  batch: ([values], [fast, slow, signal], out) => {
    const columns = macd(values, fast, slow, signal, out && { macd: out[0], signal: out[1], histogram: out[2] })
    return [columns.macd, columns.signal, columns.histogram]
  },
  state: (fast, slow, signal) => new MacdState(fast, slow, signal),
})

/** The stream of {@link macd}. */
export function createMacd(fast: number, slow: number, signal: number): StreamOf<typeof macdIndicator> {
  return openStream(macdIndicator, [fast, slow, signal])
}
