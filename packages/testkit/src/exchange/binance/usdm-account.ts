import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { MarginSummary } from '../core/account-types.ts'
import { atomsText } from '../core/atoms.ts'
import { marketIdOf } from '../core/market-spec.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'
import { historyWindow, lastRows } from './history-window.ts'
import { accountPosition, maxNotional, positionsOf } from './usdm-positions.ts'

/** Settle currencies of the futures markets, and whatever the wallet holds. */
function assetsOf({ context, accountId }: BinanceCall): string[] {
  const assets = new Set(context.formats.map(({ market }) => market.quote))
  for (const { asset } of context.core.balances(accountId, 'futures')) assets.add(asset)
  return [...assets].sort()
}

function marginFields(margin: MarginSummary): object {
  const initial = margin.positionInitial + margin.openOrderInitial
  return {
    walletBalance: atomsText(margin.wallet),
    unrealizedProfit: atomsText(margin.unrealized),
    marginBalance: atomsText(margin.wallet + margin.unrealized),
    maintMargin: atomsText(margin.maintenance),
    initialMargin: atomsText(initial),
    positionInitialMargin: atomsText(margin.positionInitial),
    openOrderInitialMargin: atomsText(margin.openOrderInitial),
    crossWalletBalance: atomsText(margin.crossWallet),
    crossUnPnl: atomsText(margin.crossUnrealized),
    availableBalance: atomsText(margin.available),
    maxWithdrawAmount: atomsText(margin.available),
  }
}

/** Totals in US dollars; every settle currency here counts as one. */
function totals(margins: readonly MarginSummary[]): object {
  const sum = (of: (margin: MarginSummary) => bigint): string =>
    atomsText(margins.reduce((all, one) => all + of(one), 0n))
  return {
    totalInitialMargin: sum(({ positionInitial, openOrderInitial }) => positionInitial + openOrderInitial),
    totalMaintMargin: sum(({ maintenance }) => maintenance),
    totalWalletBalance: sum(({ wallet }) => wallet),
    totalUnrealizedProfit: sum(({ unrealized }) => unrealized),
    totalMarginBalance: sum(({ wallet, unrealized }) => wallet + unrealized),
    totalPositionInitialMargin: sum(({ positionInitial }) => positionInitial),
    totalOpenOrderInitialMargin: sum(({ openOrderInitial }) => openOrderInitial),
    totalCrossWalletBalance: sum(({ crossWallet }) => crossWallet),
    totalCrossUnPnl: sum(({ crossUnrealized }) => crossUnrealized),
    availableBalance: sum(({ available }) => available),
    maxWithdrawAmount: sum(({ available }) => available),
  }
}

/** `GET v2/account` and `GET v3/account`. */
export function usdmAccount(version: 2 | 3): BinanceEndpoint {
  return (call) => {
    const { context, accountId, key, nowMs } = call
    const margins = assetsOf(call).map((asset) => context.core.margin(accountId, asset))
    const held = positionsOf(call).filter(({ qtyLots }) => version === 2 || qtyLots !== 0)
    return {
      ...(version === 2
        ? {
            feeTier: 0,
            canTrade: key.permissions.futures,
            canDeposit: true,
            canWithdraw: true,
            tradeGroupId: -1,
            updateTime: 0,
            multiAssetsMargin: false,
          }
        : {}),
      ...totals(margins),
      assets: margins.map((margin) => ({
        asset: margin.asset,
        ...marginFields(margin),
        ...(version === 2 ? { marginAvailable: true } : {}),
        updateTime: nowMs,
      })),
      positions: held.map((position) => accountPosition(call, position, version)),
    }
  }
}

/** `GET v2/balance` and `GET v3/balance`. */
export const usdmBalance: BinanceEndpoint = (call) =>
  assetsOf(call).map((asset) => {
    const margin = call.context.core.margin(call.accountId, asset)
    return {
      accountAlias: 'SgsR',
      asset,
      balance: atomsText(margin.wallet),
      crossWalletBalance: atomsText(margin.crossWallet),
      crossUnPnl: atomsText(margin.crossUnrealized),
      availableBalance: atomsText(margin.available),
      maxWithdrawAmount: atomsText(margin.available),
      marginAvailable: true,
      updateTime: call.nowMs,
    }
  })

