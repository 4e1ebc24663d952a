import type { Instrument } from '@kestrel/core'
import type { AccountReader, StrategyContext } from '@kestrel/kernel'

/** What sizing reads of a strategy's context. */
interface SizingContext {
  readonly account: Pick<AccountReader, 'equity'>
  readonly roundQuantity: StrategyContext<unknown>['roundQuantity']
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
  { account, roundQuantity }: SizingContext,
  instrument: Instrument,
  entryPrice: number,
  stopPrice: number,
  riskRate: number,
  maxWeight: number,
): number {
  const { contractSize, minQuantity, minNotional } = instrument
  const distance = Math.abs(entryPrice - stopPrice)
  if (!(account.equity > 0 && entryPrice > 0 && distance > 0)) return 0
  const byRisk = (account.equity * riskRate) / (distance * contractSize)
  const byMoney = (account.equity * maxWeight) / (entryPrice * contractSize)
  const quantity = roundQuantity(instrument, Math.min(byRisk, byMoney))
  return quantity < minQuantity || quantity * entryPrice * contractSize < minNotional ? 0 : quantity
}
