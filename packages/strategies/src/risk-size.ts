import type { Instrument } from '@kestrel/core'
import type { AccountReader } from '@kestrel/kernel'
import { lossOf, meetsMinimum, type SizingContext } from './order-size.ts'

interface RiskContext extends SizingContext {
  readonly account: Pick<AccountReader, 'equity'>
}

/**
 * Base units (contracts) whose loss from entry to stop is a part of equity, within what the position may cost.
 *
 * @param riskRate - Part of equity that is lost when the stop is hit, costs not counted.
 * @param maxWeight - Largest position as a fraction of equity.
 * @returns A quantity on the grid; 0 where it would be below the minimum quantity or notional of the instrument.
 *
 * Source: fixed fractional sizing; Vince, Portfolio Management Formulas (1990).
 */
export function quantityAtRisk(
  context: RiskContext,
  instrument: Instrument,
  entryPrice: number,
  stopPrice: number,
  riskRate: number,
  maxWeight: number,
): number {
  const { equity } = context.account
  if (!(equity > 0 && entryPrice > 0 && entryPrice !== stopPrice)) return 0
  const byRisk = (equity * riskRate) / lossOf(context, instrument, entryPrice, stopPrice - entryPrice)
  const byMoney = (equity * maxWeight) / context.unitValue(instrument, entryPrice)
  const quantity = context.roundQuantity(instrument, Math.min(byRisk, byMoney))
  return meetsMinimum(instrument, quantity, entryPrice) ? quantity : 0
}
