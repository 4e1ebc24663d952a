import type { TimeMs } from '@kestrel/core'
import type { AggregateTrade, PublicTrade } from './public-trade.ts'

/** How many trades are remembered unless said otherwise. */
const KEPT_TRADES = 100_000

/**
 * The public trades of a market and their aggregates: matches of one taker order at one price and in one millisecond are
 * one aggregate trade, closed by the next match that differs in any of these.
 */
export class TradeTape {
  readonly #keep: number
  #trades: PublicTrade[] = []
  #aggregates: AggregateTrade[] = []
  #takerOrderId = 0
  #nextAggregateId = 1

  /** @param keep - Trades remembered at least; older ones cannot be asked for. */
  constructor(keep = KEPT_TRADES) {
    this.#keep = keep
  }

  /** Adds the newest trade. True where it began an aggregate, false where it grew the last one. */
  append(trade: PublicTrade): boolean {
    this.#trades.push(trade)
    if (this.#trades.length > 2 * this.#keep) this.#trades = this.#trades.slice(-this.#keep)
    const takerOrderId = trade.takerSide === 'buy' ? trade.buyOrderId : trade.sellOrderId
    const last = this.#aggregates.at(-1)
    const isSame =
      last !== undefined &&
      takerOrderId !== 0 &&
      takerOrderId === this.#takerOrderId &&
      last.tsMs === trade.tsMs &&
      last.takerSide === trade.takerSide &&
      last.priceTicks === trade.priceTicks
    this.#takerOrderId = takerOrderId
    if (isSame) {
      const qtyLots = last.qtyLots + trade.qtyLots
      this.#aggregates[this.#aggregates.length - 1] = { ...last, lastId: trade.id, qtyLots }
      return false
    }
    const { id, tsMs, priceTicks, qtyLots, takerSide } = trade
    this.#aggregates.push({
      id: this.#nextAggregateId++,
      firstId: id,
      lastId: id,
      tsMs,
      priceTicks,
      qtyLots,
      takerSide,
    })
    if (this.#aggregates.length > 2 * this.#keep) this.#aggregates = this.#aggregates.slice(-this.#keep)
    return true
  }

  /** The newest trades, oldest first. */
  latest(count: number): readonly PublicTrade[] {
    return this.#trades.slice(-count)
  }

  /** Trades from a number on, oldest first. O(log n + count). */
  tradesFrom(id: number, count: number): readonly PublicTrade[] {
    const from = firstIndex(this.#trades, (trade) => trade.id >= id)
    return this.#trades.slice(from, from + count)
  }

  /** The newest aggregates, oldest first. The last one may still grow within its millisecond. */
  latestAggregates(count: number): readonly AggregateTrade[] {
    return this.#aggregates.slice(-count)
  }

  /** Aggregates from a number on, oldest first. */
  aggregatesFrom(id: number, count: number): readonly AggregateTrade[] {
    const from = firstIndex(this.#aggregates, (trade) => trade.id >= id)
    return this.#aggregates.slice(from, from + count)
  }

  /** Aggregates of a window, both ends inclusive, oldest first, at most `count`. */
  aggregatesBetween(fromMs: TimeMs, toMs: TimeMs, count: number): readonly AggregateTrade[] {
    const from = firstIndex(this.#aggregates, (trade) => trade.tsMs >= fromMs)
    const to = firstIndex(this.#aggregates, (trade) => trade.tsMs > toMs)
    return this.#aggregates.slice(from, Math.min(to, from + count))
  }
}

/** First index at which an ascending condition holds; the length where it never does. O(log n). */
function firstIndex<Row>(rows: readonly Row[], holds: (row: Row) => boolean): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(rows[middle] as Row)) high = middle
    else low = middle + 1
  }
  return low
}
