import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readParquetColumns } from '@kestrel/data'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kestrel, workFolder } from './kestrel-process.ts'
import { documentOf } from './acceptance/run-command.ts'

const PERP = 'BTC-USDT-PERP.BINANCE'
const START_MS = Date.UTC(2024, 0, 1)
const HOUR_MS = 3_600_000
const HOURS = 240

/** Short from the second bar to the end, with the margin that the flags allow. */
const SHORT = `import { defineStrategy, z } from 'kestrel'
export default defineStrategy({
  name: 'short',
  about: 'Sells once.',
  params: z.object({ weight: z.number().default(-0.9) }),
  start({ instrument, bars, params, submit, account, roundQuantity }) {
    const series = bars(instrument)
    let sold = false
    return {
      onBar() {
        if (sold) return
        sold = true
        const wish = (Math.abs(params.weight) * account.equity) / series.close.value
        submit({ instrument, side: params.weight < 0 ? 'sell' : 'buy', quantity: roundQuantity(instrument, wish) })
      },
    }
  },
})
`

let folder: string
const price = (hour: number): number => 40_000 + hour * 100

function rows(count: number, stepHours: number, line: (timeMs: number, hour: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(START_MS + i * stepHours * HOUR_MS, i * stepHours)).join('\n')
}

async function importRows(name: string, text: string, ...flags: string[]): Promise<void> {
  writeFileSync(join(folder, name), text)
  await documentOf(folder, ['data', 'import', name, '--instrument', PERP, '--on-conflict', 'replace', ...flags])
}

const run = (...flags: string[]) => [
  'backtest',
  './short.ts',
  '--instrument',
  PERP,
  '--timeframe',
  '1h',
  '--no-band',
  ...flags,
]

async function failure(...args: string[]) {
  const { code, stdout, stderr } = await kestrel(folder, [...args, '--json'])
  const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as {
    error: { code: string; message: string; hint: string }
  }
  return { exit: code, stdout, ...error }
}

beforeAll(async () => {
  folder = workFolder()
  writeFileSync(join(folder, 'short.ts'), SHORT)
  const bars = rows(HOURS, 1, (t, h) => `${t},${price(h)},${price(h) + 100},${price(h)},${price(h) + 100},1000`)
  await importRows('bars.csv', `ts,open,high,low,close,volume\n${bars}`, '--timeframe', '1h')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a perpetual without the data it needs', () => {
  test('no funding: exit code 3, with the command that imports it and the flag that does without', async () => {
    const { exit, stdout, code, message, hint } = await failure(...run())
    expect([exit, stdout, code]).toEqual([3, '', 'BACKTEST_NO_FUNDING'])
    expect(message).toContain(PERP)
    expect(hint).toContain(`kestrel data import FILE --kind funding --instrument ${PERP}`)
    expect(hint).toContain('--funding none')
  })

  test('--funding none runs and says so everywhere', async () => {
    const { runDir, warnings } = await documentOf<{ runDir: string; warnings: { code: string }[] }>(
      folder,
      run('--funding', 'none'),
    )
    expect(warnings.map(({ code }) => code)).toContain('funding-none')
    expect(JSON.parse(readFileSync(join(runDir, 'manifest.json'), 'utf8'))).toMatchObject({
      config: { funding: 'none' },
    })
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toContain('LEFT OUT by --funding none')
  })
})

