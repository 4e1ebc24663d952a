import type { Instrument } from '@kestrel/core'
import { type FillRecord, isFinal, type OrderView, type StrategyContext } from '@kestrel/kernel'

/** What sizes and protects a turtle trade; fractions and multiples of the ATR. */
export interface TurtleRules {
  readonly riskPerUnit: number
  readonly maxUnits: number
  readonly addAtr: number
  readonly stopAtr: number
  readonly maxExposure: number
}

/** Prices of the exit channel for either direction. */
interface ExitPrices {
  readonly long: number
  readonly short: number
}

/** A resting entry: its order, and the unit and ATR that it was sized with. */
interface Entry {
  readonly direction: 1 | -1
  readonly order: OrderView
  readonly atr: number
  readonly trigger: number
  readonly quantity: number
  counted: boolean
}

/**
 * Orders of one turtle trade, from the resting entries to the stop that ends it.
 *
 * Entries wait while flat. The first that fills cancels the other side, gets a stop for all that is held and rests the next
 * unit; once the stop is set off, nothing more is added.
 */
export class TurtleTrade {
  readonly #context: StrategyContext<unknown>
  readonly #rules: TurtleRules
  readonly #instrument: Instrument
  /** Replaced, never changed, so that it can be gone through while entries are withdrawn. */
  #entries: readonly Entry[] = []
  #stop: OrderView | undefined
  #stopPrice = Number.NaN
  #units = 0
  #direction: 1 | -1 = 1
  #atr = Number.NaN
  #newestEntryPrice = Number.NaN

  constructor(context: StrategyContext<unknown>, rules: TurtleRules) {
    this.#context = context
    this.#rules = rules
    this.#instrument = context.instrument
  }

  get isOpen(): boolean {
    return this.#context.position(this.#instrument).side !== 'flat'
  }

  /** Rests an entry of one unit at a channel's edge, or moves the one that rests there. */
  await(direction: 1 | -1, edge: number, atr: number): void {
    const trigger = this.#price(edge)
    const quantity = this.#unit(trigger, atr)
    const old = this.#entries.find((each) => each.direction === direction)
    if (old !== undefined) {
      // A triggered entry is trading already; it is left alone until it fills or ends.
      if (old.order.state === 'triggered' || (old.trigger === trigger && old.quantity === quantity)) return
      this.#withdraw(old, 'channel has moved')
    }
    this.#enter(direction, trigger, quantity, atr, 'breakout')
  }

