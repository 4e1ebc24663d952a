import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BacktestRequest } from '../../src/backtest/backtest-request.ts'
import { buildRequest } from '../../src/backtest/build-request.ts'
import { runBacktestTask } from '../../src/backtest/run-backtest-task.ts'
import type { CommandContext } from '../../src/cli/command-context.ts'
import { workFolder } from '../kestrel-process.ts'
import { randomPerpetualText } from './random-perpetual-text.ts'
import { readPerpetualRun } from './read-perpetual-run.ts'
import { type Closes, readCloses } from './read-run.ts'
import { recomputeMarginEquity } from './recompute-margin-account.ts'
import { documentOf } from './run-command.ts'

// Equity of runs with perpetuals, recomputed from their folders and the closes of the lake.
const RUNS = process.env['KESTREL_VERIFY'] === '1' ? 1_000 : 50
const HOUR_MS = 3_600_000
const BARS = 600

interface Setting {
  readonly instruments: readonly string[]
  readonly request: Partial<BacktestRequest>
  readonly isHedged?: boolean
}

const LINEAR = ['BTC-USDT-PERP.BINANCE', 'ETH-USDT-PERP.BYBIT', 'XRP-USDT-PERP.OKX']
const INVERSE = ['BTC-USD-PERP.BINANCE', 'ETH-USD-PERP.BINANCE']
/** USDT, and ether and bitcoin as cash of their own. */
const MIXED = ['BTC-USDT.BINANCE', 'ETH-BTC.TEST', 'BTC-USDT-PERP.BINANCE', 'ETH-USDT-PERP.BYBIT']

const SETTINGS: Readonly<Record<string, Setting>> = {
  'linear, isolated': { instruments: LINEAR, request: { cash: 100_000, margin: { leverage: 20 } } },
  'linear, cross': { instruments: LINEAR, request: { cash: 100_000, margin: { leverage: 20, mode: 'cross' } } },
  'linear, cross, hedge mode': {
    instruments: LINEAR,
    request: { cash: 100_000, margin: { leverage: 20, mode: 'cross', positionMode: 'hedge' } },
    isHedged: true,
  },
  'inverse, isolated': {
    instruments: INVERSE,
    request: { cash: { BTC: 2, ETH: 30 }, reportingCurrency: 'USD', margin: { leverage: 15 } },
  },
  'inverse, cross, hedge mode': {
    instruments: INVERSE,
    request: {
      cash: { BTC: 2, ETH: 30 },
      reportingCurrency: 'USD',
      margin: { leverage: 15, mode: 'cross', positionMode: 'hedge' },
    },
    isHedged: true,
  },
  'several currencies, spot and perpetuals': {
    instruments: MIXED,
    request: { cash: { USDT: 50_000, BTC: 1 }, reportingCurrency: 'USDT', margin: { leverage: 10 } },
  },
  'several currencies, cross': {
    instruments: MIXED,
    request: { cash: { USDT: 50_000, BTC: 1 }, reportingCurrency: 'USDT', margin: { leverage: 10, mode: 'cross' } },
  },
}

const START_PRICES: Readonly<Record<string, number>> = {
  'BTC-USDT-PERP.BINANCE': 40_000,
  'ETH-USDT-PERP.BYBIT': 2_500,
  'XRP-USDT-PERP.OKX': 0.6,
  'BTC-USD-PERP.BINANCE': 40_000,
  'ETH-USD-PERP.BINANCE': 2_500,
  'BTC-USDT.BINANCE': 40_000,
  'ETH-BTC.TEST': 0.06,
}

let folder: string
const market = new Map<string, Closes>()

const STILL = { phase: () => undefined, stopRequested: () => false }
const GO_ON = { beat: () => undefined, stopRequested: () => false }