const INCOME_WORDS = {
  realized: 'REALIZED_PNL',
  commission: 'COMMISSION',
  funding: 'FUNDING_FEE',
  'liquidation-fee': 'INSURANCE_CLEAR',
  insurance: 'INSURANCE_CLEAR',
  transfer: 'TRANSFER',
} as const

/** `GET income`. */
export const income: BinanceEndpoint = ({ context, params, accountId }) => {
  const type = params.text('incomeType')
  const window = historyWindow(params, { marketId: context.optionalMarket(params)?.market.id, defaultLimit: 100 })
  const rows = context.core
    .income(accountId, window.filter)
    .filter(({ kind }) => type === undefined || INCOME_WORDS[kind] === type)
  return lastRows(rows, window).map((row) => ({
    symbol: row.marketId === undefined ? '' : context.format(row.marketId).market.symbol,
    incomeType: INCOME_WORDS[row.kind],
    income: atomsText(row.amountAtoms),
    asset: row.asset,
    time: row.tsMs,
    info: row.kind === 'funding' ? 'FUNDING_FEE' : String(row.tradeId ?? ''),
    tranId: row.incomeId,
    tradeId: row.tradeId === undefined ? '' : String(row.tradeId),
  }))
}

/** `GET commissionRate`. */
export const commissionRate: BinanceEndpoint = ({ context, params, accountId }) => {
  const { market } = context.marketOf(params)
  const { maker, taker } = context.core.feeRates(accountId, market.id)
  return {
    symbol: market.symbol,
    makerCommissionRate: maker.toFixed(6),
    takerCommissionRate: taker.toFixed(6),
    rpiCommissionRate: '0.00005',
  }
}

/** `GET leverageBracket`: the margin steps. */
export const leverageBrackets: BinanceEndpoint = ({ context, params }) => {
  const chosen = context.optionalMarket(params)
  return (chosen === undefined ? context.formats : [chosen]).map(({ market }) => ({
    symbol: market.symbol,
    notionalCoef: 1,
    brackets: market.marginSteps.map((step, index) => ({
      bracket: index + 1,
      initialLeverage: step.maxLeverage,
      notionalCap: step.cap,
      notionalFloor: step.floor,
      maintMarginRatio: step.maintenanceRate,
      cum: step.maintenanceAmount,
    })),
  }))
}

/** Markets with their maximum notional at the leverage that the account has set, `GET symbolConfig`. */
export const symbolConfig: BinanceEndpoint = ({ context, params, accountId }) => {
  const chosen = context.optionalMarket(params)
  return (chosen === undefined ? context.formats : [chosen]).map(({ market }) => {
    const { leverage, marginMode } = context.core.settings(accountId, market.id)
    return {
      symbol: market.symbol,
      marginType: marginMode === 'isolated' ? 'ISOLATED' : 'CROSSED',
      isAutoAddMargin: false,
      leverage,
      maxNotionalValue: String(maxNotional(market, leverage)),
    }
  })
}

/** `GET accountConfig`. */
export const accountConfig: BinanceEndpoint = ({ context, accountId, key }) => ({
  feeTier: 0,
  canTrade: key.permissions.futures,
  canDeposit: true,
  canWithdraw: true,
  dualSidePosition: hedgeModeOf(context, accountId),
  updateTime: 0,
  multiAssetsMargin: false,
  tradeGroupId: -1,
})

/** Whether the account holds long and short legs apart. */
export function hedgeModeOf(context: BinanceCall['context'], accountId: string): boolean {
  const first = context.formats[0]
  if (first === undefined) throw new BinanceRefusal(-1121, 'Invalid symbol.')
  return context.core.settings(accountId, marketIdOf('linear', first.market.symbol)).hedgeMode
}
