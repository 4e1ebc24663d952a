import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { exponentialFactor, exponentialNext } from '../recurrence/exponential-mean.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { efficiency, WindowPath, windowPaths } from '../recurrence/window-path.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 10, 'bars over which the efficiency is measured'),
  periodParam('fast', 2, 'bars of the average in a straight move'),
  periodParam('slow', 30, 'bars of the average in a market without direction'),
] as const

/** Between the slow and the fast factor by efficiency, and squared. */
function adaptiveFactor(efficiency: number, fast: number, slow: number): number {
  const factor = efficiency * (fast - slow) + slow
  return factor * factor
}

/**
 * Kaufman adaptive moving average: an exponential average whose factor follows the efficiency of the last moves.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars over which the efficiency is measured, integer >= 1. Kaufman used 10.
 * @param fast - Bars of the exponential average in a straight move, integer >= 1. Kaufman used 2.
 * @param slow - Bars of the exponential average in a market without direction, integer >= 1. Kaufman used 30.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`. The first `period` entries are NaN: the value before the first counts
 *   as the average so far. A market that did not move counts as a straight move.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Kaufman, Trading Systems and Methods (1998); the start as `KAMA` of TA-Lib has it.
 */
export function kama(
  values: Float64Array,
  period: number,
  fast: number,
  slow: number,
  memory?: Float64Array,
): Float64Array {
  checkParams(PARAMS, [period, fast, slow])
  const start = seriesStart([values], INPUTS)
  const out = windowPaths(values, start, period, memory)
  const factorFast = exponentialFactor(fast)
  const factorSlow = exponentialFactor(slow)
  let average = values[start + period - 1] as number
  for (let i = start + period; i < out.length; i++) {
    const value = values[i] as number
    const straight = efficiency(value - (values[i - period] as number), out[i] as number)
    average = exponentialNext(average, value, adaptiveFactor(straight, factorFast, factorSlow))
    out[i] = average
  }
  return out
}

class KamaState implements IndicatorState {
  readonly #lag: WindowLag
  readonly #path: WindowPath
  readonly #factorFast: number
  readonly #factorSlow: number
  #average = Number.NaN
  #averageBefore = Number.NaN

  constructor(period: number, fast: number, slow: number) {
    this.#lag = new WindowLag(period)
    this.#path = new WindowPath(period)
    this.#factorFast = exponentialFactor(fast)
    this.#factorSlow = exponentialFactor(slow)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    if (isNewBar) this.#averageBefore = this.#average
    this.#average = value
    const change = value - this.#lag.step(value, isNewBar)
    const path = this.#path.step(value, isNewBar)
    if (Number.isNaN(path)) return
    const factor = adaptiveFactor(efficiency(change, path), this.#factorFast, this.#factorSlow)
    this.#average = exponentialNext(this.#averageBefore, value, factor)
    outputs[0] = this.#average
  }
}

export const kamaIndicator = defineIndicator({
  name: 'kama',
  title: 'Kaufman adaptive moving average',
  about: 'Exponential average that is fast in a straight move and slow in a noisy market.',
  source: 'Kaufman, Trading Systems and Methods (1998); the start as `KAMA` of TA-Lib has it.',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['kama'],
  outputWarmup: (period) => [period],
  batch: ([values], [period, fast, slow], out) => [kama(values, period, fast, slow, out?.[0])],
  state: (period, fast, slow) => new KamaState(period, fast, slow),
})

/** The stream of {@link kama}. */
export function createKama(period: number, fast: number, slow: number): StreamOf<typeof kamaIndicator> {
  return openStream(kamaIndicator, [period, fast, slow])
}
