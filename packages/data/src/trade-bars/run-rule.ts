import type { TradeColumns } from '@kestrel/core'
import type { BarRule, ExpectedBarOptions, TradeWeight } from './bar-rule.ts'
import { Expectation } from './expectation.ts'
import { weightOf } from './imbalance-rule.ts'
import { TradeSign } from './trade-sign.ts'

/**
 * Run bars: complete when the weight of buys, or that of sells, since the bar began reaches
 * E[T] max(P[buy] E[w | buy], (1 - P[buy]) E[w | sell]). A run may be broken by trades of the other side.
 *
 * E[T] and P[buy] are exponential means over bars, the weights over trades of their side; all are read when the bar
 * begins. The first bar has `expectedTrades` trades; for the bounds see {@link ImbalanceRule}.
 *
 * Source: López de Prado, Advances in Financial Machine Learning (2018), section 2.3.3.
 */
export class RunRule implements BarRule {
  readonly #of: TradeWeight
  readonly #options: Required<ExpectedBarOptions>
  readonly #sign = new TradeSign()
  readonly #trades: Expectation
  readonly #buyShare: Expectation
  readonly #buyWeight: Expectation
  readonly #sellWeight: Expectation
  #threshold = Infinity
  #bought = 0
  #sold = 0
  #buys = 0
  #count = 0

  constructor(of: TradeWeight, options: Required<ExpectedBarOptions>) {
    this.#of = of
    this.#options = options
    this.#trades = new Expectation(options.barsSpan)
    this.#buyShare = new Expectation(options.barsSpan)
    this.#buyWeight = new Expectation(options.tradesSpan)
    this.#sellWeight = new Expectation(options.tradesSpan)
  }

  countBars({ price, quantity, takerSide }: TradeColumns, barOf: Uint32Array): void {
    const { expectedTrades, minTrades, maxTrades } = this.#options
    let complete = 0
    for (let i = 0; i < price.length; i++) {
      barOf[i] = complete
      const p = price[i] as number
      const weight = weightOf(this.#of, p, quantity[i] as number)
      this.#include(this.#sign.next(p, takerSide[i] as number), weight)
      const most = this.#threshold === Infinity ? expectedTrades : maxTrades
      const isReached = Math.max(this.#bought, this.#sold) >= this.#threshold && this.#count >= minTrades
      if (!isReached && this.#count < most) continue
      complete++
      this.#endBar()
    }
    barOf[price.length] = complete
  }

  #include(sign: number, weight: number): void {
    this.#count++
    if (sign > 0) {
      this.#buys++
      this.#bought += weight
      this.#buyWeight.add(weight)
    } else if (sign < 0) {
      this.#sold += weight
      this.#sellWeight.add(weight)
    }
  }

  #endBar(): void {
    this.#trades.add(this.#count)
    this.#buyShare.add(this.#buys / this.#count)
    const buyShare = this.#buyShare.value
    // A side that never traded has no expected weight, and adds nothing.
    const bought = buyShare * (this.#buyWeight.value || 0)
    const sold = (1 - buyShare) * (this.#sellWeight.value || 0)
    this.#threshold = this.#trades.value * Math.max(bought, sold)
    this.#bought = 0
    this.#sold = 0
    this.#buys = 0
    this.#count = 0
  }
}
