import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kestrel, workFolder } from '../kestrel-process.ts'
import { randomStrategyText } from './random-strategy-text.ts'
import { type Closes, type FillRow, readCloses, readRun, type RunRows } from './read-run.ts'
import { lastClosesOf, recomputeEquity } from './recompute-account.ts'
import { documentOf } from './run-command.ts'

// Fees and their tiers, worked out again from the fills alone; nothing here imports the engine's books.
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ID = 'AAA-USDT.SYNTHETIC'
const TIERS = [
  { minVolume: 0, makerRate: 0.0008, takerRate: 0.001 },
  { minVolume: 250_000, makerRate: 0.0002, takerRate: 0.0006 },
  { minVolume: 500_000, makerRate: -0.0001, takerRate: 0.0004 },
]
const SCHEDULE = { venue: 'SYNTHETIC', tiers: TIERS, volumeDays: 3, feeCurrency: { currency: 'BNB', discount: 0.25 } }

let folder: string
let market: ReadonlyMap<string, Closes>
let bnb: Closes

async function generated(id: string, seed: number, price: number): Promise<Closes> {
  const size = ['--bars', '3000', '--seed', String(seed), '--start-price', String(price)]
  await documentOf(folder, ['data', 'generate', '--instrument', id, ...size])
  const path = join(folder, `${id}.parquet`)
  await documentOf(folder, ['data', 'export', '--instrument', id, '--timeframe', '1h', '-o', path, '--yes'])
  return await readCloses(path, HOUR_MS)
}

async function run(flags: readonly string[]): Promise<RunRows & { readonly runDir: string }> {
  const args = ['backtest', './random-orders.ts', '--instrument', ID, '--timeframe', '1h', '--no-report', '--no-band']
  const { runDir } = await documentOf<{ runDir: string }>(folder, [...args, '--seed', '5', ...flags])
  return { ...(await readRun(runDir)), runDir }
}

