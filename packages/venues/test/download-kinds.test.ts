/** Every kind of history from every dialect, through the unmodified ccxt client, into a lake. */
import { downloadHistory } from '@kestrel/data'
import { describe, expect, test } from 'vitest'
import { HOUR_MS, localVenue, NOW_MS, temporaryLake } from './local-download.ts'

const FROM = Date.UTC(2024, 0, 1)
const THIS_HOUR = Date.UTC(2024, 4, 3, 10)

describe.each([
  ['binance', 'BTC-USDT.BINANCE'],
  ['binance', 'BTC-USDT-PERP.BINANCE'],
  ['bybit', 'BTC-USDT.BYBIT'],
  ['bybit', 'BTC-USDT-PERP.BYBIT'],
  ['okx', 'BTC-USDT.OKX'],
  ['okx', 'BTC-USDT-PERP.OKX'],
] as const)('%s %s', (venue, instrument) => {
  test('bars are all there, as the exchange has them, and the unfinished one is not', async () => {
    const { exchange, source } = await localVenue({ venue })
    const lake = temporaryLake()
    const report = await downloadHistory(lake, source, { instrument, kind: 'bars', timeframe: '1h', fromMs: FROM })
    const { bars, gaps, spec } = await lake.loadBars(instrument, '1h')
    const expected = exchange.market.bars(HOUR_MS, FROM, THIS_HOUR, NOW_MS)
    expect([...bars.openTimeMs]).toEqual(expected.map(({ openTimeMs }) => openTimeMs))
    expect([...bars.close]).toEqual(expected.map(({ close }) => close))
    expect([...bars.high]).toEqual(expected.map(({ high }) => high))
    expect([...bars.volume]).toEqual(expected.map(({ volume }) => volume))
    expect(gaps).toEqual([])
    expect(report).toMatchObject({ added: expected.length, rows: expected.length, repeated: 0 })
    expect(report.pages).toBeGreaterThan(2)
    expect(Number(spec?.tickSize)).toBeGreaterThan(0)
    expect(spec?.source).toContain(`${venue} markets through ccxt`)
    expect(report.record.sources).toMatchObject([
      { name: venue, format: 'download', covered: [{ fromMs: FROM, toMs: THIS_HOUR }] },
    ])
  })
})

test('kraken serves bars of its last 720 only, and says so', async () => {
  const { source } = await localVenue({ venue: 'kraken' })
  const lake = temporaryLake()
  const request = { instrument: 'BTC-USDT.KRAKEN', kind: 'bars', timeframe: '1h' } as const
  await expect(downloadHistory(lake, source, { ...request, fromMs: FROM })).rejects.toThrow(
    expect.objectContaining({ code: 'VENUE_REACH', hint: expect.stringContaining('--kind trades') }),
  )
  const report = await downloadHistory(lake, source, { ...request, fromMs: THIS_HOUR - 600 * HOUR_MS })
  expect(report.added).toBe(600)
})

