import { isoTime } from '@kestrel/core'
import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import { atomsOf, atomsText } from '../core/atoms.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'
import { historyWindow, lastRows } from './history-window.ts'

/** A number that stands for the account, as the venue's `uid`. */
function uidOf(accountId: string): number {
  let uid = 0
  for (const char of accountId) uid = (uid * 31 + (char.codePointAt(0) ?? 0)) % 900_000_000
  return 100_000_000 + uid
}

/** Coins that the spot markets trade, and whatever the account holds. */
function assetsOf({ context, accountId }: BinanceCall): string[] {
  const assets = new Set(context.formats.flatMap(({ market }) => [market.base, market.quote]))
  for (const { asset } of context.core.balances(accountId, 'spot')) assets.add(asset)
  return [...assets].sort()
}

/** `GET /api/v3/account`. */
export const spotAccount: BinanceEndpoint = (call) => {
  const { context, params, accountId, key, nowMs } = call
  const market = context.formats[0]?.market
  const { maker, taker } = market === undefined ? { maker: 0, taker: 0 } : context.core.feeRates(accountId, market.id)
  const held = new Map(context.core.balances(accountId, 'spot').map((balance) => [balance.asset, balance]))
  const balances = assetsOf(call).map((asset) => {
    const { free = 0n, locked = 0n } = held.get(asset) ?? {}
    return { asset, free: atomsText(free), locked: atomsText(locked), isEmpty: free + locked === 0n }
  })
  return {
    makerCommission: Math.round(maker * 10_000),
    takerCommission: Math.round(taker * 10_000),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: maker.toFixed(8),
      taker: taker.toFixed(8),
      buyer: '0.00000000',
      seller: '0.00000000',
    },
    canTrade: key.permissions.spot,
    canWithdraw: key.permissions.withdraw,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: nowMs,
    accountType: 'SPOT',
    balances: balances
      .filter(({ isEmpty }) => !(isEmpty && params.flag('omitZeroBalances')))
      .map(({ asset, free, locked }) => ({ asset, free, locked })),
    permissions: ['SPOT'],
    uid: uidOf(accountId),
  }
}

/** `GET /sapi/v1/account/apiRestrictions`: what the key may do. */
export const apiRestrictions: BinanceEndpoint = ({ key }) => ({
  ipRestrict: false,
  createTime: key.createdMs,
  enableReading: key.permissions.read,
  enableWithdrawals: key.permissions.withdraw,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: key.permissions.futures,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
  enableSpotAndMarginTrading: key.permissions.spot,
  enablePortfolioMarginTrading: false,
})

/** `GET /sapi/v1/capital/config/getall`, which ccxt reads for its list of currencies. */
export const coinConfig: BinanceEndpoint = (call) => {
  const held = new Map(call.context.core.balances(call.accountId, 'spot').map((balance) => [balance.asset, balance]))
  return assetsOf(call).map((coin) => ({
    coin,
    depositAllEnable: true,
    withdrawAllEnable: true,
    name: coin,
    free: atomsText(held.get(coin)?.free ?? 0n),
    locked: atomsText(held.get(coin)?.locked ?? 0n),
    freeze: '0',
    withdrawing: '0',
    ipoing: '0',
    ipoable: '0',
    storage: '0',
    isLegalMoney: false,
    trading: true,
    networkList: [],
  }))
}

/** `GET /sapi/v1/asset/tradeFee`. */
export const tradeFees: BinanceEndpoint = ({ context, params, accountId }) => {
  const chosen = context.optionalMarket(params)
  return (chosen === undefined ? context.formats : [chosen]).map(({ market }) => {
    const { maker, taker } = context.core.feeRates(accountId, market.id)
    return { symbol: market.symbol, makerCommission: String(maker), takerCommission: String(taker) }
  })
}

/** `GET /api/v3/account/commission`. */
export const spotCommission: BinanceEndpoint = ({ context, params, accountId }) => {
  const { market } = context.marketOf(params)
  const { maker, taker } = context.core.feeRates(accountId, market.id)
  const none = { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' }
  return {
    symbol: market.symbol,
    standardCommission: { ...none, maker: maker.toFixed(8), taker: taker.toFixed(8) },
    specialCommission: none,
    taxCommission: none,
    discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: '0.75000000' },
  }
}

/** `POST /sapi/v1/asset/transfer` between the spot and the futures wallet. */
export const moveBetweenWallets: BinanceEndpoint = ({ context, params, accountId, nowMs }) => {
  const type = params.required('type')
  const [from, to] = type === 'MAIN_UMFUTURE' ? (['spot', 'futures'] as const) : (['futures', 'spot'] as const)
  if (type !== 'MAIN_UMFUTURE' && type !== 'UMFUTURE_MAIN') {
    throw new BinanceRefusal(-1130, "Data sent for parameter 'type' is not valid.")
  }
  const asset = params.required('asset')
  params.required('amount')
  const outcome = context.core.transfer(accountId, asset, atomsOf(params.decimal('amount') ?? '0'), from, to)
  if (!outcome.ok) throw new BinanceRefusal(-9000, 'user have no avaliable amount')
  return { tranId: nowMs }
}

/** Rows of money from outside, newest first as the venue lists them. */
function outsideRows({ context, params, accountId }: BinanceCall, kind: 'deposit' | 'withdrawal') {
  const window = historyWindow(params, { marketId: undefined, defaultLimit: 1_000 })
  const coin = params.text('coin')
  const rows = context.core
    .movements(accountId, window.filter)
    .filter((row) => row.kind === kind && (coin === undefined || row.asset === coin))
  return lastRows(rows, window).toReversed()
}

/** `GET /sapi/v1/capital/deposit/hisrec`. */
export const depositHistory: BinanceEndpoint = (call) =>
  outsideRows(call, 'deposit').map(({ movementId, wallet, asset, amountAtoms, tsMs }) => ({
    id: String(movementId),
    amount: atomsText(amountAtoms),
    coin: asset,
    network: asset,
    status: 1,
    address: 'local',
    addressTag: '',
    txId: `deposit-${movementId}`,
    insertTime: tsMs,
    transferType: 0,
    confirmTimes: '1/1',
    unlockConfirm: 0,
    walletType: wallet === 'spot' ? 0 : 1,
  }))

/** `GET /sapi/v1/capital/withdraw/history`. */
export const withdrawalHistory: BinanceEndpoint = (call) =>
  outsideRows(call, 'withdrawal').map(({ movementId, wallet, asset, amountAtoms, tsMs }) => {
    const time = isoTime(tsMs).slice(0, 19).replace('T', ' ')
    return {
      id: String(movementId),
      amount: atomsText(-amountAtoms),
      transactionFee: '0',
      coin: asset,
      status: 6,
      address: 'local',
      txId: `withdrawal-${movementId}`,
      applyTime: time,
      network: asset,
      transferType: 0,
      info: '',
      confirmNo: 1,
      walletType: wallet === 'spot' ? 0 : 1,
      txKey: '',
      completeTime: time,
    }
  })
