import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { workFolder } from '../kestrel-process.ts'
import { type PerpetualRun, readPerpetualRun } from './read-perpetual-run.ts'
import { type Closes, readCloses } from './read-run.ts'
import { hourlyFile, importBars, RECORDED, recordedAbsent, SPOT, SPOT_FILE } from './recorded-data.ts'
import { recomputeMarginEquity } from './recompute-margin-account.ts'
import { documentOf } from './run-command.ts'

// Shipped strategies that sell short, on recorded perpetuals. Nobody knows what they should earn: only what must hold.
const HOUR_MS = 3_600_000
const BTC = 'BTC-USDT-PERP.BINANCE'
const ETH = 'ETH-USDT-PERP.BINANCE'
const WINDOW = ['--from', '2023-01-01', '--to', '2023-10-01', '--allow-gaps']

let folder: string
const closes = new Map<string, Closes>()

async function run(strategy: string, ids: readonly string[], params: readonly string[]): Promise<PerpetualRun> {
  const { runDir } = await documentOf<{ runDir: string }>(folder, [
    'backtest',
    strategy,
    '--timeframe',
    '1h',
    '--cash',
    '100000',
    '--no-band',
    '--no-report',
    ...WINDOW,
    ...ids.flatMap((id) => ['--instrument', id]),
    ...params.flatMap((param) => ['--param', param]),
  ])
  const result = await readPerpetualRun(runDir)
  const market = new Map(ids.map((id) => [id, closes.get(id) as Closes]))
  expect(recomputeMarginEquity(result, market)).toBeLessThan(1e-9)
  expect(result.fills.length).toBeGreaterThan(3)
  return result
}

/** Signed quantity of an instrument after each instant at which anything was filled. */
function positions({ fills }: PerpetualRun, ids: readonly string[]): number[][] {
  const held = ids.map(() => 0)
  const rows: number[][] = []
  fills.forEach(({ instrument, side, quantity, time_ms: timeMs }, i) => {
    const k = ids.indexOf(instrument)
    held[k] = (held[k] as number) + (side === 'buy' ? quantity : -quantity)
    if (fills[i + 1]?.time_ms !== timeMs) rows.push([...held])
  })
  return rows
}

describe.skipIf(recordedAbsent)('strategies that sell short (needs ../shared/data)', () => {
  beforeAll(async () => {
    folder = workFolder()
    await documentOf(folder, importBars(SPOT_FILE, SPOT, '1h'))
    for (const [id, coin] of [
      [BTC, 'BTC'],
      [ETH, 'ETH'],
    ] as const) {
      await documentOf(folder, importBars(hourlyFile(coin), id, '1h'))
      const file = join(RECORDED, 'derivatives', `binanceusdm_${coin}USDT_funding_8h_202301_202512.csv`)
      await documentOf(folder, ['data', 'import', file, '--kind', 'funding', '--instrument', id])
    }
    for (const id of [SPOT, BTC, ETH]) {
      const path = join(folder, `${id}.parquet`)
      await documentOf(folder, ['data', 'export', '--instrument', id, '--timeframe', '1h', '-o', path, '--yes'])
      closes.set(id, await readCloses(path, HOUR_MS))
    }
  }, 400_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('basis-reversion holds as much spot as it is short of the perpetual', async () => {
    const ids = [SPOT, BTC]
    const result = await run('basis-reversion', ids, ['minEdge=0.0003'])
    for (const [spot = 0, perpetual = 0] of positions(result, ids)) {
      expect(spot).toBeGreaterThanOrEqual(-1e-9)
      // A lot of the perpetual is 0.001 coins.
      expect(Math.abs(spot + perpetual)).toBeLessThanOrEqual(0.001 + 1e-9)
    }
  }, 60_000)

  test('pairs-trading is long one and short the other, or flat', async () => {
    const ids = [BTC, ETH]
    const result = await run('pairs-trading', ids, ['maxPValue=0.1'])
    for (const [btc = 0, eth = 0] of positions(result, ids)) expect(btc * eth).toBeLessThanOrEqual(1e-9)
    expect(result.trades.some(({ side }) => side === 'short')).toBe(true)
    expect(result.trades.some(({ side }) => side === 'long')).toBe(true)
  }, 60_000)

  test.each([
    ['ema-cross', ['direction=both']],
    ['macd-cross', ['direction=both', 'filter=zero']],
    ['super-trend', ['direction=both']],
    ['bollinger-reversion', ['direction=both']],
    ['opening-range-breakout', ['direction=both', 'startMinute=780', 'rangeMinutes=60']],
    ['volatility-breakout', ['direction=both']],
    ['grid', ['mode=neutral']],
  ])(
    '%s goes both ways',
    async (strategy, params) => {
      const { trades } = await run(strategy, [ETH], params)
      expect(new Set(trades.map(({ side }) => side))).toEqual(new Set(['long', 'short']))
    },
    60_000,
  )
})
