import { contractNotional } from './contract-value.ts'
import type { Settlement } from '@kestrel/core'

/**
 * Funding that a position receives (above 0) or pays (below 0) at one settlement, in the settle currency.
 *
 * `-(value at the mark) * rate`: with a positive rate longs pay shorts. The value carries the sign of `contracts`;
 * linear `contracts * size * mark`, inverse `contracts * size / mark`. The rate is that of the whole interval, never
 * annualised, and no fee is taken.
 *
 * Source: Binance, "Introduction to Binance Futures Funding Rates": funding = nominal value of positions * rate.
 */
export function fundingPayment(
  settlement: Settlement,
  contracts: number,
  contractSize: number,
  markPrice: number,
  fundingRate: number,
): number {
  return 0 - contractNotional(settlement, contracts, contractSize, markPrice) * fundingRate
}
