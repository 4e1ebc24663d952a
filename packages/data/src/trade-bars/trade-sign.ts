/**
 * Direction of a trade: 1 where the buyer took, -1 where the seller took. Where the venue does not say, the tick rule: the
 * sign of the last change of price, 0 while there was none.
 *
 * Source: Lee and Ready, Inferring Trade Direction from Intraday Data, Journal of Finance 46 (1991).
 */
export class TradeSign {
  #price = Number.NaN
  #sign = 0

  /** Sign of the next trade. */
  next(price: number, takerSide: number): number {
    if (takerSide !== 0) this.#sign = takerSide
    else if (price > this.#price) this.#sign = 1
    else if (price < this.#price) this.#sign = -1
    this.#price = price
    return this.#sign
  }
}
