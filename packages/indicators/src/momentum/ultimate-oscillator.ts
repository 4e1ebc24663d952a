import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { trueRangeStep } from '../volatility/true-range.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [
  periodParam('short', 7, 'bars in the first window, which weighs 4'),
  periodParam('medium', 14, 'bars in the second window, which weighs 2'),
  periodParam('long', 28, 'bars in the third window, which weighs 1'),
] as const

function buyingPressure(low: number, close: number, previousClose: number): number {
  return close - (previousClose < low ? previousClose : low)
}

function shareOf(pressure: number, range: number): number {
  return range === 0 ? 0.5 : pressure / range
}

function weigh(short: number, medium: number, long: number): number {
  return 100 * ((4 * short + 2 * medium + long) / 7)
}

/**
 * Ultimate oscillator: buying pressure (the close above the true low) as a share of the true range, over three windows
 * that weigh 4, 2 and 1.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes, within their bar's range. Shape `[n]`. Bars with a leading NaN in any column shift the
 *   warm-up.
 * @param short - Bars in the window that weighs 4, integer >= 1.
 * @param medium - Bars in the window that weighs 2, integer >= 1.
 * @param long - Bars in the window that weighs 1, integer >= 1.
 * @returns Shape `[n]`, range 0..100. The longest period gives the number of leading NaN. A window without range counts
 *   as 50.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Williams, The ultimate oscillator, Technical Analysis of Stocks and Commodities 3 (1985).
 */
export function ultimateOscillator(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  short: number,
  medium: number,
  long: number,
): Float64Array {
  checkParams(PARAMS, [short, medium, long])
  const start = seriesStart([high, low, close], INPUTS)
  const length = close.length
  const first = start + 1
  const pressure = warmupColumn(length, first)
  const range = warmupColumn(length, first)
  for (let i = first; i < length; i++) {
    const previousClose = close[i - 1] as number
    pressure[i] = buyingPressure(low[i] as number, close[i] as number, previousClose)
    range[i] = trueRangeStep(high[i] as number, low[i] as number, previousClose)
  }
  const share = (period: number): Float64Array => {
    const ranges = windowSums(range, first, period, 1)
    return windowSums(pressure, first, period, 1).map((sum, i) => shareOf(sum, ranges[i] as number))
  }
  const out = share(short)
  const mediumShare = share(medium)
  const longShare = share(long)
  for (let i = first; i < length; i++)
    out[i] = weigh(out[i] as number, mediumShare[i] as number, longShare[i] as number)
  return out
}

class UltimateOscillatorState implements IndicatorState {
  readonly #pressures: readonly WindowSum[]
  readonly #ranges: readonly WindowSum[]
  readonly #shares = new Float64Array(3)
  #close = Number.NaN
  #closeBefore = Number.NaN

  constructor(short: number, medium: number, long: number) {
    this.#pressures = [short, medium, long].map((period) => new WindowSum(period))
    this.#ranges = [short, medium, long].map((period) => new WindowSum(period))
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#closeBefore = this.#close
    this.#close = inputs[2] as number
    if (Number.isNaN(this.#closeBefore)) return
    const pressure = buyingPressure(inputs[1] as number, this.#close, this.#closeBefore)
    const range = trueRangeStep(inputs[0] as number, inputs[1] as number, this.#closeBefore)
    const shares = this.#shares
    for (let k = 0; k < 3; k++) {
      const sum = (this.#pressures[k] as WindowSum).step(pressure, isNewBar)
      shares[k] = shareOf(sum, (this.#ranges[k] as WindowSum).step(range, isNewBar))
    }
    outputs[0] = weigh(shares[0] as number, shares[1] as number, shares[2] as number)
  }
}

export const ultimateOscillatorIndicator = defineIndicator({
  name: 'ultimateOscillator',
  title: 'Ultimate oscillator',
  about: 'Buying pressure as a share of range over three windows, 0 to 100.',
  source: 'Williams, The ultimate oscillator, Technical Analysis of Stocks and Commodities 3 (1985).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['ultimateOscillator'],
  outputWarmup: (short, medium, long) => [Math.max(short, medium, long)],
  batch: ([high, low, close], [short, medium, long]) => [ultimateOscillator(high, low, close, short, medium, long)],
  state: (short, medium, long) => new UltimateOscillatorState(short, medium, long),
})

/** The stream of {@link ultimateOscillator}. */
export function createUltimateOscillator(
  short: number,
  medium: number,
  long: number,
): StreamOf<typeof ultimateOscillatorIndicator> {
  return openStream(ultimateOscillatorIndicator, [short, medium, long])
}