  /** Keeps a stop for the whole position at the venue, never further away than before. */
  protect(exit: ExitPrices): void {
    const { position, submit, amend } = this.#context
    const quantity = Math.abs(position(this.#instrument).quantity)
    if (quantity === 0) return
    const d = this.#direction
    const far = this.#newestEntryPrice - d * this.#rules.stopAtr * this.#atr
    const near = d === 1 ? exit.long : exit.short
    const candidates = [far, near, this.#stopPrice].filter((each) => !Number.isNaN(each))
    const price = this.#price(d === 1 ? Math.max(...candidates) : Math.min(...candidates))
    if (!(price > 0)) return
    if (this.#stop === undefined) {
      const side = d === 1 ? 'sell' : 'buy'
      const stop = submit({ instrument: this.#instrument, side, quantity, type: 'stop-market', triggerPrice: price })
      if (isFinal(stop.state)) return
      this.#stop = stop
    } else if (this.#stop.state === 'accepted') {
      if (price !== this.#stopPrice || quantity !== this.#stop.quantity) {
        amend(this.#stop, { quantity, triggerPrice: price })
      }
    } else return
    this.#stopPrice = price
  }

  /** Takes over a fill of one of its orders. */
  filled(fill: FillRecord, exit: ExitPrices): void {
    const entry = this.#entries.find((each) => each.order.orderId === fill.orderId)
    if (entry === undefined) {
      if (!this.isOpen) this.#reset()
      else if (this.#stop !== undefined && isFinal(this.#stop.state)) this.#restart(exit)
      return
    }
    if (!entry.counted) {
      entry.counted = true
      this.#units++
    }
    this.#direction = entry.direction
    if (this.#units === 1) this.#atr = entry.atr
    this.#newestEntryPrice = fill.price
    for (const each of this.#entries) if (each !== entry) this.#withdraw(each, 'another entry was filled')
    this.protect(exit)
    if (!isFinal(entry.order.state)) return
    this.#forget(entry)
    if (this.#units >= this.#rules.maxUnits || this.#stop?.state !== 'accepted') return
    const trigger = this.#price(fill.price + entry.direction * this.#rules.addAtr * this.#atr)
    this.#enter(entry.direction, trigger, entry.quantity, this.#atr, `unit ${this.#units + 1}`)
  }

  /** Takes over a change of state of one of its orders. */
  changed(order: OrderView): void {
    const entry = this.#entries.find((each) => each.order === order)
    if (entry !== undefined && isFinal(order.state)) this.#forget(entry)
    if (order !== this.#stop) return
    // What has not been bought by now would be left without a stop.
    const isSetOff = order.state === 'triggered' || order.state === 'partially-filled'
    if (isSetOff) for (const each of this.#entries) this.#withdraw(each, 'stop was set off')
    if (!isFinal(order.state)) return
    this.#stop = undefined
    this.#stopPrice = Number.NaN
  }

  #enter(direction: 1 | -1, trigger: number, quantity: number, atr: number, tag: string): void {
    const instrument = this.#instrument
    const tooSmall = quantity < instrument.minQuantity || quantity * trigger < instrument.minNotional
    if (!(quantity > 0) || !(trigger > 0) || tooSmall) return
    const side = direction === 1 ? 'buy' : 'sell'
    const order = this.#context.submit({ instrument, side, quantity, type: 'stop-market', triggerPrice: trigger, tag })
    if (!isFinal(order.state))
      this.#entries = [...this.#entries, { direction, order, atr, trigger, quantity, counted: false }]
  }

  #withdraw(entry: Entry, reason: string): void {
    this.#forget(entry)
    if (!isFinal(entry.order.state)) this.#context.cancel(entry.order, reason)
  }

  #forget(entry: Entry): void {
    this.#entries = this.#entries.filter((each) => each !== entry)
  }

  /** The stop has filled and a unit with it, within one bar: what is left of that unit is a trade of its own. */
  #restart(exit: ExitPrices): void {
    this.#stop = undefined
    this.#stopPrice = Number.NaN
    // One that is not yet heard of counts itself.
    this.#units = this.#entries.some(({ order, counted }) => order.filledQuantity > 0 && !counted) ? 0 : 1
    this.protect(exit)
  }

  #reset(): void {
    for (const each of this.#entries) this.#withdraw(each, 'trade has ended')
    if (this.#stop !== undefined && !isFinal(this.#stop.state)) this.#context.cancel(this.#stop, 'trade has ended')
    this.#stop = undefined
    this.#stopPrice = Number.NaN
    this.#units = 0
    this.#newestEntryPrice = Number.NaN
  }

  /** Base units whose loss over one ATR is the risk wanted, within what all units together may cost. */
  #unit(price: number, atr: number): number {
    const { riskPerUnit, maxExposure, maxUnits } = this.#rules
    const { account, roundQuantity } = this.#context
    const { contractSize } = this.#instrument
    const byRisk = (account.equity * riskPerUnit) / (atr * contractSize)
    const byMoney = (account.equity * maxExposure) / (maxUnits * price * contractSize)
    return price > 0 && account.equity > 0 ? roundQuantity(this.#instrument, Math.min(byRisk, byMoney)) : 0
  }

  #price(price: number): number {
    return this.#context.roundPrice(this.#instrument, price, 'nearest')
  }
}
