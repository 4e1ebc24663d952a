/** What goes wrong between a venue and the lake, through the unmodified ccxt client. */
import { downloadHistory, type Lake } from '@kestrel/data'
import type { Fault, HistoryExchange, SeenRequest } from '@kestrel/testkit'
import { describe, expect, test } from 'vitest'
import { failureOf, HOUR_MS, type LocalVenue, localVenue, NOW_MS, temporaryLake } from './local-download.ts'

const FROM = Date.UTC(2024, 0, 1)
const THIS_HOUR = Date.UTC(2024, 4, 3, 10)
const VENUES = [
  ['binance', 'BTC-USDT.BINANCE', /klines$/],
  ['bybit', 'BTC-USDT-PERP.BYBIT', /kline$/],
] as const

type Venue = (typeof VENUES)[number][0]

function download(lake: Lake, { source }: LocalVenue, instrument: string, options: { toMs?: number } = {}) {
  return downloadHistory(lake, source, { instrument, kind: 'bars', timeframe: '1h', fromMs: FROM, ...options })
}

/** Opening times in the lake are those of the exchange in a window, and every value is. */
async function expectAll(lake: Lake, exchange: HistoryExchange, instrument: string, toMs = THIS_HOUR): Promise<void> {
  const { bars } = await lake.loadBars(instrument, '1h')
  const expected = exchange.market.bars(HOUR_MS, FROM, toMs, NOW_MS)
  expect([...bars.openTimeMs]).toEqual(expected.map(({ openTimeMs }) => openTimeMs))
  expect([...bars.close]).toEqual(expected.map(({ close }) => close))
  const report = await lake.verify({ instrument, kind: 'bars', timeframe: '1h' })
  expect(report.problems).toEqual([])
}

