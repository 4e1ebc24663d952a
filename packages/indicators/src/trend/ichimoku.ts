import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowExtreme, windowExtremes } from '../recurrence/window-extremes.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [
  periodParam('tenkan', 9, 'bars in the turning line'),
  periodParam('kijun', 26, 'bars in the base line'),
  periodParam('senkou', 52, 'bars in the second leading line'),
  periodParam('displacement', 26, 'bars by which the leading lines are drawn ahead', 0),
] as const

/** Columns of {@link ichimoku}, quote units. */
export interface IchimokuColumns {
  /** Turning line: middle of the short range. */
  readonly tenkan: Float64Array
  /** Base line: middle of the medium range. */
  readonly kijun: Float64Array
  /** Mean of the two, which a chart draws `displacement` bars ahead. */
  readonly leadA: Float64Array
  /** Middle of the long range, which a chart draws `displacement` bars ahead. */
  readonly leadB: Float64Array
  /** `leadA` of `displacement` bars ago: one edge of the cloud at this bar. */
  readonly cloudA: Float64Array
  /** `leadB` of `displacement` bars ago: the other edge. */
  readonly cloudB: Float64Array
}

/** Middle of the range of each window. */
function windowMiddles(high: Float64Array, low: Float64Array, start: number, period: number): Float64Array {
  const middles = windowExtremes(high, start, period, 1)
  const lowest = windowExtremes(low, start, period, -1)
  for (let i = 0; i < middles.length; i++) middles[i] = ((middles[i] as number) + (lowest[i] as number)) / 2
  return middles
}

function delayed(values: Float64Array, bars: number): Float64Array {
  const out = warmupColumn(values.length, bars)
  if (bars < values.length) out.set(values.subarray(0, values.length - bars), bars)
  return out
}

/**
 * Ichimoku Kinko Hyo: turning line, base line, leading lines and cloud.
 *
 * Only what is known at the bar. A chart draws the leading lines (senkou span A and B) ahead: `leadA` and `leadB` are
 * their values computed at this bar, `cloudA` and `cloudB` those computed `displacement` bars ago, which a chart shows
 * at this bar. The lagging line (chikou span) is this bar's close drawn into the past, so it is no value of its own: to
 * compare the close with the one over which it is drawn, use `momentum(close, displacement)`.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param tenkan - Bars in the turning line, integer >= 1. Hosoda used 9.
 * @param kijun - Bars in the base line, integer >= 1. Hosoda used 26.
 * @param senkou - Bars in the second leading line, integer >= 1. Hosoda used 52.
 * @param displacement - Bars by which the leading lines are drawn ahead, integer >= 0. Charts that count the bar
 *   itself, as TradingView does, draw 26 as 25.
 * @returns Columns of shape `[n]`, quote units. The lines begin at their own periods less 1, `leadA` with the later of
 *   its two; the cloud begins `displacement` bars after the leads.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Hosoda (Ichimoku Sanjin), Ichimoku Kinko Hyo (1969).
 */
export function ichimoku(
  high: Float64Array,
  low: Float64Array,
  tenkan: number,
  kijun: number,
  senkou: number,
  displacement: number,
): IchimokuColumns {
  checkParams(PARAMS, [tenkan, kijun, senkou, displacement])
  const start = seriesStart([high, low], INPUTS)
  const tenkanLine = windowMiddles(high, low, start, tenkan)
  const kijunLine = windowMiddles(high, low, start, kijun)
  const leadA = tenkanLine.map((value, i) => (value + (kijunLine[i] as number)) / 2)
  const leadB = windowMiddles(high, low, start, senkou)
  const cloudA = delayed(leadA, displacement)
  return { tenkan: tenkanLine, kijun: kijunLine, leadA, leadB, cloudA, cloudB: delayed(leadB, displacement) }
}

class IchimokuState implements IndicatorState {
  readonly #highs: readonly WindowExtreme[]
  readonly #lows: readonly WindowExtreme[]
  readonly #cloudA: WindowLag
  readonly #cloudB: WindowLag

  constructor(periods: readonly number[], displacement: number) {
    this.#highs = periods.map((period) => new WindowExtreme(period, 1))
    this.#lows = periods.map((period) => new WindowExtreme(period, -1))
    this.#cloudA = new WindowLag(displacement)
    this.#cloudB = new WindowLag(displacement)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const high = inputs[0] as number
    const low = inputs[1] as number
    const tenkan = this.#middle(0, high, low, isNewBar)
    const kijun = this.#middle(1, high, low, isNewBar)
    const leadA = (tenkan + kijun) / 2
    const leadB = this.#middle(2, high, low, isNewBar)
    outputs[0] = tenkan
    outputs[1] = kijun
    outputs[2] = leadA
    outputs[3] = leadB
    outputs[4] = this.#cloudA.step(leadA, isNewBar)
    outputs[5] = this.#cloudB.step(leadB, isNewBar)
  }

  #middle(k: number, high: number, low: number, isNewBar: boolean): number {
    const highest = (this.#highs[k] as WindowExtreme).step(high, isNewBar)
    return (highest + (this.#lows[k] as WindowExtreme).step(low, isNewBar)) / 2
  }
}

export const ichimokuIndicator = defineIndicator({
  name: 'ichimoku',
  title: 'Ichimoku Kinko Hyo',
  about: 'Middles of three ranges, and the cloud that lies at the bar.',
  source: 'Hosoda (Ichimoku Sanjin), Ichimoku Kinko Hyo (1969).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['tenkan', 'kijun', 'leadA', 'leadB', 'cloudA', 'cloudB'],
  outputWarmup: (tenkan, kijun, senkou, displacement) => {
    const leadA = Math.max(tenkan, kijun) - 1
    return [tenkan - 1, kijun - 1, leadA, senkou - 1, leadA + displacement, senkou - 1 + displacement]
  },
  batch: ([high, low], [tenkan, kijun, senkou, displacement]) => {
    const columns = ichimoku(high, low, tenkan, kijun, senkou, displacement)
    return [columns.tenkan, columns.kijun, columns.leadA, columns.leadB, columns.cloudA, columns.cloudB]
  },
  state: (tenkan, kijun, senkou, displacement) => new IchimokuState([tenkan, kijun, senkou], displacement),
})

/** The stream of {@link ichimoku}. */
export function createIchimoku(
  tenkan: number,
  kijun: number,
  senkou: number,
  displacement: number,
): StreamOf<typeof ichimokuIndicator> {
  return openStream(ichimokuIndicator, [tenkan, kijun, senkou, displacement])
}
