import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { isoTime } from '@kestrel/core'
import { describe, expect, test } from 'vitest'

import {
  importedBars,
  range,
  refusal,
  SAMPLE_START_MS,
  sampleBars,
  sampleTrades,
  temporaryLake,
} from '../../test/sample-data.ts'

const HOUR = 3_600_000
const at = (hour: number): number => SAMPLE_START_MS + hour * HOUR
const INSTRUMENT = 'BTC-USDT.TEST'

function filesOf(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataDir.length + 1))
    .sort()
}

describe('writing and loading bars', () => {
  test('gives back what was written, with its catalog entry', async () => {
    const lake = temporaryLake()
    const bars = sampleBars(range(0, 100), '1h')
    const spec = { id: INSTRUMENT, tickSize: '0.01', lotSize: '1', makerFeeRate: 0.001, takerFeeRate: 0.001 }
    const report = await lake.write(importedBars(bars, '1h', { spec }))
    expect(report).toMatchObject({ created: true, added: 100, identical: 0, replaced: 0, kept: 0, filesWritten: 2 })
    const loaded = await lake.loadBars(INSTRUMENT, '1h')
    expect(loaded.bars).toEqual(bars)
    expect(loaded.bars.close.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(loaded).toMatchObject({
      key: { instrument: INSTRUMENT, kind: 'bars', timeframe: '1h' },
      rows: 100,
      span: { fromMs: at(0), toMs: at(100) },
      dataHash: report.record.contentHash,
      sparse: false,
      gaps: [],
      sources: [{ name: 'sample.csv', format: 'csv', importedAtMs: Date.UTC(2025, 0, 1) }],
    })
    expect(loaded.spec).toMatchObject({ tickSize: '0.01', minNotional: '0' })
    expect(loaded.synthetic).toBeUndefined()
    expect(loaded.derivedFrom).toBeUndefined()
  })

  test('lies in folders by venue, instrument, kind, timeframe and month', async () => {
    const lake = temporaryLake()
    await lake.write(importedBars(sampleBars(range(0, 100), '1h'), '1h'))
    const folder = 'lake/venue=TEST/instrument=BTC-USDT.TEST/kind=bars/timeframe=1h'
    expect(filesOf(lake.dataDir).map((file) => file.replace(/-[0-9a-f]{12}\./, '-HASH.'))).toEqual([
      `${folder}/2024-01-HASH.parquet`,
      `${folder}/2024-02-HASH.parquet`,
      `${folder}/dataset.json`,
    ])
  })

  test('the second load comes from the cache and is the same', async () => {
    const lake = temporaryLake()
    await lake.write(importedBars(sampleBars(range(0, 100), '1h'), '1h'))
    const first = await lake.loadBars(INSTRUMENT, '1h')
    await lake.close()
    expect(filesOf(lake.dataDir).filter((file) => file.startsWith('cache/'))).toEqual([`cache/${first.dataHash}.cols`])
    expect(await lake.loadBars(INSTRUMENT, '1h')).toEqual(first)
  })

  test('a window holds the bars whose open time lies in it, with a hash of its own', async () => {
    const lake = temporaryLake()
    const bars = sampleBars([...range(0, 60), ...range(64, 100)], '1h')
    await lake.write(importedBars(bars, '1h'))
    const window = { fromMs: at(10), toMs: at(62) }
    const loaded = await lake.loadBars(INSTRUMENT, '1h', window)
    expect([...loaded.bars.openTimeMs]).toEqual(range(10, 60).map(at))
    expect([...loaded.bars.close]).toEqual([...bars.close.subarray(10, 60)])
    expect(loaded.gaps).toEqual([
      { kind: 'missing', fromMs: at(60), toMs: at(62), count: 2, reason: 'no row in the source', source: 'sample.csv' },
    ])
    const whole = await lake.loadBars(INSTRUMENT, '1h')
    expect(whole.gaps[0]).toMatchObject({ fromMs: at(60), toMs: at(64), count: 4 })
    expect(loaded.dataHash).not.toBe(whole.dataHash)
    const alone = temporaryLake()
    await alone.write(importedBars(sampleBars([...range(0, 60), ...range(64, 80)], '1h'), '1h'))
    expect((await alone.loadBars(INSTRUMENT, '1h', window)).dataHash).toBe(loaded.dataHash)
  })

  test('a window without data states the span that there is', async () => {
    const lake = temporaryLake()
    await lake.write(importedBars(sampleBars(range(0, 48), '1h'), '1h'))
    const error = await refusal(lake.loadBars(INSTRUMENT, '1h', { fromMs: at(100), toMs: at(200) }))
    expect(error.code).toBe('DATA_WINDOW_EMPTY')
    expect(error.message).toContain(`${isoTime(at(0))} to ${isoTime(at(48))}`)
    expect((await refusal(lake.loadBars(INSTRUMENT, '1h', { toMs: at(0) }))).code).toBe('DATA_WINDOW_EMPTY')
    expect((await refusal(lake.loadBars(INSTRUMENT, '1h', { fromMs: at(9), toMs: at(5) }))).code).toBe(
      'DATA_WINDOW_EMPTY',
    )
  })

  test('an unknown dataset names what is near and the command that imports it', async () => {
    const lake = temporaryLake()
    await lake.write(importedBars(sampleBars(range(0, 48), '1h'), '1h'))
    const error = await refusal(lake.loadBars('BTC-USDT.TSET', '1h'))
    expect(error.code).toBe('DATA_NOT_FOUND')
    expect(error.message).toContain('BTC-USDT.TEST bars 1h')
    expect(error.hint).toContain('kestrel data import FILE --instrument BTC-USDT.TSET --timeframe 1h')
    expect((await refusal(temporaryLake().loadTrades(INSTRUMENT))).message).toContain('The lake is empty')
  })
})

describe('adding to a dataset', () => {
  test('appends, and leaves unchanged months alone', async () => {
    const lake = temporaryLake()
    await lake.write(importedBars(sampleBars(range(0, 60), '1h'), '1h'))
    const before = filesOf(lake.dataDir)
    const report = await lake.write(importedBars(sampleBars(range(0, 100), '1h'), '1h'))
    expect(report).toMatchObject({ created: false, added: 40, identical: 60, filesWritten: 1 })
    const january = before.find((file) => file.includes('2024-01'))
    expect(filesOf(lake.dataDir)).toContain(january)
    expect(filesOf(lake.dataDir).filter((file) => file.includes('2024-02'))).toHaveLength(1)
    expect((await lake.loadBars(INSTRUMENT, '1h')).bars).toEqual(sampleBars(range(0, 100), '1h'))
  })

  test('the same rows again change nothing', async () => {
    const lake = temporaryLake()
    const first = await lake.write(importedBars(sampleBars(range(0, 60), '1h'), '1h'))
    const again = await lake.write(importedBars(sampleBars(range(0, 60), '1h'), '1h'))
    expect(again).toMatchObject({ added: 0, identical: 60, filesWritten: 0 })
    expect(again.record).toEqual(first.record)
  })

  test('rows that differ are refused, kept or replaced, as asked', async () => {
    const lake = temporaryLake()
    const old = sampleBars(range(0, 60), '1h')
    await lake.write(importedBars(old, '1h'))
    const changed = sampleBars(range(0, 70), '1h')
    changed.volume[20] = 7_777
    changed.volume[21] = 8_888
    const error = await refusal(lake.write(importedBars(changed, '1h')))
    expect(error.code).toBe('DATA_CONFLICT')
    expect(error.message).toContain('2 of 60 rows')
    expect(error.message).toContain(isoTime(at(20)))
    expect(error.message).toContain(`volume ${old.volume[20]} in the lake, 7777 in sample.csv`)
    expect(error.meta).toMatchObject({ differing: 2, identical: 58, added: 10 })
    expect((await lake.loadBars(INSTRUMENT, '1h')).bars).toEqual(old)
    expect(await lake.write(importedBars(changed, '1h'), { onConflict: 'keep' })).toMatchObject({
      added: 10,
      kept: 2,
      replaced: 0,
    })
    expect((await lake.loadBars(INSTRUMENT, '1h')).bars.volume[20]).toBe(old.volume[20])
    expect(await lake.write(importedBars(changed, '1h'), { onConflict: 'replace' })).toMatchObject({
      added: 0,
      kept: 0,
      replaced: 2,
    })
    expect((await lake.loadBars(INSTRUMENT, '1h')).bars).toEqual(changed)
  })

  test('rows that fill a hole close it in the ledger', async () => {
    const lake = temporaryLake()
    const all = sampleBars(range(0, 50), '1h')
    const cut = (from: number, to: number): typeof all => slice(all, from, to)
    await lake.write(importedBars(cut(0, 10), '1h'))
    const holed = await lake.write(importedBars(cut(30, 50), '1h'))
    expect(holed.record.ledger).toMatchObject([{ kind: 'missing', fromMs: at(10), toMs: at(30), count: 20 }])
    const filled = await lake.write(importedBars(cut(10, 30), '1h'))
    expect(filled.record.ledger).toEqual([])
    expect((await lake.loadBars(INSTRUMENT, '1h')).bars).toEqual(all)
  })

  test('generated and recorded rows, sparse and complete ones do not mix', async () => {
    const lake = temporaryLake()
    const bars = sampleBars(range(0, 10), '1h')
    const synthetic = { model: 'garch', seed: 7, parameters: {} }
    const generated = importedBars(bars, '1h', { synthetic })
    const report = await lake.write(generated)
    expect(report.record.ledger).toMatchObject([{ kind: 'synthetic', count: 10, reason: 'generated by garch, seed 7' }])
    expect((await lake.loadBars(INSTRUMENT, '1h')).synthetic).toEqual(synthetic)
    expect((await refusal(lake.write(importedBars(bars, '1h')))).code).toBe('DATA_MIXED')
    expect((await refusal(lake.write({ ...generated, sparse: true }))).code).toBe('DATA_MIXED')
    const other = importedBars(sampleBars(range(0, 5), '1h', 9), '1h', { synthetic: { ...synthetic, seed: 8 } })
    expect((await refusal(lake.write(other))).code).toBe('DATA_MIXED')
    const replaced = await lake.write(other, { onConflict: 'replace' })
    expect(replaced.record).toMatchObject({ rows: 5, synthetic: { seed: 8 } })
  })
})

describe('other kinds', () => {
  test('trades keep their order, ids and sides', async () => {
    const lake = temporaryLake()
    const trades = sampleTrades(5_000)
    const dataset = {
      key: { instrument: INSTRUMENT, kind: 'trades' } as const,
      table: trades,
      source: { name: 't.csv', format: 'csv' },
      ledger: [],
      sparse: true,
    }
    await lake.write(dataset)
    const { trades: loaded, rows } = await lake.loadTrades(INSTRUMENT)
    expect(rows).toBe(5_000)
    expect(loaded).toEqual(trades)
    const again = await lake.write({ ...dataset, table: sampleTrades(5_000) })
    expect(again).toMatchObject({ added: 0, identical: 5_000 })
    const changed = sampleTrades(5_000)
    changed.price[10] = 1
    expect((await refusal(lake.write({ ...dataset, table: changed }))).code).toBe('DATA_CONFLICT')
  })

  test('bars of a timeframe that is not stored come from trades, and from finer bars before that', async () => {
    const lake = temporaryLake()
    await lake.write({
      key: { instrument: INSTRUMENT, kind: 'trades' },
      table: sampleTrades(2_000),
      source: { name: 't.csv', format: 'csv' },
      ledger: [],
      sparse: true,
    })
    const fromTrades = await lake.loadBars(INSTRUMENT, '1h')
    expect(fromTrades).toMatchObject({ derivedFrom: { kind: 'trades' }, sparse: true })
    await lake.write(importedBars(sampleBars(range(7, 500), '1m'), '1m'))
    await lake.write(importedBars(sampleBars(range(2, 100), '5m'), '5m'))
    expect((await lake.loadBars(INSTRUMENT, '15m')).derivedFrom).toMatchObject({ kind: 'bars', timeframe: '5m' })
    const three = await lake.loadBars(INSTRUMENT, '3m', {
      fromMs: SAMPLE_START_MS + 61 * 60_000,
      toMs: SAMPLE_START_MS + 70 * 60_000,
    })
    expect(three.derivedFrom).toMatchObject({ timeframe: '1m' })
    expect([...three.bars.openTimeMs].map((t) => (t - SAMPLE_START_MS) / 60_000)).toEqual([63, 66, 69])
    const { bars: minutes } = await lake.loadBars(INSTRUMENT, '1m', {
      fromMs: SAMPLE_START_MS + 69 * 60_000,
      toMs: SAMPLE_START_MS + 72 * 60_000,
    })
    expect(three.bars.volume[2]).toBe(minutes.volume.reduce((sum, v) => sum + v, 0))
  })

  test('derived bars of a window are those that the whole has there, holes and ragged ends included', async () => {
    const lake = temporaryLake()
    const minute = (at: number): number => SAMPLE_START_MS + at * 60_000
    const present = [...range(7, 118), ...range(131, 300), ...range(302, 473)]
    await lake.write(importedBars(sampleBars(present, '1m'), '1m'))
    const whole = await lake.loadBars(INSTRUMENT, '10m')
    expect(whole.bars.openTimeMs[0]).toBe(minute(10))
    expect(whole.bars.closeTimeMs.at(-1)).toBe(minute(470))
    for (const [from, to] of [
      [0, 60],
      [110, 140],
      [120, 480],
      [125, 131],
      [300, 303],
      [455, 500],
      [299, 311],
    ] as const) {
      const { bars } = await lake.loadBars(INSTRUMENT, '10m', { fromMs: minute(from), toMs: minute(to) })
      const inside = [...whole.bars.openTimeMs.keys()].filter((i) => {
        const timeMs = whole.bars.openTimeMs[i] ?? 0
        return timeMs >= minute(from) && timeMs < minute(to)
      })
      for (const name of ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const)
        expect([...bars[name]]).toEqual(inside.map((i) => whole.bars[name][i]))
    }
  })

  test('series keep names and knowable times', async () => {
    const lake = temporaryLake()
    const series = {
      tsEventMs: Float64Array.of(at(0), at(24), at(24)),
      knowableTimeMs: Float64Array.of(at(1), at(25), at(30)),
      values: {
        fear: Float64Array.of(10, 20, 21),
        name: Float64Array.of(1, 2, 3),
        greed: Float64Array.of(0.5, -0.25, 1e-9),
      },
    }
    const key = { instrument: INSTRUMENT, kind: 'series', name: 'fear-greed' } as const
    await lake.write({ key, table: series, source: { name: 's.csv', format: 'csv' }, ledger: [], sparse: true })
    expect((await lake.loadSeries(key)).series).toEqual(series)
    expect((await lake.loadSeries(key, { fromMs: at(2) })).series.values['fear']).toEqual(Float64Array.of(20, 21))
    expect((await lake.find(key))?.columns.map(({ name }) => name)).toEqual([
      'tsEventMs',
      'knowableTimeMs',
      'fear',
      'name',
      'greed',
    ])
  })
})

test('lists what it holds, and what of it is broken', async () => {
  const lake = temporaryLake()
  expect(await lake.list()).toEqual({ datasets: [], broken: [] })
  await lake.write(importedBars(sampleBars(range(0, 10), '1h'), '1h'))
  await lake.write(
    importedBars(sampleBars(range(0, 10), '1h'), '1h', {
      key: { instrument: 'AAA-USDT.TEST', kind: 'bars', timeframe: '1h' },
    }),
  )
  const { datasets } = await lake.list()
  expect(datasets.map(({ key }) => key.instrument)).toEqual(['AAA-USDT.TEST', INSTRUMENT])
  expect(Object.isFrozen(datasets[0]?.ledger)).toBe(true)
})

function slice<T extends object>(columns: T, from: number, to: number): T {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, (column as Float64Array).slice(from, to)]),
  ) as T
}
