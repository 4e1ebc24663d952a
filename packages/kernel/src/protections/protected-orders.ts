import type { TimeMs } from '@kestrel/core'
import { isFinal } from '../order-state.ts'
import type { Order } from '../order.ts'
import { EXIT_REASON } from '../round-trips.ts'
import type { Execution } from '../venue.ts'
import { EntryGuard } from './entry-guard.ts'
import type { ProtectionSpec } from './protection-spec.ts'

/** What the desk does for the protections. */
export interface ProtectedDesk {
  /** Signed lots of the position that the order belongs to. */
  heldLots(order: Order): number
  /** Profit of the trade that was closed last. */
  newestProfit(): number
  equity(): number
  /** Orders that are not final and that a condition holds for, as a copy. */
  openOrders(holds: (order: Order) => boolean): readonly Order[]
  cancel(order: Order, reason: string): void
  /** Asks the venue to leave only so many lots of a resting order. */
  shrink(order: Order, quantityLots: number): void
}

/** Applies the protections of a run to its orders. Entries are stopped, exits never. */
export class ProtectedOrders {
  readonly guard: EntryGuard
  readonly #desk: ProtectedDesk
  /** What is left to open of reversals under way, by order id. */
  readonly #rests = new Map<number, number>()

  constructor(specs: readonly ProtectionSpec[], clock: { readonly nowMs: TimeMs }, desk: ProtectedDesk) {
    this.guard = new EntryGuard(specs, clock)
    this.#desk = desk
  }

  /**
   * Tells the protections of an instant, after its prices are known and before strategies decide, and withdraws the
   * resting entries that they no longer allow.
   */
  observe(timeMs: TimeMs): void {
    this.guard.marked(timeMs, this.#desk.equity())
    this.withdrawEntries()
  }

  /**
   * Whether a target that opens or enlarges a position was refused for the same reason before: it asks again at every
   * bar, and one refusal a pause is enough for the log.
   *
   * @param heldLots - Signed lots of the position that the target is about.
   */
  isRefusedAgain(slot: number, instrumentIndex: number, heldLots: number, signedLots: number): boolean {
    if (signedLots * heldLots < 0) return false
    const reason = this.guard.refusal(instrumentIndex)
    if (reason !== undefined) return this.guard.wasSaid(slot, reason)
    this.guard.forget(slot)
    return false
  }

  /**
   * An order that would close a position and open the opposite one closes it only while entries are stopped. A market order
   * does so first in any case where the trade that it closes may begin a pause; {@link restOf} then gives the rest.
   *
   * @returns True where the order was cut; its lots and its reason are then changed.
   */
  cutReversal(order: Order): boolean {
    const held = this.#closable(order)
    if (held === 0 || order.reduceOnly || order.quantityLots <= held) return false
    const reason = this.guard.refusal(order.instrumentIndex)
    if (reason !== undefined) order.reason = `cut to what closes the position; ${reason}`
    else if (order.type === 'market' && order.timeInForce !== 'FOK' && this.guard.followsTrades) {
      const restLots = order.quantityLots - held
      this.#rests.set(order.orderId, order.side === 'buy' ? restLots : -restLots)
      order.reason = 'closes the position first, so that a protection may hold back the opposite one'
    } else return false
    order.quantityLots = held
    return true
  }

  /** Signed lots that a reversal has left to open, once the order that closes its position has filled; 0 for any other order. */
  restOf(order: Order): number {
    if (this.#rests.size === 0 || order.state !== 'filled') return 0
    const restLots = this.#rests.get(order.orderId) ?? 0
    this.#rests.delete(order.orderId)
    return restLots
  }

  /** Cancels resting orders that would open or enlarge a position which the protections do not allow. */
  withdrawEntries(): void {
    for (const order of this.#desk.openOrders(({ state, reduceOnly }) => state !== 'waiting' && !reduceOnly)) {
      // A cancellation before it may have ended it too, as of a group.
      if (isFinal(order.state)) continue
      const reason = this.guard.refusal(order.instrumentIndex)
      if (reason === undefined) continue
      const held = this.#closable(order)
      if (held === 0) this.#desk.cancel(order, reason)
      else if (order.remainingLots > held && order.group === undefined) {
        this.#desk.shrink(order, order.filledLots + held)
      }
    }
  }

  /** A fill that has brought a position to zero or through it. */
  closed({ instrumentIndex, instrument, type }: Order, { tsEventMs, liquidity }: Execution): void {
    const byStop = EXIT_REASON[type] === 'stop' || liquidity === 'liquidation'
    const profit = this.#desk.newestProfit()
    this.guard.closed({ instrumentIndex, instrumentId: instrument.id, timeMs: tsEventMs, profit, byStop })
  }

  /** Lots of a position that an order would close; 0 where it would open or enlarge one. */
  #closable(order: Order): number {
    const held = this.#desk.heldLots(order)
    return (order.side === 'buy') === held < 0 ? Math.abs(held) : 0
  }
}
