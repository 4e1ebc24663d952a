import { type Instrument, stepsToNumber } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'

/** Whether it guards a position against a loss. */
export function isStop({ type }: Order): boolean {
  return type === 'stop-market' || type === 'stop-limit' || type === 'trailing-stop'
}

/** Whether it is a stop that can only make positions smaller: one of a perpetual may as well open one. */
export function isGuard(order: Order): boolean {
  const { group, reduceOnly, special, instrument } = order
  const isExit = group?.entry !== undefined && group.entry !== order
  return (
    isStop(order) &&
    (isExit ||
      reduceOnly ||
      special.closePosition ||
      (instrument.kind === 'spot' && order.side === 'sell' && group === undefined))
  )
}

/** Why a stop of spot was never sent. */
export const TOO_SMALL = 'it is smaller than the venue takes'

/** Whether no venue of spot would take it. One that trails says no price, so it is not known. */
export function isTooSmall({ instrument, quantity, limitPrice, triggerPrice }: Order): boolean {
  const prices = [limitPrice, triggerPrice].filter((price) => Number.isFinite(price))
  return quantity < instrument.minQuantity || prices.some((price) => quantity * price < instrument.minNotional)
}

/** True for coins that no venue would take an order for. */
export function isDust({ kind, lot, minQuantity, minNotional }: Instrument, lots: number, price: number): boolean {
  const quantity = stepsToNumber(Math.abs(lots), lot)
  return kind === 'spot' && (quantity < minQuantity || quantity * price < minNotional)
}

/** Whether a venue would take an order for what the stop of a bracket was to guard, judged by the price that it was bought at. */
export function isWorthClosing({ instrument, quantityLots, group }: Order): boolean {
  return !isDust(instrument, quantityLots, group?.entry?.averagePrice ?? 0)
}
