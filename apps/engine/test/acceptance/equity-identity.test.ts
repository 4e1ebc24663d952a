import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kestrel, workFolder } from '../kestrel-process.ts'
import { checkOrders } from './check-orders.ts'
import { type Habits, type OrderTypeName, randomStrategyText } from './random-strategy-text.ts'
import { type Closes, type FillRow, readCloses, readRun, type RunRows } from './read-run.ts'
import { HOURLY_COINS, hourlyFile, importBars, recordedAbsent, SPOT, SPOT_FILE, usdmName } from './recorded-data.ts'
import { recomputeEquity } from './recompute-account.ts'
import { checkTrades } from './round-trips-from-fills.ts'
import { documentOf } from './run-command.ts'

// The account of a run, recomputed from its folder and the closes of the lake; nothing here imports the engine's books.
const HOUR_MS = 3_600_000
const BARS = 3_000
/** Every n-th bar of the market with gaps is left out. */
const GAP_EVERY = 40

/** Parameters short enough for a small market to exercise every rule. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  'sma-cross': ['fast=3', 'slow=8'],
  'rsi-reversion': ['trendBars=20', 'entryBelow=30', 'exitAbove=55', 'maxBars=4'],
  'donchian-breakout': ['entryBars=8', 'exitBars=4', 'atrBars=5'],
  'volatility-target-trend': ['trendBars=10', 'volatilityBars=8', 'band=0.02'],
  'momentum-rotation': ['top=2', 'lookback=10', 'every=3', 'volatilityBars=5'],
  'dual-momentum': ['top=2', 'lookbackDays=3', 'every=day'],
  'bollinger-reversion': ['period=8', 'entry=1.2', 'stop=1.5', 'maxBars=6'],
  'opening-range-breakout': ['rangeMinutes=180', 'holdMinutes=960', 'stopRate=0.5'],
  'volatility-breakout': ['factor=0.3', 'stopFactor=0.3'],
  grid: ['cells=4', 'stepRate=0.008', 'stopSteps=2', 'pauseBars=3'],
  dca: ['safetyOrders=3', 'deviation=0.01', 'takeProfit=0.01', 'stopLoss=0.04'],
}
const EVERY_TYPE: readonly OrderTypeName[] = ['market', 'limit', 'stop-market', 'stop-limit', 'take-profit']
const RANDOM: Readonly<Record<string, Habits>> = {
  'random-takers': { types: ['market', 'stop-market', 'take-profit'], targets: 0.3, amends: false },
  'random-makers': { types: ['limit', 'stop-limit'], targets: 0.1, amends: false },
  'random-orders': { types: EVERY_TYPE, targets: 0.2, amends: true },
  'random-targets': { types: EVERY_TYPE, targets: 0.8, amends: true },
}
/** Costs unlike the defaults and unlike each other, a small share of the volume, and fills at the close. */
const OTHER_COSTS =
  '--fill close --limit-fill touch --maker-fee -0.0001 --taker-fee 0.0017 --spread-bps 7 --slippage-bps 3 --volume-share 0.002'
const RULES = [
  ['the default rules', []],
  ['fills at the close and other costs', OTHER_COSTS.split(' ')],
] as const

let folder: string
let shipped: readonly string[]

/** A market of the lake with its closes. */
type Market = ReadonlyMap<string, Closes>

async function closesOf(instruments: readonly string[]): Promise<Market> {
  const market = new Map<string, Closes>()
  for (const id of instruments) {
    const path = join(folder, `${id}.parquet`)
    await documentOf(folder, ['data', 'export', '--instrument', id, '--timeframe', '1h', '-o', path, '--yes'])
    market.set(id, await readCloses(path, HOUR_MS))
  }
  return market
}

/** Runs a strategy, reads what it left and checks all of it. */
async function checkedRun(strategy: string, market: Market, flags: readonly string[] = []): Promise<RunRows> {
  const instruments = [...market.keys()].flatMap((id) => ['--instrument', id])
  const args = ['backtest', strategy, ...instruments, '--timeframe', '1h', '--allow-gaps', '--no-report', '--no-band']
  const { runDir } = await documentOf<{ runDir: string }>(folder, [...args, ...flags])
  const run = await readRun(runDir)
  expect(recomputeEquity(run, market).instants).toBe(run.equity.length)
  checkOrders(run, RANDOM[strategy.slice(2, -3)]?.amends ?? false)
  checkTrades(run, market)
  return run
}

const quick = (name: string): string[] => (QUICK[name] ?? []).flatMap((param) => ['--param', param])

