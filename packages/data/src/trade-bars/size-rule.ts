import type { TradeColumns } from '@kestrel/core'
import type { BarRule } from './bar-rule.ts'

/** Tick bars: complete after a number of trades. */
export class CountRule implements BarRule {
  readonly #trades: number
  /** Trades of the bar that is open. */
  #count = 0

  constructor(trades: number) {
    this.#trades = trades
  }

  countBars({ price }: TradeColumns, barOf: Uint32Array): void {
    let count = this.#count
    let complete = 0
    for (let i = 0; i < price.length; i++) {
      barOf[i] = complete
      if (++count < this.#trades) continue
      complete++
      count = 0
    }
    barOf[price.length] = complete
    this.#count = count
  }
}

/** Volume and dollar bars: a new one wherever floor(total / size) has grown, the total counted from the first trade. */
export class SizeRule implements BarRule {
  readonly #size: number
  readonly #isDollar: boolean
  #total = 0
  #multiple = 0

  constructor(size: number, isDollar: boolean) {
    this.#size = size
    this.#isDollar = isDollar
  }

  countBars({ price, quantity }: TradeColumns, barOf: Uint32Array): void {
    const size = this.#size
    const isDollar = this.#isDollar
    let total = this.#total
    let multiple = this.#multiple
    let complete = 0
    for (let i = 0; i < quantity.length; i++) {
      barOf[i] = complete
      total += isDollar ? (price[i] as number) * (quantity[i] as number) : (quantity[i] as number)
      const reached = Math.floor(total / size)
      complete += Number(reached > multiple)
      multiple = reached
    }
    barOf[quantity.length] = complete
    this.#total = total
    this.#multiple = multiple
  }
}