describe('a perpetual with funding', () => {
  const rate = (hour: number): number => 0.0001 * (1 + hour / 100)

  test('rates that end inside the window, or have a hole, are refused', async () => {
    const all = rows(20, 8, (t, h) => `${t},${rate(h)}`)
    await importRows('funding.csv', `ts,funding_rate\n${all}`, '--kind', 'funding')
    const ends = await failure(...run())
    expect([ends.exit, ends.code]).toEqual([3, 'BACKTEST_FUNDING_ENDS'])
    expect(ends.message).toContain('end at 2024-01-07T08:00')
    const whole = rows(30, 8, (t, h) => `${t},${rate(h)}`).split('\n')
    await documentOf(folder, run('--to', '2024-01-07T10:00'))
    await importRows('rest.csv', `ts,funding_rate\n${whole.slice(23).join('\n')}`, '--kind', 'funding')
    const hole = await failure(...run())
    expect(hole.message).toContain('have a hole from 2024-01-07T08:00')
    await importRows('whole.csv', `ts,funding_rate\n${whole.join('\n')}`, '--kind', 'funding')
  })

  test('a settlement lands in the run folder, the trade and the metrics; without marks the close stands in', async () => {
    const { runDir, metrics, warnings } = await documentOf<{
      runDir: string
      metrics: { funding: number; endEquity: number; fees: number; slippage: number }
      warnings: { code: string }[]
    }>(folder, run('--cash', '1000000'))
    const funding = await readParquetColumns(join(runDir, 'funding.parquet'))
    const amounts = funding['amount'] as Float64Array
    const [position = 0] = funding['position'] as Float64Array
    // The price at a settlement is the close of the bar that ends then: the open of the hour.
    const hours = Array.from({ length: 29 }, (_, i) => 8 * (i + 1))
    expect([...amounts]).toEqual(hours.map((h) => expect.closeTo(-position * price(h) * rate(h), 9)))
    expect(new Set(funding['mark_source'] as string[])).toEqual(new Set(['close']))
    expect(metrics.funding).toBeCloseTo(
      amounts.reduce((sum, each) => sum + each, 0),
      6,
    )
    expect(warnings.map(({ code }) => code)).toContain('mark-missing')
    const fill = (await readParquetColumns(join(runDir, 'fills.parquet')))['price'] as Float64Array
    const profit = position * (price(HOURS) - (fill[0] ?? 0))
    expect(metrics.endEquity).toBeCloseTo(1e6 + profit - metrics.fees + metrics.funding, 6)
  })

  test('recorded marks are used; those that end inside the window are refused', async () => {
    const mark = (count: number): string =>
      `ts,open,high,low,close\n${rows(count, 1, (t, h) => `${t},${price(h) + 7},${price(h) + 107},${price(h) + 7},${price(h) + 107}`)}`
    await importRows('mark-short.csv', mark(100), '--kind', 'mark')
    const ends = await failure(...run())
    expect([ends.exit, ends.code]).toEqual([3, 'BACKTEST_MARK_ENDS'])
    await importRows('mark.csv', mark(HOURS), '--kind', 'mark')
    const { runDir, warnings } = await documentOf<{ runDir: string; warnings: { code: string }[] }>(folder, run())
    const funding = await readParquetColumns(join(runDir, 'funding.parquet'))
    expect((funding['mark'] as Float64Array)[0]).toBe(price(8) + 7)
    expect(warnings.map(({ code }) => code)).not.toContain('mark-missing')
  })

  test('a liquidation ends the trade, and is a fill, an entry of the log, a metric and a finding', async () => {
    const flags = ['--param', 'weight=-4.9', '--leverage', '5', '--cash', '100000']
    const { runDir, metrics } = await documentOf<{ runDir: string; metrics: Record<string, number> }>(
      folder,
      run(...flags),
    )
    expect(metrics['liquidations']).toBe(1)
    const trades = await readParquetColumns(join(runDir, 'trades.parquet'))
    expect(trades['exit_reason']).toEqual(['liquidation'])
    const fills = await readParquetColumns(join(runDir, 'fills.parquet'))
    expect(fills['liquidity']).toEqual(['taker', 'liquidation'])
    const report = readFileSync(join(runDir, 'report.html'), 'utf8')
    for (const text of ['Funding and liquidation', 'Liquidations', 'By the rule of binance'])
      expect(report).toContain(text)
  })
})

describe('flags about perpetuals that contradict something', () => {
  test.each([
    ['leverage above the first tier', ['--leverage', '151'], 'KERNEL_LEVERAGE', 'above the 150'],
    ['leverage below 1', ['--leverage', '0.5'], 'KERNEL_LEVERAGE', 'below 1'],
    ['leverage of another instrument', ['--leverage', 'ETH-USDT-PERP.BINANCE=2'], 'KERNEL_LEVERAGE', 'not of this run'],
    ['leverage that is no number', ['--leverage', 'high'], 'CLI_NUMBER', 'high'],
    ['two forms of leverage', ['--leverage', '2', '--leverage', `${PERP}=3`], 'CLI_AMOUNTS', '--leverage'],
    ['no money in the settle currency', ['--cash', 'BTC=1'], 'BACKTEST_CONFIG', 'settles in USDT'],
  ])('%s', async (_, flags, code, text) => {
    const failed = await failure(...run('--funding', 'none', ...flags))
    expect([failed.exit, failed.code]).toEqual([2, code])
    expect(failed.message).toContain(text)
  })

  test('a file of margin tiers with a hole: exit code 3, with the place', async () => {
    const tier = { floor: 0, cap: 1_000, maintenanceRate: 0.01, maxLeverage: 20 }
    const tiers = [tier, { ...tier, floor: 2_000, cap: 3_000, maintenanceRate: 0.02, maxLeverage: 10 }]
    const file = { schemaVersion: 1, venue: 'BINANCE', asOf: '2026', tables: [{ id: PERP, source: 'test', tiers }] }
    writeFileSync(join(folder, 'tiers.json'), JSON.stringify(file))
    const failed = await failure(...run('--funding', 'none', '--margin-tiers', 'tiers.json'))
    expect([failed.exit, failed.code]).toEqual([3, 'DATA_MARGIN_TIERS'])
    expect(failed.message).toContain(`${PERP}, tier 2: there is a hole`)
  })

  test('a stated table goes before the shipped one', async () => {
    const tiers = [{ floor: 0, cap: 1e9, maintenanceRate: 0.01, maxLeverage: 20 }]
    const file = { schemaVersion: 1, venue: 'BINANCE', asOf: '2026', tables: [{ id: PERP, source: 'my own', tiers }] }
    writeFileSync(join(folder, 'mine.json'), JSON.stringify(file))
    const { runDir } = await documentOf<{ runDir: string }>(
      folder,
      run('--funding', 'none', '--margin-tiers', 'mine.json'),
    )
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toContain('my own')
  })
})
