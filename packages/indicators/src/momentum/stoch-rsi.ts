import { defineIndicator } from '../definition.ts'
import { rsi, RsiState } from './rsi.ts'
import { stochasticColumns, StochasticState } from './stochastic.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('rsiPeriod', 14, 'bars in the relative strength index'),
  periodParam('period', 14, 'bars in the range of the index'),
  periodParam('smoothK', 3, 'bars in the average that makes %K; 1 for none'),
  periodParam('smoothD', 3, 'bars in the average of %K that makes %D'),
] as const

/** Columns of {@link stochRsi}, each in 0..100. */
export interface StochRsiColumns {
  readonly k: Float64Array
  readonly d: Float64Array
}

/**
 * Stochastic oscillator of the relative strength index.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param rsiPeriod - Bars in the relative strength index, integer >= 1.
 * @param period - Bars in the range of the index, integer >= 1.
 * @param smoothK - Bars in the simple average that makes %K, integer >= 1; 1 for none, as in TA-Lib.
 * @param smoothD - Bars in the simple average of %K that makes %D, integer >= 1.
 * @returns Columns of shape `[n]`, range 0..100. The first `rsiPeriod + period + smoothK - 2` entries of `k` are NaN,
 *   and `smoothD - 1` more of `d`. 50 where the index did not move.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Chande and Kroll, The New Technical Trader (1994).
 */
export function stochRsi(
  values: Float64Array,
  rsiPeriod: number,
  period: number,
  smoothK: number,
  smoothD: number,
): StochRsiColumns {
  checkParams(PARAMS, [rsiPeriod, period, smoothK, smoothD])
  const start = seriesStart([values], INPUTS)
  const strength = rsi(values, rsiPeriod)
  return stochasticColumns(strength, strength, strength, start + rsiPeriod, period, smoothK, smoothD)
}

class StochRsiState implements IndicatorState {
  readonly #strength: RsiState
  readonly #place: StochasticState
  readonly #now = new Float64Array(1).fill(Number.NaN)
  readonly #bar = new Float64Array(3)

  constructor(rsiPeriod: number, period: number, smoothK: number, smoothD: number) {
    this.#strength = new RsiState(rsiPeriod)
    this.#place = new StochasticState(period, smoothK, smoothD)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    this.#strength.step(inputs, isNewBar, this.#now)
    const strength = this.#now[0] as number
    if (Number.isNaN(strength)) return
    this.#bar.fill(strength)
    this.#place.step(this.#bar, isNewBar, outputs)
  }
}

export const stochRsiIndicator = defineIndicator({
  name: 'stochRsi',
  title: 'Stochastic RSI',
  about: 'Where the relative strength index lies in its own range, 0 to 100, with its own average.',
  source: 'Chande and Kroll, The New Technical Trader (1994).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['k', 'd'],
  outputWarmup: (rsiPeriod, period, smoothK, smoothD) => {
    const warmup = rsiPeriod + period + smoothK - 2
    return [warmup, warmup + smoothD - 1]
  },
  batch: ([values], [rsiPeriod, period, smoothK, smoothD]) => {
    const columns = stochRsi(values, rsiPeriod, period, smoothK, smoothD)
    return [columns.k, columns.d]
  },
  state: (rsiPeriod, period, smoothK, smoothD) => new StochRsiState(rsiPeriod, period, smoothK, smoothD),
})

/** The stream of {@link stochRsi}. */
export function createStochRsi(
  rsiPeriod: number,
  period: number,
  smoothK: number,
  smoothD: number,
): StreamOf<typeof stochRsiIndicator> {
  return openStream(stochRsiIndicator, [rsiPeriod, period, smoothK, smoothD])
}
