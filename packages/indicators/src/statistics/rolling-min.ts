import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { RollingExtremeState } from './rolling-max.ts'
import { seriesStart } from '../series.ts'
import { windowExtremes } from '../recurrence/window-extremes.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window')] as const

/**
 * Smallest of the last `period` values, the current one included.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period, one allocation.
 * Source: van Herk (1992), Gil and Werman (1993), see `window-extremes.ts`.
 */
export function rollingMin(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  return windowExtremes(values, seriesStart([values], INPUTS), period, -1)
}

export const rollingMinIndicator = defineIndicator({
  name: 'rollingMin',
  title: 'Rolling minimum',
  about: 'Smallest of the last values, the current one included.',
  source: 'van Herk (1992), Gil and Werman (1993)',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['min'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period]) => [rollingMin(values, period)],
  state: (period) => new RollingExtremeState(period, -1),
})

/** The stream of {@link rollingMin}. */
export function createRollingMin(period: number): StreamOf<typeof rollingMinIndicator> {
  return openStream(rollingMinIndicator, [period])
}
