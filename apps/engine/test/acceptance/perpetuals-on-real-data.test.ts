import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kestrel, workFolder } from '../kestrel-process.ts'
import { readPerpetualRun } from './read-perpetual-run.ts'
import { type Closes, readCloses } from './read-run.ts'
import { HOURLY_COINS, hourlyFile, importBars, RECORDED, recordedAbsent, SPOT, SPOT_FILE } from './recorded-data.ts'
import { recomputeMarginEquity } from './recompute-margin-account.ts'
import { documentOf } from './run-command.ts'

// Recorded perpetuals through the command; what they should give is worked out from the files by this file alone.
const HOUR_MS = 3_600_000
const perpetual = (coin: string): string => `${coin}-USDT-PERP.BINANCE`
const ETH = perpetual('ETH')
/** Recorded rates and marks end on 2025-12-06. */
const WINDOW = ['--from', '2023-01-01', '--to', '2025-12-06']

const SHORT_ONCE = `import { defineStrategy, z } from 'kestrel'
export default defineStrategy({
  name: 'short-once',
  about: 'Sells a fixed quantity at the first bar and holds it.',
  params: z.object({}),
  start({ instrument, bars, submit }) {
    bars(instrument)
    let sold = false
    return {
      onBar() {
        if (!sold) submit({ instrument, side: 'sell', quantity: 10 })
        sold = true
      },
    }
  },
})
`

let folder: string

function derivative(coin: string, kind: 'funding' | 'mark'): string {
  return join(RECORDED, 'derivatives', `binanceusdm_${coin}USDT_${kind}_8h_202301_202512.csv`)
}

/** Rows of a recorded file: the settlement's hour, and the first value. */
function rowsOf(path: string): Map<number, number> {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return new Map(
    lines.map((line) => {
      const [ts = '', value = ''] = line.split(',')
      return [Math.round(Number(ts) / HOUR_MS) * HOUR_MS, Number(value)]
    }),
  )
}

async function closesOf(id: string): Promise<Closes> {
  const path = join(folder, `${id}.parquet`)
  await documentOf(folder, ['data', 'export', '--instrument', id, '--timeframe', '1h', '-o', path, '--yes'])
  return await readCloses(path, HOUR_MS)
}

