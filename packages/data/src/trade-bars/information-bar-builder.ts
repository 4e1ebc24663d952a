import type { TradeColumns } from '@kestrel/core'
import { type BarRule, type BarSpec, openBarRule } from './bar-rule.ts'
import { GrowingTradeBars } from './growing-trade-bars.ts'
import type { InformationBars } from './information-bars.ts'
import { SingleTrade } from './single-trade.ts'
import { TradeOrder } from './trade-order.ts'

/**
 * Builds information bars as trades come, in chunks of any size. After the same trades its bars equal those of
 * {@link informationBars} to the last bit, because that is this builder fed with one chunk.
 */
export class InformationBarBuilder {
  readonly #rule: BarRule
  readonly #order = new TradeOrder()
  readonly #bars = new GrowingTradeBars()
  readonly #single = new SingleTrade()
  #barOf = new Uint32Array(2)

  /** @throws UsageError `DATA_BAR_SPEC` for numbers that cannot be. */
  constructor(spec: BarSpec) {
    this.#rule = openBarRule(spec)
  }

  /** Complete bars that wait to be taken. */
  get completeCount(): number {
    return this.#bars.completeCount
  }

  /** Make room for so many complete bars, where an estimate saves growing. */
  expect(bars: number): void {
    this.#bars.expect(bars)
  }

  /**
   * Append trades.
   *
   * @returns How many bars they completed.
   * @throws DataError `DATA_TRADES_UNORDERED` or `DATA_TRADE_TWICE`; the builder is then as it was before the chunk.
   */
  add(trades: TradeColumns): number {
    this.#order.check(trades)
    const length = trades.tsEventUs.length
    if (this.#barOf.length <= length) this.#barOf = new Uint32Array(length + 1)
    this.#rule.countBars(trades, this.#barOf)
    this.#bars.include(trades, this.#barOf)
    return this.#barOf[length] as number
  }

  /** Append one trade. See {@link add} and {@link SingleTrade}. */
  addTrade(tsEventUs: number, id: number, price: number, quantity: number, takerSide: number): number {
    return this.add(this.#single.set(tsEventUs, id, price, quantity, takerSide))
  }

  /** The bars completed since they were last taken. */
  take(): InformationBars {
    const completeCount = this.#bars.completeCount
    return { ...this.#bars.take(false), completeCount }
  }

  /** The bars completed since they were last taken and the one that is still open. Call it once, when no trade is to come. */
  finish(): InformationBars {
    const completeCount = this.#bars.completeCount
    return { ...this.#bars.take(true), completeCount }
  }
}
