import { type DecimalStep, numberToSteps, OffGridError, roundToSteps, UsageError } from '@kestrel/core'
import type { Order, OrderRequest } from './order.ts'
import type { OrderType } from './records.ts'
import type { OrderChanges } from './strategy.ts'

const NEEDS: Readonly<Record<OrderType, { readonly limit: boolean; readonly trigger: boolean }>> = {
  market: { limit: false, trigger: false },
  limit: { limit: true, trigger: false },
  'stop-market': { limit: false, trigger: true },
  'stop-limit': { limit: true, trigger: true },
  'take-profit': { limit: false, trigger: true },
}

/**
 * Refuses a request that no venue could read: a defect of the strategy, not a matter of its account.
 *
 * @throws UsageError `KERNEL_ORDER_REQUEST` naming the field.
 */
export function validateRequest(request: OrderRequest): void {
  const { instrument, quantity, limitPrice, triggerPrice } = request
  const type = request.type ?? 'market'
  const needs = NEEDS[type]
  const fail = (message: string): never => {
    throw new UsageError({
      code: 'KERNEL_ORDER_REQUEST',
      message: `A ${type} order for ${instrument.id} ${message}. Nothing was sent.`,
      meta: { instrument: instrument.id, type, quantity, limitPrice, triggerPrice },
    })
  }
  if (needs === undefined) return fail('is of no known type')
  if (request.side !== 'buy' && request.side !== 'sell') fail(`has the side ${String(request.side)}`)
  if (!(quantity > 0) || !Number.isFinite(quantity)) fail(`has the quantity ${quantity}`)
  if (needs.limit !== (limitPrice !== undefined)) fail(needs.limit ? 'needs a limitPrice' : 'takes no limitPrice')
  if (needs.trigger !== (triggerPrice !== undefined)) {
    fail(needs.trigger ? 'needs a triggerPrice' : 'takes no triggerPrice')
  }
  for (const price of [limitPrice, triggerPrice]) {
    if (price !== undefined && !(price > 0 && Number.isFinite(price))) fail(`has the price ${price}`)
  }
  if (request.postOnly === true && type !== 'limit') fail('cannot be post-only')
  if ((request.timeInForce === 'GTD') !== (request.expireTimeMs !== undefined)) {
    fail('needs expireTimeMs with GTD, and only then')
  }
  if (request.timeInForce === 'GTD' && !Number.isFinite(request.expireTimeMs)) {
    fail(`has the expireTimeMs ${request.expireTimeMs}`)
  }
  if ((type === 'stop-market' || type === 'take-profit') && request.timeInForce === 'FOK') fail('cannot be FOK')
}

interface Grid {
  readonly quantityLots: number
  readonly limitTicks: number
  readonly triggerTicks: number
  /** The first value that is off the grid, in words; the steps are then those nearest to it. */
  readonly problem: string | undefined
}

/** Whole lots and ticks of a request. */
export function gridOf(request: OrderRequest): Grid {
  const { id, lot, tick } = request.instrument
  let problem: string | undefined
  const steps = (value: number | undefined, step: DecimalStep, what: string): number => {
    if (value === undefined) return Number.NaN
    try {
      return numberToSteps(value, step, `${what} of ${id}`)
    } catch (error) {
      if (!(error instanceof OffGridError)) throw error
      problem ??= error.message
      return roundToSteps(value, step, 'nearest')
    }
  }
  const quantityLots = steps(request.quantity, lot, 'Quantity')
  const limitTicks = steps(request.limitPrice, tick, 'Limit price')
  const triggerTicks = steps(request.triggerPrice, tick, 'Trigger price')
  return { quantityLots, limitTicks, triggerTicks, problem }
}

/** The request that would make the order as it shall be. */
export function amendedRequest(order: Order, changes: OrderChanges): OrderRequest {
  const kept = (changed: number | undefined, now: number): number | undefined =>
    changed ?? (Number.isNaN(now) ? undefined : now)
  const limitPrice = kept(changes.limitPrice, order.limitPrice)
  const triggerPrice = kept(changes.triggerPrice, order.triggerPrice)
  return {
    instrument: order.instrument,
    side: order.side,
    type: order.type,
    quantity: changes.quantity ?? order.quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
  }
}
