import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low', 'volume'] as const
const PARAMS = [
  periodParam('period', 14, 'bars in the average'),
  numberParam('volumeUnit', 10_000, 1e-9, 1e15, 'volume that counts as one: a scale of the result, nothing else'),
] as const

/** Keeps the sum of a window finite where prices of 1e150 meet volumes near 0; never reached by a market. */
const LARGEST_EASE = 1e300

/** Distance of the middles times range per volume; 0 where nothing was traded. */
function ease(middle: number, middleBefore: number, range: number, volume: number, volumeUnit: number): number {
  if (volume === 0) return 0
  const value = (middle - middleBefore) * ((range * volumeUnit) / volume)
  if (Math.abs(value) <= LARGEST_EASE) return value
  return Number.isNaN(value) ? 0 : Math.sign(value) * LARGEST_EASE
}

/**
 * Ease of movement: how far the middle of the bar moved, times the range, per unit of volume; a simple average of it.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the average, integer >= 1. Arms used 14.
 * @param volumeUnit - Volume that counts as one, 1e-9..1e15. It scales the result only: 10,000 as in Pine Script,
 *   100,000,000 in texts on US shares.
 * @returns Shape `[n]`, square quote units per volume unit. The first `period` entries are NaN. A bar without volume or
 *   without range counts as 0.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Arms, Volume Cycles in the Stock Market (1994).
 */
export function eom(
  high: Float64Array,
  low: Float64Array,
  volume: Float64Array,
  period: number,
  volumeUnit: number,
): Float64Array {
  checkParams(PARAMS, [period, volumeUnit])
  const start = seriesStart([high, low, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const first = Math.min(start + 1, high.length)
  const eases = warmupColumn(high.length, first)
  for (let i = first; i < eases.length; i++) {
    const top = high[i] as number
    const bottom = low[i] as number
    const before = ((high[i - 1] as number) + (low[i - 1] as number)) / 2
    eases[i] = ease((top + bottom) / 2, before, top - bottom, volume[i] as number, volumeUnit)
  }
  return windowSums(eases, first, period, period, eases)
}

class EomState implements IndicatorState {
  readonly #period: number
  readonly #volumeUnit: number
  readonly #sum: WindowSum
  #middle = Number.NaN
  #middleBefore = Number.NaN

  constructor(period: number, volumeUnit: number) {
    this.#period = period
    this.#volumeUnit = volumeUnit
    this.#sum = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#middleBefore = this.#middle
    const high = inputs[0] as number
    const low = inputs[1] as number
    this.#middle = (high + low) / 2
    if (Number.isNaN(this.#middleBefore)) return
    const value = ease(this.#middle, this.#middleBefore, high - low, inputs[2] as number, this.#volumeUnit)
    outputs[0] = this.#sum.step(value, isNewBar) / this.#period
  }
}

export const eomIndicator = defineIndicator({
  name: 'eom',
  title: 'Ease of movement',
  about: 'Mean distance that the middle of the bar moves, times its range, per unit of volume.',
  source: 'Arms (1994), Volume Cycles in the Stock Market',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['eom'],
  outputWarmup: (period) => [period],
  batch: ([high, low, volume], [period, volumeUnit]) => [eom(high, low, volume, period, volumeUnit)],
  state: (period, volumeUnit) => new EomState(period, volumeUnit),
})

/** The stream of {@link eom}. */
export function createEom(period: number, volumeUnit: number): StreamOf<typeof eomIndicator> {
  return openStream(eomIndicator, [period, volumeUnit])
}
