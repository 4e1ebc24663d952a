import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { type BarColumns, bucketStart, lowerBound, sliceBars, timeframeMs, type TradeColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'

import {
  barsFromTrades,
  importFile,
  normaliseBars,
  normaliseTrades,
  type RawBars,
  readParquetColumns,
  resampleBars,
} from '../src/index.ts'
import { temporaryLake } from './sample-data.ts'

/** Recorded market data beside the repository; where it is absent, these tests are skipped. */
const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const absent = !existsSync(DATA)

async function parquetBars(file: string): Promise<RawBars> {
  const columns = (await readParquetColumns(`${DATA}ohlcv/${file}.parquet`)) as Record<string, Float64Array>
  const { ts, open, high, low, close, volume } = columns
  return { openTimeMs: ts, open, high, low, close, volume } as RawBars
}

function csvColumns(file: string): Record<string, string[]> {
  const [header = '', ...lines] = readFileSync(`${DATA}${file}`, 'utf8').trim().split('\n')
  const rows = lines.map((line) => line.split(','))
  return Object.fromEntries(header.split(',').map((name, k) => [name, rows.map((row) => row[k] ?? '')]))
}

function csvBars(file: string): RawBars {
  const columns = csvColumns(file)
  const numbers = (name: string): Float64Array => Float64Array.from(columns[name] ?? [], Number)
  return {
    openTimeMs: numbers('ts'),
    open: numbers('open'),
    high: numbers('high'),
    low: numbers('low'),
    close: numbers('close'),
    volume: numbers('volume'),
  }
}

function normalised(raw: RawBars, timeframe: string, sparse = false): ReturnType<typeof normaliseBars> {
  return normaliseBars(raw, timeframeMs(timeframe), { what: 'recorded bars', source: 'recorded', sparse })
}

function expectSameBars(actual: BarColumns, expected: BarColumns): void {
  for (const name of ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close'] as const)
    expect(actual[name]).toEqual(expected[name])
  actual.volume.forEach((volume, i) => {
    const given = expected.volume[i] ?? Number.NaN
    expect(Math.abs(volume - given)).toBeLessThanOrEqual(1e-6 * given)
  })
}

describe.skipIf(absent)('recorded data (needs ../shared/data)', () => {
  test.each(['BTC', 'SOL', 'LTC', 'XRP'])('%s minutes make exactly the hours that the venue gives', async (coin) => {
    const minutes = normalised(await parquetBars(`binanceusdm_${coin}USDT_1m_20250504_20250624`), '1m')
    expect(minutes.ledger).toEqual([])
    const hours = resampleBars(minutes.bars, timeframeMs('1m'), timeframeMs('1h'))
    expect(hours.openTimeMs.length).toBe(1_218)
    const given = normalised(await parquetBars(`binanceusdm_${coin}USDT_1h_202301_202603`), '1h').bars
    const start = lowerBound(given.openTimeMs, hours.openTimeMs[0] ?? 0)
    const same = sliceBars(given, start, start + hours.openTimeMs.length)
    expectSameBars(hours, same)
  })

  test.each([
    ['1m', 2_469],
    ['5m', 706],
  ])('the XRP/ETH trades make exactly the %s candles that the venue gives', (timeframe, count) => {
    const columns = csvColumns('trades/binance_spot_XRPETH_trades_20191011_20191013.csv')
    const raw: TradeColumns = {
      tsEventUs: Float64Array.from(columns['ts'] ?? [], (text) => Number(text) * 1_000),
      id: Float64Array.from(columns['id'] ?? [], Number),
      price: Float64Array.from(columns['price'] ?? [], Number),
      quantity: Float64Array.from(columns['amount'] ?? [], Number),
      takerSide: Int8Array.from(columns['side'] ?? [], (side) => (side === 'buy' ? 1 : -1)),
    }
    const { trades } = normaliseTrades(raw, { what: 'XRP-ETH.BINANCE trades', source: 'recorded' })
    expect(trades.id.length).toBe(12_477)
    const { bars, tradeCount } = barsFromTrades(trades, timeframeMs(timeframe))
    const given = normalised(csvBars(`ohlcv/binance_spot_XRPETH_${timeframe}_20191011_20191013.csv`), timeframe, true)
    expect(given.ledger).toEqual([])
    expect(bars.open.length).toBe(count)
    expectSameBars(bars, given.bars)
    expect(tradeCount.reduce((sum, one) => sum + one, 0)).toBe(12_477)
  })

  test('the XRP/ETH minutes make the five-minute candles, their edges kept', () => {
    const minutes = normalised(csvBars('ohlcv/binance_spot_XRPETH_1m_20191011_20191013.csv'), '1m', true).bars
    const given = normalised(csvBars('ohlcv/binance_spot_XRPETH_5m_20191011_20191013.csv'), '5m', true).bars
    expectSameBars(resampleBars(minutes, 60_000, 300_000, { edges: 'keep' }), given)
  })

  test.each([
    ['bitfinex_spot_BTCUSD_1m_2019', '1m', 512_727, 12_873, 197],
    ['binance_spot_BTCUSDT_1h_201708_202404', '1h', 58_419, 128, 33],
  ])(
    '%s has the gaps that its description states, through the lake too',
    async (file, timeframe, rows, missing, longest) => {
      const { bars, ledger } = normalised(await parquetBars(file), timeframe)
      expect(ledger.reduce((sum, { count }) => sum + count, 0)).toBe(missing)
      expect(Math.max(...ledger.map(({ count }) => count))).toBe(longest)
      if (timeframe === '1h') expect(ledger.length).toBe(28)
      const lake = temporaryLake()
      const key = { instrument: 'BTC-USD.RECORDED', kind: 'bars', timeframe } as const
      await lake.write({ key, table: bars, source: { name: file, format: 'parquet' }, ledger, sparse: false })
      expect(await lake.verify(key)).toMatchObject({
        ok: true,
        rows,
        missing: { runs: ledger.length, rows: missing },
        ledger: { missing },
        problems: [],
      })
      const day = bucketStart(ledger[0]?.fromMs ?? 0, 86_400_000)
      const loaded = await lake.loadBars(key.instrument, timeframe, { fromMs: day, toMs: day + 86_400_000 })
      const expected = 86_400_000 / timeframeMs(timeframe)
      expect(loaded.rows + loaded.gaps.reduce((sum, { count }) => sum + count, 0)).toBe(expected)
      await lake.close()
    },
  )
})

test.skipIf(absent)(
  'funding of one venue from two recordings merges: 3,212 and 1,092 settlements share 819',
  async () => {
    const instrument = 'BTC-USDT-PERP.BINANCE'
    const single = await importFile(`${DATA}derivatives/binanceusdm_BTCUSDT_funding_8h_202301_202512.csv`, {
      instrument,
      kind: 'funding',
    })
    const many = await importFile(`${DATA}derivatives/funding_multivenue_202503_202603.parquet`, {
      kind: 'funding',
      instrumentColumns: ['venue', 'coin'],
      instrumentTemplate: '{coin}-USDT-PERP.{VENUE}',
    })
    const parts = [...single, ...many.filter(({ key }) => key.instrument === instrument)]
    for (const order of [parts, parts.toReversed()]) {
      const lake = temporaryLake()
      for (const part of order) await lake.write(part)
      const { series, sources } = await lake.loadSeries({ instrument, kind: 'funding' })
      expect(series.tsEventMs.length).toBe(3_485)
      expect(sources.length).toBe(2)
      expect(
        series.tsEventMs.every((ms, i) => i === 0 || ms - (series.tsEventMs[i - 1] as number) === 28_800_000),
      ).toBe(true)
    }
  },
)
