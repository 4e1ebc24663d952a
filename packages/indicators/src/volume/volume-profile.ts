import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, numberParam, periodParam } from '../parameters.ts'
import { WindowValues } from '../recurrence/window-values.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { ProfileHistogram } from './profile-histogram.ts'

const INPUTS = ['high', 'low', 'volume'] as const
const PARAMS = [
  periodParam('period', 100, 'bars in the window'),
  integerParam('bins', 24, 1, 1000, 'price bins of equal width between the lowest low and the highest high'),
  numberParam('valueAreaRate', 0.7, 0, 1, 'least share of the volume that the value area holds'),
] as const

/** Columns of {@link volumeProfile}. */
export interface VolumeProfileColumns {
  /** Middle of the price bin in which most was traded. */
  readonly pointOfControl: Float64Array
  /** Upper edge of the value area. */
  readonly valueAreaHigh: Float64Array
  /** Lower edge of the value area. */
  readonly valueAreaLow: Float64Array
}

/**
 * Volume profile of a sliding window: at which prices the volume of the last bars was traded.
 *
 * The range from the lowest low to the highest high of the window is cut into `bins` of equal width. The volume of a bar
 * is spread evenly over its own range. From the bin with the most volume (of equals the lowest) the value area grows by
 * the neighbouring bin with more volume (of equals the upper one) until it holds `valueAreaRate` of the total.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @param bins - Price bins, 1..1000.
 * @param valueAreaRate - Least share of the volume in the value area, 0..1; 0.7 by custom.
 * @returns Columns of shape `[n]`, quote units; the first `period - 1` entries are NaN. In a window without volume each
 *   bar counts the same. In one without range all three are the price.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(period + bins) time a bar and more where bars span many bins, in batch and in streaming: when the range
 * changes, every bin does.
 * Source: Steidlmayer's market profile (CBOT, 1985) with volume in place of time; spread of bar volume as in
 * profiles made from bars rather than from trades.
 */
export function volumeProfile(
  high: Float64Array,
  low: Float64Array,
  volume: Float64Array,
  period: number,
  bins: number,
  valueAreaRate: number,
): VolumeProfileColumns {
  checkParams(PARAMS, [period, bins, valueAreaRate])
  const start = seriesStart([high, low, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const ready = start + period - 1
  const pointOfControl = warmupColumn(high.length, ready)
  const valueAreaHigh = warmupColumn(high.length, ready)
  const valueAreaLow = warmupColumn(high.length, ready)
  const histogram = new ProfileHistogram(period, bins, valueAreaRate)
  for (let i = ready; i < high.length; i++) {
    histogram.read(high, low, volume, i - period + 1)
    pointOfControl[i] = histogram.pointOfControl
    valueAreaHigh[i] = histogram.valueAreaHigh
    valueAreaLow[i] = histogram.valueAreaLow
  }
  return { pointOfControl, valueAreaHigh, valueAreaLow }
}

class VolumeProfileState implements IndicatorState {
  readonly #high: WindowValues
  readonly #low: WindowValues
  readonly #volume: WindowValues
  readonly #histogram: ProfileHistogram

  constructor(period: number, bins: number, valueAreaRate: number) {
    this.#high = new WindowValues(period)
    this.#low = new WindowValues(period)
    this.#volume = new WindowValues(period)
    this.#histogram = new ProfileHistogram(period, bins, valueAreaRate)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    this.#high.step(inputs[0] as number, isNewBar)
    this.#low.step(inputs[1] as number, isNewBar)
    if (!this.#volume.step(inputs[2] as number, isNewBar)) return
    this.#histogram.read(this.#high.values, this.#low.values, this.#volume.values, this.#volume.from)
    outputs[0] = this.#histogram.pointOfControl
    outputs[1] = this.#histogram.valueAreaHigh
    outputs[2] = this.#histogram.valueAreaLow
  }
}

export const volumeProfileIndicator = defineIndicator({
  name: 'volumeProfile',
  title: 'Volume profile',
  about: 'Price at which most of the recent volume was traded, and the area around it that holds most of the volume.',
  source: "Steidlmayer's market profile (CBOT, 1985) with volume in place of time",
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['pointOfControl', 'valueAreaHigh', 'valueAreaLow'],
  outputWarmup: (period) => [period - 1, period - 1, period - 1],
  batch: ([high, low, volume], [period, bins, valueAreaRate]) => {
    const columns = volumeProfile(high, low, volume, period, bins, valueAreaRate)
    return [columns.pointOfControl, columns.valueAreaHigh, columns.valueAreaLow]
  },
  state: (period, bins, valueAreaRate) => new VolumeProfileState(period, bins, valueAreaRate),
})

/** The stream of {@link volumeProfile}. */
export function createVolumeProfile(
  period: number,
  bins: number,
  valueAreaRate: number,
): StreamOf<typeof volumeProfileIndicator> {
  return openStream(volumeProfileIndicator, [period, bins, valueAreaRate])
}
