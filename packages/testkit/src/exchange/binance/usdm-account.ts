import { stepsToText } from '@kestrel/core'
import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { MarginSummary, Position } from '../core/account-types.ts'
import { atomsText } from '../core/atoms.ts'
import { type Market, marketIdOf } from '../core/market-spec.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'
import { historyWindow, lastRows } from './history-window.ts'

/** Settle currencies of the futures markets, and whatever the wallet holds. */
function assetsOf({ context, accountId }: BinanceCall): string[] {
  const assets = new Set(context.formats.map(({ market }) => market.quote))
  for (const { asset } of context.core.balances(accountId, 'futures')) assets.add(asset)
  return [...assets].sort()
}

function positionsOf(call: BinanceCall): readonly Position[] {
  const chosen = call.context.optionalMarket(call.params)?.market.id
  return call.context.core
    .positions(call.accountId)
    .filter(({ marketId }) => chosen === undefined || marketId === chosen)
}

function marketOf({ context }: BinanceCall, position: Position): Market {
  return context.format(position.marketId).market
}

/** A whole number of atoms as the venue writes zero in places where it is usual: `0`. */
function plain(atoms: bigint): string {
  return atoms === 0n ? '0' : atomsText(atoms)
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

/** Positions of `account`; version 3 lists only those that are held, version 2 all with their settings. */
function accountPosition(call: BinanceCall, position: Position, version: 2 | 3): object {
  const market = marketOf(call, position)
  const initial = plain(position.initialMarginAtoms)
  const fields = {
    symbol: market.symbol,
    positionSide: position.positionSide.toUpperCase(),
    positionAmt: stepsToText(position.qtyLots, market.lot),
    unrealizedProfit: atomsText(position.unrealizedAtoms),
    isolatedMargin: plain(isolatedMargin(position)),
    notional: plain(position.notionalAtoms),
    isolatedWallet: plain(position.isolatedAtoms),
    initialMargin: initial,
    maintMargin: plain(position.maintenanceMarginAtoms),
    updateTime: position.updatedMs,
  }
  if (version === 3) return fields
  return {
    ...fields,
    positionInitialMargin: initial,
    openOrderInitialMargin: '0',
    leverage: String(position.leverage),
    isolated: position.marginMode === 'isolated',
    entryPrice: entryText(position, market),
    breakEvenPrice: position.breakEvenPrice.toFixed(8),
    maxNotional: String(maxNotional(market, position.leverage)),
    bidNotional: '0',
    askNotional: '0',
  }
}

function isolatedMargin({ isolatedAtoms, unrealizedAtoms, marginMode }: Position): bigint {
  return marginMode === 'isolated' && isolatedAtoms !== 0n ? isolatedAtoms + unrealizedAtoms : 0n
}

function entryText({ entryPrice, qtyLots }: Position, market: Market): string {
  return qtyLots === 0 ? '0.0' : Number(entryPrice.toFixed(market.tick.decimals + 5)).toString()
}

function maxNotional(market: Market, leverage: number): number {
  return Math.max(0, ...market.marginSteps.filter((step) => step.maxLeverage >= leverage).map(({ cap }) => cap))
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

/** `GET v2/positionRisk` (with leverage and margin type) and `GET v3/positionRisk` (positions that are held). */
export function positionRisk(version: 2 | 3): BinanceEndpoint {
  return (call) =>
    positionsOf(call)
      .filter(({ qtyLots }) => version === 2 || qtyLots !== 0)
      .map((position) => {
        const market = marketOf(call, position)
        const initial = plain(position.initialMarginAtoms)
        const shared = {
          symbol: market.symbol,
          positionSide: position.positionSide.toUpperCase(),
          positionAmt: stepsToText(position.qtyLots, market.lot),
          entryPrice: entryText(position, market),
          breakEvenPrice: Number(position.breakEvenPrice.toFixed(8)).toString(),
          markPrice: position.markPrice.toFixed(8),
          unRealizedProfit: atomsText(position.unrealizedAtoms),
          liquidationPrice: position.liquidationPrice === 0 ? '0' : position.liquidationPrice.toFixed(8),
          isolatedMargin: plain(isolatedMargin(position)),
          notional: plain(position.notionalAtoms),
          isolatedWallet: plain(position.isolatedAtoms),
          updateTime: position.updatedMs,
        }
        if (version === 2) {
          return {
            ...shared,
            leverage: String(position.leverage),
            maxNotionalValue: String(maxNotional(market, position.leverage)),
            marginType: position.marginMode,
            isAutoAddMargin: 'false',
            adlQuantile: 2,
          }
        }
        return {
          ...shared,
          marginAsset: market.quote,
          initialMargin: initial,
          maintMargin: plain(position.maintenanceMarginAtoms),
          positionInitialMargin: initial,
          openOrderInitialMargin: '0',
          adl: 2,
          bidNotional: '0',
          askNotional: '0',
        }
      })
}

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
export const commissionRate: BinanceEndpoint = ({ context, params }) => {
  const { market } = context.marketOf(params)
  return {
    symbol: market.symbol,
    makerCommissionRate: market.makerFeeRate.toFixed(6),
    takerCommissionRate: market.takerFeeRate.toFixed(6),
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

/** `GET adlQuantile`. */
export const adlQuantile: BinanceEndpoint = (call) => {
  const rows = new Map<string, Record<string, number>>()
  for (const position of positionsOf(call)) {
    const { symbol } = marketOf(call, position)
    const quantile = position.qtyLots === 0 ? 0 : 2
    rows.set(symbol, {
      LONG: 0,
      SHORT: 0,
      BOTH: 0,
      ...rows.get(symbol),
      [position.positionSide.toUpperCase()]: quantile,
    })
  }
  return [...rows].map(([symbol, adl]) => ({ symbol, adlQuantile: adl }))
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
