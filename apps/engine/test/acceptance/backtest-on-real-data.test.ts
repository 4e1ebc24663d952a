import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readParquetColumns } from '@kestrel/data'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder, writeStrategy } from '../kestrel-process.ts'
import { HOURLY_COINS, hourlyFile, importBars, recordedAbsent, SPOT, SPOT_FILE, usdmName } from './recorded-data.ts'
import { documentOf } from './run-command.ts'

const MARKET = ['--instrument', SPOT, '--timeframe', '1h']
const RUN = ['backtest', 'sma-cross', ...MARKET, '--allow-gaps']
const SHORT = ['--no-report', '--no-band']
const HOUR_MS = 3_600_000
/** Not a whole number of hours or days, and far enough that a date that leaks into a result shows. */
const CLOCK_SHIFT_MS = 1_700 * 86_400_000 + 12_345_678

interface Document {
  runId: string
  runDir: string
  instruments: string[]
  from: string
  to: string
  synthetic: boolean
  metrics: Record<string, number | null>
  band: Record<'harsh' | 'base' | 'kind', { endEquity: number }> | null
  gaps: { gaps: number; missingBars: number; profit: number } | null
  hashes: Record<'code' | 'data' | 'trades' | 'log', string>
  warnings: { code: string; message: string }[]
}

/** The fields of the document that scripts rely on; the objects may hold more than these. */
const FIELDS =
  'schemaVersion command runId runDir strategy params instruments timeframe from to synthetic basis metrics benchmark band hashes seed versions warnings'
const METRICS =
  'startEquity endEquity totalReturn cagr volatility sharpe sortino calmar maxDrawdown maxDrawdownAbs ulcerIndex var95 cvar95 trades winRate profitFactor payoffRatio expectancy sqn kelly exposure turnover fees funding slippage liquidations rejects'
/** What this run says beyond them. */
const MORE_FIELDS = ['compat', 'gaps']

let folder: string

const backtest = (args: readonly string[], env = {}): Promise<Document> => documentOf<Document>(folder, args, env)

const shiftedClock = (): Record<string, string> => ({
  NODE_OPTIONS: `--import ${join(import.meta.dirname, 'shifted-clock.mjs')}`,
  CLOCK_SHIFT_MS: String(CLOCK_SHIFT_MS),
  TZ: 'Pacific/Chatham',
})

function startedAt({ runDir }: Document): number {
  const { startedAt: text } = JSON.parse(readFileSync(join(runDir, 'manifest.json'), 'utf8')) as { startedAt: string }
  return Date.parse(text)
}

async function equityTimes({ runDir }: Document): Promise<Float64Array> {
  return (await readParquetColumns(join(runDir, 'equity.parquet')))['time_ms'] as Float64Array
}

