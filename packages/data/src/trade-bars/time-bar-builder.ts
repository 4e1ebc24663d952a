import { allocateBars, bucketStart, type TradeColumns, UsageError } from '@kestrel/core'
import type { TradeBars } from '../resample/bars-from-trades.ts'
import { GrowingTradeBars, type TradeBarColumns } from './growing-trade-bars.ts'
import { SingleTrade } from './single-trade.ts'
import { TradeOrder } from './trade-order.ts'

/**
 * Builds bars of a timeframe as trades come, in chunks of any size. After the same trades its bars equal those of
 * {@link barsFromTrades} to the last bit.
 */
export class TimeBarBuilder {
  readonly #timeframeMs: number
  readonly #order = new TradeOrder()
  readonly #bars = new GrowingTradeBars()
  readonly #single = new SingleTrade()
  #barOf = new Uint32Array(2)
  /** End of the open bar; minus infinity where none is open. */
  #endUs = -Infinity

  /** @throws UsageError `DATA_BAR_SPEC` for a length that is no positive whole number. */
  constructor(timeframeMs: number) {
    if (!Number.isSafeInteger(timeframeMs) || timeframeMs < 1) {
      throw new UsageError({
        code: 'DATA_BAR_SPEC',
        message: `Time bars of ${timeframeMs} ms cannot be; give a positive whole number.`,
        meta: { timeframeMs },
      })
    }
    this.#timeframeMs = timeframeMs
  }

  /** Complete bars that wait to be taken. */
  get completeCount(): number {
    return this.#bars.completeCount
  }

  /**
   * Append trades. A bar is complete when a trade of a later one comes; {@link advanceTo} completes it by the clock.
   *
   * @returns How many bars they completed.
   * @throws DataError `DATA_TRADES_UNORDERED` or `DATA_TRADE_TWICE`; the builder is then as it was before the chunk.
   */
  add(trades: TradeColumns): number {
    this.#order.check(trades)
    const length = trades.tsEventUs.length
    if (this.#barOf.length <= length) this.#barOf = new Uint32Array(length + 1)
    const completed = this.#countBars(trades.tsEventUs)
    this.#bars.include(trades, this.#barOf)
    return completed
  }

  /** Append one trade. See {@link add} and {@link SingleTrade}. */
  addTrade(tsEventUs: number, id: number, price: number, quantity: number, takerSide: number): number {
    return this.add(this.#single.set(tsEventUs, id, price, quantity, takerSide))
  }

  /**
   * Say that every trade before `timeUs` has come.
   *
   * @returns 1 where that completes the open bar, else 0. An earlier trade is refused from then on.
   */
  advanceTo(timeUs: number): number {
    this.#order.advanceTo(timeUs)
    if (this.#endUs === -Infinity || timeUs < this.#endUs) return 0
    this.#endUs = -Infinity
    this.#bars.endOpenBar()
    return 1
  }

  /** The bars completed since they were last taken. */
  take(): TradeBars {
    return this.#onTheClock(this.#bars.take(false))
  }

  /** The bars completed since they were last taken and the one that is still open, which ends there. */
  finish(): TradeBars {
    this.#endUs = -Infinity
    return this.#onTheClock(this.#bars.take(true))
  }

  #countBars(tsEventUs: Float64Array): number {
    const barOf = this.#barOf
    let endUs = this.#endUs
    let complete = 0
    for (let i = 0; i < tsEventUs.length; i++) {
      const timeUs = tsEventUs[i] as number
      if (timeUs >= endUs) {
        if (endUs !== -Infinity) complete++
        endUs = (bucketStart(Math.floor(timeUs / 1_000), this.#timeframeMs) + this.#timeframeMs) * 1_000
      }
      barOf[i] = complete
    }
    barOf[tsEventUs.length] = complete
    this.#endUs = endUs
    return complete
  }

  #onTheClock(columns: TradeBarColumns): TradeBars {
    const { openTimeUs, buyVolume, tradeCount } = columns
    const bars = allocateBars(openTimeUs.length)
    for (let b = 0; b < openTimeUs.length; b++) {
      const openTimeMs = bucketStart(Math.floor((openTimeUs[b] as number) / 1_000), this.#timeframeMs)
      bars.openTimeMs[b] = openTimeMs
      bars.closeTimeMs[b] = openTimeMs + this.#timeframeMs
    }
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) bars[name].set(columns[name])
    return { bars, buyVolume, tradeCount }
  }
}
