/** Ranges of candles that a setting averages. `shadows` is both shadows together, halved by the average. */
type RangeKind = 'body' | 'range' | 'shadows'

/** A length that is judged against the candles before: `factor` times the mean of the `period` candles before. */
interface CandleSetting {
  readonly kind: RangeKind
  readonly period: 0 | 5 | 10
  readonly factor: number
}

/**
 * What counts as long, short, doji, near and so on: TA-Lib's default candle settings. A period of 0 judges a candle
 * against itself. Source: `TA_CandleDefaultSettings` in TA-Lib's `ta_global.c`.
 */
const CANDLE_SETTINGS = Object.freeze({
  bodyLong: { kind: 'body', period: 10, factor: 1 },
  bodyShort: { kind: 'body', period: 10, factor: 1 },
  bodyDoji: { kind: 'range', period: 10, factor: 0.1 },
  shadowLong: { kind: 'body', period: 0, factor: 1 },
  shadowVeryLong: { kind: 'body', period: 0, factor: 2 },
  shadowShort: { kind: 'shadows', period: 10, factor: 1 },
  shadowVeryShort: { kind: 'range', period: 10, factor: 0.1 },
  near: { kind: 'range', period: 5, factor: 0.2 },
  far: { kind: 'range', period: 5, factor: 0.6 },
  equal: { kind: 'range', period: 5, factor: 0.05 },
} as const) satisfies Readonly<Record<string, CandleSetting>>

type CandleSettingName = keyof typeof CANDLE_SETTINGS

/** Bars that a stream keeps: a pattern of five candles whose first is judged by ten before it needs fifteen. */
const RING_BARS = 16

/**
 * The newest candles as a pattern sees them. Arguments count back from the newest, which is 0.
 *
 * One class serves batch and stream, so that both compare the same numbers: over whole columns the index moves, in a
 * stream the columns are rings of {@link RING_BARS}. Means are added afresh, oldest first, whenever a pattern asks for
 * one; most patterns are refused by colour before they ask.
 */
export class CandleWindow {
  readonly #open: Float64Array
  readonly #high: Float64Array
  readonly #low: Float64Array
  readonly #close: Float64Array
  /** Index bits that count: all over columns, four in a ring. */
  readonly #mask: number
  #at = -1

  private constructor(columns: readonly Float64Array[], mask: number) {
    const [open, high, low, close] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
    this.#open = open
    this.#high = high
    this.#low = low
    this.#close = close
    this.#mask = mask
  }

  /** Over whole columns open, high, low, close; {@link moveTo} says which bar is the newest. */
  static overColumns(columns: readonly Float64Array[]): CandleWindow {
    return new CandleWindow(columns, 0x7fffffff)
  }

  /** Empty, to be fed by {@link push} and {@link replace}. */
  static ring(): CandleWindow {
    const column = (): Float64Array => new Float64Array(RING_BARS)
    return new CandleWindow([column(), column(), column(), column()], RING_BARS - 1)
  }

  moveTo(index: number): void {
    this.#at = index
  }

  push(bar: Float64Array): void {
    this.#at = (this.#at + 1) & this.#mask
    this.replace(bar)
  }

  replace(bar: Float64Array): void {
    this.#open[this.#at] = bar[0] as number
    this.#high[this.#at] = bar[1] as number
    this.#low[this.#at] = bar[2] as number
    this.#close[this.#at] = bar[3] as number
  }

  open(ago: number): number {
    return this.#open[(this.#at - ago) & this.#mask] as number
  }

  high(ago: number): number {
    return this.#high[(this.#at - ago) & this.#mask] as number
  }

  low(ago: number): number {
    return this.#low[(this.#at - ago) & this.#mask] as number
  }

  close(ago: number): number {
    return this.#close[(this.#at - ago) & this.#mask] as number
  }

  /** 1 where the candle closes at or above its open (white), else -1 (black). */
  colour(ago: number): 1 | -1 {
    return this.close(ago) >= this.open(ago) ? 1 : -1
  }

  isWhite(ago: number): boolean {
    return this.close(ago) >= this.open(ago)
  }

  isBlack(ago: number): boolean {
    return this.close(ago) < this.open(ago)
  }

  /** Length of the real body. */
  body(ago: number): number {
    return Math.abs(this.close(ago) - this.open(ago))
  }

  /** Upper end of the real body. */
  top(ago: number): number {
    return Math.max(this.open(ago), this.close(ago))
  }

  /** Lower end of the real body. */
  bottom(ago: number): number {
    return Math.min(this.open(ago), this.close(ago))
  }

  upperShadow(ago: number): number {
    return this.high(ago) - this.top(ago)
  }

  lowerShadow(ago: number): number {
    return this.bottom(ago) - this.low(ago)
  }

  /** Whether the body of the first lies wholly above that of the second. */
  bodyGapUp(ago: number, before: number): boolean {
    return this.bottom(ago) > this.top(before)
  }

  bodyGapDown(ago: number, before: number): boolean {
    return this.top(ago) < this.bottom(before)
  }

  /** The length a setting asks for, judged at a candle by those before it. */
  threshold(name: CandleSettingName, ago: number): number {
    const { kind, period, factor } = CANDLE_SETTINGS[name]
    const mean = period === 0 ? this.#length(kind, ago) : this.#meanBefore(kind, period, ago)
    return (factor * mean) / (kind === 'shadows' ? 2 : 1)
  }

  isLong(ago: number): boolean {
    return this.body(ago) > this.threshold('bodyLong', ago)
  }

  isShort(ago: number): boolean {
    return this.body(ago) < this.threshold('bodyShort', ago)
  }

  isDoji(ago: number): boolean {
    return this.body(ago) <= this.threshold('bodyDoji', ago)
  }

  /** Whether there is no upper shadow to speak of. */
  isFlatTopped(ago: number): boolean {
    return this.upperShadow(ago) < this.threshold('shadowVeryShort', ago)
  }

  /** Whether there is no lower shadow to speak of. */
  isFlatBottomed(ago: number): boolean {
    return this.lowerShadow(ago) < this.threshold('shadowVeryShort', ago)
  }

  /** Whether two prices are as good as equal by the candles before `ago`. */
  areEqual(price: number, other: number, ago: number): boolean {
    const margin = this.threshold('equal', ago)
    return price <= other + margin && price >= other - margin
  }

  #meanBefore(kind: RangeKind, period: number, ago: number): number {
    let sum = 0
    for (let k = ago + period; k > ago; k--) sum += this.#length(kind, k)
    return sum / period
  }

  #length(kind: RangeKind, ago: number): number {
    if (kind === 'body') return this.body(ago)
    const range = this.high(ago) - this.low(ago)
    return kind === 'range' ? range : range - this.body(ago)
  }
}