describe.each([
  ['binance', 'BTC-USDT-PERP.BINANCE', FROM],
  ['bybit', 'BTC-USDT-PERP.BYBIT', FROM],
  ['okx', 'BTC-USDT-PERP.OKX', NOW_MS - 80 * 24 * HOUR_MS],
] as const)('%s %s', (venue, instrument, fromMs) => {
  test('funding lies on the settlement grid, whatever milliseconds the venue stamps', async () => {
    const { exchange, source } = await localVenue({ venue })
    const lake = temporaryLake()
    const report = await downloadHistory(lake, source, { instrument, kind: 'funding', fromMs })
    const { series } = await lake.loadSeries({ instrument, kind: 'funding' })
    const expected = exchange.market.funding(fromMs, NOW_MS, NOW_MS)
    expect([...(series.values['rate'] ?? [])]).toEqual(expected.map(({ rate }) => rate))
    expect([...series.tsEventMs].every((timeMs) => timeMs % (8 * HOUR_MS) === 0)).toBe(true)
    expect(series.knowableTimeMs).toEqual(series.tsEventMs)
    expect(report.added).toBe(expected.length)
  })

  test('hourly funding fills more pages than the usual interval would', async () => {
    const market = { listedMs: Date.UTC(2024, 2, 1), fundingEveryMs: HOUR_MS }
    const { exchange, source } = await localVenue({ venue, market })
    const lake = temporaryLake()
    const report = await downloadHistory(lake, source, { instrument, kind: 'funding', fromMs: market.listedMs })
    expect(report.added).toBe(exchange.market.funding(market.listedMs, NOW_MS, NOW_MS).length)
    expect(report.added).toBeGreaterThan(1_500)
  })

  test('marks are known at their close', async () => {
    const { exchange, source } = await localVenue({ venue })
    const lake = temporaryLake()
    await downloadHistory(lake, source, { instrument, kind: 'mark', timeframe: '1h', fromMs })
    const { series } = await lake.loadSeries({ instrument, kind: 'mark', timeframe: '1h' })
    const expected = exchange.market.bars(HOUR_MS, fromMs, THIS_HOUR, NOW_MS)
    expect([...(series.values['close'] ?? [])]).toEqual(expected.map(({ close }) => close))
    expect([...series.knowableTimeMs]).toEqual(expected.map(({ openTimeMs }) => openTimeMs + HOUR_MS))
  })
})

test.each([
  ['binance', 'BTC-USDT-PERP.BINANCE', NOW_MS - 28 * 24 * HOUR_MS],
  ['bybit', 'BTC-USDT-PERP.BYBIT', FROM],
] as const)('%s open interest is a series that is known one interval late', async (venue, instrument, fromMs) => {
  const { exchange, source } = await localVenue({ venue })
  const lake = temporaryLake()
  await downloadHistory(lake, source, { instrument, kind: 'open-interest', fromMs })
  const { series } = await lake.loadSeries({ instrument, kind: 'series', name: 'open-interest' })
  const expected = exchange.market.openInterest(HOUR_MS, fromMs, THIS_HOUR, NOW_MS)
  expect([...series.tsEventMs]).toEqual(expected.map(({ timeMs }) => timeMs))
  expect([...(series.values['openInterest'] ?? [])]).toEqual(expected.map(({ amount }) => amount))
  expect(series.knowableTimeMs).toEqual(series.tsEventMs.map((timeMs) => timeMs + HOUR_MS))
})

test.each([
  ['binance', 'BTC-USDT.BINANCE', 2],
  ['binance', 'BTC-USDT-PERP.BINANCE', 2],
  ['kraken', 'BTC-USDT.KRAKEN', 1],
] as const)('%s %s trades: each one once, with the side that took', async (venue, instrument, decimals) => {
  const { exchange, source } = await localVenue({
    venue,
    market: { listedMs: Date.UTC(2024, 4, 3), tradeEveryMs: 900 },
  })
  const lake = temporaryLake()
  const fromMs = Date.UTC(2024, 4, 3, 7)
  const toMs = Date.UTC(2024, 4, 3, 9)
  const report = await downloadHistory(lake, source, { instrument, kind: 'trades', fromMs, toMs })
  const { trades } = await lake.loadTrades(instrument)
  const all = exchange.market.tradesFrom(exchange.market.tradeIdAt(fromMs), 10_000, NOW_MS)
  const expected = all.filter(({ timeMs }) => timeMs < toMs)
  expect(expected.length).toBeGreaterThan(7_000)
  expect([...trades.id]).toEqual(expected.map(({ id }) => id))
  expect([...trades.tsEventUs]).toEqual(expected.map(({ timeMs }) => timeMs * 1_000))
  expect([...trades.price]).toEqual(expected.map(({ price }) => Number(price.toFixed(decimals))))
  expect([...trades.takerSide]).toEqual(expected.map(({ buyerTook }) => (buyerTook ? 1 : -1)))
  expect(report.pages).toBeGreaterThan(6)
})

