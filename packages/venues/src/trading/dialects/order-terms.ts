import { stepsToNumber, UsageError } from '@kestrel/core'
import type { AmendTerms, OrderType, OutgoingOrder, VenueOrder } from '@kestrel/kernel'

/** Stops, take-profits and trailing stops: orders that wait for a price before they come to the market. */
export function isConditional(type: OrderType): boolean {
  return type !== 'market' && type !== 'limit'
}

/** True where the order has a limit price. */
export function isLimit(type: OrderType): boolean {
  return type === 'limit' || type === 'stop-limit' || type === 'take-profit-limit'
}

export function isTakeProfit(type: OrderType): boolean {
  return type === 'take-profit' || type === 'take-profit-limit'
}

/** The prices and the quantity of an order as numbers; each is the double nearest to the decimal. */
export function amountsOf(order: OutgoingOrder): {
  readonly quantity: number
  readonly limit: number | undefined
  readonly trigger: number | undefined
  readonly trailing: number | undefined
  readonly activation: number | undefined
  readonly display: number | undefined
} {
  const { tick, lot } = order.instrument
  const price = (ticks: number | undefined): number | undefined =>
    ticks === undefined || Number.isNaN(ticks) ? undefined : stepsToNumber(ticks, tick)
  return {
    quantity: stepsToNumber(order.quantityLots, lot),
    limit: isLimit(order.type) ? price(order.limitTicks) : undefined,
    trigger: price(order.triggerTicks),
    trailing: price(order.trailingTicks),
    activation: price(order.activationTicks),
    display: order.displayLots === undefined ? undefined : stepsToNumber(order.displayLots, lot),
  }
}

/** Prices of new terms as numbers. */
export function amendedAmounts(
  terms: AmendTerms,
  instrument: OutgoingOrder['instrument'],
): { readonly quantity: number; readonly limit: number | undefined; readonly trigger: number | undefined } {
  const { quantity, limit, trigger } = amountsOf({ ...terms, instrument } as OutgoingOrder)
  return { quantity, limit, trigger }
}

/** The order is not sent: the venue has no such order, and another one would not be what was meant. */
function unsupported(venue: string, order: Pick<OutgoingOrder, 'instrument' | 'type'>, problem: string): UsageError {
  return new UsageError({
    code: 'VENUE_ORDER_UNSUPPORTED',
    message: `${venue}: ${order.instrument.id} ${order.type}: ${problem}. The order was not sent.`,
    meta: { venue, instrument: order.instrument.id, type: order.type, problem },
  })
}

/** Refuses each thing that does not hold: pairs of what is wanted and why it cannot be. */
export function refuse(
  venue: string,
  order: Pick<OutgoingOrder, 'instrument' | 'type'>,
  problems: readonly (readonly [isWrong: boolean, problem: string])[],
): void {
  const found = problems.find(([isWrong]) => isWrong)
  if (found !== undefined) throw unsupported(venue, order, found[1])
}

/** An order as it went out, for venues whose acknowledgement is an id. */
export function acknowledged(order: OutgoingOrder, venueOrderId: string, tsEventMs: number): VenueOrder {
  return {
    venueOrderId,
    clientOrderId: order.clientOrderId,
    instrument: order.instrument,
    side: order.side,
    type: order.type,
    state: 'open',
    quantityLots: order.quantityLots,
    filledLots: 0,
    averagePrice: undefined,
    limitTicks: order.limitTicks,
    triggerTicks: order.triggerTicks,
    reduceOnly: order.reduceOnly,
    isTriggered: false,
    reason: '',
    tsEventMs,
  }
}

/** Removes what is undefined, since ccxt would send it on. */
export function given(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
}