beforeAll(async () => {
  folder = workFolder()
  market = new Map([[ID, await generated(ID, 1, 400)]])
  bnb = await generated('BNB-USDT.SYNTHETIC', 2, 300)
  const types = ['market', 'limit', 'stop-market', 'stop-limit', 'take-profit'] as const
  writeFileSync(
    join(folder, 'random-orders.ts'),
    randomStrategyText('random-orders', { types, targets: 0.2, amends: true }),
  )
  writeFileSync(join(folder, 'fees.json'), JSON.stringify(SCHEDULE))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Volume of the complete days of the window before an instant. */
function volumeBefore(fills: readonly FillRow[], timeMs: number): number {
  const today = Math.floor(timeMs / DAY_MS)
  const counted = fills.filter(({ time_ms }) => {
    const day = Math.floor(time_ms / DAY_MS)
    return day < today && day >= today - SCHEDULE.volumeDays
  })
  return counted.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
}

test('tiers, rebates and fees in a third currency are those of the fills, and equity follows from them', async () => {
  const made = await run(['--fee-schedule', 'fees.json', '--cash', 'USDT=50000', '--cash', 'BNB=1'])
  const { fills } = made
  expect(recomputeEquity(made, market, new Map([['BNB', bnb]])).instants).toBe(made.equity.length)
  const lastPrice = lastClosesOf(new Map([['BNB', bnb]]))
  const seen = new Set<string>()
  let held = 1
  for (const fill of fills) {
    const volume = volumeBefore(fills, fill.time_ms)
    const tier = TIERS.findLast(({ minVolume }) => volume >= minVolume) ?? TIERS[0]
    const rate = (fill.liquidity === 'maker' ? tier?.makerRate : tier?.takerRate) ?? Number.NaN
    const full = fill.price * fill.quantity * rate
    // A fill inside a bar is known at its end; what the venue knew of prices was the close before it.
    const price = lastPrice(fill.bar_open_time_ms).get('BNB') ?? Number.NaN
    const discounted = (full * 0.75) / price
    const isThird = full > 0 && discounted <= held
    expect([fill.fill_id, fill.fee_currency]).toEqual([fill.fill_id, isThird ? 'BNB' : 'USDT'])
    expect(fill.fee).toBeCloseTo(isThird ? discounted : full, 9)
    expect(fill.fee_value).toBeCloseTo(isThird ? full * 0.75 : full, 7)
    if (isThird) held -= fill.fee
    seen.add(`${fill.liquidity} ${rate}`).add(fill.fee_currency)
  }
  // The run is worth nothing unless it gets everywhere.
  for (const { makerRate, takerRate } of TIERS) {
    expect([...seen], `${fills.length} fills`).toEqual(
      expect.arrayContaining([`maker ${makerRate}`, `taker ${takerRate}`, 'BNB', 'USDT']),
    )
  }
  const fees = fills.reduce((sum, { fee_value }) => sum + fee_value, 0)
  expect(made.metrics['fees']).toBeCloseTo(fees, 6)
  expect(made.manifest.config.fill).toMatchObject({ fees: [SCHEDULE] })
  const fee = made.trades.reduce((sum, { fee_open, fee_close }) => sum + fee_open + fee_close, 0)
  expect(Math.abs(fee)).toBeLessThanOrEqual(Math.abs(fees) + 1e-6 + Math.abs(fills.at(-1)?.fee_value ?? 0) * 50)
}, 400_000)

test('cost models run from flags and from settings alike, and the manifest and report name them', async () => {
  const flags = ['--spread-model', 'volatility', '--cost', 'spread.bars=12', '--slippage-model', 'sqrt']
  const byFlags = await run([...flags, '--cost', 'slippage.coefficient=0.5'])
  expect(recomputeEquity(byFlags, market).instants).toBe(byFlags.equity.length)
  expect(byFlags.manifest.config.fill).toMatchObject({
    spread: { model: 'volatility', bars: 12, share: 0.05 },
    slippage: { model: 'sqrt', coefficient: 0.5, maxBps: 1_000 },
    spreadBps: 0,
    slippageBps: 0,
  })
  const costs = { spread: { model: 'volatility', bars: 12 }, slippage: { model: 'sqrt', coefficient: 0.5 } }
  writeFileSync(join(folder, 'costs.json'), JSON.stringify({ backtest: { costs } }))
  const bySettings = await run(['-c', 'costs.json'])
  expect(bySettings.fills).toEqual(byFlags.fills)
  const fixed = await run(['-c', 'costs.json', '--slippage-bps', '3', '--spread-model', 'fixed'])
  expect(fixed.manifest.config.fill).toMatchObject({ spreadBps: 1, slippageBps: 3 })
  expect(fixed.manifest.config.fill).not.toHaveProperty('slippage')
}, 60_000)

test.each<[string, readonly string[], number, string]>([
  ['a schedule that is not there', ['--fee-schedule', 'nowhere'], 2, 'CLI_FEE_SCHEDULE'],
  ['a fixed spread beside a model', ['--spread-model', 'volatility', '--spread-bps', '2'], 2, 'BACKTEST_COSTS'],
  ['a rate beside a schedule', ['--fee-schedule', 'fees.json', '--taker-fee', '0.001'], 2, 'BACKTEST_COSTS'],
  ['a parameter out of range', ['--slippage-model', 'sqrt', '--cost', 'slippage.coefficient=11'], 2, 'BACKTEST_COSTS'],
  ['a parameter of no model', ['--cost', 'slippage.coefficient=0.5'], 2, 'CLI_COST'],
  ['a parameter that nothing has', ['--cost', 'slippage'], 2, 'CLI_COST'],
  ['quotes that the lake does not have', ['--spread-model', 'quotes'], 3, 'BACKTEST_NO_SERIES'],
])('refuses %s', async (_what, flags, code, errorCode) => {
  const args = ['backtest', './random-orders.ts', '--instrument', ID, '--timeframe', '1h', '--no-band', '--json']
  const ended = await kestrel(folder, [...args, ...flags])
  expect(ended.code, ended.stderr).toBe(code)
  expect(JSON.parse(ended.stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: errorCode } })
})

test('refuses fees in a currency that nothing prices', async () => {
  const other = { ...SCHEDULE, feeCurrency: { currency: 'DOGE', discount: 0.1 } }
  writeFileSync(join(folder, 'doge.json'), JSON.stringify(other))
  const args = ['backtest', './random-orders.ts', '--instrument', ID, '--timeframe', '1h', '--no-band', '--json']
  const cash = ['--fee-schedule', 'doge.json', '--cash', 'USDT=1000', '--cash', 'DOGE=5']
  const ended = await kestrel(folder, [...args, ...cash])
  expect(ended.code).toBe(3)
  expect(ended.stderr).toContain('Fees shall be paid in DOGE, which nothing prices in USDT')
})
