import { lowerBound, type TradeColumns, UsageError } from '@kestrel/core'

/**
 * Quantity that stands before us when a limit order comes to rest at a price.
 *
 * This is the port for a replay of order books: a book knows the size shown at the price and gives that; trades alone
 * only allow an estimate, {@link queueFromPrints}. Whoever implements it must read nothing after `timeUs`.
 */
export interface QueueAhead {
  /**
   * @param timeUs - When the order comes to rest; only what happened before counts.
   * @returns Base units, 0 or more; infinite where nothing is known, so that only a trade through the price fills.
   */
  aheadAt(price: number, timeUs: number): number
}

/** How the queue before a resting limit order is estimated from trades. */
export interface QueueEstimate {
  /** How far trades are looked back at. */
  readonly windowMs: number
  /** Factor on the estimate: 0 is "first in the queue". */
  readonly scale: number
}

/** One minute, and the whole estimate. */
export const BASE_QUEUE: QueueEstimate = Object.freeze({ windowMs: 60_000, scale: 1 })

/** @throws UsageError `BACKTEST_FILL_MODEL` for a window or factor out of range. */
export function checkQueueEstimate({ windowMs, scale }: QueueEstimate): void {
  const isUsable = windowMs >= 1 && windowMs <= 86_400_000 && scale >= 0 && scale <= 100
  if (isUsable) return
  throw new UsageError({
    code: 'BACKTEST_FILL_MODEL',
    message: `The queue is estimated from ${windowMs} ms with the factor ${scale}, but these must lie between 1 and 86400000 and between 0 and 100. Nothing was run.`,
    meta: { windowMs, scale },
  })
}

/**
 * The queue estimated from what traded lately: the volume that traded at the price in the window before, and at least the
 * mean volume of a price that traded in it. Where a price trades, about as much is shown as trades; where it did not, as
 * much as at another price. Infinite where nothing traded in the window.
 *
 * Orders before us that are cancelled are not guessed at: the queue shrinks by trades alone.
 */
export function queueFromPrints({ tsEventUs, price, quantity }: TradeColumns, estimate: QueueEstimate): QueueAhead {
  return {
    aheadAt(wanted, timeUs) {
      const end = lowerBound(tsEventUs, timeUs)
      const start = lowerBound(tsEventUs, timeUs - estimate.windowMs * 1_000)
      if (start >= end) return estimate.scale === 0 ? 0 : Infinity
      let atPrice = 0
      let total = 0
      const levels = new Set<number>()
      for (let i = start; i < end; i++) {
        const traded = quantity[i] as number
        total += traded
        levels.add(price[i] as number)
        if (price[i] === wanted) atPrice += traded
      }
      return estimate.scale * Math.max(atPrice, total / levels.size)
    },
  }
}
