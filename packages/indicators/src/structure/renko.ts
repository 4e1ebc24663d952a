import { InputShapeError, InvalidParameterError } from '../errors.ts'
import { checkParams, MAX_PERIOD, periodParam } from '../parameters.ts'
import { badInput, isUsable } from '../series.ts'
import { AverageTrueRange } from '../volatility/atr.ts'

/**
 * Height of a brick: fixed, or the average true range (Wilder's, over `period` bars) of the bar that completed the brick
 * before. So no brick is drawn anew when the range changes later.
 */
export type BrickSize =
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'atr'; readonly period: number }

/** A brick: the price went a brick's height beyond the one before, or two against it. */
export interface RenkoBrick {
  /** The bar whose close completed it, counted from 0. One bar can complete several. */
  readonly barIndex: number
  /** 1 where it rose, -1 where it fell. */
  readonly direction: 1 | -1
  readonly open: number
  readonly close: number
}

/** A bar that completes more bricks than this speaks of a brick size that was mistyped. */
const MOST_BRICKS_A_BAR = 100_000
/** Smallest brick as a fraction of the price. Below it the ends of a brick are hardly different numbers. */
const LEAST_RATE = 1e-9
const NONE: readonly RenkoBrick[] = Object.freeze([])
const PERIOD = [periodParam('period', 14, 'bars in the average true range')] as const

/**
 * Builds Renko bricks bar by bar. Causal: a brick is given with the bar whose close completes it, and never changes.
 *
 * The first brick begins at the first close (with `atr`, at the close of the first bar whose average true range is known
 * and not 0). A range of 0, or of less than 1e-9 of the price, leaves the size as it is.
 */
export class RenkoBuilder {
  readonly #fixed: boolean
  readonly #range: AverageTrueRange | undefined
  #size: number
  #barIndex = -1
  /** Price at which bricks began; the levels of a fixed size are whole bricks from it, so that they cannot drift. */
  #base = Number.NaN
  /** Upper and lower end of the newest brick, both the base before the first. */
  #top = Number.NaN
  #bottom = Number.NaN

  /** @throws {@link InvalidParameterError} or {@link InvalidPeriodError} for a bad size. */
  constructor(size: BrickSize) {
    this.#fixed = size.kind === 'fixed'
    if (size.kind === 'fixed') {
      if (!(size.size > 0 && isUsable(size.size)))
        throw new InvalidParameterError('size', size.size, 'a positive number of quote units')
      this.#size = size.size
    } else {
      checkParams(PERIOD, [size.period])
      this.#range = new AverageTrueRange(Math.min(size.period, MAX_PERIOD))
      this.#size = Number.NaN
    }
  }

  /**
   * Append a bar.
   *
   * @returns The bricks that its close completed, oldest first; mostly none, and then always the same empty list.
   * @throws {@link InvalidInputError} for NaN or an infinity; {@link InvalidParameterError} where the bar would complete
   *   more than 100,000 bricks. The builder is left as it was.
   */
  update(high: number, low: number, close: number): readonly RenkoBrick[] {
    const index = this.#barIndex + 1
    if (!isUsable(high)) throw badInput('high', index, high, 'finite')
    if (!isUsable(low)) throw badInput('low', index, low, 'finite')
    if (!isUsable(close)) throw badInput('close', index, close, 'finite')
    const isTooSmall = this.#distance(close) > MOST_BRICKS_A_BAR * this.#size
    if (isTooSmall || this.#size < LEAST_RATE * Math.abs(close))
      throw new InvalidParameterError(
        'size',
        this.#size,
        `a brick of which bar ${index} makes at most 100,000 and which is at least 1e-9 of the price ${close}`,
      )
    this.#barIndex = index
    const range = this.#range?.step(high, low, close, true)
    if (Number.isNaN(this.#base)) {
      if (range !== undefined && range > LEAST_RATE * Math.abs(close)) this.#size = range
      if (this.#size > 0) this.#base = this.#top = this.#bottom = close
      return NONE
    }
    const bricks = this.#complete(close)
    if (bricks.length > 0 && range !== undefined && range > LEAST_RATE * Math.abs(close)) this.#size = range
    return bricks
  }

  /** How far the price lies from the newest brick; 0 before the first. */
  #distance(close: number): number {
    return Math.max(close - this.#top, this.#bottom - close) || 0
  }

  #complete(close: number): readonly RenkoBrick[] {
    const rises = close >= this.#level(this.#top, 1)
    if (!rises && !(close <= this.#level(this.#bottom, -1))) return NONE
    const direction = rises ? 1 : -1
    const bricks: RenkoBrick[] = []
    for (;;) {
      const from = rises ? this.#top : this.#bottom
      const to = this.#level(from, direction)
      if (rises ? close < to : close > to) return bricks
      bricks.push({ barIndex: this.#barIndex, direction, open: from, close: to })
      this.#top = rises ? to : from
      this.#bottom = rises ? from : to
    }
  }

  #level(from: number, direction: 1 | -1): number {
    if (!this.#fixed) return from + direction * this.#size
    return this.#base + (Math.round((from - this.#base) / this.#size) + direction) * this.#size
  }
}

/** Columns of {@link renko}, one entry a brick, oldest first. */
export interface RenkoColumns {
  readonly barIndex: Float64Array
  readonly direction: Float64Array
  readonly open: Float64Array
  readonly close: Float64Array
}

/**
 * Renko bricks of whole columns: a brick each time the close has gone a brick's height beyond the newest brick.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`. Read for the average true range only.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param size - Height of a brick. See {@link BrickSize}.
 * @returns Columns of shape `[bricks]`, as {@link RenkoBuilder} gives them bar by bar.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for NaN or an infinity.
 * @throws {@link InvalidParameterError} or {@link InvalidPeriodError} for a bad size, or one far too small.
 *
 * Causal: cutting the tail leaves the bricks of the bars before unchanged. O(n + bricks) time.
 * Source: Nison, Beyond Candlesticks (1994), chapter 8. A reversal there, too, is one brick beyond the other end.
 */
export function renko(high: Float64Array, low: Float64Array, close: Float64Array, size: BrickSize): RenkoColumns {
  for (const [input, column] of Object.entries({ high, low })) {
    if (column.length === close.length) continue
    throw new InputShapeError(`Input ${input} has ${column.length} values, close has ${close.length}.`, {
      input,
      length: column.length,
      expected: close.length,
    })
  }
  const builder = new RenkoBuilder(size)
  const bricks: RenkoBrick[] = []
  for (let i = 0; i < close.length; i++) {
    for (const brick of builder.update(high[i] as number, low[i] as number, close[i] as number)) bricks.push(brick)
  }
  return {
    barIndex: Float64Array.from(bricks, (brick) => brick.barIndex),
    direction: Float64Array.from(bricks, (brick) => brick.direction),
    open: Float64Array.from(bricks, (brick) => brick.open),
    close: Float64Array.from(bricks, (brick) => brick.close),
  }
}
