import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, periodParam } from '../parameters.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { laggedPairs, WindowPairs } from '../recurrence/window-pairs.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 100, 'steps from one value to the next in the window', 2),
  integerParam('longest', 10_000, 1, 1_000_000_000, 'largest half-life, in bars; it also stands for no reversion'),
] as const

/** Columns of {@link halfLife}. */
export interface HalfLifeColumns {
  /** Bars until half of a distance from the mean is gone. */
  readonly halfLife: Float64Array
  /** Factor by which a distance from the mean shrinks in one bar: the slope of the regression. */
  readonly persistence: Float64Array
}

/** Slope of y on x; 1, as of a walk that stands still, where x is constant. */
function persistenceOf(squaresX: number, _squaresY: number, products: number): number {
  return squaresX < 1e-290 ? 1 : products / squaresX
}

function halfLifeOf(persistence: number, longest: number): number {
  if (persistence >= 1) return longest
  if (persistence <= 0) return 0
  return Math.min(longest, Math.LN2 / -Math.log(persistence))
}

/**
 * Half-life of mean reversion: bars until half of a distance from the mean is gone, from the regression of each value on
 * the one before it.
 *
 * The regression is that of an Ornstein-Uhlenbeck process seen at equal steps: with slope `b` its speed is `-ln b` a bar
 * and its half-life `ln 2 / -ln b`. (The form `-ln 2 / (b - 1)` is the first term of it and longer where reversion is
 * quick.) On short windows the slope is biased towards reversion, by about 4 / period.
 *
 * @param values - Any series, oldest first; usually a spread or a log price. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Steps in the window, integer >= 2. It holds `period + 1` values.
 * @param longest - Largest half-life that is given, bars, integer >= 1.
 * @returns Columns of shape `[n]`; the first `period` entries are NaN. `halfLife` is in bars, 0..`longest`: `longest`
 *   where the slope is 1 or more (no reversion) and on a constant window, 0 where the slope is 0 or less (gone within
 *   the bar, or beyond the mean). `persistence` is the slope as it is, 1 on a constant window.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Uhlenbeck and Ornstein, Physical Review 36 (1930), at discrete steps; Chan, Algorithmic Trading (2013), for
 * its use on spreads.
 */
export function halfLife(values: Float64Array, period: number, longest: number): HalfLifeColumns {
  checkParams(PARAMS, [period, longest])
  const start = seriesStart([values], INPUTS)
  const persistence = laggedPairs(values, start, 1, period, persistenceOf)
  const out = warmupColumn(values.length, start + period)
  for (let i = start + period; i < out.length; i++) out[i] = halfLifeOf(persistence[i] as number, longest)
  return { halfLife: out, persistence }
}

class HalfLifeState implements IndicatorState {
  readonly #longest: number
  readonly #before = new WindowLag(1)
  readonly #pairs: WindowPairs

  constructor(period: number, longest: number) {
    this.#longest = longest
    this.#pairs = new WindowPairs(period, persistenceOf)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const before = this.#before.step(value, isNewBar)
    if (Number.isNaN(before)) return
    const persistence = this.#pairs.step(before, value, isNewBar)
    if (Number.isNaN(persistence)) return
    outputs[0] = halfLifeOf(persistence, this.#longest)
    outputs[1] = persistence
  }
}

export const halfLifeIndicator = defineIndicator({
  name: 'halfLife',
  title: 'Half-life of mean reversion',
  about: 'Bars until half of a distance from the mean is gone, from the regression of each value on the one before.',
  source: 'Uhlenbeck and Ornstein (1930), at discrete steps; Chan (2013), Algorithmic Trading',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['halfLife', 'persistence'],
  outputWarmup: (period) => [period, period],
  batch: ([values], [period, longest]) => {
    const columns = halfLife(values, period, longest)
    return [columns.halfLife, columns.persistence]
  },
  state: (period, longest) => new HalfLifeState(period, longest),
})

/** The stream of {@link halfLife}. */
export function createHalfLife(period: number, longest: number): StreamOf<typeof halfLifeIndicator> {
  return openStream(halfLifeIndicator, [period, longest])
}
