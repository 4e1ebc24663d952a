import { exponentialMeans } from '../average/ema.ts'
import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialMean } from '../recurrence/exponential-mean.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('fast', 12, 'bars in the fast average'),
  periodParam('slow', 26, 'bars in the slow average'),
  periodParam('signal', 9, 'bars in the average of the difference'),
] as const

/** Columns of {@link ppo}, percent. */
export interface PpoColumns {
  /** Fast average less slow average, in percent of the slow one. */
  readonly ppo: Float64Array
  /** Exponential average of `ppo`. */
  readonly signal: Float64Array
  /** `ppo` less `signal`. */
  readonly histogram: Float64Array
}

/** Averages of values more than 15 digits apart can round to 0, which has no percent. */
function gapPct(fast: number, slow: number): number {
  return slow === 0 ? 0 : (100 * (fast - slow)) / slow
}

/**
 * Percentage price oscillator: the moving average convergence divergence in percent of the slow average.
 *
 * @param values - A positive series, usually closes, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param fast - Bars in the fast average, integer >= 1.
 * @param slow - Bars in the slow average, integer >= 1.
 * @param signal - Bars in the signal line, integer >= 1.
 * @returns Columns of shape `[n]`, percent. With `longest = max(fast, slow)` the first `longest - 1` entries of `ppo`
 *   are NaN, and the first `longest + signal - 2` of the others.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for a value that is not positive, an infinity, or NaN after the first number.
 *
 * Causal. O(n) time.
 * Source: Appel, Technical Analysis: Power Tools for Active Investors (2005): the percentage form of `macd`.
 */
export function ppo(values: Float64Array, fast: number, slow: number, signal: number): PpoColumns {
  checkParams(PARAMS, [fast, slow, signal])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'positive')
  const ready = start + Math.max(fast, slow) - 1
  const fastMeans = exponentialMeans(values, start, fast, fast)
  const slowMeans = exponentialMeans(values, start, slow, slow)
  const ppoLine = warmupColumn(values.length, ready)
  for (let i = ready; i < ppoLine.length; i++) ppoLine[i] = gapPct(fastMeans[i] as number, slowMeans[i] as number)
  const signals = exponentialMeans(ppoLine, ready, signal, signal)
  const histogram = signals.map((value, i) => (ppoLine[i] as number) - value)
  return { ppo: ppoLine, signal: signals, histogram }
}

class PpoState implements IndicatorState {
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
    const slow = this.#slow.step(value, isNewBar)
    if (Number.isNaN(fast) || Number.isNaN(slow)) return
    const line = gapPct(fast, slow)
    const signal = this.#signal.step(line, isNewBar)
    outputs[0] = line
    outputs[1] = signal
    outputs[2] = line - signal
  }
}

export const ppoIndicator = defineIndicator({
  name: 'ppo',
  title: 'Percentage price oscillator',
  about: 'Difference of a fast and a slow exponential average in percent of the slow one, with its own average.',
  source: 'Appel, Technical Analysis: Power Tools for Active Investors (2005): the percentage form of `macd`.',
  inputs: INPUTS,
  domains: { value: 'positive' },
  params: PARAMS,
  outputs: ['ppo', 'signal', 'histogram'],
  outputWarmup: (fast, slow, signal) => {
    const line = Math.max(fast, slow) - 1
    return [line, line + signal - 1, line + signal - 1]
  },
  batch: ([values], [fast, slow, signal]) => {
    const columns = ppo(values, fast, slow, signal)
    return [columns.ppo, columns.signal, columns.histogram]
  },
  state: (fast, slow, signal) => new PpoState(fast, slow, signal),
})

/** The stream of {@link ppo}. */
export function createPpo(fast: number, slow: number, signal: number): StreamOf<typeof ppoIndicator> {
  return openStream(ppoIndicator, [fast, slow, signal])
}
