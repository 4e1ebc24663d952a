import { type DecimalStep, type Instrument, roundToSteps, stepsToNumber } from '@kestrel/core'
import type { OrderType, VenueFill, VenueOrder, VenueOrderState, VenuePosition } from '@kestrel/kernel'
import { VenueError } from '../venue-error.ts'
import { unreadable } from './raw-answer.ts'

/** An order as a dialect read it: numbers not yet on the instrument's grid. */
export interface OrderReading {
  readonly instrument: Instrument
  readonly venueOrderId: string
  readonly clientOrderId: string | undefined
  readonly side: 'buy' | 'sell'
  readonly type: OrderType
  readonly state: VenueOrderState
  readonly quantity: number
  readonly filled: number
  readonly averagePrice: number | undefined
  readonly limitPrice: number | undefined
  readonly triggerPrice: number | undefined
  readonly reduceOnly: boolean
  readonly isTriggered: boolean
  readonly reason: string
  readonly tsEventMs: number
}

/** Brings an order onto the grid. Prices of others' orders may lie off it since the venue changed the grid; they are rounded. */
export function venueOrderOf(reading: OrderReading): VenueOrder {
  const { quantity, filled, limitPrice, triggerPrice, ...rest } = reading
  const { tick, lot } = reading.instrument
  const ticks = (price: number | undefined): number | undefined =>
    price === undefined || !(price > 0) ? undefined : steps(price, tick, 'a price')
  return {
    ...rest,
    quantityLots: steps(Math.max(quantity, filled), lot, 'a quantity'),
    filledLots: steps(filled, lot, 'a filled quantity'),
    averagePrice: filled > 0 ? rest.averagePrice : undefined,
    limitTicks: ticks(limitPrice),
    triggerTicks: ticks(triggerPrice),
  }
}

export interface FillReading extends Omit<VenueFill, 'lots'> {
  readonly quantity: number
}

/**
 * Brings a fill onto the grid.
 *
 * @throws VenueError `VENUE_OFF_GRID` where its quantity is no whole number of lots, since a fill must be booked exactly.
 */
export function venueFillOf({ quantity, ...rest }: FillReading): VenueFill {
  const { lot, id } = rest.instrument
  const lots = steps(quantity, lot, 'a filled quantity')
  if (!(rest.price > 0)) throw unreadable('the price of a fill', rest.price)
  if (lots === 0 || Math.abs(stepsToNumber(lots, lot) - quantity) > lot.size * 1e-6)
    throw new VenueError({
      code: 'VENUE_OFF_GRID',
      message: `A fill of ${quantity} of ${id} is no whole number of lots of ${lot.text}. It was not booked.`,
      hint: 'The venue has changed the lot size: update the instrument.',
      meta: { instrument: id, quantity, lot: lot.text, fillId: rest.fillId },
    })
  return { ...rest, lots }
}

export interface PositionReading extends Omit<VenuePosition, 'signedLots'> {
  readonly signedQuantity: number
}

export function venuePositionOf({ signedQuantity, ...rest }: PositionReading): VenuePosition {
  const lots = steps(Math.abs(signedQuantity), rest.instrument.lot, 'a position')
  return { ...rest, signedLots: signedQuantity < 0 ? -lots : lots }
}

function steps(value: number, step: DecimalStep, what: string): number {
  // Far from any real amount, and before the arithmetic would overflow.
  const isSane = Number.isFinite(value) && value >= 0 && value < 1e15 * step.size
  const count = isSane ? roundToSteps(value, step, 'nearest') : Number.NaN
  if (Number.isSafeInteger(count)) return count
  throw unreadable(what, String(value))
}
