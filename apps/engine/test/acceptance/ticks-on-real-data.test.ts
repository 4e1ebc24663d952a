import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime } from '@kestrel/core'
import { readParquetColumns } from '@kestrel/data'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder } from '../kestrel-process.ts'
import { documentOf } from './run-command.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data', 'trades')
const PEPE_FILE = join(FOLDER, 'binance_spot_PEPEUSDT_aggtrades_20241027.parquet')
const APE_FILE = join(FOLDER, 'binanceusdm_APEUSDT_aggtrades_20241018.csv')
const absent = !existsSync(PEPE_FILE) || !existsSync(APE_FILE)
const MINUTE_MS = 60_000

interface Market {
  readonly instrument: string
  readonly file: string
  readonly steps: readonly string[]
  readonly trades: number
}

const PEPE: Market = {
  instrument: 'PEPE-USDT.BINANCE',
  file: PEPE_FILE,
  steps: ['--tick', '0.00000001', '--lot', '1', '--taker-fee', '0.001', '--maker-fee', '0.001'],
  trades: 57_229,
}
const APE: Market = {
  instrument: 'APE-USDT-PERP.BINANCE',
  file: APE_FILE,
  steps: ['--tick', '0.0001', '--lot', '1', '--taker-fee', '0.0005', '--maker-fee', '0.0002'],
  trades: 45_342,
}

/** Time in milliseconds, price and quantity of every trade, read without the importer. */
async function tradesOf({
  file,
}: Market): Promise<readonly (readonly [timeMs: number, price: string, quantity: string])[]> {
  if (file.endsWith('.csv')) {
    const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1)
    return lines.map((line) => {
      const [, price = '', quantity = '', , , time = ''] = line.split(',')
      return [Number(time), price, quantity]
    })
  }
  const { ts, price, qty } = await readParquetColumns(file)
  return Array.from(ts as Float64Array, (timeMs, i) => [timeMs, String(price?.[i]), String(qty?.[i])])
}

/** A CSV of one-minute bars, made the slow and obvious way. */
async function minuteBars(market: Market): Promise<string> {
  const minutes = new Map<number, { prices: string[]; volume: number }>()
  for (const [timeMs, price, quantity] of await tradesOf(market)) {
    const minute = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS
    const bar = minutes.get(minute) ?? { prices: [], volume: 0 }
    bar.prices.push(price)
    bar.volume += Number(quantity)
    minutes.set(minute, bar)
  }
  const rows = [...minutes].map(([minute, { prices, volume }]) => {
    const sorted = prices.toSorted((a, b) => Number(a) - Number(b))
    return [isoTime(minute), prices[0], sorted.at(-1), sorted[0], prices.at(-1), volume].join(',')
  })
  return ['time,open,high,low,close,volume', ...rows, ''].join('\n')
}

interface Document {
  runDir: string
  hashes: { trades: string; data: string }
  metrics: { trades: number; endEquity: number }
}

/** Folders with a lake each: one holds the trades, the other bars made of them before. */
let ticks: string
let bars: string

