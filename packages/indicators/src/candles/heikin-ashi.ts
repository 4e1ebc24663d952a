import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['open', 'high', 'low', 'close'] as const

/** Columns of {@link heikinAshi}, quote units. None of them is a price that was traded. */
export interface HeikinAshiColumns {
  /** Middle of the body before. */
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  /** Mean of the bar's four prices. */
  readonly close: Float64Array
}

function meanOfFour(open: number, high: number, low: number, close: number): number {
  return (open + high + low + close) / 4
}

/**
 * Heikin-Ashi candles: each opens in the middle of the body before and closes at the mean of the bar's four prices.
 *
 * @param open - Opens, oldest first, quote units. Shape `[n]`.
 * @param high - Highs. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column are left out.
 * @returns Columns of shape `[n]`, without warm-up. The first opens in the middle of its bar's body.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal; an open remembers all bars, ever more weakly. O(n) time.
 * Source: Valcu, Using the Heikin-Ashi technique, Stocks & Commodities 22:2 (2004).
 */
export function heikinAshi(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
): HeikinAshiColumns {
  const start = seriesStart([open, high, low, close], INPUTS)
  const column = (): Float64Array => warmupColumn(close.length, start)
  const out = { open: column(), high: column(), low: column(), close: column() }
  if (start === close.length) return out
  let nextOpen = ((open[start] as number) + (close[start] as number)) / 2
  for (let i = start; i < close.length; i++) {
    const haClose = meanOfFour(open[i] as number, high[i] as number, low[i] as number, close[i] as number)
    out.open[i] = nextOpen
    out.high[i] = Math.max(high[i] as number, nextOpen, haClose)
    out.low[i] = Math.min(low[i] as number, nextOpen, haClose)
    out.close[i] = haClose
    nextOpen = (nextOpen + haClose) / 2
  }
  return out
}

class HeikinAshiState implements IndicatorState {
  /** Open of this candle; NaN at the first, which takes it from its own bar. */
  #open = Number.NaN
  /** Open of the next candle. */
  #nextOpen = Number.NaN

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const [open, high, low, close] = inputs as unknown as [number, number, number, number]
    if (isNewBar) this.#open = this.#nextOpen
    const haOpen = Number.isNaN(this.#open) ? (open + close) / 2 : this.#open
    const haClose = meanOfFour(open, high, low, close)
    this.#nextOpen = (haOpen + haClose) / 2
    outputs[0] = haOpen
    outputs[1] = Math.max(high, haOpen, haClose)
    outputs[2] = Math.min(low, haOpen, haClose)
    outputs[3] = haClose
  }
}

export const heikinAshiIndicator = defineIndicator({
  name: 'heikinAshi',
  title: 'Heikin-Ashi',
  about: 'Smoothed candles: opened in the middle of the body before, closed at the mean of the bar’s prices.',
  source: 'Valcu (2004), Using the Heikin-Ashi technique, Stocks & Commodities 22:2',
  inputs: INPUTS,
  params: [],
  outputs: ['open', 'high', 'low', 'close'],
  outputWarmup: () => [0, 0, 0, 0],
  batch: ([open, high, low, close]) => {
    const columns = heikinAshi(open, high, low, close)
    return [columns.open, columns.high, columns.low, columns.close]
  },
  state: () => new HeikinAshiState(),
})

/** The stream of {@link heikinAshi}. */
export function createHeikinAshi(): StreamOf<typeof heikinAshiIndicator> {
  return openStream(heikinAshiIndicator, [])
}
