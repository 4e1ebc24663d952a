import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EXAMPLE_START_MS, exampleExchange } from './example-exchange.fixture.ts'

const example = exampleExchange(41)
example.clock.advance(120_000)
const NOW_MS = EXAMPLE_START_MS + 120_000
const spot = (address: string) => example.get(example.spot, address)
const usdm = (address: string) => example.get(example.usdm, address)

describe('bars', () => {
  test('a window has both ends inclusive, the newest come without a start, and the last one grows', () => {
    const from = EXAMPLE_START_MS - 3_600_000
    const aligned = Math.ceil(from / 60_000) * 60_000
    const rows = spot(`/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=${from}&endTime=${aligned + 120_000}`)
      .body as number[][]
    expect(rows.map(([open]) => open)).toEqual([aligned, aligned + 60_000, aligned + 120_000])
    const newest = spot('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2').body as number[][]
    expect(newest.map(([open]) => open)).toEqual([NOW_MS - 90_000, NOW_MS - 30_000])
    expect(spot('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5000').body).toHaveLength(123)
  })

  test.each([
    ['3m', 180_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
  ])('%s is joined from minutes without a gap', (interval, lengthMs) => {
    const rows = usdm(`/fapi/v1/klines?symbol=BTCUSDT&interval=${interval}&limit=1500`).body as [number, ...string[]][]
    const minutes = usdm('/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500').body as [number, ...string[]][]
    rows.forEach(([open], index) => expect(open).toBe((rows[0]?.[0] ?? 0) + index * lengthMs))
    for (const [openMs, open, high, low, close, volume] of rows) {
      const inside = minutes.filter(([minute]) => minute >= openMs && minute < openMs + lengthMs)
      expect(open).toBe(inside[0]?.[1])
      expect(Number(high)).toBe(Math.max(...inside.map((each) => Number(each[2]))))
      expect(Number(low)).toBe(Math.min(...inside.map((each) => Number(each[3]))))
      expect(close).toBe(inside.at(-1)?.[4])
      expect(Number(volume)).toBeCloseTo(
        inside.reduce((sum, each) => sum + Number(each[5]), 0),
        6,
      )
    }
  })

  test('months begin on their first day', () => {
    const rows = spot('/api/v3/klines?symbol=BTCUSDT&interval=1M').body as number[][]
    expect(rows.map(([open, , , , , , close]) => [open, close])).toEqual([
      [Date.UTC(2024, 4, 1), Date.UTC(2024, 5, 1) - 1],
    ])
  })
})

test('history ends where the live market begins', () => {
  const rows = usdm('/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=10').body as [number, ...string[]][]
  const lastMade = rows.find(([open]) => open === EXAMPLE_START_MS - 90_000)
  expect(lastMade?.[4]).toBe('60000.00')
})

describe('what the venue refuses', () => {
  test.each([
    ['/api/v3/klines?interval=1m', -1102],
    ['/api/v3/klines?symbol=BTCUSDT', -1102],
    ['/api/v3/klines?symbol=BTCUSDT&interval=7m', -1120],
    ['/api/v3/depth?symbol=ETHUSDT', -1121],
    ['/api/v3/depth?symbol=BTCUSDT&limit=many', -1100],
    ['/api/v3/aggTrades?symbol=BTCUSDT&fromId=1&startTime=2', -1128],
    ['/api/v3/ticker/price?symbols=BTCUSDT', -1100],
  ])('%s', (address, code) => {
    expect(spot(address)).toMatchObject({ status: 400, body: { code } })
  })

  test.each([
    ['/fapi/v1/depth?symbol=BTCUSDT&limit=7', -4021],
    ['/fapi/v1/aggTrades?symbol=BTCUSDT&startTime=0&endTime=3600001', -4165],
  ])('%s', (address, code) => {
    expect(usdm(address)).toMatchObject({ status: 400, body: { code } })
  })

  test('paths of others are left to them', () => {
    const request = {
      method: 'POST',
      path: '/api/v3/order',
      query: new URLSearchParams(),
      rawQuery: '',
      headers: {},
      body: '',
      receivedMs: 0,
    }
    expect(example.spot.answer(request)).toBeUndefined()
    expect(example.spot.answer({ ...request, method: 'GET', path: '/fapi/v1/depth' })).toBeUndefined()
    expect(example.spot.handle(request).status).toBe(404)
  })
})

test('no query makes it fail: every answer is JSON, with status 200 or the venue’s refusal', () => {
  const text = fc.oneof(
    fc.constantFrom('BTCUSDT', '["BTCUSDT"]', '1m', '1M', '5', '0', '999999999999999', '', '-1', '[]', '{}', 'null'),
    fc.string({ maxLength: 12 }),
    fc.integer({ min: 0, max: NOW_MS * 2 }).map(String),
  )
  const names = [
    'symbol',
    'symbols',
    'pair',
    'interval',
    'limit',
    'startTime',
    'endTime',
    'fromId',
    'windowSize',
    'type',
  ]
  const paths = [
    'exchangeInfo',
    'depth',
    'trades',
    'historicalTrades',
    'aggTrades',
    'klines',
    'ticker/24hr',
    'ticker/price',
  ]
  const more = [
    'ticker/bookTicker',
    'ticker',
    'avgPrice',
    'markPriceKlines',
    'indexPriceKlines',
    'premiumIndex',
    'fundingRate',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom('/api/v3', '/fapi/v1'),
      fc.constantFrom(...paths, ...more, 'openInterest', 'fundingInfo'),
      fc.dictionary(fc.constantFrom(...names), text),
      (prefix, path, query) => {
        const address = `${prefix}/${path}?${new URLSearchParams(query).toString()}`
        const { status, body } = prefix === '/api/v3' ? spot(address) : usdm(address)
        if (status === 200) expect(typeof body).toBe('object')
        else expect(body).toMatchObject({ code: expect.any(Number), msg: expect.any(String) })
        expect([200, 400, 404]).toContain(status)
      },
    ),
    { numRuns: 400 },
  )
})

