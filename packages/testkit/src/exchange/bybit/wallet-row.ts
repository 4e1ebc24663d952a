import { atomsText, numberText } from './atoms-text.ts'
import type { BybitContext } from './bybit-context.ts'
import type { MarginSummary } from '../core/account-types.ts'

/** Currencies that count as one dollar. */
const DOLLARS = new Set(['USDT', 'USDC', 'USD'])

/** The unified account as `wallet-balance` and the wallet stream show it: coins, and sums in dollars. */
export function walletRow(
  context: BybitContext,
  accountId: string,
  coins?: readonly string[],
): Record<string, unknown> {
  const rows = context.exchange.balances(accountId, 'futures')
  const shown = rows.filter(({ asset }) => coins === undefined || coins.includes(asset))
  const sums = { wallet: 0, equity: 0, initial: 0, maintenance: 0, unrealized: 0, available: 0 }
  for (const { asset, free, locked } of rows) {
    const price = dollarPrice(context, asset)
    const margin = context.exchange.margin(accountId, asset)
    sums.wallet += price * number(free + locked)
    sums.equity += price * number(free + locked + margin.unrealized)
    sums.initial += price * number(margin.positionInitial + margin.openOrderInitial)
    sums.maintenance += price * number(margin.maintenance)
    sums.unrealized += price * number(margin.unrealized)
    sums.available += price * number(margin.available)
  }
  return {
    totalEquity: numberText(sums.equity),
    accountIMRate: numberText(sums.equity > 0 ? sums.initial / sums.equity : 0, 4),
    totalMarginBalance: numberText(sums.equity),
    totalInitialMargin: numberText(sums.initial),
    accountType: 'UNIFIED',
    totalAvailableBalance: numberText(sums.available),
    accountMMRate: numberText(sums.equity > 0 ? sums.maintenance / sums.equity : 0, 4),
    totalPerpUPL: numberText(sums.unrealized),
    totalWalletBalance: numberText(sums.wallet),
    accountLTV: '0',
    totalMaintenanceMargin: numberText(sums.maintenance),
    coin: shown.map(({ asset, free, locked }) =>
      coinRow(asset, free, locked, context.exchange.margin(accountId, asset), dollarPrice(context, asset)),
    ),
  }
}

function coinRow(asset: string, free: bigint, locked: bigint, margin: MarginSummary, price: number): object {
  const equity = free + locked + margin.unrealized
  return {
    availableToBorrow: '',
    bonus: '0',
    accruedInterest: '0',
    availableToWithdraw: '',
    totalOrderIM: atomsText(margin.openOrderInitial),
    equity: atomsText(equity),
    totalPositionMM: atomsText(margin.maintenance),
    usdValue: numberText(number(equity) * price),
    unrealisedPnl: atomsText(margin.unrealized),
    collateralSwitch: true,
    spotHedgingQty: '0',
    borrowAmount: '0.000000000000000000',
    totalPositionIM: atomsText(margin.positionInitial),
    walletBalance: atomsText(free + locked),
    cumRealisedPnl: '0',
    locked: atomsText(locked),
    marginCollateral: true,
    coin: asset,
  }
}

/** Dollars of one coin: from its spot market, 0 where there is none. */
function dollarPrice({ markets }: BybitContext, asset: string): number {
  if (DOLLARS.has(asset)) return 1
  const market = markets.all.find((one) => one.market.base === asset && DOLLARS.has(one.market.quote))
  return market?.lastPrice() ?? 0
}

function number(atoms: bigint): number {
  return Number(atoms) / 1e8
}
