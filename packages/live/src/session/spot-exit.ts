import type { Order } from '@kestrel/kernel'

/** Whether it guards a position against a loss. */
export function isStop({ type }: Order): boolean {
  return type === 'stop-market' || type === 'stop-limit' || type === 'trailing-stop'
}

/** Whether no venue of spot would take it. One that trails says no price, so it is not known. */
export function isTooSmall({ instrument, quantity, limitPrice, triggerPrice }: Order): boolean {
  const prices = [limitPrice, triggerPrice].filter((price) => Number.isFinite(price))
  return quantity < instrument.minQuantity || prices.some((price) => quantity * price < instrument.minNotional)
}
