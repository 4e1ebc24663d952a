import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import { tiledFlowIndices } from '../simd/tiled-windows.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSum } from '../recurrence/window-sums.ts'
import { typicalPrice } from './vwap.ts'

const INPUTS = ['high', 'low', 'close', 'volume'] as const
const PARAMS = [periodParam('period', 14, 'money flows in the window')] as const

/** Share of the inflow in percent; 50 where nothing flowed. */
function flowIndex(inflow: number, outflow: number): number {
  const total = inflow + outflow
  return total === 0 ? 50 : 100 * (inflow / total)
}

/**
 * Money flow index: the share of turnover that was traded at a rising typical price, (high + low + close) / 3.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Money flows in the window, integer >= 1. Quong and Soudack used 14.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, range 0..100. The first `period` entries are NaN. A bar whose typical price is that of the bar
 *   before has no flow. 50 where nothing flowed in the window; TA-Lib gives 0 there and wherever the flows sum to
 *   less than 1 quote unit.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Quong and Soudack, Volume-weighted RSI: money flow, Stocks & Commodities 7 (1989); `MFI` of TA-Lib.
 */
export function mfi(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  period: number,
  memory?: Float64Array,
): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const out = warmupColumn(close.length, start + period, memory)
  if (start + period >= out.length) return out
  const isDone = tiledFlowIndices(high, low, close, volume, start, period, out)
  if (!isDone) plainFlowIndices(high, low, close, volume, start, period, out)
  return out
}

/** {@link mfi} in one pass, into `out` from the first full window on. */
export function plainFlowIndices(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  start: number,
  period: number,
  out: Float64Array,
): void {
  const length = close.length
  if (start >= length) return
  // Both window sums by blocks, as `windowSums` makes them, in one pass over the bars.
  const inflows = new Float64Array(period)
  const outflows = new Float64Array(period)
  const suffixIn = new Float64Array(period)
  const suffixOut = new Float64Array(period)
  let previous = typicalPrice(high[start] as number, low[start] as number, close[start] as number)
  for (let block = start + 1; block < length; block += period) {
    const size = Math.min(period, length - block)
    const isWarmup = block === start + 1
    let inflow = 0
    let outflow = 0
    for (let k = 0; k < size; k++) {
      const i = block + k
      const typical = typicalPrice(high[i] as number, low[i] as number, close[i] as number)
      const flow = typical * (volume[i] as number)
      const gained = Number(typical > previous) * flow
      const lost = Number(typical < previous) * flow
      previous = typical
      inflows[k] = gained
      outflows[k] = lost
      inflow += gained
      outflow += lost
      if (isWarmup && k < period - 1) continue
      out[i] = flowIndex((suffixIn[k] as number) + inflow, (suffixOut[k] as number) + outflow)
    }
    if (size < period) return
    inflow = 0
    outflow = 0
    for (let k = period - 1; k > 0; k--) {
      inflow += inflows[k] as number
      outflow += outflows[k] as number
      suffixIn[k - 1] = inflow
      suffixOut[k - 1] = outflow
    }
  }
}

class MfiState implements IndicatorState {
  readonly #inflow: WindowSum
  readonly #outflow: WindowSum
  #typical = Number.NaN
  #typicalBefore = Number.NaN

  constructor(period: number) {
    this.#inflow = new WindowSum(period)
    this.#outflow = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#typicalBefore = this.#typical
    const before = this.#typicalBefore
    const typical = typicalPrice(inputs[0] as number, inputs[1] as number, inputs[2] as number)
    this.#typical = typical
    if (Number.isNaN(before)) return
    const flow = typical * (inputs[3] as number)
    const inflow = this.#inflow.step(Number(typical > before) * flow, isNewBar)
    outputs[0] = flowIndex(inflow, this.#outflow.step(Number(typical < before) * flow, isNewBar))
  }
}

export const mfiIndicator = defineIndicator({
  name: 'mfi',
  title: 'Money flow index',
  about: 'Share of recent turnover that was traded at a rising typical price, 0 to 100.',
  source: 'Quong and Soudack (1989), Volume-weighted RSI: money flow',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['mfi'],
  outputWarmup: (period) => [period],
  batch: ([high, low, close, volume], [period], out) => [mfi(high, low, close, volume, period, out?.[0])],
  state: (period) => new MfiState(period),
})

/** The stream of {@link mfi}. */
export function createMfi(period: number): StreamOf<typeof mfiIndicator> {
  return openStream(mfiIndicator, [period])
}
