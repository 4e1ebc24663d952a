import { PriceLadder } from './price-ladder.ts'
import type { RestingOrder } from './resting-order.ts'

/** The orders of one instrument at the simulated venue, kept by what they wait for. */
export class LaneOrders {
  /** Have not met the market yet, oldest first. */
  readonly newcomers: RestingOrder[] = []
  /** Take any price and wait for the next open (or close) because there was not enough volume. */
  readonly takers: RestingOrder[] = []
  /** Wait for the price of trades to rise or fall to them. */
  readonly rising = new PriceLadder(1)
  readonly falling = new PriceLadder(-1)
  /** Follow the price of trades. */
  readonly trailing: RestingOrder[] = []
  /** Wait for the mark price. */
  readonly byMark: RestingOrder[] = []
  /** Those of any shelf that expire, oldest first. */
  readonly expiring: RestingOrder[] = []
  count = 0

  /** Takes in an order that comes to the market at the next open it is active at. */
  add(resting: RestingOrder): void {
    this.count++
    if (resting.order.timeInForce === 'GTD') this.expiring.push(resting)
    this.#put(this.newcomers, resting, 'newcomers')
  }

  /** Takes in an order that comes to the market inside a bar; it is still to be put on a shelf. */
  join(): void {
    this.count++
  }

  /** Puts an order that has been dealt with where it belongs now. */
  shelve(resting: RestingOrder): void {
    if (resting.gone) return
    if (!resting.arrived) this.#put(this.newcomers, resting, 'newcomers')
    else if (resting.takesAnyPrice) this.#put(this.takers, resting, 'takers')
    else if (resting.waitsForMark) this.#put(this.byMark, resting, 'byMark')
    else if (resting.order.type === 'trailing-stop') this.#put(this.trailing, resting, 'trailing')
    else if (resting.reachDirection === 1) {
      resting.shelf = 'rising'
      this.rising.add(resting)
    } else {
      resting.shelf = 'falling'
      this.falling.add(resting)
    }
  }

  /** Takes an order off its shelf, to deal with it or to let it go. */
  takeOff(resting: RestingOrder): void {
    // One case each: `this[shelf]` would search for the shelf by its name at every call.
    switch (resting.shelf) {
      case 'hand':
        return
      case 'rising':
        this.rising.remove(resting)
        break
      case 'falling':
        this.falling.remove(resting)
        break
      case 'newcomers':
        removeFrom(this.newcomers, resting)
        break
      case 'takers':
        removeFrom(this.takers, resting)
        break
      case 'trailing':
        removeFrom(this.trailing, resting)
        break
      case 'byMark':
        removeFrom(this.byMark, resting)
    }
    resting.shelf = 'hand'
  }

  /** Gives an order on new terms its place as the youngest; it comes to the market anew. */
  renew(resting: RestingOrder): void {
    resting.arrived = false
    this.shelve(resting)
    if (resting.order.timeInForce !== 'GTD') return
    removeFrom(this.expiring, resting)
    this.expiring.push(resting)
  }

  /** Lets an order go. */
  remove(resting: RestingOrder): void {
    this.takeOff(resting)
    resting.gone = true
    this.count--
    if (resting.order.timeInForce === 'GTD') removeFrom(this.expiring, resting)
  }

  #put(shelf: RestingOrder[], resting: RestingOrder, name: 'newcomers' | 'takers' | 'trailing' | 'byMark'): void {
    resting.shelf = name
    // A limit that a stop has set off comes back among younger newcomers: they stay in the order of their age.
    let index = shelf.length
    while (index > 0 && (shelf[index - 1] as RestingOrder).sequence > resting.sequence) index--
    if (index === shelf.length) shelf.push(resting)
    else shelf.splice(index, 0, resting)
  }
}

function removeFrom(list: RestingOrder[], resting: RestingOrder): void {
  const index = list.lastIndexOf(resting)
  if (index === list.length - 1) list.pop()
  else if (index >= 0) list.splice(index, 1)
}
