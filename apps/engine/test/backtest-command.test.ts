import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readParquetColumns } from '@kestrel/data'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kestrel, workFolder, writeStrategy } from './kestrel-process.ts'

const MARKET = 'BTC-USDT.SYNTHETIC'
const RUN = ['backtest', 'sma-cross', '--instrument', MARKET, '--timeframe', '1h', '--json']

interface Document {
  schemaVersion: number
  command: string
  runId: string
  runDir: string
  from: string
  to: string
  synthetic: boolean
  params: Record<string, unknown>
  metrics: Record<string, number | null>
  band: Record<'harsh' | 'base' | 'kind', { endEquity: number }> | null
  hashes: Record<'code' | 'data' | 'trades' | 'log', string>
  compat: { mode: string } | null
  warnings: { code: string }[]
}

let folder: string

beforeAll(async () => {
  folder = workFolder()
  const made = await kestrel(folder, ['data', 'generate', '--instrument', MARKET, '--bars', '4000', '--seed', '3'])
  expect(made).toMatchObject({ code: 0 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(args: readonly string[], env = {}): Promise<Document> {
  const { code, stdout, stderr } = await kestrel(folder, args, env)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return JSON.parse(stdout) as Document
}

describe('the run folder and the JSON document', () => {
  let document: Document
  beforeAll(async () => {
    document = await run(RUN)
  })

  test('the document has the names that scripts rely on', () => {
    expect(Object.keys(document).slice(0, 2)).toEqual(['schemaVersion', 'command'])
    for (const name of [
      'runId',
      'runDir',
      'strategy',
      'params',
      'instruments',
      'timeframe',
      'from',
      'to',
      'synthetic',
      'basis',
      'metrics',
      'benchmark',
      'band',
      'hashes',
      'seed',
      'versions',
      'warnings',
    ]) {
      expect(document).toHaveProperty(name)
    }
    for (const name of [
      'startEquity',
      'endEquity',
      'totalReturn',
      'cagr',
      'volatility',
      'sharpe',
      'sortino',
      'calmar',
      'maxDrawdown',
      'maxDrawdownAbs',
      'ulcerIndex',
      'var95',
      'cvar95',
      'trades',
      'winRate',
      'profitFactor',
      'payoffRatio',
      'expectancy',
      'sqn',
      'kelly',
      'exposure',
      'turnover',
      'fees',
      'funding',
      'slippage',
      'liquidations',
      'rejects',
    ]) {
      expect(document.metrics).toHaveProperty(name)
    }
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'backtest',
      synthetic: true,
      params: { fast: 20, slow: 50 },
    })
    expect(document.runId).toMatch(/^\d{8}T\d{6}-sma-cross-[0-9a-f]{6}$/)
  })

  test('the band brackets the base and its middle is the result', () => {
    const { band, metrics } = document
    expect(band?.base.endEquity).toBe(metrics['endEquity'])
    expect(band?.harsh.endEquity).toBeLessThan(band?.base.endEquity ?? 0)
    expect(band?.kind.endEquity).toBeGreaterThan(band?.base.endEquity ?? Infinity)
  })

  test('the folder is complete and holds nothing else', () => {
    expect(readdirSync(document.runDir).toSorted()).toEqual([
      'decisions.ndjson',
      'equity.csv',
      'equity.parquet',
      'fills.parquet',
      'manifest.json',
      'metrics.json',
      'orders.parquet',
      'report.html',
      'trades.csv',
      'trades.parquet',
    ])
    expect(readFileSync(join(document.runDir, 'report.html'), 'utf8')).toContain('SYNTHETIC')
    const { schemaVersion, command, ...rest } = JSON.parse(
      readFileSync(join(document.runDir, 'metrics.json'), 'utf8'),
    ) as Document
    expect({ schemaVersion, command, ...rest }).toEqual(document)
  })

  test('the trade hash is that of the trades file, computed from its columns alone', async () => {
    const columns = await readParquetColumns(join(document.runDir, 'trades.parquet'))
    const numbers = (name: string): Float64Array => columns[name] as Float64Array
    const sides = columns['side'] as string[]
    const hash = createHash('sha256')
    for (let i = 0; i < sides.length; i++) {
      const record = Buffer.alloc(40)
      record.writeBigInt64LE(BigInt(numbers('open_date')[i] as number), 0)
      record.writeBigInt64LE(BigInt(numbers('close_date')[i] as number), 8)
      record.writeDoubleLE((sides[i] === 'long' ? 1 : -1) * (numbers('amount')[i] as number), 16)
      record.writeDoubleLE(numbers('open_rate')[i] as number, 24)
      record.writeDoubleLE(numbers('close_rate')[i] as number, 32)
      hash.update(record)
    }
    expect(sides).toHaveLength(document.metrics['trades'] as number)
    expect(hash.digest('hex')).toBe(document.hashes.trades)
    const csv = readFileSync(join(document.runDir, 'trades.csv'), 'utf8').trimEnd().split('\n')
    expect(csv[0]).toContain(
      'open_date,close_date,open_rate,close_rate,fee_open,fee_close,profit_abs,profit_ratio,exit_reason',
    )
    expect(csv).toHaveLength(sides.length + 1)
  })

  test('the same run again, with settings from elsewhere and another clock zone, gives the same hashes', async () => {
    writeFileSync(
      join(folder, 'same.json'),
      '{\n  // as the flags say\n  "backtest": { "timeframe": "1h", "params": { "fast": 20 } },\n}\n',
    )
    const again = await run(['backtest', 'sma-cross', '-c', 'same.json', '--json', '--no-report'], {
      TZ: 'Asia/Kathmandu',
      KESTREL__BACKTEST__INSTRUMENTS: MARKET,
    })
    expect(again.hashes).toEqual(document.hashes)
    expect(again.runId).not.toBe(document.runId)
    expect(again.metrics).toEqual(document.metrics)
  })

  test('another parameter is another trial on the same data', async () => {
    const other = await run([...RUN, '--param', 'fast=10', '--no-report', '--no-band', '--metrics-compat', 'freqtrade'])
    expect(other.hashes.data).toBe(document.hashes.data)
    expect(other.hashes.trades).not.toBe(document.hashes.trades)
    expect(other.metrics['trialCount']).toBe(2)
    expect(other.band).toBeNull()
    expect(other.compat).toMatchObject({ mode: 'freqtrade' })
    const ledger = readFileSync(join(folder, '.kestrel', 'data', 'trials.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
    expect(ledger.length).toBeGreaterThanOrEqual(2)
  })

  test('runs are listed, shown, compared and exported', async () => {
    const list = await kestrel(folder, ['runs', 'list', '--ndjson'])
    const rows = list.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { runId: string }).runId)
    expect(rows).toContain(document.runId)
    const shown = await kestrel(folder, ['runs', 'show', document.runId, '--json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({ run: { runId: document.runId, hashes: document.hashes } })
    const compared = await kestrel(folder, [
      'runs',
      'compare',
      document.runId,
      rows.find((id) => id !== document.runId) ?? '',
      '--json',
    ])
    expect(JSON.parse(compared.stdout)).toMatchObject({ command: 'runs compare', sameData: true })
    const exported = await kestrel(folder, ['runs', 'export', document.runId, '-o', 'out.csv', '--what', 'fills'])
    expect(exported.code).toBe(0)
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toContain('fill_id,order_id,instrument')
    const report = await kestrel(folder, ['report', document.runId, '-o', 'copy.html'])
    expect(report.stdout.trim()).toBe(join(folder, 'copy.html'))
    expect(existsSync(join(folder, 'copy.html'))).toBe(true)
  })
})

test('flags go before the environment, the environment before files, later files before earlier ones', async () => {
  writeFileSync(
    join(folder, 'a.json'),
    '{ "backtest": { "cash": 1, "takerFee": 0.002, "slippageBps": 7, "spreadBps": 9 } }',
  )
  writeFileSync(join(folder, 'b.json'), '{ "backtest": { "slippageBps": 8, "cash": 2 } }')
  const made = await run([...RUN, '-c', 'a.json', '-c', 'b.json', '--cash', '4000', '--no-report', '--no-band'], {
    KESTREL__BACKTEST__CASH: '3000',
    KESTREL__BACKTEST__SPREAD_BPS: '4',
  })
  const manifest = JSON.parse(readFileSync(join(made.runDir, 'manifest.json'), 'utf8')) as { config: object }
  expect(manifest.config).toMatchObject({
    cash: { USDT: 4000 },
    fill: { takerFeeRate: 0.002, slippageBps: 8, spreadBps: 4 },
  })
})

test('the window is cut exactly and its end is exclusive', async () => {
  const made = await run([...RUN, '--timerange', '20230201-20230301', '--no-report', '--no-band'])
  expect(made).toMatchObject({ from: '2023-02-01T00:00:00Z', to: '2023-03-01T00:00:00Z' })
})

test('a strategy file finds its neighbours, and its code hash covers them', async () => {
  const file = writeStrategy(folder, 'neighbour', 'target(instrument, close.value > level ? 1 : 0)')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, `import { level } from './level.ts'\n${text}`)
  const args = ['backtest', './neighbour.ts', '--instrument', MARKET, '--json', '--no-report', '--no-band']
  writeFileSync(join(folder, 'level.ts'), 'export const level: number = 30_000\n')
  const first = await run(args)
  writeFileSync(join(folder, 'level.ts'), 'export const level: number = 31_000\n')
  const second = await run(args)
  expect(second.hashes.code).not.toBe(first.hashes.code)
  expect(second.hashes.data).toBe(first.hashes.data)
  const kept = await run(args)
  expect(kept.hashes).toEqual(second.hashes)
})

test('finer bars of the lake are used for fills unless turned off, and the manifest says so', async () => {
  const data = ['--data-dir', 'finer']
  await kestrel(folder, ['data', 'generate', '--instrument', MARKET, '--timeframe', '5m', '--bars', '6000', ...data])
  const args = [
    'backtest',
    'sma-cross',
    '--instrument',
    MARKET,
    '--timeframe',
    '1h',
    '--json',
    '--no-report',
    '--no-band',
    ...data,
  ]
  const manifestOf = ({ runDir }: Document) =>
    JSON.parse(readFileSync(join(runDir, 'manifest.json'), 'utf8')) as { data: { refinedBars: Record<string, number> } }
  expect(manifestOf(await run(args)).data.refinedBars).toEqual({ [MARKET]: 500 })
  expect(manifestOf(await run([...args, '--no-finer'])).data.refinedBars).toEqual({})
})

test('a rotation over a point-in-time universe trades only members', async () => {
  const ids = ['AAA', 'BBB', 'CCC'].map((coin) => `${coin}-USDT.SYNTHETIC`)
  for (const [i, id] of ids.entries()) {
    await kestrel(folder, [
      'data',
      'generate',
      '--instrument',
      id,
      '--bars',
      '2000',
      '--seed',
      String(i + 1),
      '--data-dir',
      'many',
    ])
  }
  const rows = [`2023-01-01,${ids[0]}`, `2023-01-01,${ids[1]}`, `2023-02-01,${ids[2]}`]
  writeFileSync(join(folder, 'members.csv'), `date,instrument\n${rows.join('\n')}\n`)
  const made = await run([
    'backtest',
    'momentum-rotation',
    '--universe',
    'members.csv',
    '--timeframe',
    '1h',
    '--json',
    '--no-report',
    '--data-dir',
    'many',
  ])
  const fills = await readParquetColumns(join(made.runDir, 'fills.parquet'))
  const names = fills['instrument'] as string[]
  const times = fills['time_ms'] as Float64Array
  const sides = fills['side'] as string[]
  const february = Date.UTC(2023, 1, 1)
  const bought = names
    .map((name, i) => ({ name, timeMs: times[i] as number, side: sides[i] }))
    .filter(({ side }) => side === 'buy')
  expect(bought.length).toBeGreaterThan(0)
  for (const { name, timeMs } of bought) expect(name === ids[2]).toBe(timeMs > february)
})