async function run({ instruments, request, isHedged = false }: Setting, seed: number) {
  const context = {
    cwd: folder,
    settings: {},
    common: {},
    seed,
    dataDir: join(folder, '.kestrel', 'data'),
    runsDir: join(folder, 'runs'),
    clock: { nowMs: () => seed },
  } as unknown as CommandContext
  const strategy = isHedged ? './random-hedged.ts' : './random-perpetual.ts'
  const flags = { timeframe: '1h', volumeShare: 'none', finer: false, band: false, report: false }
  const built = buildRequest(context, strategy, { instrument: instruments, ...flags })
  const { document } = await runBacktestTask({ ...built, ...request }, STILL, GO_ON)
  const found = await readPerpetualRun(document.runDir)
  const worst = recomputeMarginEquity(found, new Map(instruments.map((id) => [id, market.get(id) as Closes])))
  rmSync(document.runDir, { recursive: true, force: true })
  return { ...found, worst }
}

beforeAll(async () => {
  folder = workFolder()
  // These runs share the test's process, which knows nothing of the command's way to find what authors import.
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(import.meta.dirname, '..', '..'), join(folder, 'node_modules', 'kestrel'))
  writeFileSync(join(folder, 'random-perpetual.ts'), randomPerpetualText('random-perpetual', { isHedged: false }))
  writeFileSync(join(folder, 'random-hedged.ts'), randomPerpetualText('random-hedged', { isHedged: true }))
  for (const [i, [id, price]] of Object.entries(START_PRICES).entries()) {
    const size = ['--bars', String(BARS), '--seed', String(i + 1), '--start-price', String(price)]
    await documentOf(folder, ['data', 'generate', '--instrument', id, ...size, '--model', 'jump'])
    const path = join(folder, `${id}.parquet`)
    await documentOf(folder, ['data', 'export', '--instrument', id, '--timeframe', '1h', '-o', path, '--yes'])
    const closes = await readCloses(path, HOUR_MS)
    market.set(id, closes)
    if (!id.includes('-PERP.')) continue
    const startMs = (closes.timeMs[0] ?? 0) - HOUR_MS
    const rows = Array.from(
      { length: BARS / 8 + 1 },
      (_, k) => `${startMs + 8 * k * HOUR_MS},${(((k * 7) % 11) - 4) / 1e4}`,
    )
    writeFileSync(join(folder, 'funding.csv'), `ts,funding_rate\n${rows.join('\n')}\n`)
    await documentOf(folder, ['data', 'import', 'funding.csv', '--kind', 'funding', '--instrument', id])
  }
}, 400_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('equity of perpetuals, recomputed from the run folder', () => {
  const names = Object.keys(SETTINGS)

  test(`holds over ${RUNS} random strategies`, async () => {
    const seen = { fills: 0, funding: 0, liquidations: 0, refused: 0, worst: 0 }
    for (let i = 0; i < RUNS; i++) {
      const found = await run(SETTINGS[names[i % names.length] as string] as Setting, i + 1)
      seen.fills += found.fills.length
      seen.funding += found.funding.length
      seen.liquidations += found.fills.filter(({ liquidity }) => (liquidity as string) === 'liquidation').length
      seen.refused += found.orders.filter(({ reason }) => reason.startsWith('needs ')).length
      seen.worst = Math.max(seen.worst, found.worst)
    }
    // The runs are worth nothing unless they get everywhere.
    expect(seen.fills).toBeGreaterThan(20 * RUNS)
    expect(seen.funding).toBeGreaterThan(5 * RUNS)
    expect(seen.liquidations).toBeGreaterThan(RUNS / 5)
    expect(seen.worst).toBeLessThan(1e-9)
  }, 1_800_000)

  test.each(names)('%s', async (name) => {
    const found = await run(SETTINGS[name] as Setting, 1_000)
    expect(found.fills.length).toBeGreaterThan(10)
    // A price, a fee or a payment that were a little different would be noticed.
    const own = new Map([...found.contracts.keys()].map((id) => [id, market.get(id) as Closes] as const))
    const [first, ...rest] = found.fills
    if (first === undefined) throw new Error('no fill')
    const wrong = { ...found, fills: [{ ...first, price: first.price * 1.00001 }, ...rest] }
    expect(() => recomputeMarginEquity(wrong, own)).toThrow('equity at')
    expect(() => recomputeMarginEquity({ ...found, funding: found.funding.slice(1) }, own)).toThrow('equity at')
  })
})
