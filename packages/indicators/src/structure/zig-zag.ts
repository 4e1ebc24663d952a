import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam } from '../parameters.ts'
import { requireDomain, seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { columnsOfState } from './columns-of-state.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [
  numberParam('reversalRate', 0.05, 0.0001, 0.99, 'move against the leg that ends it, as a fraction of the extreme'),
] as const

/** Columns of {@link zigZag}, NaN until the first extreme is confirmed. */
export interface ZigZagColumns {
  /** Price of the newest confirmed extreme, quote units. */
  readonly price: Float64Array
  /** 1 where that extreme is a high, -1 where it is a low. */
  readonly kind: Float64Array
  /** Bars since the extreme was made. */
  readonly barsAgo: Float64Array
  /** 1 at the bar that confirms it, else 0. */
  readonly confirmed: Float64Array
}

/**
 * Zig-zag: the swing highs and lows that a reversal of a given size has confirmed. Confirms late.
 *
 * An extreme is given from the bar whose price has moved against it by the reversal, and never before; charts that draw
 * the line through the extremes show what could not be known then. A bar that extends its leg does not end it as well,
 * because the order of its prices is not known.
 *
 * @param high - Highs, oldest first, quote units, zero or more. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in either column are left out.
 * @param reversalRate - Size of a reversal as a fraction of the extreme, 0.0001 to 0.99.
 * @returns Columns of shape `[n]`, NaN until the first extreme is confirmed. A first bar that reverses both ways counts as
 *   a fall from the high.
 * @throws {@link InvalidParameterError} for a bad rate.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for a negative price, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time.
 * Source: Merrill, Filtered Waves (1977); here with the time of confirmation.
 */
export function zigZag(high: Float64Array, low: Float64Array, reversalRate: number): ZigZagColumns {
  checkParams(PARAMS, [reversalRate])
  const start = seriesStart([high, low], INPUTS)
  requireDomain(high, start, 'high', 'non-negative')
  requireDomain(low, start, 'low', 'non-negative')
  const columns = columnsOfState(new ZigZagState(reversalRate), [high, low], start, 4)
  const [price, kind, barsAgo, confirmed] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
  return { price, kind, barsAgo, confirmed }
}

/** Positions in the state. The leg is 1 while rising, -1 while falling, 0 until the first extreme is confirmed. */
const LEG = 0
const HIGH = 1
const HIGH_AGO = 2
const LOW = 3
const LOW_AGO = 4
const PRICE = 5
const KIND = 6
const PRICE_AGO = 7
const FIELDS = 8

/** Whether a move away from an extreme ends its leg. Standing still at a price of 0 is no move. */
function isReversal(move: number, extreme: number, reversalRate: number): boolean {
  return move > 0 && move >= extreme * reversalRate
}

class ZigZagState implements IndicatorState {
  readonly #reversalRate: number
  /** The highest high and lowest low of the running leg, and the newest confirmed extreme, with the age of each. */
  readonly #now = new Float64Array(FIELDS).fill(Number.NaN)
  readonly #before = new Float64Array(FIELDS)
  #isFirstBar = false
  #hasBars = false

  constructor(reversalRate: number) {
    this.#reversalRate = reversalRate
    this.#now[LEG] = 0
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const high = inputs[0] as number
    const low = inputs[1] as number
    const now = this.#now
    if (isNewBar) {
      this.#before.set(now)
      this.#isFirstBar = !this.#hasBars
      this.#hasBars = true
    } else now.set(this.#before)
    now[HIGH_AGO] = (now[HIGH_AGO] as number) + 1
    now[LOW_AGO] = (now[LOW_AGO] as number) + 1
    now[PRICE_AGO] = (now[PRICE_AGO] as number) + 1
    const confirmed = this.#isFirstBar ? this.#begin(high, low) : this.#advance(high, low)
    outputs[0] = now[PRICE] as number
    outputs[1] = now[KIND] as number
    outputs[2] = now[PRICE_AGO]
    outputs[3] = Number.isNaN(outputs[0]) ? Number.NaN : confirmed ? 1 : 0
  }

  #begin(high: number, low: number): boolean {
    this.#setHigh(high)
    this.#setLow(low)
    return false
  }

  /** Extends or ends the leg. True where an extreme was confirmed. */
  #advance(high: number, low: number): boolean {
    const now = this.#now
    const leg = now[LEG] as number
    const extendsUp = high > (now[HIGH] as number)
    const extendsDown = low < (now[LOW] as number)
    const falls = isReversal((now[HIGH] as number) - low, now[HIGH] as number, this.#reversalRate)
    const rises = isReversal(high - (now[LOW] as number), now[LOW] as number, this.#reversalRate)
    if (leg >= 0 && falls && !(leg === 1 && extendsUp)) {
      this.#confirm(now[HIGH] as number, now[HIGH_AGO] as number, 1)
      this.#setLow(low)
      return true
    }
    if (leg <= 0 && rises && !(leg === -1 && extendsDown)) {
      this.#confirm(now[LOW] as number, now[LOW_AGO] as number, -1)
      this.#setHigh(high)
      return true
    }
    if (extendsUp) this.#setHigh(high)
    if (extendsDown) this.#setLow(low)
    return false
  }

  #confirm(price: number, barsAgo: number, kind: 1 | -1): void {
    this.#now[PRICE] = price
    this.#now[PRICE_AGO] = barsAgo
    this.#now[KIND] = kind
    this.#now[LEG] = -kind
  }

  #setHigh(high: number): void {
    this.#now[HIGH] = high
    this.#now[HIGH_AGO] = 0
  }

  #setLow(low: number): void {
    this.#now[LOW] = low
    this.#now[LOW_AGO] = 0
  }
}

export const zigZagIndicator = defineIndicator({
  name: 'zigZag',
  title: 'Zig-zag',
  about: 'Newest swing high or low, given from the bar whose reversal confirms it: late by as long as that takes.',
  source: 'Merrill (1977), Filtered Waves',
  inputs: INPUTS,
  domains: { high: 'non-negative', low: 'non-negative' },
  params: PARAMS,
  outputs: ['price', 'kind', 'barsAgo', 'confirmed'],
  waitsForData: true,
  outputWarmup: () => [1, 1, 1, 1],
  batch: ([high, low], [reversalRate]) => {
    const columns = zigZag(high, low, reversalRate)
    return [columns.price, columns.kind, columns.barsAgo, columns.confirmed]
  },
  state: (reversalRate) => new ZigZagState(reversalRate),
})

/** The stream of {@link zigZag}. */
export function createZigZag(reversalRate: number): StreamOf<typeof zigZagIndicator> {
  return openStream(zigZagIndicator, [reversalRate])
}
