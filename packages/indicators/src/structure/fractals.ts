import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, type ParamDefinition } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { columnsOfState } from './columns-of-state.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [
  {
    name: 'wing',
    unit: 'bars',
    default: 2,
    min: 1,
    max: 1000,
    integer: true,
    about: 'bars on either side that an extreme must exceed; it is confirmed as many bars late',
  },
] as const satisfies readonly ParamDefinition[]

/** Columns of {@link fractals}. Each begins with NaN until its first fractal is confirmed. */
export interface FractalColumns {
  /** Price of the newest confirmed up fractal, quote units. */
  readonly high: Float64Array
  /** Bars since that high was made: `wing` at the bar that confirms it, then one more each bar. */
  readonly highBarsAgo: Float64Array
  /** Price of the newest confirmed down fractal, quote units. */
  readonly low: Float64Array
  /** Bars since that low was made. */
  readonly lowBarsAgo: Float64Array
}

/**
 * Fractals: highs above, and lows below, all of some bars on either side. Confirms late.
 *
 * A fractal is given from the bar that confirms it, `wing` bars after the extreme, and never at the extreme itself.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in either column are left out.
 * @param wing - Bars on either side, 1 to 1,000. Williams used 2. An equal extreme on either side prevents a fractal.
 * @returns Columns of shape `[n]`. Each holds the newest confirmed fractal, NaN until there is one.
 * @throws {@link InvalidPeriodError} for a bad `wing`.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time on most data, O(n wing) at worst.
 * Source: Williams, Trading Chaos (1995), chapter 9.
 */
export function fractals(high: Float64Array, low: Float64Array, wing: number): FractalColumns {
  checkParams(PARAMS, [wing])
  const start = seriesStart([high, low], INPUTS)
  const columns = columnsOfState(new FractalsState(wing), [high, low], start, 4)
  const [up, upAgo, down, downAgo] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
  return { high: up, highBarsAgo: upAgo, low: down, lowBarsAgo: downAgo }
}

class FractalsState implements IndicatorState {
  readonly #up: SideOfFractals
  readonly #down: SideOfFractals

  constructor(wing: number) {
    this.#up = new SideOfFractals(wing, 1)
    this.#down = new SideOfFractals(wing, -1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    this.#up.step(inputs[0] as number, isNewBar, outputs, 0)
    this.#down.step(inputs[1] as number, isNewBar, outputs, 2)
  }
}

/** Fractals of one side; lows are highs with their sign turned. */
class SideOfFractals {
  readonly #wing: number
  readonly #sign: 1 | -1
  /** The newest bars, NaN where there were none: no comparison with NaN holds, so none of them makes a fractal. */
  readonly #ring: Float64Array
  #at = 0
  #price = Number.NaN
  #barsAgo = Number.NaN
  #priceBefore = Number.NaN
  #barsAgoBefore = Number.NaN

  constructor(wing: number, sign: 1 | -1) {
    this.#wing = wing
    this.#sign = sign
    this.#ring = new Float64Array(2 * wing + 1).fill(Number.NaN)
  }

  /** Writes price and bars ago of the newest confirmed fractal at `offset`. */
  step(value: number, isNewBar: boolean, outputs: Float64Array, offset: number): void {
    if (isNewBar) {
      this.#at = this.#at + 1 === this.#ring.length ? 0 : this.#at + 1
      this.#priceBefore = this.#price
      this.#barsAgoBefore = this.#barsAgo
    }
    this.#ring[this.#at] = this.#sign * value
    const isConfirmed = this.#isCentreHighest()
    this.#price = isConfirmed ? this.#sign * this.#ago(this.#wing) : this.#priceBefore
    this.#barsAgo = isConfirmed ? this.#wing : this.#barsAgoBefore + 1
    outputs[offset] = this.#price
    outputs[offset + 1] = this.#barsAgo
  }

  #isCentreHighest(): boolean {
    const centre = this.#ago(this.#wing)
    for (let k = 1; k <= this.#wing; k++) {
      if (!(centre > this.#ago(this.#wing - k) && centre > this.#ago(this.#wing + k))) return false
    }
    return true
  }

  #ago(bars: number): number {
    const position = this.#at - bars
    return this.#ring[position < 0 ? position + this.#ring.length : position] as number
  }
}

export const fractalsIndicator = defineIndicator({
  name: 'fractals',
  title: 'Fractals',
  about:
    'Newest high above, and low below, the bars on either side, given from the bar that confirms it: late by a wing.',
  source: 'Williams (1995), Trading Chaos',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['high', 'highBarsAgo', 'low', 'lowBarsAgo'],
  waitsForData: true,
  outputWarmup: (wing) => [2 * wing, 2 * wing, 2 * wing, 2 * wing],
  batch: ([high, low], [wing]) => {
    const columns = fractals(high, low, wing)
    return [columns.high, columns.highBarsAgo, columns.low, columns.lowBarsAgo]
  },
  state: (wing) => new FractalsState(wing),
})

/** The stream of {@link fractals}. */
export function createFractals(wing: number): StreamOf<typeof fractalsIndicator> {
  return openStream(fractalsIndicator, [wing])
}
