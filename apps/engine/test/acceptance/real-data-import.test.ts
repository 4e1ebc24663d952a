import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openLake, readParquetColumns } from '@kestrel/data'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { workFolder } from '../kestrel-process.ts'
import {
  HOURLY_COINS,
  hourlyFile,
  MINUTE_COINS,
  minuteFile,
  RECORDED,
  recordedAbsent,
  SPOT,
  SPOT_FILE,
  usdmName,
} from './recorded-data.ts'
import { documentOf } from './run-command.ts'

const HOUR_MS = 3_600_000
const VOLUME_TOLERANCE = 1e-6

interface Dataset {
  dataset: string
  instrument: string
  kind: string
  rows: number
  from: string
  to: string
  missingBars: number
  gaps: number
  sparse: boolean
  synthetic: boolean
  ledger: Record<string, number>
}

/** One import: the file, the flags that a user gives, and the rows that its description states. */
type Import = readonly [file: string, rows: number, ...flags: string[]]

const bars = (instrument: string, timeframe: string): string[] => ['--instrument', instrument, '--timeframe', timeframe]
const series = (instrument: string, name: string): string[] => [
  '--instrument',
  instrument,
  '--kind',
  'series',
  '--name',
  name,
]
const PERPETUALS = ['--instrument-columns', 'venue,coin', '--instrument-template', '{coin}-USDT-PERP.{VENUE}']
const XRP_ETH = '20191011_20191013.csv'

const MAIN: readonly Import[] = [
  [SPOT_FILE, 58_419, ...bars(SPOT, '1h')],
  ['ohlcv/bitfinex_spot_BTCUSD_1m_2019.parquet', 512_727, ...bars('BTC-USD.BITFINEX', '1m')],
  ...HOURLY_COINS.map((coin) => [hourlyFile(coin), 28_309, ...bars(usdmName(coin), '1h')] as const),
  [`ohlcv/binance_spot_XRPETH_1m_${XRP_ETH}`, 2_469, ...bars('XRP-ETH.BINANCE', '1m'), '--sparse'],
  [`ohlcv/binance_spot_XRPETH_5m_${XRP_ETH}`, 706, ...bars('XRP-ETH.BINANCE', '5m'), '--sparse'],
  ['ohlcv/coinbase_spot_BTCUSD_1d_201412_201910.csv', 1_770, '--instrument', 'BTC-USD.COINBASE'],
  ['ohlcv/yahoo_BTCUSD_close_volume_1d_201501_202602.csv', 4_062, ...series('BTC-USD.YAHOO', 'daily-close')],
]
const VENUES: readonly Import[] = [
  ['ohlcv/multivenue_perp_1h_202503_202603.parquet', 121_122, ...PERPETUALS],
  ...['BTC', 'ETH'].flatMap((coin): Import[] => {
    const instrument = `${coin}-USDT-PERP.BINANCE`
    const file = (kind: string): string => `derivatives/binanceusdm_${coin}USDT_${kind}_8h_202301_202512.csv`
    return [
      [file('funding'), 3_212, '--instrument', instrument, '--kind', 'funding'],
      [file('mark'), 3_212, '--instrument', instrument, '--kind', 'mark'],
    ]
  }),
]
const MINUTE_ROWS: Readonly<Record<(typeof MINUTE_COINS)[number], number>> = {
  BTC: 73_138,
  ETH: 73_139,
  SOL: 73_140,
  XRP: 73_137,
  BNB: 73_138,
  ADA: 65_775,
  LTC: 73_139,
}
const MINUTES: readonly Import[] = [
  ...MINUTE_COINS.map((coin) => [minuteFile(coin), MINUTE_ROWS[coin], ...bars(usdmName(coin), '1m')] as const),
  [`trades/binance_spot_XRPETH_trades_${XRP_ETH}`, 12_477, '--instrument', 'XRP-ETH.BINANCE'],
  ['trades/binance_spot_PEPEUSDT_aggtrades_20241027.parquet', 57_229, '--instrument', 'PEPE-USDT.BINANCE'],
  ['trades/binanceusdm_APEUSDT_aggtrades_20241018.csv', 45_342, '--instrument', 'APE-USDT.BINANCEUSDM'],
]
const LAKES = { main: MAIN, venues: VENUES, minutes: MINUTES } as const
type LakeName = keyof typeof LAKES

let folder: string
const imported = new Map<string, readonly Dataset[]>()

/** Every file into its lake, one after the other, as the command takes them. */
async function fill(lake: LakeName): Promise<void> {
  for (const [file, , ...flags] of LAKES[lake]) {
    const args = ['data', 'import', join(RECORDED, file), ...flags, '--data-dir', lake]
    imported.set(file, (await documentOf<{ datasets: Dataset[] }>(folder, args)).datasets)
  }
}

