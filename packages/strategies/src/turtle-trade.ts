import type { Instrument } from '@kestrel/core'
import { type FillRecord, isFinal, type OrderView, type StrategyContext } from '@kestrel/kernel'
import { lossOf, meetsMinimum } from './order-size.ts'
import { ProtectiveStop, STOP_TAG } from './protective-stop.ts'

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
}

/**
 * Orders of one turtle trade, from the resting entries to the stop that ends it.
 *
 * Entries wait while flat. The first that fills cancels the other side, gets a stop for all that is held and rests the next
 * unit; once the stop is set off, nothing more is added. The account's position says which way the trade goes: one bar may
 * fill both sides, and what they leave belongs to the larger one.
 */
export class TurtleTrade {
  readonly #context: StrategyContext<unknown>
  readonly #rules: TurtleRules
  readonly #instrument: Instrument
  /** Replaced, never changed, so that it can be gone through while entries are withdrawn. */
  #entries: readonly Entry[] = []
  readonly #stop: ProtectiveStop
  #units = 0
  /** Order of the unit that was counted last. */
  #countedOrderId = 0
  #direction: 1 | -1 = 1
  #atr = Number.NaN
  #newestEntryPrice = Number.NaN

  constructor(context: StrategyContext<unknown>, rules: TurtleRules) {
    this.#context = context
    this.#rules = rules
    this.#instrument = context.instrument
    this.#stop = new ProtectiveStop(context, context.instrument)
  }

  get isOpen(): boolean {
    return this.#context.position(this.#instrument).side !== 'flat'
  }

  /** Rests an entry of one unit at a channel's edge, or moves the one that rests there. */
  await(direction: 1 | -1, edge: number, atr: number): void {
    // What a trade that no entry begins, since one bar has filled both, is measured with.
    this.#atr = atr
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
    const d = this.#direction
    const far = this.#newestEntryPrice - d * this.#rules.stopAtr * this.#atr
    const near = d === 1 ? exit.long : exit.short
    const candidates = [far, near].filter((each) => !Number.isNaN(each))
    if (candidates.length > 0) this.#stop.protect(d === 1 ? Math.max(...candidates) : Math.min(...candidates))
  }

  /** Takes over a fill of one of its orders. */
  filled(fill: FillRecord, exit: ExitPrices): void {
    const held = this.#context.position(this.#instrument).quantity
    if (held === 0) return this.#reset()
    const direction = held > 0 ? 1 : -1
    const entry = this.#entries.find((each) => each.order.orderId === fill.orderId)
    const isStopped = this.#stop.hasFilled
    // One bar has filled both entries, or the stop and a unit with it: what is left is a trade of its own.
    if (isStopped || direction !== this.#direction) this.#restart(direction)
    const adds = fill.tag !== STOP_TAG && (fill.side === 'buy') === (direction === 1)
    if (adds) this.#count(fill, entry)
    if (entry !== undefined) {
      for (const each of this.#entries) if (each !== entry) this.#withdraw(each, 'another entry was filled')
    }
    this.protect(exit)
    if (entry === undefined || !isFinal(entry.order.state)) return
    this.#forget(entry)
    const mayAdd = adds && !isStopped && this.#units < this.#rules.maxUnits && this.#stop.isResting
    if (!mayAdd) return
    const trigger = this.#price(fill.price + direction * this.#rules.addAtr * this.#atr)
    this.#enter(direction, trigger, entry.quantity, this.#atr, `unit ${this.#units + 1}`)
  }

  /** Takes over a change of state of one of its orders. */
  changed(order: OrderView): void {
    const entry = this.#entries.find((each) => each.order === order)
    if (entry !== undefined && isFinal(order.state)) this.#forget(entry)
    if (!this.#stop.is(order)) return
    // What has not been bought by now would be left without a stop.
    const isSetOff = order.state === 'triggered' || order.state === 'partially-filled'
    if (isSetOff) for (const each of this.#entries) this.#withdraw(each, 'stop was set off')
    this.#stop.changed()
  }

  /** A unit is one order, however many fills it takes. */
  #count(fill: FillRecord, entry: Entry | undefined): void {
    if (this.#countedOrderId !== fill.orderId) {
      this.#countedOrderId = fill.orderId
      this.#units++
    }
    if (this.#units === 1 && entry !== undefined) this.#atr = entry.atr
    this.#newestEntryPrice = fill.price
  }

  #restart(direction: 1 | -1): void {
    this.#stop.changed()
    if (direction !== this.#direction) this.#newestEntryPrice = Number.NaN
    this.#direction = direction
    this.#units = 0
  }

  #enter(direction: 1 | -1, trigger: number, quantity: number, atr: number, tag: string): void {
    const instrument = this.#instrument
    if (!(trigger > 0) || !meetsMinimum(instrument, quantity, trigger)) return
    const side = direction === 1 ? 'buy' : 'sell'
    const order = this.#context.submit({ instrument, side, quantity, type: 'stop-market', triggerPrice: trigger, tag })
    if (!isFinal(order.state)) this.#entries = [...this.#entries, { direction, order, atr, trigger, quantity }]
  }

  #withdraw(entry: Entry, reason: string): void {
    this.#forget(entry)
    if (!isFinal(entry.order.state)) this.#context.cancel(entry.order, reason)
  }

  #forget(entry: Entry): void {
    this.#entries = this.#entries.filter((each) => each !== entry)
  }

  #reset(): void {
    for (const each of this.#entries) this.#withdraw(each, 'trade has ended')
    this.#stop.withdraw('trade has ended')
    this.#units = 0
    this.#newestEntryPrice = Number.NaN
  }

  /** Base units or contracts whose loss over one ATR is the risk wanted, within what all units together may cost. */
  #unit(price: number, atr: number): number {
    const { riskPerUnit, maxExposure, maxUnits } = this.#rules
    const { account, roundQuantity, unitValue } = this.#context
    if (!(price > 0 && account.equity > 0)) return 0
    const byRisk = (account.equity * riskPerUnit) / lossOf(this.#context, this.#instrument, price, atr)
    const byMoney = (account.equity * maxExposure) / (maxUnits * unitValue(this.#instrument, price))
    return roundQuantity(this.#instrument, Math.min(byRisk, byMoney))
  }

  #price(price: number): number {
    return this.#context.roundPrice(this.#instrument, price, 'nearest')
  }
}
