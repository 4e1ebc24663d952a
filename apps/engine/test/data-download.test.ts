/** `kestrel data download` and `data convert` as processes, against an exchange of this machine. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLake } from '@kestrel/data'
import { type HistoryExchange, type HistoryExchangeOptions, startHistoryExchange } from '@kestrel/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ended, errorOf, kestrel, startKestrel, workFolder } from './kestrel-process.ts'

const HOUR_MS = 3_600_000
const SPOT = 'BTC-USDT.BINANCE'
// The command goes by the machine's clock and the exchange's; the exchange lives in the past, and its word counts.
const NOW_MS = Date.UTC(2024, 4, 3, 10, 12)
const FROM = '2024-01-01'
const FROM_MS = Date.UTC(2024, 0, 1)
const THIS_HOUR = Date.UTC(2024, 4, 3, 10)
const KLINES = '/api/v3/klines'

async function localExchange(options: Partial<HistoryExchangeOptions> = {}) {
  const exchange = await startHistoryExchange({
    venue: 'binance',
    market: { listedMs: Date.UTC(2023, 0, 1) },
    nowMs: NOW_MS,
    ...options,
  })
  onTestFinished(exchange.close)
  return { exchange, env: { KESTREL__VENUES__BINANCE__BASE_URL: exchange.url }, folder: workFolder() }
}

const command = (...more: string[]): string[] => [
  'data',
  'download',
  '--venue',
  'binance',
  '--instrument',
  SPOT,
  '--timeframe',
  '1h',
  '--from',
  FROM,
  ...more,
]

/** Every bar of the exchange up to a time, and a dataset that verifies. */
async function expectWhole(folder: string, exchange: HistoryExchange): Promise<void> {
  const lake = openLake(join(folder, '.kestrel', 'data'))
  const { bars } = await lake.loadBars(SPOT, '1h')
  const expected = exchange.market.bars(HOUR_MS, FROM_MS, THIS_HOUR, NOW_MS)
  expect([...bars.openTimeMs]).toEqual(expected.map(({ openTimeMs }) => openTimeMs))
  expect([...bars.volume]).toEqual(expected.map(({ volume }) => volume))
  expect((await lake.verify({ instrument: SPOT, kind: 'bars', timeframe: '1h' })).problems).toEqual([])
}

