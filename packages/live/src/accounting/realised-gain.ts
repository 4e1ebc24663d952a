import type { Instrument, TimeMs } from '@kestrel/core'
import type { Amount } from './amount.ts'
import type { Lot } from './lot-pool.ts'

/** A lot, or a part of one, that was closed. Money is in {@link currency}. */
export interface RealisedGain {
  readonly instrument: Instrument
  readonly direction: 'long' | 'short'
  /** Base units or contracts. */
  readonly quantity: Amount
  /** Undefined where nobody knows what was sold: it is then taken to have cost nothing. */
  readonly opened: { readonly fillId: string; readonly timeMs: TimeMs } | undefined
  /** `fee` where it was spent to pay a fee. */
  readonly closed: { readonly fillId: string; readonly timeMs: TimeMs; readonly by: 'fill' | 'fee' }
  /** Undefined together with {@link opened}. */
  readonly holdingMs: number | undefined
  /**
   * What was paid: at the opening of a long one, at the closing of a short one; for a contract that settles in its base
   * currency the other way round, since its worth in that currency falls as the price rises.
   */
  readonly cost: Amount
  /** What was received, at the other end. */
  readonly proceeds: Amount
  /** Fees of opening and closing, positive when paid. */
  readonly fees: Amount
  /** `proceeds - cost - fees` */
  readonly gain: Amount
  readonly currency: string
}

/** What closed some lots. */
export interface Closing {
  readonly instrument: Instrument
  readonly fillId: string
  readonly timeMs: TimeMs
  readonly by: 'fill' | 'fee'
  readonly quantity: Amount
  /** What all of it is worth at the closing price. */
  readonly value: Amount
  readonly fee: Amount
  readonly currency: string
  readonly direction: 'long' | 'short'
}

/**
 * Gains of lots that were closed together. Value and fee of the closing are shared out by quantity, and the last part takes
 * the rest, so that nothing is lost.
 *
 * @param lots - as the pool gave them; where they are fewer units than were closed, the rest is of unknown origin
 */
export function gainsOf(closing: Closing, lots: readonly Lot[]): readonly RealisedGain[] {
  let { quantity, value, fee } = closing
  const known = lots.reduce((sum, lot) => sum + lot.quantity, 0n)
  const parts: readonly (Omit<Lot, 'fillId' | 'timeMs'> & { readonly origin: Lot | undefined })[] = [
    ...lots.map((lot) => ({ quantity: lot.quantity, cost: lot.cost, fee: lot.fee, origin: lot })),
    ...(known < closing.quantity ? [{ quantity: closing.quantity - known, cost: 0n, fee: 0n, origin: undefined }] : []),
  ]
  return parts.map((part) => {
    const closingValue = (value * part.quantity) / quantity
    const closingFee = (fee * part.quantity) / quantity
    quantity -= part.quantity
    value -= closingValue
    fee -= closingFee
    return gainOf(closing, part.quantity, part.cost, part.fee, part.origin, closingValue, closingFee)
  })
}

function gainOf(
  { instrument, direction, fillId, timeMs, by, currency }: Closing,
  quantity: Amount,
  openingValue: Amount,
  openingFee: Amount,
  origin: Lot | undefined,
  closingValue: Amount,
  closingFee: Amount,
): RealisedGain {
  const isInverse = instrument.settlement === 'inverse'
  // A long one is worth more the higher the price; counted in the base currency, an inverse contract's value falls with it.
  const isOpeningCost = (direction === 'long') !== isInverse
  const cost = isOpeningCost ? openingValue : closingValue
  const proceeds = isOpeningCost ? closingValue : openingValue
  const fees = openingFee + closingFee
  return {
    instrument,
    direction,
    quantity,
    opened: origin === undefined ? undefined : { fillId: origin.fillId, timeMs: origin.timeMs },
    closed: { fillId, timeMs, by },
    holdingMs: origin === undefined ? undefined : timeMs - origin.timeMs,
    cost,
    proceeds,
    fees,
    gain: proceeds - cost - fees,
    currency,
  }
}