async function inLake<T>(lake: LakeName, ...args: string[]): Promise<T> {
  return await documentOf<T>(folder, [...args, '--data-dir', lake])
}

/** Numbers of a file beside the repository. */
async function givenColumns(file: string): Promise<Record<string, Float64Array>> {
  return (await readParquetColumns(join(RECORDED, file))) as Record<string, Float64Array>
}

/** Candles that the lake makes of what it has. */
async function derivedBars(lake: LakeName, instrument: string, timeframe: string) {
  const opened = openLake(join(folder, lake))
  const loaded = await opened.loadBars(instrument, timeframe)
  await opened.close()
  return loaded
}

function largestVolumeError(made: Float64Array, given: Float64Array): number {
  return made.reduce((worst, volume, i) => {
    const wanted = given[i] ?? Number.NaN
    return Math.max(worst, volume === wanted ? 0 : Math.abs(volume - wanted) / Math.abs(wanted))
  }, 0)
}

describe.skipIf(recordedAbsent)('recorded data through the command (needs ../shared/data)', () => {
  beforeAll(async () => {
    folder = workFolder()
    await Promise.all([fill('main'), (async () => (await fill('venues'), await fill('minutes')))()])
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('every file of candles was imported, with the rows that its description states', () => {
    const files = Object.values(LAKES).flat()
    const ohlcv = files.map(([file]) => file).filter((file) => file.startsWith('ohlcv/'))
    expect(ohlcv.map((file) => file.slice(6)).toSorted()).toEqual(readdirSync(join(RECORDED, 'ohlcv')).toSorted())
    for (const [file, rows] of files) {
      const datasets = imported.get(file) ?? []
      expect({ file, rows: datasets.reduce((sum, each) => sum + each.rows, 0) }).toEqual({ file, rows })
    }
  })

  test.each(['main', 'venues', 'minutes'] as const)('the %s lake lists what came in and verifies', async (lake) => {
    const { datasets } = await inLake<{ datasets: Dataset[] }>(lake, 'data', 'list')
    const came = LAKES[lake].flatMap(([file]) => imported.get(file) ?? [])
    expect(datasets.map(({ dataset }) => dataset).toSorted()).toEqual(came.map(({ dataset }) => dataset).toSorted())
    expect(datasets.every(({ synthetic }) => !synthetic)).toBe(true)
    const verified = await inLake<{ ok: boolean; datasets: { ok: boolean; rows: number; problems: unknown[] }[] }>(
      lake,
      'data',
      'verify',
    )
    expect(verified.ok).toBe(true)
    expect(verified.datasets.map(({ rows }) => rows)).toEqual(datasets.map(({ rows }) => rows))
    expect(verified.datasets.flatMap(({ problems }) => problems)).toEqual([])
  })

  test.each([
    // The last minute before the longest hole is 10:00; the first that lacks is 10:01.
    ['BTC-USD.BITFINEX', 12_873, undefined, '2019-01-07T10:01:00Z', '2019-01-07T13:18:00Z', 197],
    [SPOT, 128, 28, '2018-02-08T01:00:00Z', '2018-02-09T10:00:00Z', 33],
    ['BTC-USD.COINBASE', 12, undefined, undefined, undefined, undefined],
  ])('%s lacks what its description states', async (instrument, missing, gaps, from, to, longest) => {
    const verified = await inLake<{ datasets: { missing: { rows: number } }[] }>('main', 'data', 'verify', instrument)
    expect(verified.datasets.map((each) => each.missing.rows)).toEqual([missing])
    const found = await inLake<{
      missingBars: number
      gaps: { kind: string; from: string; to: string; count: number }[]
    }>('main', 'data', 'gaps', '--instrument', instrument)
    const holes = found.gaps.filter(({ kind }) => kind === 'missing').toSorted((a, b) => b.count - a.count)
    expect(found.missingBars).toBe(missing)
    expect(holes.reduce((sum, { count }) => sum + count, 0)).toBe(missing)
    if (gaps !== undefined) expect(holes).toHaveLength(gaps)
    if (longest !== undefined) expect(holes[0]).toMatchObject({ from, to, count: longest })
  })

  test('files whose hours and minutes are complete, or sparse by nature, have no gaps', () => {
    for (const coin of HOURLY_COINS) expect(imported.get(hourlyFile(coin))).toMatchObject([{ missingBars: 0 }])
    for (const coin of MINUTE_COINS) expect(imported.get(minuteFile(coin))).toMatchObject([{ missingBars: 0 }])
    for (const timeframe of ['1m', '5m']) {
      const [only] = imported.get(`ohlcv/binance_spot_XRPETH_${timeframe}_${XRP_ETH}`) ?? []
      expect(only).toMatchObject({ sparse: true, missingBars: 0 })
    }
  })

  test('the file of many venues becomes one dataset an instrument, with the gaps of each venue', () => {
    const datasets = imported.get('ohlcv/multivenue_perp_1h_202503_202603.parquet') ?? []
    expect(datasets).toHaveLength(35)
    const of = (name: string): Dataset | undefined => datasets.find(({ instrument }) => instrument === name)
    expect(of('HYPE-USDT-PERP.BINANCE')).toMatchObject({ rows: 6_698 })
    for (const coin of ['BTC', 'ETH', 'SOL', 'DOGE', 'HYPE']) {
      expect(of(`${coin}-USDT-PERP.LIGHTER`)).toMatchObject({ rows: 1_000, gaps: 64, missingBars: 2_607 })
      expect(of(`${coin}-USDT-PERP.HYPERLIQUID`)?.gaps).toBe(coin === 'DOGE' ? 17 : 1)
      expect(of(`${coin}-USDT-PERP.BYBIT`)).toMatchObject({ rows: 8_736, gaps: 0 })
      expect(of(`${coin}-USDT-PERP.OKX`)).toMatchObject({ rows: 2_160 })
      expect(of(`${coin}-USDT-PERP.KRAKEN`)).toMatchObject({ rows: 2_000 })
      expect(of(`${coin}-USDT-PERP.DYDX`)).toMatchObject({ rows: 1_000 })
    }
    expect(of('BTC-USDT-PERP.HYPERLIQUID')).toMatchObject({ missingBars: 10 })
  })

  test('the newest-first file as published comes out oldest first, and says so in its ledger', () => {
    const [daily] = imported.get('ohlcv/coinbase_spot_BTCUSD_1d_201412_201910.csv') ?? []
    expect(daily).toMatchObject({ dataset: 'BTC-USD.COINBASE bars 1d', from: '2014-12-01T00:00:00Z' })
    expect(daily?.ledger['unordered']).toBeGreaterThan(0)
  })

  test('of its two volumes the one in BTC is taken', async () => {
    const opened = openLake(join(folder, 'main'))
    const { bars: days } = await opened.loadBars('BTC-USD.COINBASE', '1d')
    await opened.close()
    expect([days.close.at(-1), days.volume.at(-1)]).toEqual([8034.32, 1570.08])
  })

  test('what comes out of the lake is what the file held, bit by bit', async () => {
    const target = join(folder, 'spot.parquet')
    await inLake('main', 'data', 'export', '--instrument', SPOT, '--timeframe', '1h', '-o', target, '--yes')
    const [exported, given] = [await readParquetColumns(target), await givenColumns(SPOT_FILE)]
    const [time] = Object.values(exported)
    expect(time).toEqual(given['ts'])
    for (const name of ['open', 'high', 'low', 'close', 'volume']) expect(exported[name]).toEqual(given[name])
  })

  test.each(['BTC', 'SOL', 'LTC', 'XRP'])('%s minutes make exactly the 1,218 hours that are given', async (coin) => {
    const { bars: hours, derivedFrom } = await derivedBars('minutes', usdmName(coin), '1h')
    expect(derivedFrom).toMatchObject({ timeframe: '1m' })
    expect(hours.openTimeMs).toHaveLength(1_218)
    const given = await givenColumns(hourlyFile(coin))
    const start = given['ts']?.indexOf(hours.openTimeMs[0] ?? Number.NaN) ?? -1
    const cut = (name: string): Float64Array => given[name]?.slice(start, start + 1_218) ?? new Float64Array()
    expect(Float64Array.from(hours.openTimeMs)).toEqual(cut('ts'))
    expect(hours.closeTimeMs.every((time, i) => time === (hours.openTimeMs[i] ?? 0) + HOUR_MS)).toBe(true)
    for (const name of ['open', 'high', 'low', 'close'] as const)
      expect(Float64Array.from(hours[name])).toEqual(cut(name))
    expect(largestVolumeError(hours.volume, cut('volume'))).toBeLessThanOrEqual(VOLUME_TOLERANCE)
  })

  test.each([
    ['1m', 2_469],
    ['5m', 706],
  ])('the XRP/ETH trades make exactly the given %s candles', async (timeframe, count) => {
    const made = await derivedBars('minutes', 'XRP-ETH.BINANCE', timeframe)
    expect(made.derivedFrom).toMatchObject({ kind: 'trades' })
    const given = await derivedBars('main', 'XRP-ETH.BINANCE', timeframe)
    expect(given.derivedFrom).toBeUndefined()
    expect(made.rows).toBe(count)
    expect(given.rows).toBe(count)
    for (const name of ['openTimeMs', 'open', 'high', 'low', 'close'] as const)
      expect(made.bars[name]).toEqual(given.bars[name])
    expect(largestVolumeError(made.bars.volume, given.bars.volume)).toBeLessThanOrEqual(VOLUME_TOLERANCE)
  })
})
