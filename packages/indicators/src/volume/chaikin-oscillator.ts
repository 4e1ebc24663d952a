import { exponentialMeans } from '../average/ema.ts'
import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialMean } from '../recurrence/exponential-mean.ts'
import { requireDomain, seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { accumulate, Accumulation } from './ad-line.ts'

const INPUTS = ['high', 'low', 'close', 'volume'] as const
const PARAMS = [
  periodParam('fast', 3, 'bars in the fast average'),
  periodParam('slow', 10, 'bars in the slow average'),
] as const

/**
 * Chaikin oscillator: a fast less a slow exponential average of the accumulation/distribution line.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more, base units. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param fast - Bars in the fast average, integer >= 1. Chaikin used 3.
 * @param slow - Bars in the slow average, integer >= 1. Chaikin used 10.
 * @returns Shape `[n]`, base units. The first `max(fast, slow) - 1` entries are NaN. Both averages begin at the first
 *   value of the line, as in TA-Lib, so where the line begins does not matter.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time.
 * Source: Chaikin; `ADOSC` of TA-Lib.
 */
export function chaikinOscillator(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  fast: number,
  slow: number,
): Float64Array {
  checkParams(PARAMS, [fast, slow])
  const start = seriesStart([high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const line = accumulate(high, low, close, volume, start)
  const out = exponentialMeans(line, start, fast, 1)
  const slowMeans = exponentialMeans(line, start, slow, 1)
  for (let i = start; i < out.length; i++) out[i] = (out[i] as number) - (slowMeans[i] as number)
  return out.fill(Number.NaN, start, Math.min(out.length, start + Math.max(fast, slow) - 1))
}

class ChaikinOscillatorState implements IndicatorState {
  readonly #line = new Accumulation()
  readonly #fast: ExponentialMean
  readonly #slow: ExponentialMean
  #barsToSkip: number

  constructor(fast: number, slow: number) {
    this.#fast = new ExponentialMean(fast, 1)
    this.#slow = new ExponentialMean(slow, 1)
    this.#barsToSkip = Math.max(fast, slow)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar && this.#barsToSkip > 0) this.#barsToSkip--
    const line = this.#line.step(
      inputs[0] as number,
      inputs[1] as number,
      inputs[2] as number,
      inputs[3] as number,
      isNewBar,
    )
    const fast = this.#fast.step(line, isNewBar)
    const slow = this.#slow.step(line, isNewBar)
    if (this.#barsToSkip === 0) outputs[0] = fast - slow
  }
}

export const chaikinOscillatorIndicator = defineIndicator({
  name: 'chaikinOscillator',
  title: 'Chaikin oscillator',
  about: 'Fast less slow exponential average of the accumulation/distribution line.',
  source: 'Chaikin; ADOSC of TA-Lib',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['chaikinOscillator'],
  outputWarmup: (fast, slow) => [Math.max(fast, slow) - 1],
  batch: ([high, low, close, volume], [fast, slow]) => [chaikinOscillator(high, low, close, volume, fast, slow)],
  state: (fast, slow) => new ChaikinOscillatorState(fast, slow),
})

/** The stream of {@link chaikinOscillator}. */
export function createChaikinOscillator(fast: number, slow: number): StreamOf<typeof chaikinOscillatorIndicator> {
  return openStream(chaikinOscillatorIndicator, [fast, slow])
}
