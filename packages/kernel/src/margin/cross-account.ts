import { type ContractPosition, positionPnl } from './contract-value.ts'
import { requiredMargin } from './liquidation-price.ts'
import type { LiquidationRule } from './liquidation-rule.ts'
import type { MarginTiers } from './margin-tiers.ts'

/** One cross position with what is needed to value it. */
export interface CrossPosition {
  readonly position: ContractPosition
  readonly markPrice: number
  readonly tiers: MarginTiers
  readonly takerFeeRate: number
}

/** Sums over the cross positions that share one settle currency. Reused from bar to bar, so it is writable. */
export interface CrossAccount {
  /** Wallet balance plus unrealised profit, settle currency. */
  marginBalance: number
  /** Margin demanded of all positions, settle currency. */
  maintenanceMargin: number
}

/**
 * Sums margin balance and maintenance margin of the cross positions of one settle currency into `account`.
 *
 * In hedge mode both legs are listed and each pays its own maintenance margin. Allocates nothing; O(positions * tiers).
 */
export function sumCrossAccount(
  walletBalance: number,
  positions: readonly CrossPosition[],
  rule: LiquidationRule,
  account: CrossAccount,
): CrossAccount {
  account.marginBalance = walletBalance
  account.maintenanceMargin = 0
  for (const { position, markPrice, tiers, takerFeeRate } of positions) {
    if (position.contracts === 0) continue
    account.marginBalance += positionPnl(position, markPrice)
    account.maintenanceMargin += requiredMargin(position, markPrice, tiers, rule, takerFeeRate)
  }
  return account
}

/**
 * Margin ratio as Binance states it: maintenance margin over margin balance, a fraction; liquidation at 1.
 *
 * @returns 0 without positions; undefined where the margin balance is 0 or less and the ratio says nothing.
 */
export function marginRatio(account: CrossAccount): number | undefined {
  if (account.maintenanceMargin === 0) return 0
  return account.marginBalance > 0 ? account.maintenanceMargin / account.marginBalance : undefined
}

/** Whether the account is liquidated: a margin ratio of 1 or more, or nothing left to compare with. */
export function isLiquidated(account: CrossAccount): boolean {
  return account.maintenanceMargin > 0 && account.marginBalance <= account.maintenanceMargin
}