describe('data download', () => {
  test('prints one JSON document; a second run adds nothing and asks for no bar', async () => {
    const { exchange, env, folder } = await localExchange()
    const first = await kestrel(folder, command('--json'), env)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const rows = (THIS_HOUR - FROM_MS) / HOUR_MS
    expect(JSON.parse(first.stdout)).toMatchObject({
      schemaVersion: 1,
      command: 'data download',
      datasets: [
        {
          dataset: `${SPOT} bars 1h`,
          venue: 'binance',
          rows,
          added: rows,
          downloaded: rows,
          from: '2024-01-01T00:00:00Z',
          to: '2024-05-03T10:00:00Z',
          asked: [{ from: '2024-01-01T00:00:00Z', to: '2024-05-03T10:00:00Z' }],
          spec: { tickSize: '0.01', lotSize: '0.00001', minNotional: '5' },
          sources: [{ name: 'binance', licence: null }],
        },
      ],
    })
    await expectWhole(folder, exchange)
    const asked = exchange.requests.filter(({ path }) => path === KLINES).length
    const again = await kestrel(folder, command(), env)
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toMatch(/0 rows added: the lake is up to date/)
    expect(exchange.requests.filter(({ path }) => path === KLINES)).toHaveLength(asked)
  })

  test('several instruments in one call, and other kinds', async () => {
    const { env, folder } = await localExchange()
    const perpetual = 'BTC-USDT-PERP.BINANCE'
    const args = ['data', 'download', '--instrument', perpetual, '--timerange', '20240401-20240503']
    const spotAndPerpetual = await kestrel(
      folder,
      [...args, '--instrument', SPOT, '--timeframe', '4h', '--ndjson'],
      env,
    )
    expect(
      spotAndPerpetual.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { dataset: `${perpetual} bars 4h`, rows: 192 },
      { dataset: `${SPOT} bars 4h`, rows: 192 },
    ])
    const funding = await kestrel(folder, [...args, '--kind', 'funding', '--json'], env)
    expect(JSON.parse(funding.stdout)).toMatchObject({ datasets: [{ dataset: `${perpetual} funding`, rows: 96 }] })
    const verified = await kestrel(folder, ['data', 'verify'], env)
    expect(verified.code).toBe(0)
  })

  test.each([
    [2, ['--instrument', 'BTC-USDT.NOWHERE'], 'VENUE_UNKNOWN'],
    [2, ['--instrument', 'NOPE-USDT.BINANCE'], 'VENUE_SYMBOL'],
    [2, ['--instrument', SPOT, '--venue', 'bybit'], 'VENUE_INSTRUMENT'],
    [2, ['--instrument', SPOT, '--venue', 'binnace'], 'VENUE_UNKNOWN'],
    [2, ['--instrument', SPOT, '--kind', 'funding'], 'VENUE_NOT_SERVED'],
    [2, ['--instrument', SPOT, '--from', '2030-01-01'], 'DOWNLOAD_WINDOW'],
    [2, ['--instrument', SPOT, '--timeframe', '7m'], 'VENUE_NOT_SERVED'],
  ] as const)('ends with %i for %s', async (code, flags, error) => {
    const { exchange, folder } = await localExchange()
    const env = {
      KESTREL__VENUES__BINANCE__BASE_URL: exchange.url,
      KESTREL__VENUES__BYBIT__BASE_URL: exchange.url,
    }
    const timeframe = flags.some((flag) => flag === '--timeframe') ? [] : ['--timeframe', '1h']
    const from = flags.some((flag) => flag === '--from') ? [] : ['--from', FROM]
    const outcome = await kestrel(folder, ['data', 'download', ...flags, ...timeframe, ...from, '--json'], env)
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(errorOf(outcome).code).toBe(error)
  })

  test('ends with 4 where the venue refuses, and with 3 where its pages do not join', async () => {
    const refused = await localExchange({
      fault: ({ path }) =>
        path === KLINES ? { kind: 'answer', status: 403, body: '{"code":-1,"msg":"no"}' } : undefined,
    })
    const forbidden = await kestrel(refused.folder, command('--json'), refused.env)
    expect(forbidden).toMatchObject({ code: 4, stdout: '' })
    expect(errorOf(forbidden).code).toBe('VENUE_REFUSED')
    const lying = await localExchange({
      fault: ({ path, ofPath }) =>
        path === KLINES && ofPath >= 2 ? { kind: 'rows', change: (rows) => rows.slice(1) } : undefined,
    })
    const apart = await kestrel(lying.folder, command('--json'), lying.env)
    expect(apart).toMatchObject({ code: 3, stdout: '' })
    expect(errorOf(apart)).toMatchObject({ code: 'DATA_PAGE_JOIN', meta: { venue: 'binance', instrument: SPOT } })
  })

  test('waits as long as the venue asks', async () => {
    const { exchange, env, folder } = await localExchange({
      fault: ({ path, ofPath }) =>
        path === KLINES && ofPath === 1
          ? { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '{"code":-1003,"msg":"slow"}' }
          : undefined,
    })
    expect(await kestrel(folder, command(), env)).toMatchObject({ code: 0 })
    await expectWhole(folder, exchange)
  })

  test('killed at any page, and between page and write: nothing is half-written, and the next run goes on', async () => {
    const { exchange, env, folder } = await localExchange({ market: { listedMs: Date.UTC(2023, 0, 1) } })
    for (const [page, delayMs] of [
      [1, 0],
      [2, 0],
      [2, 3],
      [3, 0],
      [3, 5],
    ] as const) {
      const child = startKestrel(folder, command(), env)
      const before = exchange.requests.filter(({ path }) => path === KLINES).length
      exchange.fault = ({ path, ofPath }) => {
        if (path === KLINES && ofPath - before === page) setTimeout(() => child.kill('SIGKILL'), delayMs)
        return undefined
      }
      await once(child, 'close')
      exchange.fault = () => undefined
      const lake = openLake(join(folder, '.kestrel', 'data'))
      const { broken, datasets } = await lake.list()
      expect(broken).toEqual([])
      for (const { key } of datasets) expect((await lake.verify(key)).problems).toEqual([])
    }
    expect(await kestrel(folder, command(), env)).toMatchObject({ code: 0 })
    await expectWhole(folder, exchange)
  })

  test('Ctrl-C ends with 130 and whole pages; the next run goes on from there', async () => {
    const { exchange, env, folder } = await localExchange()
    const child = startKestrel(folder, command('--json'), env)
    exchange.fault = ({ path, ofPath }) => {
      if (path === KLINES && ofPath === 2) child.kill('SIGINT')
      return undefined
    }
    const outcome = await ended(child)
    expect(outcome).toMatchObject({ code: 130, stdout: '' })
    expect(errorOf(outcome)).toMatchObject({ code: 'INTERRUPTED', hint: expect.stringContaining('goes on') })
    const stored = await openLake(join(folder, '.kestrel', 'data')).find({
      instrument: SPOT,
      kind: 'bars',
      timeframe: '1h',
    })
    expect(stored?.rows).toBeGreaterThanOrEqual(1_000)
    const report = await kestrel(folder, command('--json'), env)
    expect(JSON.parse(report.stdout)).toMatchObject({
      datasets: [{ added: (THIS_HOUR - FROM_MS) / HOUR_MS - (stored?.rows ?? 0) }],
    })
    await expectWhole(folder, exchange)
  })

  test('a base URL that is neither https nor this machine is refused', async () => {
    const outcome = await kestrel(workFolder(), command('--json'), {
      KESTREL__VENUES__BINANCE__BASE_URL: 'http://example.com',
    })
    expect(outcome.code).toBe(2)
    expect(errorOf(outcome).code).toBe('VENUE_BASE_URL')
  })
})

