import type { Instrument } from '@kestrel/core'
import type { FundingPayment, KeyRights, VenueBalance, VenueFill, VenuePosition } from '@kestrel/kernel'
import { productOf } from '../../instrument-book.ts'
import { decimalOf, neededText, type Row, rowOf, rowsIn, textOf, timeOf, unreadable } from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import type { Desk } from '../dialect.ts'
import { readBybitFill, readBybitPosition } from './bybit-orders.ts'

const WEEK_MS = 7 * 86_400_000
/** Currencies that linear perpetuals settle in; the venue lists by one of them. */
export const SETTLE_COINS = ['USDT', 'USDC'] as const

/** The `result` of an answer. */
export async function bybitResult(desk: Desk, endpoint: string, params: object = {}): Promise<Row> {
  return rowOf(rowOf(await askEndpoint(desk.exchange, endpoint, params), 'an answer')['result'], 'a result')
}

/** All rows of a list that is cut into pages. */
export async function bybitList(desk: Desk, endpoint: string, params: object): Promise<readonly Row[]> {
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const result = await bybitResult(desk, endpoint, { ...params, ...(cursor === undefined ? {} : { cursor }) })
    const page = rowsIn(result, 'list')
    rows.push(...page)
    cursor = page.length === 0 ? undefined : textOf(result, 'nextPageCursor')
  } while (cursor !== undefined)
  return rows
}

/** Executions from a time on, a week and a page at a time. */
async function executions(
  desk: Desk,
  instrument: Instrument,
  fromMs: number,
  execType?: string,
): Promise<readonly Row[]> {
  const market = desk.book.marketOf(instrument.id)
  const rows: Row[] = []
  for (let startMs = fromMs; startMs <= desk.nowMs(); startMs += WEEK_MS)
    rows.push(
      ...(await bybitList(desk, 'privateGetV5ExecutionList', {
        category: productOf(market),
        symbol: market.id,
        startTime: startMs,
        endTime: startMs + WEEK_MS - 1,
        limit: 100,
        ...(execType === undefined ? {} : { execType }),
      })),
    )
  return rows
}

export async function bybitFills(desk: Desk, instrument: Instrument, fromMs: number): Promise<readonly VenueFill[]> {
  const category = productOf(desk.book.marketOf(instrument.id))
  const rows = await executions(desk, instrument, fromMs)
  return rows.flatMap((row) => readBybitFill(desk, row, category) ?? [])
}

export async function bybitFunding(
  desk: Desk,
  instrument: Instrument,
  fromMs: number,
): Promise<readonly FundingPayment[]> {
  if (instrument.kind === 'spot') return []
  const rows = await executions(desk, instrument, fromMs, 'Funding')
  return rows
    .filter((row) => textOf(row, 'execType') === 'Funding')
    .map((row) => {
      const fee = decimalOf(row, 'execFee')
      if (fee === undefined) throw unreadable('funding without an amount')
      return { instrument, timeMs: timeOf(row, 'execTime'), amount: 0 - fee, currency: instrument.settleCurrency }
    })
}

export function readBybitBalance(row: Row): VenueBalance {
  const total = decimalOf(row, 'walletBalance')
  if (total === undefined) throw unreadable('a balance without a total')
  const held = ['locked', 'totalOrderIM', 'totalPositionIM'].reduce((sum, name) => sum + (decimalOf(row, name) ?? 0), 0)
  const debt = decimalOf(row, 'borrowAmount', 'spotBorrow')
  return {
    currency: neededText(row, 'coin'),
    total,
    free: Math.max(0, total - held),
    ...(debt === undefined || debt === 0 ? {} : { debt }),
  }
}

export async function bybitBalances(desk: Desk): Promise<readonly VenueBalance[]> {
  const result = await bybitResult(desk, 'privateGetV5AccountWalletBalance', { accountType: 'UNIFIED' })
  return rowsIn(result, 'list')
    .flatMap((account) => rowsIn(account, 'coin'))
    .map(readBybitBalance)
    .filter(({ total, debt }) => total !== 0 || debt !== undefined)
}

export async function bybitPositions(desk: Desk): Promise<readonly VenuePosition[]> {
  const found: VenuePosition[] = []
  for (const category of desk.products.filter((product) => product !== 'spot'))
    for (const filter of category === 'linear' ? SETTLE_COINS.map((settleCoin) => ({ settleCoin })) : [{}]) {
      const rows = await bybitList(desk, 'privateGetV5PositionList', { category, limit: 200, ...filter })
      for (const row of rows) {
        const position = readBybitPosition(desk, row, category)
        if (position !== undefined && position.signedLots !== 0) found.push(position)
      }
    }
  return found
}

/** Source: https://bybit-exchange.github.io/docs/v5/user/apikey-info */
export async function bybitKeyRights(desk: Desk): Promise<KeyRights> {
  const result = await bybitResult(desk, 'privateGetV5UserQueryApi')
  const permissions = rowOf(result['permissions'], 'the permissions of the key')
  const has = (name: string, right: string): boolean => {
    const list = permissions[name]
    return Array.isArray(list) && list.includes(right)
  }
  const trades =
    (desk.products.includes('spot') && has('Spot', 'SpotTrade')) ||
    (desk.products.some((product) => product !== 'spot') &&
      (has('ContractTrade', 'Order') || has('Derivatives', 'DerivativesTrade')))
  return { canTrade: decimalOf(result, 'readOnly') !== 1 && trades, canWithdraw: has('Wallet', 'Withdraw') }
}