describe.skipIf(recordedAbsent)('backtests on recorded data (need ../shared/data)', () => {
  beforeAll(async () => {
    folder = workFolder()
    await documentOf(folder, importBars(SPOT_FILE, SPOT, '1h'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('hours that are missing end the run with 3 and the commands that list and allow them', async () => {
    const refused = await kestrel(folder, ['backtest', 'sma-cross', ...MARKET, '--json'])
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    const { code, message, hint } = errorOf(refused)
    expect(code).toBe('BACKTEST_GAPS')
    for (const word of [SPOT, '128 bars in 28 gaps', '2018-02-08T01:00:00Z', 'Nothing was run'])
      expect(message).toContain(word)
    expect(hint).toContain(`kestrel data gaps --instrument ${SPOT} --timeframe 1h`)
    expect(hint).toContain('--allow-gaps')
    // The command that the hint names lists them.
    const listed = await documentOf<{ missingBars: number }>(folder, ['data', 'gaps', ...MARKET])
    expect(listed.missingBars).toBe(128)
  })

  describe('with the gaps allowed', () => {
    let first: Document
    beforeAll(async () => {
      first = await backtest(RUN)
    })

    test('the document has the fields that scripts rely on', () => {
      expect(Object.keys(first).toSorted()).toEqual([...FIELDS.split(' '), ...MORE_FIELDS].toSorted())
      expect(Object.keys(first.metrics)).toEqual(expect.arrayContaining(METRICS.split(' ')))
      expect(Object.keys(first.hashes).toSorted()).toEqual(['code', 'data', 'log', 'trades'])
      for (const hash of Object.values(first.hashes)) expect(hash).toMatch(/^[0-9a-f]{64}$/)
      expect(first).toMatchObject({
        schemaVersion: 1,
        command: 'backtest',
        strategy: 'sma-cross',
        instruments: [SPOT],
        timeframe: '1h',
        from: '2017-08-17T04:00:00Z',
        to: '2024-04-21T15:00:00Z',
        synthetic: false,
        basis: { currency: 'USDT', periodsPerYear: 365 },
      })
    })

    test('the profit made next to the gaps is stated', () => {
      expect(first.gaps).toMatchObject({ gaps: 28, missingBars: 128 })
      expect(first.gaps?.profit).toBeTypeOf('number')
      expect(first.warnings.map(({ code }) => code)).toContain('gaps-allowed')
    })

    test('the band brackets the result', () => {
      const { harsh, base, kind } = first.band ?? {}
      expect(base?.endEquity).toBe(first.metrics['endEquity'])
      expect(harsh?.endEquity).toBeLessThan(base?.endEquity ?? 0)
      expect(kind?.endEquity).toBeGreaterThan(base?.endEquity ?? Infinity)
    })

    test('again, and with the system clock and zone set apart, the hashes are identical', async () => {
      const again = await backtest(RUN)
      const apart = await backtest(RUN, shiftedClock())
      expect(again.hashes).toEqual(first.hashes)
      expect(apart.hashes).toEqual(first.hashes)
      expect(apart.metrics).toEqual({ ...first.metrics, trialCount: apart.metrics['trialCount'] })
      // The clock was apart indeed, and is in the manifest alone.
      expect(startedAt(apart) - startedAt(first)).toBeGreaterThanOrEqual(CLOCK_SHIFT_MS)
      expect(apart.runId).not.toBe(first.runId)
    })

    test('the thread that runs the strategy reads the clock that was set apart', async () => {
      const file = writeStrategy(folder, 'tells-time', "if (n === 1) console.log('clock ' + Date.now())")
      const result = await kestrel(folder, ['backtest', file, ...MARKET, '--allow-gaps', ...SHORT], shiftedClock())
      expect(result.code).toBe(0)
      const told = Number(/clock (\d+)/.exec(result.stderr)?.[1])
      expect(Math.abs(told - CLOCK_SHIFT_MS - Date.now())).toBeLessThan(CLOCK_SHIFT_MS / 2)
    })
  })

  test.each([
    ['--timerange, both ends', ['--timerange', '20190401-20190501'], '2019-04-01T00:00:00Z', '2019-05-01T00:00:00Z'],
    ['--from and --to', ['--from', '2019-04-01', '--to', '2019-05-01'], '2019-04-01T00:00:00Z', '2019-05-01T00:00:00Z'],
    [
      'epoch milliseconds',
      ['--from', '1554076800000', '--to', '1556668800000'],
      '2019-04-01T00:00:00Z',
      '2019-05-01T00:00:00Z',
    ],
    ['an open start', ['--timerange', '-20170820', '--allow-gaps'], '2017-08-17T04:00:00Z', '2017-08-20T00:00:00Z'],
    ['an open end', ['--from', '2024-04-01T12:00'], '2024-04-01T12:00:00Z', '2024-04-21T15:00:00Z'],
  ])('a window by %s is exact, its end exclusive', async (_, window, from, to) => {
    const made = await backtest(['backtest', 'buy-and-hold', ...MARKET, ...window, ...SHORT])
    expect(made).toMatchObject({ from, to })
    const times = await equityTimes(made)
    expect(times[0]).toBe(Date.parse(from) + HOUR_MS)
    expect(times.at(-1)).toBe(Date.parse(to))
    expect(times).toHaveLength((Date.parse(to) - Date.parse(from)) / HOUR_MS)
  })

  test('the same window in other words is the same run', async () => {
    const windows = [
      ['--timerange', '20190401-20190501'],
      ['--from', '2019-04-01', '--to', '2019-05-01'],
    ]
    const hashes = []
    for (const window of windows) hashes.push((await backtest([...RUN, ...window, ...SHORT])).hashes)
    expect(hashes[0]).toEqual(hashes[1])
  })

  describe('the rotation over the ten hourly files', () => {
    const names = HOURLY_COINS.map(usdmName)
    let made: Document
    beforeAll(async () => {
      for (const coin of HOURLY_COINS) await documentOf(folder, importBars(hourlyFile(coin), usdmName(coin), '1h'))
      const instruments = names.flatMap((name) => ['--instrument', name])
      made = await backtest(['backtest', 'momentum-rotation', ...instruments, '--timeframe', '1h'])
    }, 400_000)

    test('runs over all of them, whole, without gaps', () => {
      expect(made).toMatchObject({
        instruments: names,
        from: '2023-01-01T00:00:00Z',
        to: '2026-03-25T13:00:00Z',
        synthetic: false,
        gaps: null,
      })
    })

    test('is labelled as spot, in the document and in the report', () => {
      expect(made.warnings.find(({ code }) => code === 'treated-as-spot')?.message).toMatch(
        /treated as spot: no funding/,
      )
      expect(readFileSync(join(made.runDir, 'report.html'), 'utf8')).toContain('treated as spot')
    })

    test('trades many of them, is never short, never borrows, and keeps money', async () => {
      const fills = await readParquetColumns(join(made.runDir, 'fills.parquet'))
      expect(new Set(fills['instrument'] as string[]).size).toBeGreaterThanOrEqual(8)
      const { trades, maxLeverage, shortTrades, endEquity, fees, funding, liquidations } = made.metrics
      expect(trades).toBeGreaterThan(50)
      expect([shortTrades, funding, liquidations]).toEqual([0, 0, 0])
      expect(maxLeverage).toBeLessThanOrEqual(1 + 1e-9)
      expect(endEquity).toBeGreaterThan(0)
      expect(fees).toBeGreaterThan(0)
    })
  })
})
