import type { ExchangeState } from './exchange-state.ts'

/** One asset of the whole exchange, 10^-8 units. */
export interface MoneyAudit {
  readonly asset: string
  /** Brought in from outside. */
  readonly deposited: bigint
  /**
   * Owned by accounts, less what their positions cost (a position's cost is money that its other side has), with fees, the
   * insurance fund and anonymous participants.
   */
  readonly held: bigint
  readonly fees: bigint
  readonly insurance: bigint
}

/** Adds up every asset; `held` equals `deposited` to the last unit, or money was made or lost. */
export function auditMoney(state: ExchangeState): readonly MoneyAudit[] {
  const assets = new Set<string>()
  for (const { market } of state.markets.values()) assets.add(market.base).add(market.quote)
  return [...assets].sort().map((asset) => {
    let held = state.house.held(asset)
    for (const account of state.accounts.values()) {
      held += account.wallets.spot.total(asset)
      if (!account.unified) held += account.wallets.futures.total(asset)
      for (const { market, entryAtoms } of account.positions.values()) if (market.quote === asset) held -= entryAtoms
    }
    const { house } = state
    return {
      asset,
      deposited: house.deposited(asset),
      held,
      fees: house.fees(asset),
      insurance: house.insurance(asset),
    }
  })
}
