import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime } from '@kestrel/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder } from './kestrel-process.ts'

const MARKET = 'BTC-USDT.SYNTHETIC'
const HOUR_MS = 3_600_000
const RUN = ['backtest', 'mood.ts', '--instrument', MARKET, '--timeframe', '1h', '--no-report', '--no-band', '--json']

/** Long while the mood is above 50; writes what it was told into a chart line. */
const STRATEGY = `import { defineStrategy, z } from 'kestrel'

export default defineStrategy({
  name: 'mood',
  about: 'Long while the mood is above 50.',
  params: z.object({}),
  start({ bars, instrument, series, indicator, target, explain }) {
    const hourly = bars(instrument)
    const mood = series('fearGreed')
    const mean = indicator.sma(mood.on(hourly), 2)
    return {
      onBar() {
        explain({ mean: mean.value })
        if (mood.value.ready) target(instrument, mood.value.value > 50 ? 1 : 0)
      },
    }
  },
})
`

let folder: string
let startMs: number

beforeAll(async () => {
  folder = workFolder()
  const made = await kestrel(folder, ['data', 'generate', '--instrument', MARKET, '--bars', '300', '--seed', '3'])
  expect(made).toMatchObject({ code: 0 })
  const list = await kestrel(folder, ['data', 'list', '--json'])
  const { datasets } = JSON.parse(list.stdout) as { datasets: { from: string }[] }
  startMs = Date.parse(datasets[0]?.from ?? '')
  writeFileSync(join(folder, 'mood.ts'), STRATEGY)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function importMood(rows: readonly (readonly [hour: number, knownHour: number, value: number])[]): Promise<void> {
  const text = rows.map(([hour, known, value]) => [at(hour), at(known), value].join(','))
  writeFileSync(join(folder, 'mood.csv'), ['ts,knowable,value', ...text, ''].join('\n'))
  const args = ['--kind', 'series', '--name', 'fear-greed', '--instrument', 'BTC-USD.INDEX']
  expect(await kestrel(folder, ['data', 'import', 'mood.csv', ...args])).toMatchObject({ code: 0 })
}

function at(hour: number): string {
  return isoTime(startMs + hour * HOUR_MS)
}

interface Document {
  runDir: string
  hashes: { data: string }
  metrics: { trades: number }
}

async function run(): Promise<Document & { manifest: { data: { series: unknown } } }> {
  const { code, stdout, stderr } = await kestrel(folder, RUN)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const document = JSON.parse(stdout) as Document
  const manifest = JSON.parse(readFileSync(join(document.runDir, 'manifest.json'), 'utf8')) as {
    data: { series: unknown }
  }
  return { ...document, manifest }
}

describe('a strategy that asks for a series', () => {
  test('without it in the lake ends with code 3 and the command that imports it', async () => {
    const ended = await kestrel(folder, RUN)
    expect(ended).toMatchObject({ code: 3, stdout: '' })
    expect(errorOf(ended)).toMatchObject({
      code: 'BACKTEST_NO_SERIES',
      message: 'The strategy asks for the series fearGreed, which the lake does not have. Nothing was run.',
      hint: 'Import it: kestrel data import FILE --kind series --name fear-greed --instrument ID',
    })
  })

  test('is refused an import that does not say when values could be known', async () => {
    writeFileSync(join(folder, 'bare.csv'), `ts,value\n${at(0)},1\n`)
    const args = ['--kind', 'series', '--name', 'bare', '--instrument', 'BTC-USD.INDEX', '--json']
    const ended = await kestrel(folder, ['data', 'import', 'bare.csv', ...args])
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({ code: 'IMPORT_NO_KNOWABLE' })
    expect((await kestrel(folder, ['data', 'import', 'bare.csv', ...args, '--knowable-delay', '0'])).code).toBe(0)
  })

  test('takes recorded latencies from the lake, or says how to bring them in', async () => {
    const args = ['backtest', 'sma-cross', ...RUN.slice(2), '--latency-ms', 'recorded']
    const ended = await kestrel(folder, args)
    expect(ended).toMatchObject({ code: 3, stdout: '' })
    expect(errorOf(ended).hint).toBe('Import it: kestrel data import FILE --kind series --name latency --instrument ID')
    writeFileSync(join(folder, 'latency.csv'), `ts,knowable,latencyMs\n${at(0)},${at(0)},7200000\n`)
    const named = ['--kind', 'series', '--name', 'latency', '--instrument', 'BTC-USDT.RECORDER']
    expect(await kestrel(folder, ['data', 'import', 'latency.csv', ...named])).toMatchObject({ code: 0 })
    const late = await kestrel(folder, args)
    expect(late).toMatchObject({ code: 0 })
    const prompt = await kestrel(folder, args.slice(0, -2))
    const tradesOf = ({ stdout }: { stdout: string }): string =>
      (JSON.parse(stdout) as { hashes: { trades: string } }).hashes.trades
    expect(tradesOf(late)).not.toBe(tradesOf(prompt))
  })

  test('trades on it from the instant it was knowable; its hash is part of the run', async () => {
    await importMood([
      [-24, -20, 60],
      [10, 20, 40],
      [40, 45, 70],
    ])
    const first = await run()
    expect(first.metrics.trades).toBe(1)
    expect(first.manifest.data.series).toEqual([
      {
        name: 'fearGreed',
        instrument: null,
        dataset: 'BTC-USD.INDEX series fear-greed',
        rows: 3,
        dataHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
    const fills = readFileSync(join(first.runDir, 'trades.csv'), 'utf8')
    // Bought at the first close, sold at that of the hour in which 40 became knowable: both fill at the next open.
    expect(fills).toContain(at(1).slice(0, 13))
    expect(fills).toContain(at(20).slice(0, 13))
    // A revision of the second reading, known later, changes the data and, from then on, the position.
    await importMood([[10, 30, 55]])
    const second = await run()
    expect(second.hashes.data).not.toBe(first.hashes.data)
    expect(readFileSync(join(second.runDir, 'trades.csv'), 'utf8')).toContain(at(20).slice(0, 13))
    const decisions = readFileSync(join(second.runDir, 'decisions.ndjson'), 'utf8').trim().split('\n')
    expect(decisions.map((line) => (JSON.parse(line) as { values: unknown }).values)).toEqual([
      { mean: null },
      { mean: 50 },
      { mean: 47.5 },
    ])
  })
})