describe.each(VENUES)('%s', (venue, instrument, path) => {
  /** The fault at the nth question for bars, from 0. */
  const at = (numbers: readonly number[], fault: Fault) => (request: SeenRequest) =>
    path.test(request.path) && numbers.includes(request.ofPath) ? fault : undefined

  test('429 is waited out for as long as the venue asks', async () => {
    const limit: Fault = { kind: 'answer', status: 429, headers: { 'retry-after': '7' }, body: '{"code":-1003}' }
    const local = await localVenue({ venue, fault: at([1, 2], limit) })
    const lake = temporaryLake()
    await download(lake, local, instrument)
    await expectAll(lake, local.exchange, instrument)
    expect(local.waits).toEqual([7_000, 7_000])
  })

  test('failures that pass are waited out longer each time, by chance', async () => {
    const faults: readonly Fault[] = [
      { kind: 'answer', status: 503, body: 'Service Unavailable' },
      { kind: 'answer', status: 500, body: '<html><body>oops</body></html>' },
      { kind: 'truncated' },
      { kind: 'broken-answer' },
      { kind: 'reset' },
    ]
    const local = await localVenue({
      venue,
      fault: (request) => (path.test(request.path) ? faults[request.ofPath - 1] : undefined),
    })
    const lake = temporaryLake()
    await download(lake, local, instrument)
    await expectAll(lake, local.exchange, instrument)
    expect(local.waits).toHaveLength(faults.length)
    for (const [i, waitMs] of local.waits.entries()) expect(waitMs).toBeLessThanOrEqual(500 * 2 ** i)
    expect(new Set(local.waits).size).toBe(faults.length)
  })

  test('an answer that does not come is given up on and asked for again', async () => {
    const local = await localVenue({ venue, fault: at([1], { kind: 'silent' }) }, { timeoutMs: 300 })
    const lake = temporaryLake()
    await download(lake, local, instrument)
    await expectAll(lake, local.exchange, instrument)
    expect(local.waits).toHaveLength(1)
  })

  test.each([
    ['VENUE_UNAVAILABLE', { kind: 'answer', status: 503, body: 'Service Unavailable' }],
    ['VENUE_ANSWER', { kind: 'truncated' }],
    ['VENUE_NETWORK', { kind: 'reset' }],
  ] as const)(
    'a failure that lasts ends with %s; the pages before are stored, and the next call goes on',
    async (code, fault) => {
      const local = await localVenue({
        venue,
        fault: (request) => (path.test(request.path) && request.ofPath >= 2 ? fault : undefined),
      })
      const lake = temporaryLake()
      const failure = await failureOf(download(lake, local, instrument))
      expect(failure).toMatchObject({ name: 'VenueError', code, retry: 'safe', meta: { venue, tries: 8 } })
      const stored = await lake.find({ instrument, kind: 'bars', timeframe: '1h' })
      expect(stored?.rows).toBeGreaterThan(900)
      const asked = local.exchange.requests.length
      local.exchange.fault = () => undefined
      const report = await download(lake, local, instrument)
      expect(report.asked).toEqual([{ fromMs: stored?.span.toMs, toMs: THIS_HOUR }])
      expect(local.exchange.requests.length - asked).toBeLessThan(5)
      await expectAll(lake, local.exchange, instrument)
    },
  )

  test('a ban longer than two minutes ends the work and says when to come back', async () => {
    const ban: Fault = { kind: 'answer', status: 418, headers: { 'retry-after': '3600' }, body: '{"code":-1003}' }
    const local = await localVenue({ venue, fault: at([1], ban) })
    const failure = await failureOf(download(temporaryLake(), local, instrument))
    expect(failure).toMatchObject({ name: 'VenueError', hint: expect.stringContaining('3600 s') })
    expect(local.waits).toEqual([])
  })

  test.each([
    [400, '{"code":-1100,"msg":"Illegal characters","retCode":10001,"retMsg":"illegal"}'],
    [403, '<html>Forbidden</html>'],
    [451, '{"code":0,"msg":"Service unavailable from a restricted location"}'],
  ])('a request that the venue refuses with %i is not repeated', async (status, body) => {
    const refused: Fault = { kind: 'answer', status, body }
    const local = await localVenue({ venue, fault: at([1], refused) })
    const failure = await failureOf(download(temporaryLake(), local, instrument))
    expect(failure).toMatchObject({ name: 'VenueError', code: 'VENUE_REFUSED', retry: 'never' })
    expect(local.exchange.requests.filter(({ path: asked }) => path.test(asked))).toHaveLength(2)
  })

  test.each([
    ['a shared row that differs', alterOldest, 'DATA_PAGE_OVERLAP'],
    ['a shared row that is not there', dropOldest, 'DATA_PAGE_JOIN'],
    ['an answer of another time', shiftBack, 'DATA_PAGE_JOIN'],
  ] as const)(
    '%s is refused with venue, instrument and span, and nothing of the page stored',
    async (_, change, code) => {
      // The third answer: the second page, whichever way the venue pages.
      const third = venue === 'binance' ? 2 : 1
      const local = await localVenue({ venue, fault: at([third, third + 1], { kind: 'rows', change: change(venue) }) })
      const lake = temporaryLake()
      const failure = await failureOf(download(lake, local, instrument))
      expect(failure).toMatchObject({ name: 'DataError', code, retry: 'safe', meta: { venue, instrument } })
      expect(failure.message).toMatch(/2024-\d\d-\d\d/)
      const stored = await lake.find({ instrument, kind: 'bars', timeframe: '1h' })
      expect(stored?.rows).toBe(1_000)
      await expectAll(lake, local.exchange, instrument, stored?.span.toMs)
      local.exchange.fault = () => undefined
      await download(lake, local, instrument)
      await expectAll(lake, local.exchange, instrument)
    },
  )

  test('rows that come twice the same are taken once and counted', async () => {
    const twice: Fault = { kind: 'rows', change: (rows) => rows.flatMap((row) => [row, row]) }
    // Fewer than a page may hold: ccxt cuts an answer at the number asked for.
    const local = await localVenue({ venue, fault: (request) => (path.test(request.path) ? twice : undefined) })
    const lake = temporaryLake()
    const toMs = FROM + 400 * HOUR_MS
    const report = await download(lake, local, instrument, { toMs })
    expect(report).toMatchObject({ added: 400, repeated: 400 })
    await expectAll(lake, local.exchange, instrument, toMs)
  })

  test('a row left out once is not taken for a hole', async () => {
    const gappy: Fault = { kind: 'rows', change: (rows) => rows.filter((_, i) => i !== 100) }
    const local = await localVenue({ venue, fault: at([venue === 'binance' ? 1 : 0], gappy) })
    const lake = temporaryLake()
    const failure = await failureOf(download(lake, local, instrument))
    expect(failure).toMatchObject({ name: 'DataError', code: 'DATA_PAGE_JOIN' })
    expect((await lake.list()).datasets).toEqual([])
  })

  test('holes that the venue has go to the gap ledger, also across pages, and are not asked for again', async () => {
    const holes = [
      { fromMs: FROM + 10 * HOUR_MS, toMs: FROM + 13 * HOUR_MS },
      { fromMs: FROM + 990 * HOUR_MS, toMs: FROM + 2_400 * HOUR_MS },
    ]
    const local = await localVenue({ venue, market: { listedMs: Date.UTC(2023, 0, 1), holes } })
    const lake = temporaryLake()
    await download(lake, local, instrument)
    await expectAll(lake, local.exchange, instrument)
    const { gaps } = await lake.loadBars(instrument, '1h')
    expect(gaps.map(({ kind, fromMs, toMs, reason }) => ({ kind, fromMs, toMs, reason }))).toEqual(
      holes.map((hole) => ({ kind: 'missing', ...hole, reason: `${venue} has no bar; asked twice` })),
    )
    const asked = local.exchange.requests.length
    const again = await download(lake, local, instrument)
    expect(again).toMatchObject({ asked: [], pages: 0, added: 0 })
    expect(local.exchange.requests.slice(asked).filter(({ path: seen }) => path.test(seen))).toEqual([])
  })

  test('nothing is older than the listing, and the unfinished bar comes when it has closed', async () => {
    const listedMs = Date.UTC(2024, 3, 20, 7)
    const local = await localVenue({ venue, market: { listedMs } })
    const lake = temporaryLake()
    const first = await download(lake, local, instrument)
    expect(first.record.span).toEqual({ fromMs: listedMs, toMs: THIS_HOUR })
    expect(first.record.ledger).toEqual([])
  })
})

