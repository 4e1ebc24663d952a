import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { moneyFlowVolume } from './ad-line.ts'

const INPUTS = ['high', 'low', 'close', 'volume'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window')] as const

function flowShare(flow: number, volume: number): number {
  return volume === 0 ? 0 : flow / volume
}

/**
 * Chaikin money flow: volume weighted by where the close lies in its bar, as a share of all volume.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 1. Chaikin used 20 or 21.
 * @returns Shape `[n]`, range -1..1. The first `period - 1` entries are NaN. 0 where the window has no volume.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Chaikin's money flow as Achelis, Technical Analysis from A to Z (2000), gives it.
 */
export function cmf(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  period: number,
): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const flow = warmupColumn(close.length, start)
  for (let i = start; i < flow.length; i++) {
    flow[i] = moneyFlowVolume(high[i] as number, low[i] as number, close[i] as number, volume[i] as number)
  }
  const out = windowSums(flow, start, period, 1, flow)
  const volumes = windowSums(volume, start, period, 1)
  for (let i = start + period - 1; i < out.length; i++) out[i] = flowShare(out[i] as number, volumes[i] as number)
  return out
}

class CmfState implements IndicatorState {
  readonly #flow: WindowSum
  readonly #volume: WindowSum

  constructor(period: number) {
    this.#flow = new WindowSum(period)
    this.#volume = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const volume = inputs[3] as number
    const flow = moneyFlowVolume(inputs[0] as number, inputs[1] as number, inputs[2] as number, volume)
    outputs[0] = flowShare(this.#flow.step(flow, isNewBar), this.#volume.step(volume, isNewBar))
  }
}

export const cmfIndicator = defineIndicator({
  name: 'cmf',
  title: 'Chaikin money flow',
  about: 'Volume weighted by where the close lies in its bar, as a share of all recent volume.',
  source: 'Chaikin; Achelis (2000), Technical Analysis from A to Z',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['cmf'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close, volume], [period]) => [cmf(high, low, close, volume, period)],
  state: (period) => new CmfState(period),
})

/** The stream of {@link cmf}. */
export function createCmf(period: number): StreamOf<typeof cmfIndicator> {
  return openStream(cmfIndicator, [period])
}
