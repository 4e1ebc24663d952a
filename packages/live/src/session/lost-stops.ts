import type { AccountView, Order } from '@kestrel/kernel'
import { isStop } from './spot-exit.ts'

/** Stops that ended though nobody on this side wanted it: of each strategy, instrument and leg the newest. */
export class LostStops {
  readonly #account: AccountView
  readonly #orders = new Map<string, Order>()

  constructor(account: AccountView) {
    this.#account = account
  }

  keep(order: Order): void {
    const { instrumentIndex, leg } = order
    // What ended because its position was closed is missed by nobody.
    if (!isStop(order) || this.#account.positionLots(instrumentIndex, leg) === 0) return
    this.#orders.set(placeOf(order), order)
  }

  /** What it guarded is over. */
  forget(order: Order): void {
    if (this.#orders.get(placeOf(order)) === order) this.#orders.delete(placeOf(order))
  }

  all(): readonly Order[] {
    return [...this.#orders.values()]
  }
}

function placeOf({ strategyIndex, instrumentIndex, leg }: Order): string {
  return `${strategyIndex} ${instrumentIndex} ${leg}`
}