describe.skipIf(absent)('trade days on record (need ../shared/data)', () => {
  beforeAll(async () => {
    ticks = workFolder()
    bars = workFolder()
    for (const market of [PEPE, APE]) {
      const { instrument, file, steps } = market
      await documentOf(ticks, ['data', 'import', file, '--kind', 'trades', '--instrument', instrument, ...steps])
      writeFileSync(join(bars, 'bars.csv'), await minuteBars(market))
      const flags = ['--timeframe', '1m', '--sparse', ...steps]
      await documentOf(bars, ['data', 'import', 'bars.csv', '--instrument', instrument, ...flags])
    }
  })
  afterAll(() => {
    rmSync(ticks, { recursive: true, force: true })
    rmSync(bars, { recursive: true, force: true })
  })

  const runOf = (market: Market, more: readonly string[]): string[] => {
    const what = ['--instrument', market.instrument, '--timeframe', '1m', '--param', 'fast=10', '--param', 'slow=30']
    const how = ['--cash', '1000', '--funding', 'none', '--no-report', '--no-band']
    return ['backtest', 'sma-cross', ...what, ...how, ...more]
  }

  test.each([
    ['PEPE', PEPE, []],
    ['APE', APE, []],
    ['APE', APE, ['--volume-share', 'none']],
  ] as const)(
    '%s: sma-cross trades the same on the prints as on bars made before, at the close',
    async (_, market, more) => {
      const flags = ['--fill', 'close', ...more]
      const onBars = await documentOf<Document>(bars, runOf(market, flags))
      const onTicks = await documentOf<Document>(ticks, runOf(market, ['--ticks', ...flags]))
      expect(onBars.metrics.trades).toBeGreaterThan(20)
      expect(onTicks.metrics).toEqual(onBars.metrics)
      expect(onTicks.hashes.trades).toBe(onBars.hashes.trades)
    },
  )

  test('PEPE: at the next trade the prices are those of the next open where the next minute has one', async () => {
    const [onBars, onTicks] = [
      await documentOf<Document>(bars, runOf(PEPE, ['--volume-share', 'none'])),
      await documentOf<Document>(ticks, runOf(PEPE, ['--ticks', '--volume-share', 'none'])),
    ]
    expect(onTicks.metrics.trades).toBe(onBars.metrics.trades)
    const prices = async ({ runDir }: Document): Promise<unknown> =>
      (await readParquetColumns(join(runDir, 'fills.parquet')))['price']
    expect(await prices(onTicks)).toEqual(await prices(onBars))
  })

  test('every trade is told, and bars of any length are made of them', async () => {
    writeFileSync(
      join(ticks, 'counting.ts'),
      `import { defineStrategy, z } from 'kestrel'
export default defineStrategy({
  name: 'counting',
  about: 'Counts.',
  params: z.object({}),
  start({ bars, instrument, explain }) {
    const [minute, odd, block] = [bars(instrument), bars(instrument, '7m'), bars(instrument, 'tick:1000')]
    let trades = 0
    let volume = 0
    return {
      onTrade({ quantity }) {
        trades++
        volume += quantity
      },
      onSlice() {
        explain({ trades, volume, minutes: minute.length, sevens: odd.length, blocks: block.length })
      },
    }
  },
})
`,
    )
    const flags = ['--timeframe', '1m', '--funding', 'none', '--ticks', '--no-band', '--decisions', 'all']
    const { runDir } = await documentOf<Document>(ticks, [
      'backtest',
      'counting.ts',
      '--instrument',
      APE.instrument,
      ...flags,
    ])
    const lines = readFileSync(join(runDir, 'decisions.ndjson'), 'utf8').trim().split('\n')
    const rows = lines.map((line) => JSON.parse(line) as { tsMs: number; values: Record<string, number> })
    const trades = await tradesOf(APE)
    const buckets = (lengthMs: number): number => new Set(trades.map(([timeMs]) => Math.floor(timeMs / lengthMs))).size
    expect(rows.at(-1)?.values).toEqual({
      trades: APE.trades,
      volume: trades.reduce((sum, [, , quantity]) => sum + Number(quantity), 0),
      minutes: buckets(MINUTE_MS),
      sevens: buckets(7 * MINUTE_MS),
      blocks: Math.floor(APE.trades / 1_000),
    })
    const page = readFileSync(join(runDir, 'report.html'), 'utf8')
    expect(page).toContain('Orders are played against 45,342 public trades')
  })

  test('bars alone do not do for a run on trades', async () => {
    const ended = await kestrel(bars, [...runOf(PEPE, ['--ticks']), '--json'])
    expect(ended).toMatchObject({ code: 3, stdout: '' })
    expect(errorOf(ended)).toMatchObject({
      code: 'DATA_NOT_FOUND',
      hint: expect.stringContaining('kestrel data import FILE --instrument PEPE-USDT.BINANCE --kind trades'),
    })
  })
})
