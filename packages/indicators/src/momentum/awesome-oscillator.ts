import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [
  periodParam('fast', 5, 'bars in the short average'),
  periodParam('slow', 34, 'bars in the long average'),
] as const

function middleOf(high: number, low: number): number {
  return (high + low) / 2
}

/**
 * Awesome oscillator: the simple average of (high + low) / 2 over a few bars less that over many.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param fast - Bars in the short average, integer >= 1. Williams used 5.
 * @param slow - Bars in the long average, integer >= 1. Williams used 34.
 * @returns Shape `[n]`, quote units. The first `max(fast, slow) - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Williams, New Trading Dimensions (1998).
 */
export function awesomeOscillator(high: Float64Array, low: Float64Array, fast: number, slow: number): Float64Array {
  checkParams(PARAMS, [fast, slow])
  const start = seriesStart([high, low], INPUTS)
  const middle = warmupColumn(high.length, start)
  for (let i = start; i < middle.length; i++) middle[i] = middleOf(high[i] as number, low[i] as number)
  const out = windowSums(middle, start, fast, fast)
  const slowMeans = windowSums(middle, start, slow, slow)
  for (let i = start; i < out.length; i++) out[i] = (out[i] as number) - (slowMeans[i] as number)
  return out
}

class AwesomeOscillatorState implements IndicatorState {
  readonly #fast: number
  readonly #slow: number
  readonly #fastSum: WindowSum
  readonly #slowSum: WindowSum

  constructor(fast: number, slow: number) {
    this.#fast = fast
    this.#slow = slow
    this.#fastSum = new WindowSum(fast)
    this.#slowSum = new WindowSum(slow)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const middle = middleOf(inputs[0] as number, inputs[1] as number)
    const fast = this.#fastSum.step(middle, isNewBar) / this.#fast
    outputs[0] = fast - this.#slowSum.step(middle, isNewBar) / this.#slow
  }
}

export const awesomeOscillatorIndicator = defineIndicator({
  name: 'awesomeOscillator',
  title: 'Awesome oscillator',
  about: 'Difference of a short and a long average of the middle of the bars.',
  source: 'Williams, New Trading Dimensions (1998).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['awesomeOscillator'],
  outputWarmup: (fast, slow) => [Math.max(fast, slow) - 1],
  batch: ([high, low], [fast, slow]) => [awesomeOscillator(high, low, fast, slow)],
  state: (fast, slow) => new AwesomeOscillatorState(fast, slow),
})

/** The stream of {@link awesomeOscillator}. */
export function createAwesomeOscillator(fast: number, slow: number): StreamOf<typeof awesomeOscillatorIndicator> {
  return openStream(awesomeOscillatorIndicator, [fast, slow])
}
