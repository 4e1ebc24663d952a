import type { KeyRights, VenueBalance, VenuePosition } from '@kestrel/kernel'
import {
  booleanOf,
  decimalOf,
  isRow,
  neededText,
  priceOf,
  type Row,
  rowOf,
  rowsIn,
  rowsOf,
  textOf,
  unreadable,
} from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import { ccxtClassNames } from '../../ccxt-class-names.ts'
import { venuePositionOf } from '../../venue-reading.ts'
import type { Desk } from '../dialect.ts'
import { binanceInstrument } from './binance-orders.ts'

export async function binanceBalances(desk: Desk): Promise<readonly VenueBalance[]> {
  if (desk.products.includes('spot')) {
    const account = rowOf(
      await askEndpoint(desk.exchange, 'privateGetAccount', { omitZeroBalances: true }),
      'the account',
    )
    return rowsIn(account, 'balances').flatMap((row) => {
      const [free, locked] = [needed(row, 'free'), needed(row, 'locked')]
      return free + locked === 0 ? [] : [{ currency: neededText(row, 'asset'), total: free + locked, free }]
    })
  }
  const endpoint = desk.products.includes('inverse') ? 'dapiPrivateGetAccount' : 'fapiPrivateV3GetAccount'
  const account = rowOf(await askEndpoint(desk.exchange, endpoint), 'the account')
  return rowsIn(account, 'assets').flatMap((row) => {
    const total = needed(row, 'walletBalance')
    return total === 0 ? [] : [{ currency: neededText(row, 'asset'), total, free: decimalOf(row, 'availableBalance') }]
  })
}

export async function binancePositions(desk: Desk): Promise<readonly VenuePosition[]> {
  if (desk.products.includes('spot')) return []
  const endpoint = desk.products.includes('inverse') ? 'dapiPrivateGetPositionRisk' : 'fapiPrivateV3GetPositionRisk'
  const rows = rowsOf(await askEndpoint(desk.exchange, endpoint), 'positions')
  return rows.flatMap((row) => readBinancePosition(desk, row) ?? [])
}

/** A row of `positionRisk`; undefined where it is flat or of a market that is not traded here. */
export function readBinancePosition(desk: Desk, row: Row): VenuePosition | undefined {
  const signedQuantity = needed(row, 'positionAmt')
  const instrument = signedQuantity === 0 ? undefined : binanceInstrument(desk, row, 'symbol')
  if (instrument === undefined) return undefined
  const side = textOf(row, 'positionSide')
  const isolated = decimalOf(row, 'isolatedMargin', 'isolatedWallet') ?? 0
  return venuePositionOf({
    instrument,
    side: side === 'LONG' ? 'long' : side === 'SHORT' ? 'short' : 'net',
    signedQuantity,
    entryPrice: priceOf(row, 'entryPrice') ?? Number.NaN,
    markPrice: priceOf(row, 'markPrice'),
    liquidationPrice: priceOf(row, 'liquidationPrice'),
    leverage: priceOf(row, 'leverage'),
    marginMode: textOf(row, 'marginType') === 'isolated' || isolated !== 0 ? 'isolated' : 'cross',
  })
}

/**
 * Rights of the key. Test networks do not tell them.
 *
 * Source: https://developers.binance.com/docs/wallet/account/api-key-permission
 */
export async function binanceKeyRights(desk: Desk): Promise<KeyRights> {
  const isSpot = desk.products.includes('spot')
  try {
    const rights = await askEndpoint(desk.exchange, 'sapiGetAccountApiRestrictions')
    if (!isRow(rights) || !('enableWithdrawals' in rights)) return { canTrade: true, canWithdraw: 'unknown' }
    return {
      canTrade: booleanOf(rights, isSpot ? 'enableSpotAndMarginTrading' : 'enableFutures'),
      canWithdraw: booleanOf(rights, 'enableWithdrawals', 'enableInternalTransfer'),
    }
  } catch (error) {
    if (ccxtClassNames(error).has('NotSupported')) return { canTrade: true, canWithdraw: 'unknown' }
    throw error
  }
}

/**
 * The number of the user, which the spot account alone tells; wallets of futures belong to the same user.
 *
 * Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-information-user_data
 */
export async function binanceAccountNumber(desk: Desk): Promise<string | undefined> {
  const account = await askEndpoint(desk.exchange, 'privateGetAccount', { omitZeroBalances: true })
  return isRow(account) ? textOf(account, 'uid') : undefined
}

function needed(row: Row, name: string): number {
  const value = decimalOf(row, name)
  if (value === undefined) throw unreadable(`${name} is absent`)
  return value
}