describe('data convert', () => {
  test('converts between formats without a lake, and says what it found', async () => {
    const folder = workFolder()
    const row = (hour: number): string => `${FROM_MS + hour * HOUR_MS},10,12,9,11,${hour}`
    writeFileSync(join(folder, 'in.csv'), `ts,open,high,low,close,volume\n${[0, 1, 3].map(row).join('\n')}\n`)
    const flags = ['--instrument', SPOT, '--timeframe', '1h']
    const there = await kestrel(folder, ['data', 'convert', 'in.csv', '-o', 'out.parquet', ...flags, '--json'])
    expect(JSON.parse(there.stdout)).toMatchObject({
      command: 'data convert',
      conversion: {
        instrument: SPOT,
        kind: 'bars',
        timeframe: '1h',
        rows: 3,
        format: 'parquet',
        found: { missing: 1 },
      },
    })
    const back = await kestrel(folder, ['data', 'convert', 'out.parquet', '-o', 'back.csv', '--instrument', SPOT])
    expect(back.stdout).toMatch(/^3 rows, .* written to .*back\.csv\. Found on the way: 1 missing/)
    expect(readFileSync(join(folder, 'back.csv'), 'utf8')).toContain(`${FROM_MS},10.0,12.0,9.0,11.0,0.0`)
    const bad = await kestrel(folder, ['data', 'convert', 'none.csv', '-o', 'x.csv', '--json'])
    expect([bad.code, errorOf(bad).code]).toEqual([2, 'IMPORT_NO_FILE'])
  })
})
