import type { Instrument } from '@kestrel/core'
import type { FundingPayment, KeyRights, VenueBalance, VenueFill } from '@kestrel/kernel'
import { decimalOf, neededText, type Row, rowOf, rowsIn, textOf, timeOf, unreadable } from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import type { Desk } from '../dialect.ts'
import { readOkxFill } from './okx-orders.ts'

const PAGE_ROWS = 100
/** The list of recent fills reaches three days back; the archive is written with a delay. */
const RECENT_MS = 3 * 86_400_000 - 3_600_000

export async function okxData(desk: Desk, endpoint: string, params: object = {}): Promise<readonly Row[]> {
  return rowsIn(rowOf(await askEndpoint(desk.exchange, endpoint, params), 'an answer'), 'data')
}

/** All rows, newest first, a page at a time; `key` is the id that the next page lies before. */
export async function okxPages(desk: Desk, endpoint: string, params: object, key: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  let page = await okxData(desk, endpoint, { ...params, limit: PAGE_ROWS })
  rows.push(...page)
  while (page.length >= PAGE_ROWS) {
    const after = textOf(page.at(-1) ?? {}, key)
    page = await okxData(desk, endpoint, { ...params, limit: PAGE_ROWS, after })
    rows.push(...page)
  }
  return rows
}

export function okxKindOf(instrument: Instrument): 'SPOT' | 'SWAP' {
  return instrument.kind === 'spot' ? 'SPOT' : 'SWAP'
}

export async function okxFills(desk: Desk, instrument: Instrument, fromMs: number): Promise<readonly VenueFill[]> {
  const isRecent = fromMs > desk.nowMs() - RECENT_MS
  const rows = await okxPages(
    desk,
    isRecent ? 'privateGetTradeFills' : 'privateGetTradeFillsHistory',
    { instType: okxKindOf(instrument), instId: desk.book.marketOf(instrument.id).id, begin: fromMs },
    'billId',
  )
  // What the archive does not have yet; the gateway drops what comes twice.
  const fresh = isRecent ? [] : await okxFills(desk, instrument, Math.max(fromMs, desk.nowMs() - RECENT_MS + 1))
  return [...rows.flatMap((row) => readOkxFill(desk, row) ?? []), ...fresh]
}

/** Funding is bill type 8. The venue keeps three months. */
export async function okxFunding(
  desk: Desk,
  instrument: Instrument,
  fromMs: number,
): Promise<readonly FundingPayment[]> {
  if (instrument.kind === 'spot') return []
  const { id } = desk.book.marketOf(instrument.id)
  const params = { instType: 'SWAP', type: '8', begin: fromMs }
  const rows = await okxPages(desk, 'privateGetAccountBillsArchive', params, 'billId')
  return rows
    .filter((row) => textOf(row, 'instId') === id)
    .map((row) => {
      const amount = decimalOf(row, 'balChg', 'pnl')
      if (amount === undefined) throw unreadable('funding without an amount')
      return { instrument, timeMs: timeOf(row, 'ts'), amount, currency: neededText(row, 'ccy') }
    })
}

export function readOkxBalance(row: Row): VenueBalance {
  const total = decimalOf(row, 'cashBal')
  if (total === undefined) throw unreadable('a balance without a total')
  const debt = decimalOf(row, 'liab')
  return {
    currency: neededText(row, 'ccy'),
    total,
    free: decimalOf(row, 'availBal'),
    ...(debt === undefined || debt === 0 ? {} : { debt: Math.abs(debt) }),
  }
}

export async function okxBalances(desk: Desk): Promise<readonly VenueBalance[]> {
  const accounts = await okxData(desk, 'privateGetAccountBalance')
  return accounts.flatMap((account) => rowsIn(account, 'details').map(readOkxBalance))
}

/** Source: https://www.okx.com/docs-v5/en/, "Get account configuration". */
export async function okxKeyRights(desk: Desk): Promise<KeyRights> {
  const [config] = await okxData(desk, 'privateGetAccountConfig')
  const text = config === undefined ? undefined : textOf(config, 'perm')
  if (text === undefined) return { canTrade: true, canWithdraw: 'unknown' }
  const rights = text.split(',').map((right) => right.trim())
  return { canTrade: rights.includes('trade'), canWithdraw: rights.includes('withdraw') }
}
