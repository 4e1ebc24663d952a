import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SeriesColumns, TradeColumns } from '@kestrel/core'
import {
  Bool,
  CompressionType,
  DateDay,
  Float64,
  Int64,
  makeVector,
  Table,
  tableToIPC,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import { barRows, importRefusal, temporaryFile } from '../../test/import-text.ts'
import { temporaryFolder } from '../../test/temporary-lake.ts'
import type { ImportedDataset } from '../dataset.ts'
import { registerArrowCodecs } from './arrow-codecs.ts'
import { importFile } from './import-file.ts'

const T = 1_714_521_600_000
const M = 60_000
const ROWS = [
  [T, 100, 110.5, 95, 105, 3],
  [T + M, 105, 106, 101.25, 102, 0.5],
]
const BTC = { instrument: 'BTC-USDT.TEST' }

const seriesOf = (dataset: ImportedDataset | undefined): SeriesColumns => dataset?.table as SeriesColumns
const tradesOf = (dataset: ImportedDataset | undefined): TradeColumns => dataset?.table as TradeColumns

describe('feather and freqtrade', () => {
  registerArrowCodecs()
  const column = (k: number): Float64Array => Float64Array.from(ROWS, (row) => row[k] as number)
  const bars = (): Table =>
    new Table({
      date: vectorFromArray(
        ROWS.map(([t]) => t as number),
        new TimestampMillisecond(),
      ),
      ...Object.fromEntries(
        ['open', 'high', 'low', 'close', 'volume'].map((name, k) => [name, makeVector(column(k + 1))]),
      ),
    })
  const feather = (table: Table, compressionType: CompressionType | null = CompressionType.LZ4_FRAME): Uint8Array =>
    tableToIPC(table, 'file', compressionType)

  test.each([
    ['LZ4 frames', CompressionType.LZ4_FRAME],
    ['ZSTD', CompressionType.ZSTD],
    ['no compression', null],
  ])('reads feather with %s', async (_, codec) => {
    const [dataset] = await importFile(temporaryFile('x.feather', feather(bars(), codec)), BTC)
    expect(barRows(dataset)).toEqual(ROWS)
    expect(dataset?.source.format).toBe('feather')
  })

  test('reads times in nanoseconds, as dates and as integers, and odd columns cell by cell', async () => {
    const values = {
      open: makeVector(column(1)),
      high: vectorFromArray(['110.5', '106'], new Utf8()),
      low: makeVector(Float32Array.from(column(3))),
      close: makeVector(column(4)),
      volume: makeVector(column(5)),
    }
    for (const time of [
      vectorFromArray([T, T + M], new TimestampNanosecond()),
      vectorFromArray([BigInt(T), BigInt(T + M)], new Int64()),
    ]) {
      const [dataset] = await importFile(temporaryFile('x.arrow', feather(new Table({ date: time, ...values }))), BTC)
      expect(barRows(dataset)).toEqual(ROWS)
    }
    const dated = new Table({
      date: vectorFromArray([new Date(T)], new DateDay()),
      value: vectorFromArray([1.5], new Float64()),
    })
    const [series] = await importFile(temporaryFile('x.feather', feather(dated)), { ...BTC, kind: 'series' })
    expect(seriesOf(series).knowableTimeMs[0]).toBe(T + 86_400_000)
  })

  test('reads a freqtrade folder with the instruments and kinds its names tell', async () => {
    const folder = join(temporaryFolder(), 'binance')
    mkdirSync(join(folder, 'futures'), { recursive: true })
    const rate = new Table({
      date: vectorFromArray([T, T + 480 * M], new TimestampMillisecond()),
      ...Object.fromEntries(
        ['open', 'high', 'low', 'close', 'volume'].map((name) => [
          name,
          makeVector(Float64Array.of(0.0001, name === 'open' ? -0.0002 : 0)),
        ]),
      ),
    })
    const trades = new Table({
      timestamp: vectorFromArray([BigInt(T), BigInt(T + 5)], new Int64()),
      id: vectorFromArray(['11', '12'], new Utf8()),
      type: vectorFromArray(['', ''], new Utf8()),
      side: vectorFromArray(['buy', 'sell'], new Utf8()),
      price: makeVector(Float64Array.of(5, 6)),
      amount: makeVector(Float64Array.of(1, 2)),
      cost: makeVector(Float64Array.of(5, 12)),
    })
    writeFileSync(join(folder, 'BTC_USDT-1m.feather'), feather(bars()))
    writeFileSync(join(folder, 'ETH_USDT-1m.json'), JSON.stringify(ROWS))
    writeFileSync(join(folder, 'LTC_USDT-1m.json.gz'), gzipSync(JSON.stringify(ROWS)))
    writeFileSync(join(folder, 'XRP_ETH-trades.feather'), feather(trades))
    writeFileSync(join(folder, 'futures', 'BTC_USDT_USDT-1m-futures.feather'), feather(bars(), CompressionType.ZSTD))
    writeFileSync(join(folder, 'futures', 'BTC_USDT_USDT-1m-mark.feather'), feather(bars()))
    writeFileSync(join(folder, 'futures', 'BTC_USDT_USDT-8h-funding_rate.feather'), feather(rate))
    writeFileSync(join(folder, 'pairs.txt'), 'not data')
    const datasets = await importFile(folder)
    expect(datasets.map(({ key }) => [key.instrument, key.kind, key.timeframe].join(' ').trim())).toEqual([
      'BTC-USDT.BINANCE bars 1m',
      'ETH-USDT.BINANCE bars 1m',
      'LTC-USDT.BINANCE bars 1m',
      'XRP-ETH.BINANCE trades',
      'BTC-USDT-PERP.BINANCE bars 1m',
      'BTC-USDT-PERP.BINANCE mark 1m',
      'BTC-USDT-PERP.BINANCE funding',
    ])
    for (const k of [0, 1, 2, 4]) expect(barRows(datasets[k])).toEqual(ROWS)
    expect(tradesOf(datasets[3]).takerSide).toEqual(Int8Array.of(1, -1))
    expect(seriesOf(datasets[6]).values['rate']).toEqual(Float64Array.of(0.0001, -0.0002))
  })

  test('refuses absent values and damaged files', async () => {
    const holes = bars().assign(new Table({ high: vectorFromArray([null, 106], new Float64()) }))
    const error = await importRefusal(importFile(temporaryFile('x.feather', feather(holes)), BTC))
    expect(error).toMatchObject({
      code: 'IMPORT_NUMBER',
      message: expect.stringContaining('row 1, column "high"') as unknown,
    })
    const flags = new Table({
      ts: vectorFromArray([true], new Bool()),
      open: makeVector(Float64Array.of(1)),
      high: makeVector(Float64Array.of(1)),
      low: makeVector(Float64Array.of(1)),
      close: makeVector(Float64Array.of(1)),
      volume: makeVector(Float64Array.of(1)),
    })
    expect((await importRefusal(importFile(temporaryFile('x.feather', feather(flags)), BTC))).name).toBe('DataError')
    const whole = feather(bars())
    const cut = await importRefusal(importFile(temporaryFile('x.feather', whole.slice(0, whole.length - 300)), BTC))
    expect(cut.name).toBe('DataError')
  })
})
