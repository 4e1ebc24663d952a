/**
 * Answers of the venues as ccxt recorded them, through our readers. `httpResponse` is what the venue sent; `parsedResponse` is
 * what ccxt's authors make of it, which must agree with us wherever it states something.
 */
import { stepsToNumber } from '@kestrel/core'
import type { VenueFill, VenueOrder, VenuePosition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { readBinancePosition } from '../src/trading/dialects/binance/binance-account.ts'
import { readBinanceAlgo, readBinanceFill, readBinanceOrder } from '../src/trading/dialects/binance/binance-orders.ts'
import { readBybitFill, readBybitOrder, readBybitPosition } from '../src/trading/dialects/bybit/bybit-orders.ts'
import type { Desk } from '../src/trading/dialects/dialect.ts'
import { readKrakenFill, readKrakenOrder } from '../src/trading/dialects/kraken/kraken-orders.ts'
import { readOkxAlgo, readOkxFill, readOkxOrder, readOkxPosition } from '../src/trading/dialects/okx/okx-orders.ts'
import type { Row } from '../src/trading/raw-answer.ts'
import type { Product, TradingVenue } from '../src/trading/trading-options.ts'
import { type FixtureCase, fixtureCases, fixturesAbsent } from './recorded-exchange.ts'
import { recordedDesk } from './recorded-desk.ts'

interface Parsed {
  readonly id?: string
  readonly clientOrderId?: string | null
  readonly order?: string
  readonly symbol?: string
  readonly timestamp?: number
  readonly side?: string
  readonly amount?: number
  readonly filled?: number
  readonly average?: number | null
  readonly price?: number | null
  readonly triggerPrice?: number | null
  readonly status?: string
  readonly reduceOnly?: boolean | null
  readonly takerOrMaker?: string
  readonly fee?: { readonly cost?: number | null; readonly currency?: string | null }
  readonly contracts?: number
  readonly entryPrice?: number
  readonly markPrice?: number
  readonly liquidationPrice?: number | null
}

/** Rows of an answer, each with its category (Bybit) or id (Kraken) laid in. */
function rowsOf(answer: unknown): readonly Row[] {
  if (Array.isArray(answer)) return answer as Row[]
  const { result, data } = answer as { result?: Record<string, unknown>; data?: unknown }
  if (Array.isArray(data)) return data as Row[]
  if (result === undefined) return [answer as Row]
  const { list, category } = result
  if (Array.isArray(list)) return (list as Row[]).map((row) => ({ category, ...row }))
  const named = (result['open'] ?? result['closed'] ?? result['trades'] ?? result) as Record<string, Row>
  return Object.entries(named)
    .filter(([, row]) => typeof row === 'object' && row !== null)
    .map(([id, row]) => ({ $id: id, ...row }))
}

function casesOf(venue: TradingVenue, methods: readonly string[]): readonly (readonly [string, FixtureCase])[] {
  return fixturesAbsent
    ? []
    : methods.flatMap((method) => fixtureCases('response', venue, method).map((each) => [method, each] as const))
}

const ALL: readonly Product[] = ['spot', 'linear', 'inverse']
const ORDERS = [
  'fetchOrder',
  'fetchOpenOrder',
  'fetchOpenOrders',
  'fetchOrders',
  'fetchClosedOrder',
  'fetchClosedOrders',
]
const READ_ORDER: Readonly<Record<TradingVenue, (desk: Desk, row: Row) => VenueOrder | undefined>> = {
  binance: (desk, row) => ('algoId' in row ? readBinanceAlgo(desk, row, undefined) : readBinanceOrder(desk, row)),
  bybit: (desk, row) => readBybitOrder(desk, row),
  okx: (desk, row) =>
    'algoId' in row && row['algoId'] !== '' ? readOkxAlgo(desk, row, undefined) : readOkxOrder(desk, row),
  kraken: (desk, row) => readKrakenOrder(desk, String(row['$id']), row),
}
const READ_FILL: Readonly<Record<TradingVenue, (desk: Desk, row: Row) => VenueFill | undefined>> = {
  binance: readBinanceFill,
  bybit: (desk, row) => readBybitFill(desk, row),
  okx: readOkxFill,
  kraken: (desk, row) => readKrakenFill(desk, String(row['$id']), row),
}
const READ_POSITION: Readonly<Partial<Record<TradingVenue, (desk: Desk, row: Row) => VenuePosition | undefined>>> = {
  binance: readBinancePosition,
  bybit: (desk, row) => readBybitPosition(desk, row),
  okx: readOkxPosition,
}
const VENUES: readonly TradingVenue[] = ['binance', 'bybit', 'okx', 'kraken']

/** ccxt has one word, `closed`, for what was filled and for what was partly filled and cancelled. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  open: ['open'],
  closed: ['filled', 'cancelled', 'open'],
  canceled: ['cancelled', 'rejected'],
  expired: ['expired'],
  rejected: ['rejected'],
}

describe.skipIf(fixturesAbsent)('recorded orders', () => {
  test.each(VENUES.flatMap((venue) => casesOf(venue, ORDERS).map(([method, each]) => [venue, method, each] as const)))(
    '%s %s: $description',
    async (venue, _method, { httpResponse, parsedResponse }) => {
      const desk = await recordedDesk(venue, ALL)
      const parsed = [parsedResponse].flat() as readonly Parsed[]
      const byId = new Map(
        rowsOf(httpResponse).map((row) => [
          String(row['orderId'] ?? (row['algoId'] || row['ordId']) ?? row['$id']),
          row,
        ]),
      )
      expect(parsed.length).toBeGreaterThan(0)
      for (const expected of parsed) {
        const row = byId.get(expected.id ?? '') as Row
        const order = READ_ORDER[venue](desk, row)
        // Options and futures with an end are none of ours.
        if (order === undefined) {
          expect(expected.symbol).toMatch(/-\d{6}|:.*-/)
          continue
        }
        const quantity = (lots: number): number => stepsToNumber(lots, order.instrument.lot)
        const price = (ticks: number | undefined): number | undefined =>
          ticks === undefined ? undefined : stepsToNumber(ticks, order.instrument.tick)
        expect(order.venueOrderId).toBe(expected.id)
        if (expected.clientOrderId) expect(order.clientOrderId ?? expected.clientOrderId).toBe(expected.clientOrderId)
        expect(order.side).toBe(expected.side)
        // An order for a sum of money has no quantity but what it got.
        if (typeof expected.amount === 'number' && row['marketUnit'] !== 'quoteCoin')
          expect(quantity(order.quantityLots)).toBeCloseTo(expected.amount, 9)
        if (typeof expected.filled === 'number') expect(quantity(order.filledLots)).toBeCloseTo(expected.filled, 9)
        if (typeof expected.average === 'number' && order.filledLots > 0)
          expect(order.averagePrice).toBeCloseTo(expected.average, 6)
        if (order.type === 'limit') expect(price(order.limitTicks)).toBeCloseTo(expected.price ?? Number.NaN, 6)
        if (typeof expected.triggerPrice === 'number' && expected.triggerPrice > 0)
          expect(price(order.triggerTicks)).toBeCloseTo(expected.triggerPrice, 6)
        if (expected.status) expect(STATES[expected.status] ?? [expected.status]).toContain(order.state)
        if (expected.reduceOnly === true) expect(order.reduceOnly).toBe(true)
      }
    },
  )
})

describe.skipIf(fixturesAbsent)('recorded fills', () => {
  test.each(VENUES.flatMap((venue) => casesOf(venue, ['fetchMyTrades']).map(([, each]) => [venue, each] as const)))(
    '%s: $description',
    async (venue, { httpResponse, parsedResponse }) => {
      const desk = await recordedDesk(venue, ALL)
      const read = rowsOf(httpResponse).flatMap((row) => READ_FILL[venue](desk, row) ?? [])
      const byId = new Map(read.map((fill) => [fill.fillId, fill]))
      for (const expected of parsedResponse as readonly Parsed[]) {
        if (/:.*-/.test(expected.symbol ?? '')) continue
        const raw = rowsOf(httpResponse).find((row) => row['execId'] === expected.id)
        // Bybit lists funding among the executions; it is no fill.
        if (raw?.['execType'] === 'Funding') {
          expect(byId.has(expected.id ?? '')).toBe(false)
          continue
        }
        const fill = byId.get(expected.id ?? '') as VenueFill
        expect(fill).toMatchObject({
          venueOrderId: expected.order,
          side: expected.side,
          price: expected.price,
        })
        // OKX tells the time of the trade and that of its record, a moment later.
        expect(Math.abs(fill.tsEventMs - (expected.timestamp ?? 0))).toBeLessThanOrEqual(venue === 'okx' ? 5 : 0)
        if (expected.takerOrMaker) expect(fill.liquidity).toBe(expected.takerOrMaker)
        expect(stepsToNumber(fill.lots, fill.instrument.lot)).toBeCloseTo(expected.amount ?? Number.NaN, 12)
        if (typeof expected.fee?.cost === 'number') {
          expect(fill.fee?.amount).toBeCloseTo(expected.fee.cost, 12)
          if (expected.fee.currency) expect(fill.fee?.currency).toBe(expected.fee.currency)
        }
      }
    },
  )
})

describe.skipIf(fixturesAbsent)('recorded positions', () => {
  const venues = VENUES.filter((venue) => READ_POSITION[venue] !== undefined)
  test.each(
    venues.flatMap((venue) =>
      casesOf(venue, ['fetchPositions', 'fetchPosition']).map(([, each]) => [venue, each] as const),
    ),
  )('%s: $description', async (venue, { httpResponse, parsedResponse }) => {
    const desk = await recordedDesk(venue, venue === 'binance' ? ['linear', 'inverse'] : ALL)
    const rows = rowsOf(httpResponse)
    // Rows of options and of other accounts have other fields.
    const isOurs = rows.every((row) => venue !== 'binance' || 'positionAmt' in row)
    const read = isOurs ? rows.flatMap((row) => READ_POSITION[venue]?.(desk, row) ?? []) : []
    const expected = ([parsedResponse].flat() as readonly Parsed[]).filter(
      (each) => isOurs && (each.contracts ?? 0) !== 0 && !/:.*-/.test(each.symbol ?? ''),
    )
    const found = read.filter((position) => position.signedLots !== 0)
    expect(found.length).toBeGreaterThanOrEqual(expected.length)
    for (const each of expected) {
      const position = found.find(
        (one) => desk.book.marketOf(one.instrument.id).symbol === each.symbol,
      ) as VenuePosition
      expect(Math.abs(stepsToNumber(position.signedLots, position.instrument.lot))).toBeCloseTo(each.contracts ?? 0, 9)
      expect(position.signedLots > 0 ? 'long' : 'short').toBe(each.side)
      expect(position.entryPrice).toBeCloseTo(each.entryPrice ?? Number.NaN, 6)
      if (each.markPrice) expect(position.markPrice).toBeCloseTo(each.markPrice, 6)
      if (each.liquidationPrice) expect(position.liquidationPrice).toBeCloseTo(each.liquidationPrice, 6)
    }
  })
})

test.skipIf(fixturesAbsent)('the recorded answers are there: 25 of orders, 8 of fills, 17 of positions', () => {
  const count = (methods: readonly string[]): number => VENUES.flatMap((venue) => casesOf(venue, methods)).length
  expect([count(ORDERS), count(['fetchMyTrades']), count(['fetchPositions', 'fetchPosition'])]).toEqual([25, 8, 17])
})
