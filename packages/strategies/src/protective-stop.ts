import type { Instrument } from '@kestrel/core'
import { isFinal, type OrderView, type StrategyContext } from '@kestrel/kernel'
import { meetsMinimum } from './order-size.ts'

/** Tag of every protective stop: the contract of strategies holds it to reducing the position. */
export const STOP_TAG = 'stop'

type Context = Pick<StrategyContext<unknown>, 'position' | 'submit' | 'amend' | 'cancel' | 'roundPrice'>

/**
 * One stop order for the whole position in an instrument, resting at the venue; it only ever moves with the trade. It is
 * reduce-only, and where the position has turned it is replaced by one on the other side.
 *
 * Call {@link protect} when the position or the wanted price changes, {@link changed} from `onOrder` and `onFill`, and
 * {@link withdraw} before the position is left in another way: on spot a resting sale sets aside what it would sell.
 */
export class ProtectiveStop {
  readonly #context: Context
  readonly #instrument: Instrument
  #order: OrderView | undefined
  #price = Number.NaN
  /** Quantity that was refused last. */
  #tooSmall = Number.NaN

  constructor(context: Context, instrument: Instrument) {
    this.#context = context
    this.#instrument = instrument
  }

  /** Price that it rests at; NaN where none does. */
  get price(): number {
    return this.#price
  }

  /** True while it stands at the venue and has not been set off. */
  get isResting(): boolean {
    return this.#order?.state === 'accepted'
  }

  /** True from when it has filled until {@link changed} is called. */
  get hasFilled(): boolean {
    return this.#order?.state === 'filled'
  }

  is(order: OrderView): boolean {
    return order === this.#order
  }

  /** Rests the stop for all that is held at this price, or nearer to the market where it has been nearer already. */
  protect(price: number): void {
    const { position, submit, amend, roundPrice } = this.#context
    const held = position(this.#instrument).quantity
    if (held === 0) return
    const side = held > 0 ? 'sell' : 'buy'
    if (this.#order !== undefined && this.#order.side !== side) this.withdraw('position has turned')
    const rounded = roundPrice(this.#instrument, price, 'nearest')
    const triggerPrice = Number.isNaN(this.#price)
      ? rounded
      : held > 0
        ? Math.max(rounded, this.#price)
        : Math.min(rounded, this.#price)
    if (!(triggerPrice > 0)) return
    const quantity = Math.abs(held)
    // What the venue found too small once it finds too small again, until there is more of it or it is worth more.
    if (quantity === this.#tooSmall && !meetsMinimum(this.#instrument, quantity, triggerPrice)) return
    if (this.#order === undefined) {
      const order = submit({
        instrument: this.#instrument,
        side,
        quantity,
        type: 'stop-market',
        triggerPrice,
        reduceOnly: true,
        tag: STOP_TAG,
      })
      if (isFinal(order.state)) {
        this.#tooSmall = quantity
        return
      }
      this.#order = order
    } else if (this.#order.state === 'accepted') {
      if (triggerPrice === this.#price && quantity === this.#order.quantity) return
      if (amend(this.#order, { quantity, triggerPrice }) !== undefined) return
    } else return
    this.#price = triggerPrice
  }

  /** Takes the stop away. */
  withdraw(reason: string): void {
    const order = this.#order
    this.#forget()
    if (order !== undefined && !isFinal(order.state)) this.#context.cancel(order, reason)
  }

  /** To be called after each fill and each change of an order: forgets a stop that has ended. */
  changed(): void {
    if (this.#order !== undefined && isFinal(this.#order.state)) this.#forget()
  }

  #forget(): void {
    this.#order = undefined
    this.#price = Number.NaN
  }
}
