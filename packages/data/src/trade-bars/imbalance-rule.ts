import type { TradeColumns } from '@kestrel/core'
import type { BarRule, ExpectedBarOptions, TradeWeight } from './bar-rule.ts'
import { Expectation } from './expectation.ts'
import { TradeSign } from './trade-sign.ts'

/**
 * Imbalance bars: complete when the signed weight since the bar began is as far from 0 as E[T] |E[b w]|, the expected
 * trades of a bar times the expected signed weight of a trade. Both are exponential means, read when the bar begins.
 *
 * The first bar has `expectedTrades` trades. The bounds on trades a bar are not in the source, where the threshold feeds
 * on itself and bars are known to shrink to one trade or to grow without end.
 *
 * Source: López de Prado, Advances in Financial Machine Learning (2018), section 2.3.2.
 */
export class ImbalanceRule implements BarRule {
  readonly #of: TradeWeight
  readonly #options: Required<ExpectedBarOptions>
  readonly #sign = new TradeSign()
  readonly #trades: Expectation
  readonly #signedWeight: Expectation
  /** Infinite in the first bar, which its number of trades completes. */
  #threshold = Infinity
  #imbalance = 0
  #count = 0

  constructor(of: TradeWeight, options: Required<ExpectedBarOptions>) {
    this.#of = of
    this.#options = options
    this.#trades = new Expectation(options.barsSpan)
    this.#signedWeight = new Expectation(options.tradesSpan)
  }

  countBars({ price, quantity, takerSide }: TradeColumns, barOf: Uint32Array): void {
    const { expectedTrades, minTrades, maxTrades } = this.#options
    let complete = 0
    for (let i = 0; i < price.length; i++) {
      barOf[i] = complete
      const p = price[i] as number
      const signed = this.#sign.next(p, takerSide[i] as number) * weightOf(this.#of, p, quantity[i] as number)
      this.#signedWeight.add(signed)
      this.#imbalance += signed
      this.#count++
      const most = this.#threshold === Infinity ? expectedTrades : maxTrades
      const isReached = Math.abs(this.#imbalance) >= this.#threshold && this.#count >= minTrades
      if (!isReached && this.#count < most) continue
      complete++
      this.#trades.add(this.#count)
      this.#threshold = this.#trades.value * Math.abs(this.#signedWeight.value)
      this.#imbalance = 0
      this.#count = 0
    }
    barOf[price.length] = complete
  }
}

/** What a trade counts for. */
export function weightOf(of: TradeWeight, price: number, quantity: number): number {
  return of === 'tick' ? 1 : of === 'volume' ? quantity : price * quantity
}
