import type { Instrument } from '@kestrel/core'
import { type FillRecord, isFinal, type OrderView, type StrategyContext } from '@kestrel/kernel'

type Context = Pick<StrategyContext<unknown>, 'submit' | 'cancel'>

/** Where a breakout is entered and how much of it. */
export interface BreakoutEntry {
  readonly direction: 1 | -1
  readonly triggerPrice: number
  /** Base units; nothing rests where it is 0. */
  readonly quantity: number
}

/**
 * Stop orders that rest on one or both sides of the market; the first that fills withdraws the other.
 *
 * Both sides can fill inside one bar, since nobody can tell which came first: what was opened is then closed by the
 * other side, as it would be by a stop and reverse.
 */
export class BreakoutEntries {
  readonly #context: Context
  readonly #instrument: Instrument
  #orders: readonly OrderView[] = []

  constructor(context: Context, instrument: Instrument) {
    this.#context = context
    this.#instrument = instrument
  }

  /** True while an entry rests or trades. */
  get areWaiting(): boolean {
    return this.#orders.length > 0
  }

  rest(entries: readonly BreakoutEntry[]): void {
    const { submit } = this.#context
    const orders = entries
      .filter(({ quantity, triggerPrice }) => quantity > 0 && triggerPrice > 0)
      .map(({ direction, triggerPrice, quantity }) =>
        submit({
          instrument: this.#instrument,
          side: direction === 1 ? 'buy' : 'sell',
          quantity,
          type: 'stop-market',
          triggerPrice,
          tag: 'breakout',
        }),
      )
    this.#orders = [...this.#orders, ...orders.filter(({ state }) => !isFinal(state))]
  }

  /** Withdraws whatever rests. */
  withdraw(reason: string): void {
    const orders = this.#orders
    this.#orders = []
    for (const order of orders) if (!isFinal(order.state)) this.#context.cancel(order, reason)
  }

  /** To be called from `onFill`: says whether the fill was one of the entries. */
  filled(fill: FillRecord): boolean {
    const own = this.#orders.find(({ orderId }) => orderId === fill.orderId)
    if (own === undefined) return false
    const others = this.#orders.filter((each) => each !== own)
    this.#orders = isFinal(own.state) ? [] : [own]
    for (const each of others) if (!isFinal(each.state)) this.#context.cancel(each, 'the other side was entered')
    return true
  }

  /** To be called from `onOrder`: forgets an entry that has ended without a fill. */
  changed(order: OrderView): void {
    if (isFinal(order.state)) this.#orders = this.#orders.filter((each) => each !== order)
  }
}
