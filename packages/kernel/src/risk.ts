import type { ApprovedOrder, Order } from './order.ts'
import type { Ledger } from './ledger.ts'
import type { EntryGuard } from './protections/entry-guard.ts'
import { marginRefusal } from './account/order-margin.ts'

/** Limits checked before an order may be sent. Money is in the reporting currency; an absent limit does not apply. */
export interface RiskLimits {
  readonly maxOrderNotional?: number
  /** Largest absolute position in one instrument after the order. */
  readonly maxPositionNotional?: number
  /** Largest sum of absolute positions as a multiple of equity after the order. */
  readonly maxGrossExposure?: number
  readonly maxOpenOrders?: number
  /** Largest distance of a limit price from the newest price, as a fraction of it. */
  readonly priceBandRate?: number
}

/** What the checks need to know besides the order. */
export interface RiskState {
  readonly ledger: Ledger
  readonly limits: RiskLimits
  /** The protections of the run; undefined where it has none. */
  readonly guard?: EntryGuard | undefined
  openOrders: number
  /** Lots the ordering strategy holds in the instrument, less those that its resting sell orders are for. */
  freeLots: number
  positionLots: number
  /** False once trading has been halted: only orders that reduce a position pass. */
  active: boolean
}

/** The order, now one that can be sent, or why it must not be. There is no other way to an order that can be sent. */
export type RiskVerdict = ApprovedOrder | string

/**
 * Checks an order against the account, the instrument's filters and the limits, cheapest first.
 *
 * A refusal names the first thing that is wrong with its numbers. The order itself is not changed.
 */
export function checkOrder(order: Order, state: RiskState): RiskVerdict {
  return refusal(order, state) ?? (order as ApprovedOrder)
}

function refusal(order: Order, state: RiskState): string | undefined {
  const { ledger, limits } = state
  const { instrument } = order
  const price = ledger.mark[order.instrumentIndex] as number
  const signed = order.side === 'buy' ? order.remainingLots : -order.remainingLots
  const after = state.positionLots + signed
  // What is reduce-only is cut to the position as it fills, so that it reduces however large it is.
  const opposes = signed * state.positionLots < 0
  const reduces = Math.abs(after) < Math.abs(state.positionLots) || (order.reduceOnly && opposes)
  if (Number.isNaN(price)) return `no price of ${instrument.id} is known yet`
  if (!state.active && !reduces) return 'trading is halted; only orders that reduce a position pass'
  if (state.guard !== undefined && !opposes && !order.reduceOnly) {
    const blocked = state.guard.refusal(order.instrumentIndex)
    if (blocked !== undefined) return blocked
  }
  // What closes the position may wait for one.
  if (order.special.closePosition) return undefined
  if (order.reduceOnly && !opposes) {
    return `reduce-only, but the position is ${state.positionLots} lots`
  }
  if (instrument.minQuantity > 0 && order.remainingQuantity < instrument.minQuantity) {
    return `quantity ${order.remainingQuantity} is below the minimum of ${instrument.minQuantity}`
  }
  const reference = Number.isNaN(order.limitTicks) ? price : order.limitPrice
  const quoteNotional = order.remainingQuantity * ledger.unitQuoteValue(order.instrumentIndex, reference)
  if (quoteNotional < instrument.minNotional && !isExempt(order, opposes, ledger)) {
    return `notional ${quoteNotional.toPrecision(6)} is below the minimum of ${instrument.minNotional}`
  }
  if (instrument.kind === 'spot') {
    const unaffordable = spotRefusal(order, state, reference)
    if (unaffordable !== undefined) return unaffordable
  } else if (ledger.margin !== undefined) {
    const refused = marginRefusal(ledger.margin, order, reference)
    if (refused !== undefined) return refused
  }
  if (limits.priceBandRate !== undefined && Math.abs(reference / price - 1) > limits.priceBandRate) {
    return `limit price ${reference} is more than ${limits.priceBandRate} away from ${price}`
  }
  if (limits.maxOpenOrders !== undefined && state.openOrders >= limits.maxOpenOrders) {
    return `${state.openOrders} orders are open, the limit is ${limits.maxOpenOrders}`
  }
  if (reduces) return undefined
  const notional = instrument.settlement === 'linear' ? quoteNotional : quoteNotional / reference
  return exposureRefusal(order, state, notional)
}

/**
 * Whether a small order passes the minimum notional: one on a perpetual that can only reduce a position, since the rest of a
 * position could not be closed otherwise.
 *
 * Source: Binance USD-M error -4164, "Order's notional must be no smaller than 5.0 (unless you choose reduce only)"; in hedge
 * mode, what closes a leg cannot do more. Spot has no such exception: the filter NOTIONAL holds for sales too.
 */
function isExempt({ reduceOnly, instrument }: Order, opposes: boolean, { margin }: Ledger): boolean {
  return instrument.kind !== 'spot' && opposes && (reduceOnly || margin?.setup.positionMode === 'hedge')
}

function spotRefusal(order: Order, state: RiskState, price: number): string | undefined {
  const { borrow } = state.ledger
  if (order.side === 'sell') {
    if (order.remainingLots <= state.freeLots) return undefined
    if (borrow !== undefined) {
      const lots = borrow.lotsFor(order, price)
      if (order.remainingLots <= lots) return undefined
      return `sells ${order.remainingQuantity} ${order.instrument.base}, but ${lots * order.instrument.lot.size} are held or may be borrowed`
    }
    const free = Math.max(0, state.freeLots) * order.instrument.lot.size
    return `sells ${order.remainingQuantity} ${order.instrument.base}, but only ${free} are held and free (spot cannot be sold short)`
  }
  // An order from a target shrinks to the cash at hand when it fills: cash may come from a sale at the same instant.
  if (order.fromTarget) return undefined
  const cost = order.remainingQuantity * price * (1 + order.instrument.makerFeeRate)
  const free = borrow?.quoteFor(order) ?? state.ledger.freeQuote(order.instrumentIndex)
  return cost <= free
    ? undefined
    : `costs about ${cost.toPrecision(8)} ${order.instrument.quote}, but ${free.toPrecision(8)} are free`
}

function exposureRefusal(order: Order, state: RiskState, notional: number): string | undefined {
  const { ledger, limits } = state
  const money = notional * ledger.quoteRate(order.instrumentIndex)
  if (limits.maxOrderNotional !== undefined && money > limits.maxOrderNotional) {
    return `notional ${money.toPrecision(8)} is above the limit of ${limits.maxOrderNotional} an order`
  }
  const signed = order.side === 'buy' ? order.remainingLots : -order.remainingLots
  const perLot = money / order.remainingLots
  const position = Math.abs(state.positionLots + signed) * perLot
  if (limits.maxPositionNotional !== undefined && position > limits.maxPositionNotional) {
    return `position of ${position.toPrecision(8)} is above the limit of ${limits.maxPositionNotional}`
  }
  if (limits.maxGrossExposure !== undefined) {
    const gross = (ledger.grossExposure() + money) / ledger.equity()
    if (gross > limits.maxGrossExposure) {
      return `gross exposure of ${gross.toPrecision(4)} times equity is above the limit of ${limits.maxGrossExposure}`
    }
  }
  return undefined
}