test('tickers agree with the bars, the trades and the book', () => {
  const day = spot('/api/v3/ticker/24hr?symbol=BTCUSDT').body as Record<string, string>
  const rows = spot('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1000').body as [number, ...string[]][]
  expect(Number(day['volume'])).toBeCloseTo(
    rows.reduce((sum, row) => sum + Number(row[5]), 0),
    5,
  )
  expect(Number(day['highPrice'])).toBe(Math.max(...rows.map((row) => Number(row[2]))))
  const [trade] = spot('/api/v3/trades?symbol=BTCUSDT&limit=1').body as Record<string, string>[]
  expect([day['lastPrice'], day['lastQty']]).toEqual([trade?.['price'], trade?.['qty']])
  const depth = spot('/api/v3/depth?symbol=BTCUSDT&limit=1').body as { bids: string[][]; asks: string[][] }
  expect([day['bidPrice'], day['askPrice']]).toEqual([depth.bids[0]?.[0], depth.asks[0]?.[0]])
  const average = Number(day['weightedAvgPrice'])
  expect(average).toBeCloseTo(Number(day['quoteVolume']) / Number(day['volume']), 5)
  expect(spot('/api/v3/ticker/price').body).toEqual([{ symbol: 'BTCUSDT', price: day['lastPrice'] }])
})

test('filters are those that the engine checks', () => {
  const info = usdm('/fapi/v1/exchangeInfo').body as { symbols: { filters: Record<string, string>[] }[] }
  const filters = new Map(info.symbols[0]?.filters.map((filter) => [filter['filterType'], filter]))
  expect(filters.get('PRICE_FILTER')).toMatchObject({ tickSize: '0.10' })
  expect(filters.get('LOT_SIZE')).toMatchObject({ stepSize: '0.001', minQty: '0.001', maxQty: '1000.000' })
  expect(filters.get('MARKET_LOT_SIZE')).toMatchObject({ maxQty: '120.000' })
  expect(filters.get('MIN_NOTIONAL')).toMatchObject({ notional: '50' })
  expect(filters.get('PERCENT_PRICE')).toMatchObject({ multiplierUp: '1.0500', multiplierDown: '0.9500' })
})