describe.skipIf(recordedAbsent)('recorded perpetuals (needs ../shared/data)', () => {
  beforeAll(async () => {
    folder = workFolder()
    writeFileSync(join(folder, 'short-once.ts'), SHORT_ONCE)
    for (const coin of HOURLY_COINS) await documentOf(folder, importBars(hourlyFile(coin), perpetual(coin), '1h'))
    await documentOf(folder, importBars(SPOT_FILE, SPOT, '1h'))
    for (const coin of ['ETH', 'BTC']) {
      for (const kind of ['funding', 'mark'] as const) {
        const flags = [
          '--kind',
          kind,
          '--instrument',
          perpetual(coin),
          ...(kind === 'mark' ? ['--timeframe', '8h'] : []),
        ]
        await documentOf(folder, ['data', 'import', derivative(coin, kind), ...flags])
      }
    }
  }, 400_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('a short ETH perpetual over 2023 to 2025 receives the funding that the files add up to', async () => {
    const args = [
      'backtest',
      './short-once.ts',
      '--instrument',
      ETH,
      '--timeframe',
      '1h',
      ...WINDOW,
      '--cash',
      '100000',
    ]
    const { runDir, metrics, warnings } = await documentOf<{
      runDir: string
      metrics: { funding: number; liquidations: number }
      warnings: { code: string }[]
    }>(folder, [...args, '--margin', 'cross', '--no-band'])
    const run = await readPerpetualRun(runDir)
    const soldMs = run.fills[0]?.time_ms ?? Number.NaN
    expect([run.fills.length, metrics.liquidations]).toEqual([1, 0])
    const marks = rowsOf(derivative('ETH', 'mark'))
    const endMs = run.equity.at(-1)?.time_ms ?? Number.NaN
    let [sum, count] = [0, 0]
    for (const [timeMs, rate] of rowsOf(derivative('ETH', 'funding'))) {
      if (timeMs <= soldMs || timeMs > endMs) continue
      sum += 10 * (marks.get(timeMs) ?? Number.NaN) * rate
      count++
    }
    expect(count).toBe(3_210)
    expect(run.funding).toHaveLength(count)
    expect(metrics.funding).toBeCloseTo(sum, 6)
    expect(metrics.funding).toBeGreaterThan(0)
    expect(warnings.map(({ code }) => code)).not.toContain('mark-missing')
    recomputeMarginEquity(run, new Map([[ETH, await closesOf(ETH)]]))
  }, 60_000)

  test('funding carry on bitcoin, spot and perpetual, receives what its positions and the files add up to', async () => {
    const id = perpetual('BTC')
    const args = ['backtest', 'funding-carry', '--instrument', SPOT, '--instrument', id, '--timeframe', '1h']
    const window = ['--from', '2023-01-01', '--to', '2024-04-21T14:00', '--allow-gaps', '--cash', '100000', '--no-band']
    const { runDir, metrics } = await documentOf<{ runDir: string; metrics: { funding: number; totalReturn: number } }>(
      folder,
      [...args, ...window],
    )
    const run = await readPerpetualRun(runDir)
    const own = run.fills.filter(({ instrument }) => instrument === id)
    const marks = rowsOf(derivative('BTC', 'mark'))
    let [sum, count] = [0, 0]
    for (const [timeMs, rate] of rowsOf(derivative('BTC', 'funding'))) {
      const before = own.filter(
        (fill) => fill.time_ms < timeMs || (fill.time_ms === timeMs && fill.bar_open_time_ms < timeMs),
      )
      const held = before.reduce((total, { side, quantity }) => total + (side === 'buy' ? quantity : -quantity), 0)
      if (Math.abs(held) < 1e-9 || timeMs > (run.equity.at(-1)?.time_ms ?? 0)) continue
      sum -= held * (marks.get(timeMs) ?? Number.NaN) * rate
      count++
    }
    expect(count).toBeGreaterThan(100)
    expect(run.funding).toHaveLength(count)
    expect(metrics.funding).toBeCloseTo(sum, 6)
    expect(metrics.funding).toBeGreaterThan(0)
    recomputeMarginEquity(
      run,
      new Map([
        [SPOT, await closesOf(SPOT)],
        [id, await closesOf(id)],
      ]),
    )
  }, 60_000)

  test('isolated, the same short is liquidated when ether has doubled', async () => {
    const args = [
      'backtest',
      './short-once.ts',
      '--instrument',
      ETH,
      '--timeframe',
      '1h',
      ...WINDOW,
      '--cash',
      '100000',
    ]
    const { runDir } = await documentOf<{ runDir: string }>(folder, [...args, '--no-band', '--no-report'])
    const { fills, trades } = await readPerpetualRun(runDir)
    const [entry, exit] = fills
    expect(trades).toMatchObject([{ exit_reason: 'liquidation' }])
    // Bankrupt at twice the entry, less the taker fee of closing.
    expect(exit?.price).toBeCloseTo((2 * (entry?.price ?? 0)) / 1.0005, 6)
  }, 60_000)

  test('a window beyond the recorded rates ends with exit code 3', async () => {
    const args = ['backtest', './short-once.ts', '--instrument', ETH, '--timeframe', '1h', '--from', '2025-01-01']
    const { code, stderr } = await kestrel(folder, args)
    expect(code).toBe(3)
    expect(stderr).toContain('end at 2025-12-06')
  })

  test('rotation over the ten perpetuals without funding says so', async () => {
    const ids = HOURLY_COINS.map(perpetual)
    const flags = ids.flatMap((id) => ['--instrument', id])
    const args = ['backtest', 'momentum-rotation', ...flags, '--timeframe', '1h', '--cash', '100000', '--no-band']
    const { code } = await kestrel(folder, args)
    expect(code).toBe(3)
    const { runDir, warnings, metrics } = await documentOf<{
      runDir: string
      warnings: { code: string }[]
      metrics: { funding: number }
    }>(folder, [...args, '--funding', 'none'])
    expect(warnings.map((each) => each.code)).toContain('funding-none')
    expect(metrics.funding).toBe(0)
    const run = await readPerpetualRun(runDir)
    expect(run.fills.length).toBeGreaterThan(100)
    const market = new Map<string, Closes>()
    for (const id of ids) market.set(id, await closesOf(id))
    recomputeMarginEquity(run, market)
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toContain('LEFT OUT by --funding none')
  }, 400_000)
})
