import type { Instrument } from '@kestrel/core'
import type { StrategyContext } from '@kestrel/kernel'

/** What sizing reads of a strategy's context. */
export type SizingContext = Pick<StrategyContext<unknown>, 'roundQuantity' | 'unitValue'>

/**
 * Quantity on the grid that an amount of money opens at a price: base units, or contracts.
 *
 * @param money - Reporting currency.
 * @returns 0 where the venue would not take it, see {@link meetsMinimum}, or where the price is not positive.
 */
export function quantityFor(context: SizingContext, instrument: Instrument, money: number, price: number): number {
  if (!(price > 0)) return 0
  const quantity = context.roundQuantity(instrument, money / context.unitValue(instrument, price))
  return meetsMinimum(instrument, quantity, price) ? quantity : 0
}

/** Whether a quantity above zero reaches the instrument's least quantity and notional at a price. */
export function meetsMinimum(instrument: Instrument, quantity: number, price: number): boolean {
  const { settlement, contractSize, minQuantity, minNotional } = instrument
  // An inverse contract is worth a fixed sum of the quote currency, in which the minimum is stated.
  const notional = quantity * contractSize * (settlement === 'linear' ? price : 1)
  return quantity > 0 && quantity >= minQuantity && notional >= minNotional
}

/**
 * What one base unit or contract loses when price moves from an entry by a signed distance against the position, reporting
 * currency. A linear one loses the distance; an inverse one, which pays in coins, `contractSize (1 / entry - 1 / exit)`.
 *
 * @returns Zero or more; infinite for an inverse contract whose exit would not be above 0.
 */
export function lossOf({ unitValue }: SizingContext, instrument: Instrument, entryPrice: number, move: number): number {
  if (instrument.settlement === 'linear') return unitValue(instrument, Math.abs(move))
  const exitPrice = entryPrice + move
  return exitPrice > 0 ? Math.abs(unitValue(instrument, entryPrice) - unitValue(instrument, exitPrice)) : Infinity
}
