import type { OrderType, VenueFill } from '@kestrel/kernel'

/** The order that a stop or take-profit becomes once it is set off, at venues that give it a number of its own. */
export interface TriggeredOrder {
  /** The stop's own number. */
  readonly venueOrderId: string
  readonly clientOrderId: string | undefined
  readonly type: OrderType
  readonly triggerPrice: number | undefined
}

/** As many as are remembered; an older one is asked for anew. */
const REMEMBERED = 5_000
const ORPHANS = 200

/**
 * Which stop an order in the market came from. Fills name only the order in the market, and the message that joins the two
 * may come after them, so fills that nobody claimed yet are kept for a while.
 */
export class TriggeredOrders {
  readonly #byActualId = new Map<string, TriggeredOrder>()
  readonly #orphans = new Map<string, VenueFill[]>()

  of(actualOrderId: string | undefined): TriggeredOrder | undefined {
    return actualOrderId === undefined ? undefined : this.#byActualId.get(actualOrderId)
  }

  /** Joins the two; gives the fills that came before, now with the name of the stop. */
  join(actualOrderId: string | undefined, order: TriggeredOrder): readonly VenueFill[] {
    if (actualOrderId === undefined || actualOrderId === '' || actualOrderId === '0') return []
    this.#byActualId.set(actualOrderId, order)
    forgetOldest(this.#byActualId, REMEMBERED)
    const fills = this.#orphans.get(actualOrderId) ?? []
    this.#orphans.delete(actualOrderId)
    return fills.map((fill) => ({ ...fill, clientOrderId: order.clientOrderId }))
  }

  /** Keeps a fill of an order that may turn out to be a stop's. */
  keep(fill: VenueFill): void {
    const fills = this.#orphans.get(fill.venueOrderId) ?? []
    if (fills.length < ORPHANS) fills.push(fill)
    this.#orphans.set(fill.venueOrderId, fills)
    forgetOldest(this.#orphans, ORPHANS)
  }
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}
