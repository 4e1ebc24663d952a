import type { TimeMs } from '@kestrel/core'
import { barEnd, type BarLength, barStart, emptyBar, type ExactBar, joinBars } from './exact-bar.ts'
import type { PublicTrade } from './public-trade.ts'

/** The grid on which trades are kept for ever. */
const MINUTE_MS = 60_000

/**
 * The bars of a market, made from its trades: minutes are kept, anything longer is joined from them when asked for. A minute
 * without a trade is a flat bar, as on the venue.
 */
export class BarTape {
  readonly #minutes: ExactBar[]

  /**
   * @param openingTicks - Price before the first trade.
   * @param history - Minutes before the exchange opened, without a gap, oldest first; the last one ends at or before `startMs`.
   */
  constructor(startMs: TimeMs, openingTicks: number, history: readonly ExactBar[] = []) {
    this.#minutes = [...history]
    if (history.length === 0) this.#minutes.push(emptyBar(barStart(startMs, MINUTE_MS), openingTicks))
    else this.#fillUntil(startMs)
  }

  /** Last price, in ticks. */
  get lastTicks(): number {
    return this.#last.closeTicks
  }

  /** Start of the oldest bar. */
  get firstMs(): TimeMs {
    return (this.#minutes[0] as ExactBar).openTimeMs
  }

  append(trade: PublicTrade): void {
    this.#fillUntil(trade.tsMs)
    const quote = BigInt(trade.priceTicks) * BigInt(trade.qtyLots)
    const isBuy = trade.takerSide === 'buy'
    const { priceTicks, qtyLots, id } = trade
    const last = this.#last
    const isFirst = last.trades === 0
    this.#minutes[this.#minutes.length - 1] = {
      openTimeMs: last.openTimeMs,
      openTicks: isFirst ? priceTicks : last.openTicks,
      highTicks: isFirst ? priceTicks : Math.max(last.highTicks, priceTicks),
      lowTicks: isFirst ? priceTicks : Math.min(last.lowTicks, priceTicks),
      closeTicks: priceTicks,
      lots: last.lots + qtyLots,
      quote: last.quote + quote,
      takerBuyLots: last.takerBuyLots + (isBuy ? qtyLots : 0),
      takerBuyQuote: last.takerBuyQuote + (isBuy ? quote : 0n),
      trades: last.trades + 1,
      firstId: isFirst ? id : last.firstId,
      lastId: id,
    }
  }

  /** The bar that holds an instant, as it stands; the minutes up to that instant exist afterwards. */
  barAt(tsMs: TimeMs, length: BarLength): ExactBar {
    this.#fillUntil(tsMs)
    const start = Math.max(barStart(tsMs, length), barStart(this.firstMs, length))
    return this.#join(start, length)
  }

  /** Bars that open in a window, both ends inclusive, oldest first, at most `count`. The last may be unfinished at `nowMs`. */
  barsFrom(fromMs: TimeMs, toMs: TimeMs, length: BarLength, nowMs: TimeMs, count: number): ExactBar[] {
    this.#fillUntil(nowMs)
    const bars: ExactBar[] = []
    let start = barStart(Math.max(fromMs, this.firstMs), length)
    // Asking from inside a bar skips that bar; the oldest bar may begin before the first minute.
    if (start < fromMs) start = barEnd(start, length)
    for (; start <= toMs && start <= nowMs && bars.length < count; start = barEnd(start, length))
      bars.push(this.#join(start, length))
    return bars
  }

  /** The newest bars up to an instant, oldest first. */
  barsUntil(toMs: TimeMs, length: BarLength, nowMs: TimeMs, count: number): ExactBar[] {
    this.#fillUntil(nowMs)
    const bars: ExactBar[] = []
    const oldest = barStart(this.firstMs, length)
    for (
      let start = barStart(Math.min(toMs, nowMs), length);
      start >= oldest && bars.length < count;
      start = barStart(start - 1, length)
    )
      bars.push(this.#join(start, length))
    return bars.reverse()
  }

  /** Everything between two instants as one bar, to the minute: the minutes that start in `[fromMs, toMs)`. */
  span(fromMs: TimeMs, toMs: TimeMs): ExactBar {
    this.#fillUntil(toMs)
    return joinBars(fromMs, this.#slice(fromMs, toMs))
  }

  get #last(): ExactBar {
    return this.#minutes.at(-1) as ExactBar
  }

  #join(startMs: TimeMs, length: BarLength): ExactBar {
    const minutes = this.#slice(startMs, barEnd(startMs, length))
    return length === MINUTE_MS ? (minutes[0] as ExactBar) : joinBars(startMs, minutes)
  }

  #slice(fromMs: TimeMs, toMs: TimeMs): ExactBar[] {
    const index = (tsMs: TimeMs): number => Math.max(0, Math.ceil((tsMs - this.firstMs) / MINUTE_MS))
    const from = Math.min(index(fromMs), this.#minutes.length - 1)
    return this.#minutes.slice(from, Math.max(index(toMs), from + 1))
  }

  #fillUntil(tsMs: TimeMs): void {
    for (let last = this.#last; last.openTimeMs + MINUTE_MS <= tsMs; last = this.#last)
      this.#minutes.push(emptyBar(last.openTimeMs + MINUTE_MS, last.closeTicks))
  }
}
