import { type Clock, KestrelError } from '@kestrel/core'
import type { TradingGateway, VenueOrder } from '@kestrel/kernel'
import { readClientOrderId, sessionCode } from '../sending/client-order-id.ts'
import type { OrderLink } from '../sending/order-link.ts'
import type { OrderSender } from '../sending/order-sender.ts'
import type { SessionVenues } from '../session/session-venues.ts'
import type { Difference, ReconcileRules } from './difference.ts'
import type { StrayOrders } from './stray-orders.ts'

/** Compares the orders that are open at a venue with those that are open in the books. */
export class OpenOrders {
  readonly #code: string
  readonly #venues: SessionVenues
  readonly #sender: OrderSender
  readonly #strays: StrayOrders
  readonly #clock: Clock
  /** Orders of somebody else that are to be cancelled once it is known that the session may begin. */
  readonly #unwanted: VenueOrder[] = []

  /** @param session - What the names of its orders are made from. */
  constructor(session: string, venues: SessionVenues, sender: OrderSender, strays: StrayOrders, clock: Clock) {
    this.#code = sessionCode(session)
    this.#venues = venues
    this.#sender = sender
    this.#strays = strays
    this.#clock = clock
  }

  /**
   * Takes in what the venue says of the session's orders, and looks up those that it does not list.
   *
   * @param foreignOrders - What to do about orders that somebody else placed; none is cancelled before {@link cancelForeign}.
   * @returns Orders that the books do not have open, when it is known where the session's own stand, or the venue takes too
   *   long to say.
   * @throws What the gateway throws.
   */
  async compare(gateway: TradingGateway, foreignOrders: ReconcileRules['foreignOrders']): Promise<Difference[]> {
    const out: Difference[] = []
    const askedMs = this.#clock.nowMs()
    const openBefore = new Map(
      this.#sender.openLinks().map((link) => [link, link.status === 'open' && link.clientOrderId]),
    )
    const open = await gateway.openOrders(this.#venues.instrumentsAt(gateway.venue))
    for (const order of open) {
      const link = this.#linkOf(order)
      if (link === undefined) {
        out.push(foreign(order, foreignOrders))
        if (foreignOrders === 'cancel') this.#unwanted.push(order)
        continue
      }
      const hadEnded = link.status === 'done' && !openBefore.has(link) && link.createdMs < askedMs
      // Of two names the newer one took the place of the other, which the venue had said was gone.
      const isReplaced = openBefore.get(link) === link.clientOrderId && order.clientOrderId !== link.clientOrderId
      if (hadEnded || isReplaced) out.push(this.#strays.found(order))
      else this.#sender.hearOrder(order)
    }
    const there = new Set(open.map(({ clientOrderId }) => clientOrderId))
    const missing = this.#sender
      .openLinks()
      .filter((link) => link.gateway === gateway && link.status === 'open' && !link.hasEnded)
      .filter(({ clientOrderId }) => !there.has(clientOrderId))
    await this.#sender.lookUp(missing)
    return out
  }

  /**
   * Cancels what somebody else placed, as far as a comparison found it and the rule says so.
   *
   * @returns How many there were. What they filled meanwhile is not in the books: compare again.
   * @throws What the gateway throws where it may be asked again.
   */
  async cancelForeign(): Promise<number> {
    const unwanted = this.#unwanted.splice(0)
    for (const { clientOrderId = '', venueOrderId, instrument, type } of unwanted) {
      try {
        await this.#venues.gatewayOf(instrument.venue).cancelOrder({ clientOrderId, venueOrderId, instrument, type })
      } catch (error) {
        // Turned down: most often it has just ended. The next comparison shows what it left.
        if (!KestrelError.isInstance(error) || error.retry !== 'never') throw error
      }
    }
    return unwanted.length
  }

  #linkOf({ clientOrderId }: VenueOrder): OrderLink | undefined {
    const named = readClientOrderId(clientOrderId)
    return named?.sessionCode === this.#code ? this.#sender.linkOf(named.orderId) : undefined
  }
}

function foreign(order: VenueOrder, rule: ReconcileRules['foreignOrders']): Difference {
  const { instrument, side, type, quantityLots, clientOrderId, venueOrderId } = order
  return {
    venue: instrument.venue,
    kind: 'foreign-order',
    what: `${venueOrderId} ${instrument.id}`,
    ours: 'not ours',
    theirs: `${side} ${type} ${quantityLots} lots`,
    verdict: rule === 'refuse' ? 'refused' : rule === 'cancel' ? 'explained' : 'adopted',
    detail: `placed by somebody else${clientOrderId === undefined ? '' : ` (${clientOrderId})`}`,
  }
}