beforeAll(async () => {
  folder = workFolder()
  type Listed = { name: string; needs: readonly string[] }
  const { strategies } = await documentOf<{ strategies: Listed[] }>(folder, ['strategy', 'list'])
  // The others need perpetuals, whose account is more than cash and holdings.
  shipped = strategies.filter(({ needs }) => needs.length === 0).map(({ name }) => name)
  for (const [name, habits] of Object.entries(RANDOM))
    writeFileSync(join(folder, `${name}.ts`), randomStrategyText(name, habits))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('on a generated market, one instrument of it with gaps', () => {
  const ids = ['AAA-USDT.SYNTHETIC', 'BBB-USDT.SYNTHETIC', 'GAP-USDT.TEST']
  let market: Market

  beforeAll(async () => {
    for (const [i, id] of ['AAA-USDT.SYNTHETIC', 'BBB-USDT.SYNTHETIC', 'CCC-USDT.SYNTHETIC'].entries()) {
      const size = ['--bars', String(BARS), '--seed', String(i + 1), '--start-price', String([40_000, 3, 250][i])]
      await documentOf(folder, ['data', 'generate', '--instrument', id, ...size])
    }
    const path = join(folder, 'whole.csv')
    await documentOf(folder, [
      'data',
      'export',
      '--instrument',
      'CCC-USDT.SYNTHETIC',
      '-o',
      path,
      '--timeframe',
      '1h',
      '--yes',
    ])
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    // The last bar stays: an order decided before it has an open to meet.
    const isKept = (i: number): boolean => i === 0 || i === lines.length - 1 || i % GAP_EVERY > 1
    writeFileSync(join(folder, 'gaps.csv'), lines.filter((_, i) => isKept(i)).join('\n'))
    await documentOf(folder, ['data', 'import', 'gaps.csv', '--instrument', 'GAP-USDT.TEST', '--timeframe', '1h'])
    market = await closesOf(ids)
  })

  test('every shipped strategy, by the default rules and by others', async () => {
    expect(shipped.length).toBeGreaterThanOrEqual(6)
    for (const name of shipped) {
      for (const [, flags] of RULES) {
        const run = await checkedRun(name, market, [...quick(name), ...flags])
        expect(run.fills.length, `${name} never traded`).toBeGreaterThan(0)
      }
    }
  }, 240_000)

  test('random strategies from files, over seeds and rules', async () => {
    const seen = new Set<string>()
    let [fills, closedTrades] = [0, 0]
    for (const name of Object.keys(RANDOM)) {
      for (const [i, [, flags]] of RULES.entries()) {
        const run = await checkedRun(`./${name}.ts`, market, ['--seed', String(i + 11), '--cash', '50000', ...flags])
        for (const { state, type, filled_quantity: filled } of run.orders)
          seen.add(state).add(filled > 0 ? type : state)
        fills += run.fills.length
        closedTrades += run.trades.length
      }
    }
    // The runs are worth nothing unless they get everywhere.
    expect([...seen]).toEqual(
      expect.arrayContaining([...EVERY_TYPE, 'cancelled', 'expired', 'filled', 'refused', 'rejected']),
    )
    expect(fills).toBeGreaterThan(5_000)
    expect(closedTrades).toBeGreaterThan(500)
  }, 600_000)

  test('a fill, a fee or an equity that were a little different would be noticed', async () => {
    const run = await checkedRun('sma-cross', market, quick('sma-cross'))
    const at = Math.floor(run.fills.length / 2)
    const fills = (change: (fill: FillRow) => FillRow) => run.fills.map((fill, i) => (i === at ? change(fill) : fill))
    for (const changed of [
      fills((fill) => ({ ...fill, price: fill.price * 1.000001 })),
      fills((fill) => ({ ...fill, fee: fill.fee * 1.0001 })),
      run.fills.toSpliced(at, 1),
    ])
      expect(() => recomputeEquity({ ...run, fills: changed }, market)).toThrow('equity at')
    const equity = run.equity.map((row, i) => (i === 1_000 ? { ...row, equity: row.equity + 0.01 } : row))
    expect(() => recomputeEquity({ ...run, equity }, market)).toThrow('equity at')
  })

  test('orders played against finer bars', async () => {
    const id = 'FINE-USDT.SYNTHETIC'
    const size = ['--timeframe', '5m', '--bars', '12000', '--start-price', '100']
    await documentOf(folder, ['data', 'generate', '--instrument', id, ...size])
    const coarse = await kestrel(folder, [
      'data',
      'export',
      '--instrument',
      id,
      '--timeframe',
      '5m',
      '-o',
      'fine.parquet',
    ])
    expect(coarse.code).toBe(0)
    // The last close of an hour is that of its last five minutes.
    const fine = await readCloses(join(folder, 'fine.parquet'), HOUR_MS / 12)
    const run = await checkedRun('./random-orders.ts', new Map([[id, fine]]), ['--seed', '5'])
    expect(run.fills.some(({ time_ms }) => time_ms % HOUR_MS !== 0)).toBe(true)
  })
})

describe.skipIf(recordedAbsent)('on recorded data (needs ../shared/data)', () => {
  let spot: Market
  let perpetuals: Market

  beforeAll(async () => {
    await documentOf(folder, importBars(SPOT_FILE, SPOT, '1h'))
    for (const coin of HOURLY_COINS) await documentOf(folder, importBars(hourlyFile(coin), usdmName(coin), '1h'))
    spot = await closesOf([SPOT])
    perpetuals = await closesOf(HOURLY_COINS.map(usdmName))
  }, 600_000)

  test('every shipped strategy on 58,419 hours of BTC/USDT, with its own parameters', async () => {
    for (const name of shipped) {
      const run = await checkedRun(name, spot)
      expect(run.equity).toHaveLength(58_419)
      expect(run.fills.length, `${name} never traded`).toBeGreaterThan(0)
    }
  }, 600_000)

  test('every shipped strategy over ten perpetuals treated as spot', async () => {
    for (const name of shipped) {
      const run = await checkedRun(name, perpetuals, ['--cash', '100000'])
      expect(run.equity).toHaveLength(28_309)
    }
  }, 600_000)

  test('random strategies on the hours of BTC/USDT', async () => {
    for (const name of Object.keys(RANDOM)) {
      const run = await checkedRun(`./${name}.ts`, spot, ['--seed', '3', '--cash', '1000000', '--to', '2020-01-01'])
      expect(run.fills.length).toBeGreaterThan(1_000)
    }
  }, 600_000)
})