test.each([
  ['bybit', 'BTC-USDT-PERP.BYBIT', 'trades', 'VENUE_NOT_SERVED', /archive/],
  ['okx', 'BTC-USDT-PERP.OKX', 'open-interest', 'VENUE_NOT_SERVED', /by currency/],
  ['binance', 'BTC-USDT.BINANCE', 'funding', 'VENUE_NOT_SERVED', /only perpetuals/],
  ['binance', 'BTC-USDT-PERP.BINANCE', 'open-interest', 'VENUE_REACH', /2024-04-04/],
  ['binance', 'BTC-USDT.KRAKEN', 'bars', 'VENUE_INSTRUMENT', /of KRAKEN, not of binance/],
  ['binance', 'DOGE-USDT.BINANCE', 'bars', 'VENUE_SYMBOL', /no instrument DOGE-USDT.BINANCE/],
] as const)('%s has no %s %s: %s', async (venue, instrument, kind, code, message) => {
  const { source } = await localVenue({ venue })
  const lake = temporaryLake()
  const download = downloadHistory(lake, source, { instrument, kind, timeframe: '1h', fromMs: FROM })
  await expect(download).rejects.toThrow(
    expect.objectContaining({ name: 'UsageError', code, message: expect.stringMatching(message) }),
  )
  expect((await lake.list()).datasets).toEqual([])
})

describe.each([
  ['binance', 'BTC-USDT.BINANCE', 'trades', 10 / 3_600],
  ['kraken', 'BTC-USDT.KRAKEN', 'trades', 10 / 3_600],
  ['binance', 'BTC-USDT-PERP.BINANCE', 'funding', 24 * 90],
  ['bybit', 'BTC-USDT-PERP.BYBIT', 'funding', 24 * 90],
  ['okx', 'BTC-USDT-PERP.OKX', 'mark', 24 * 30],
  ['bybit', 'BTC-USDT-PERP.BYBIT', 'open-interest', 24 * 30],
] as const)('%s %s %s', (venue, instrument, kind, hours) => {
  const fromMs = NOW_MS - hours * HOUR_MS
  // Several trades of one millisecond at the seams.
  const market = { listedMs: Date.UTC(2024, 0, 1), tradeEveryMs: 0.5 }

  test('in two halves and once more is the same as at once, and the third time adds nothing', async () => {
    const { source } = await localVenue({ venue, market })
    const [whole, halves] = [temporaryLake(), temporaryLake()]
    const request = { instrument, kind, timeframe: '1h', fromMs } as const
    const atOnce = await downloadHistory(whole, source, request)
    const middleMs = fromMs + Math.floor(hours / 2) * HOUR_MS + 1_234
    await downloadHistory(halves, source, { ...request, toMs: middleMs })
    const rest = await downloadHistory(halves, source, request)
    expect(rest.record.contentHash).toBe(atOnce.record.contentHash)
    expect(rest.added).toBeLessThan(atOnce.added)
    const again = await downloadHistory(halves, source, request)
    expect(again).toMatchObject({ added: 0, replaced: 0 })
    expect(again.pages).toBeLessThanOrEqual(1)
  })
})

test('trades of one millisecond, more than a page of them, end with a word and not with a loop', async () => {
  const { source } = await localVenue({
    venue: 'kraken',
    market: { listedMs: NOW_MS - 5 * HOUR_MS, tradeEveryMs: 1e-9 },
  })
  const lake = temporaryLake()
  const request = { instrument: 'BTC-USDT.KRAKEN', kind: 'trades', fromMs: NOW_MS - 5 * HOUR_MS } as const
  await expect(downloadHistory(lake, source, request)).rejects.toThrow(expect.objectContaining({ code: 'VENUE_STUCK' }))
})