/** Newest first at bybit, oldest first at binance. */
function oldestIndex(venue: Venue, length: number): number {
  return venue === 'bybit' ? length - 1 : 0
}

/** Another volume: a field of a bar at binance, the sixth text of a row at bybit. */
function alterOldest(venue: Venue) {
  return <Row>(rows: readonly Row[]): readonly Row[] =>
    rows.map((row, i) => {
      if (i !== oldestIndex(venue, rows.length)) return row
      if (Array.isArray(row)) return row.map((value: unknown, k) => (k === 5 ? '123.456' : value)) as Row
      return { ...row, volume: 123.456 }
    })
}

function dropOldest(venue: Venue) {
  return <Row>(rows: readonly Row[]): readonly Row[] => rows.filter((_, i) => i !== oldestIndex(venue, rows.length))
}

/** The rows of a time long before what was asked for. */
function shiftBack() {
  return <Row>(rows: readonly Row[]): readonly Row[] =>
    rows.map((row) => {
      const { openTimeMs, ...rest } = row as { openTimeMs?: number }
      if (openTimeMs !== undefined) return { openTimeMs: openTimeMs - 5_000 * HOUR_MS, ...rest } as Row
      const [time, ...values] = row as readonly unknown[]
      return [String(Number(time) - 5_000 * HOUR_MS), ...values] as Row
    })
}
