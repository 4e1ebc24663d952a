import type { Instrument } from '@kestrel/core'
import type { FundingPayment, VenueFill } from '@kestrel/kernel'
import type { CcxtMarket } from '../../../ccxt/ccxt-exchange.ts'
import { productOf } from '../../instrument-book.ts'
import { decimalOf, neededText, type Row, rowsOf, timeOf, unreadable } from '../../raw-answer.ts'
import { askEndpoint } from '../../trading-exchange.ts'
import type { Product } from '../../trading-options.ts'
import type { Desk } from '../dialect.ts'
import { readBinanceFill } from './binance-orders.ts'

const PAGE_ROWS = 1_000
/** Longest span of one question about trades: a day on spot, a week on futures. */
const SPAN_MS: Readonly<Record<Product, number>> = { spot: 86_400_000, linear: 7 * 86_400_000, inverse: 7 * 86_400_000 }

const TRADES: Readonly<Record<Product, string>> = {
  spot: 'privateGetMyTrades',
  linear: 'fapiPrivateGetUserTrades',
  inverse: 'dapiPrivateGetUserTrades',
}

/** Spans that are asked for one by one; further back trades are paged by their ids from the first one on. */
const MOST_SPANS = 30

/** Trades from a time on: spans of time, and by the id of the trade inside a span that holds more than a page. */
export async function binanceFills(desk: Desk, instrument: Instrument, fromMs: number): Promise<readonly VenueFill[]> {
  const market = desk.book.marketOf(instrument.id)
  const product = productOf(market) ?? 'spot'
  const ask = async (params: object): Promise<readonly Row[]> =>
    rowsOf(
      await askEndpoint(desk.exchange, TRADES[product], { symbol: market.id, limit: PAGE_ROWS, ...params }),
      'trades',
    )
  const isFar = desk.nowMs() - fromMs > MOST_SPANS * SPAN_MS[product]
  const rows = isFar ? await rowsById(ask) : await rowsBySpan(ask, fromMs, desk.nowMs(), SPAN_MS[product])
  return rows.flatMap((row) => readBinanceFill(desk, row) ?? [])
}

type Ask = (params: object) => Promise<readonly Row[]>

async function rowsById(ask: Ask): Promise<readonly Row[]> {
  let page = await ask({ fromId: 0 })
  const rows = [...page]
  while (page.length >= PAGE_ROWS) {
    page = await ask({ fromId: nextId(page) })
    rows.push(...page)
  }
  return rows
}

async function rowsBySpan(ask: Ask, fromMs: number, toMs: number, spanMs: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let startMs = fromMs; startMs <= toMs; startMs += spanMs) {
    const endMs = startMs + spanMs - 1
    let page = await ask({ startTime: startMs, endTime: endMs })
    rows.push(...page)
    while (page.length >= PAGE_ROWS) {
      page = await ask({ fromId: nextId(page) })
      const inSpan = page.filter((row) => timeOf(row, 'time') <= endMs)
      rows.push(...inSpan)
      if (inSpan.length < page.length) break
    }
  }
  return rows
}

function nextId(page: readonly Row[]): string {
  const ids = page.map((row) => BigInt(neededText(row, 'id')))
  return String(ids.reduce((most, id) => (id > most ? id : most), 0n) + 1n)
}

/** Funding from a time on, a page of a week at a time. The venue keeps three months. */
export async function binanceFunding(
  desk: Desk,
  instrument: Instrument,
  fromMs: number,
): Promise<readonly FundingPayment[]> {
  const market: CcxtMarket = desk.book.marketOf(instrument.id)
  const endpoint = productOf(market) === 'inverse' ? 'dapiPrivateGetIncome' : 'fapiPrivateGetIncome'
  const found = new Map<string, FundingPayment>()
  for (let startMs = fromMs; startMs <= desk.nowMs(); startMs += SPAN_MS.linear) {
    const rows = rowsOf(
      await askEndpoint(desk.exchange, endpoint, {
        symbol: market.id,
        incomeType: 'FUNDING_FEE',
        startTime: startMs,
        endTime: startMs + SPAN_MS.linear - 1,
        limit: PAGE_ROWS,
      }),
      'income',
    )
    for (const row of rows) {
      const amount = decimalOf(row, 'income')
      if (amount === undefined) throw unreadable('funding without an amount')
      const timeMs = timeOf(row, 'time')
      found.set(`${timeMs} ${neededText(row, 'tranId', 'time')}`, {
        instrument,
        timeMs,
        amount,
        currency: neededText(row, 'asset'),
      })
    }
  }
  return [...found.values()]
}
