import { existsSync, readdirSync } from 'node:fs'
import type { SeriesColumns, TradeColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { barRows, barsOf } from '../../test/import-text.ts'
import type { ImportedDataset } from '../dataset.ts'
import { importFile } from './import-file.ts'

/** Recorded market data beside the repository; its README states the facts that are checked here. */
const DATA = new URL('../../../../../shared/data/', import.meta.url).pathname
const X = { instrument: 'BTC-USDT.TEST' }
const HOUR = 3_600_000

const missing = (dataset: ImportedDataset | undefined): number =>
  dataset?.ledger.filter(({ kind }) => kind === 'missing').reduce((sum, { count }) => sum + count, 0) ?? -1
const series = (dataset: ImportedDataset | undefined): SeriesColumns => dataset?.table as SeriesColumns
const trades = (dataset: ImportedDataset | undefined): TradeColumns => dataset?.table as TradeColumns

describe.skipIf(!existsSync(DATA))('recorded data (needs ../shared/data)', () => {
  test.each([
    ['binance_spot_BTCUSDT_1h_201708_202404.parquet', '1h', 58_419, 128],
    ['bitfinex_spot_BTCUSD_1m_2019.parquet', '1m', 512_727, 12_873],
    ['coinbase_spot_BTCUSD_1d_201412_201910.csv', '1d', 1_770, 12],
    ['binanceusdm_BTCUSDT_1m_20250504_20250624.parquet', '1m', 73_138, 0],
    ['binanceusdm_ADAUSDT_1m_20250504_20250624.parquet', '1m', 65_775, 0],
  ])('%s has its rows and its gaps', async (file, timeframe, rows, gaps) => {
    const [dataset] = await importFile(`${DATA}ohlcv/${file}`, X)
    expect(dataset?.key).toEqual({ ...X, kind: 'bars', timeframe })
    expect(barsOf(dataset).open.length).toBe(rows)
    expect(missing(dataset)).toBe(gaps)
  })

  test('the longest gap of Bitfinex is 197 minutes after the bar of 2019-01-07 10:00', async () => {
    const [dataset] = await importFile(`${DATA}ohlcv/bitfinex_spot_BTCUSD_1m_2019.parquet`, X)
    const longest = dataset?.ledger.toSorted((a, b) => b.count - a.count)[0]
    expect(longest).toMatchObject({ kind: 'missing', count: 197, fromMs: Date.UTC(2019, 0, 7, 10, 1) })
  })

  test('every hourly and minute file of ten perpetuals is without a gap', async () => {
    const files = readdirSync(`${DATA}ohlcv`).filter((name) => name.startsWith('binanceusdm_'))
    expect(files.length).toBe(17)
    for (const file of files) {
      const [dataset] = await importFile(`${DATA}ohlcv/${file}`, X)
      expect([file, missing(dataset), dataset?.ledger.length]).toEqual([file, 0, 0])
    }
  })

  test('the CryptoDataDownload file is turned round, with the volume in bitcoin', async () => {
    const [dataset] = await importFile(`${DATA}ohlcv/coinbase_spot_BTCUSD_1d_201412_201910.csv`, {
      instrument: 'BTC-USD.COINBASE',
    })
    expect(barRows(dataset)[0]).toEqual([Date.UTC(2014, 11, 1), 300, 370, 300, 370, 0.05656])
    expect(barRows(dataset).at(-1)).toEqual([Date.UTC(2019, 9, 17), 7993.54, 8070, 7937.01, 8034.32, 1570.08])
    expect(dataset?.ledger.some(({ kind }) => kind === 'unordered')).toBe(true)
  })

  test.each([
    ['1m', 2_469],
    ['5m', 706],
  ])('the sparse XRP/ETH %s bars have no gaps', async (timeframe, rows) => {
    const path = `${DATA}ohlcv/binance_spot_XRPETH_${timeframe}_20191011_20191013.csv`
    const [dataset] = await importFile(path, { instrument: 'XRP-ETH.BINANCE', sparse: true })
    expect(dataset?.key.timeframe).toBe(timeframe)
    expect(dataset?.ledger).toEqual([])
    expect(barsOf(dataset).open.length).toBe(rows)
    expect(dataset?.spec).toMatchObject({ tickSize: '0.00000001', lotSize: '1', source: 'inferred from data' })
  })

  test.each([
    ['binance_spot_XRPETH_trades_20191011_20191013.csv', 12_477],
    ['binance_spot_PEPEUSDT_aggtrades_20241027.parquet', 57_229],
    ['binanceusdm_APEUSDT_aggtrades_20241018.csv', 45_342],
    ['binanceusdm_BTCUSDT_20240808_trades.parquet', 21_313],
    ['binance_spot_BTCUSDT_20240808_trades.parquet', 9_757],
  ])('%s has its trades in order, each with a side', async (file, rows) => {
    const [dataset] = await importFile(`${DATA}trades/${file}`, X)
    const { tsEventUs, takerSide, id } = trades(dataset)
    expect(dataset?.key.kind).toBe('trades')
    expect(id.length).toBe(rows)
    expect(tsEventUs.every((us, i) => i === 0 || us >= (tsEventUs[i - 1] as number))).toBe(true)
    expect(takerSide.every((side) => side === 1 || side === -1)).toBe(true)
  })

  test('the first trades of XRP/ETH and APE read as the files state them', async () => {
    const xrp = trades((await importFile(`${DATA}trades/binance_spot_XRPETH_trades_20191011_20191013.csv`, X))[0])
    expect([xrp.tsEventUs[0], xrp.id[0], xrp.takerSide[0], xrp.price[0], xrp.quantity[0]]).toEqual([
      1_570_752_011_620_000, 13_519_807, -1, 0.00141342, 23,
    ])
    // is_buyer_maker true: the seller took.
    const ape = trades((await importFile(`${DATA}trades/binanceusdm_APEUSDT_aggtrades_20241018.csv`, X))[0])
    expect([...ape.takerSide.subarray(0, 2)]).toEqual([1, -1])
    expect(ape.id.every((id, i) => i === 0 || id === (ape.id[i - 1] as number) + 1)).toBe(true)
  })

  test.each(['BTC', 'ETH'])('%s funding keeps its jitter, marks are 8 h candles', async (base) => {
    const options = { instrument: `${base}-USDT-PERP.BINANCE` }
    const [funding] = await importFile(
      `${DATA}derivatives/binanceusdm_${base}USDT_funding_8h_202301_202512.csv`,
      options,
    )
    expect(funding?.key).toEqual({ ...options, kind: 'funding' })
    expect([...series(funding).tsEventMs.subarray(0, 2)]).toEqual([1_672_531_200_000, 1_672_560_000_000])
    expect(series(funding).tsEventMs.length).toBe(3_212)
    expect(series(funding).knowableTimeMs).toEqual(series(funding).tsEventMs)
    const [mark] = await importFile(`${DATA}derivatives/binanceusdm_${base}USDT_mark_8h_202301_202512.csv`, options)
    expect(mark?.key).toEqual({ ...options, kind: 'mark', timeframe: '8h' })
    expect(series(mark).knowableTimeMs[0]).toBe((series(mark).tsEventMs[0] as number) + 8 * HOUR)
  })

  test('the multi-venue candles split into 35 instruments', async () => {
    const path = `${DATA}ohlcv/multivenue_perp_1h_202503_202603.parquet`
    const options = { instrumentColumns: ['venue', 'coin'], instrumentTemplate: '{coin}-USDT.{VENUE}' }
    const datasets = await importFile(path, options)
    const rows = new Map(datasets.map((dataset) => [dataset.key.instrument, barsOf(dataset).open.length]))
    expect(rows.size).toBe(35)
    expect([...rows.values()].reduce((sum, n) => sum + n, 0)).toBe(121_122)
    expect([
      rows.get('BTC-USDT.BINANCE'),
      rows.get('HYPE-USDT.BINANCE'),
      rows.get('BTC-USDT.OKX'),
      rows.get('SOL-USDT.LIGHTER'),
    ]).toEqual([8_736, 6_698, 2_160, 1_000])
    const gapsOf = (id: string): number => missing(datasets.find(({ key }) => key.instrument === id))
    expect([gapsOf('BTC-USDT.LIGHTER'), gapsOf('BTC-USDT.HYPERLIQUID'), gapsOf('BTC-USDT.BINANCE')]).toEqual([
      2_607, 10, 0,
    ])
  })

  test('the multi-venue funding agrees with the Binance file on every common settlement', async () => {
    const options = { instrumentColumns: ['venue', 'coin'] }
    const datasets = await importFile(`${DATA}derivatives/funding_multivenue_202503_202603.parquet`, options)
    for (const base of ['BTC', 'ETH']) {
      const many = series(datasets.find(({ key }) => key.instrument === `${base}-USDT-PERP.BINANCE`))
      const one = series(
        (
          await importFile(`${DATA}derivatives/binanceusdm_${base}USDT_funding_8h_202301_202512.csv`, {
            instrument: `${base}-USDT-PERP.BINANCE`,
          })
        )[0],
      )
      const settlement = (ms: number): number => Math.round(ms / HOUR)
      const rates = new Map([...one.tsEventMs].map((ms, i) => [settlement(ms), one.values['rate']?.[i]]))
      const common = [...many.tsEventMs].flatMap((ms, i) =>
        rates.has(settlement(ms)) ? [[rates.get(settlement(ms)), many.values['rate']?.[i]]] : [],
      )
      expect(common.length).toBe(819)
      for (const [a, b] of common) expect(a).toBe(b)
    }
  })

  test('Yahoo and the fear and greed index are series known a day later', async () => {
    const [yahoo] = await importFile(`${DATA}ohlcv/yahoo_BTCUSD_close_volume_1d_201501_202602.csv`, {
      kind: 'series',
      instrument: 'BTC-USD.YAHOO',
      name: 'yahoo',
    })
    expect(series(yahoo).tsEventMs.length).toBe(4_062)
    expect(Object.keys(series(yahoo).values)).toEqual(['price', 'volume'])
    const [mood] = await importFile(`${DATA}sentiment/fear_greed_daily_201802_202602.csv`, {
      kind: 'series',
      instrument: 'BTC-USD.INDEX',
      name: 'fear-greed',
    })
    expect(series(mood).tsEventMs.length).toBe(2_931)
    expect(series(mood).knowableTimeMs[0]).toBe(Date.UTC(2018, 1, 2))
    expect(mood?.key).toEqual({ instrument: 'BTC-USD.INDEX', kind: 'series', name: 'fear-greed' })
  })
})
