import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { SeriesColumns, TradeColumns } from '@kestrel/core'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { barRows, importRefusal, importText, temporaryFile } from '../../test/import-text.ts'
import { temporaryFolder } from '../../test/temporary-lake.ts'
import type { ImportedDataset } from '../dataset.ts'
import { withConnection } from '../parquet/duckdb.ts'
import { importFile } from './import-file.ts'

const T = 1_714_521_600_000
const M = 60_000
const ROWS = [
  [T, 100, 110.5, 95, 105, 3],
  [T + M, 105, 106, 101.25, 102, 0.5],
]
const BTC = { instrument: 'BTC-USDT.TEST' }
const CSV_ROWS = ROWS.map((row) => row.join(',')).join('\n') + '\n'

const seriesOf = (dataset: ImportedDataset | undefined): SeriesColumns => dataset?.table as SeriesColumns
const tradesOf = (dataset: ImportedDataset | undefined): TradeColumns => dataset?.table as TradeColumns

async function parquetOf(select: string): Promise<string> {
  const path = join(temporaryFolder(), 'x.parquet')
  await withConnection({}, async (connection) => {
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
  })
  return path
}

describe('Parquet', () => {
  const prices = (type: string): string =>
    ['100 open', '110.5 high', '95 low', '105 AS close', '3 volume']
      .map((text) => text.replace(/^(\S+)/, `$1::${type}`))
      .join(', ')
  test.each([
    ['DOUBLE and BIGINT', `SELECT ${T}::BIGINT ts, ${prices('DOUBLE')}`],
    ['DECIMAL and TIMESTAMP', `SELECT TIMESTAMP '2024-05-01' ts, ${prices('DECIMAL(18,8)')}`],
    ['wide DECIMAL and TIMESTAMP_NS', `SELECT TIMESTAMP_NS '2024-05-01' ts, ${prices('DECIMAL(38,10)')}`],
    ['FLOAT and TIMESTAMP_MS', `SELECT TIMESTAMP_MS '2024-05-01' ts, ${prices('FLOAT')}`],
    ['text', `SELECT '2024-05-01T00:00:00Z' ts, ${prices('DOUBLE').replaceAll('DOUBLE', 'DOUBLE::VARCHAR')}`],
    ['nanoseconds', `SELECT ${T}000000::BIGINT ts, ${prices('DOUBLE')}`],
    ['a time zone', `SELECT TIMESTAMPTZ '2024-05-01 02:00:00+02' AS "open time", ${prices('DOUBLE')}`],
    ['dates', `SELECT DATE '2024-05-01' AS "date", ${prices('DOUBLE')}`],
  ])('reads columns of %s', async (_, select) => {
    const [dataset] = await importFile(await parquetOf(select), { ...BTC, timeframe: '1m' })
    expect(barRows(dataset)).toEqual([ROWS[0]])
    expect(dataset?.source.format).toBe('parquet')
  })

  test('reads trades with flags and labels', async () => {
    const path = await parquetOf(
      `SELECT 5::UINTEGER id, 1.5 price, 2 qty, true is_buyer_maker, 'BTC' coin, ${T} ts UNION ALL SELECT 6, 1.6, 3, false, 'ETH', ${T}`,
    )
    const datasets = await importFile(path, { instrumentColumns: ['coin'], instrument: '{coin}-USDT.TEST' })
    expect(datasets.map(({ key }) => key.instrument)).toEqual(['BTC-USDT.TEST', 'ETH-USDT.TEST'])
    expect([...tradesOf(datasets[0]).takerSide]).toEqual([-1])
  })

  test.each([
    [
      'a NULL price',
      `SELECT ${T} ts, 1.0 open, NULL::DOUBLE high, 1.0 low, 1.0 AS close, 1.0 volume`,
      'IMPORT_NUMBER',
      /row 1, column "high"/,
    ],
    [
      'a NULL time',
      `SELECT NULL::BIGINT ts, 1.0 open, 1.0 high, 1.0 low, 1.0 AS close, 1.0 volume`,
      'IMPORT_TIME',
      /row 1, column "ts"/,
    ],
    [
      'text in a price',
      `SELECT ${T} ts, 'x' open, 1.0 high, 1.0 low, 1.0 AS close, 1.0 volume`,
      'IMPORT_NUMBER',
      /"x" is not a number/,
    ],
    [
      'no rows',
      `SELECT ${T} ts, 1.0 open, 1.0 high, 1.0 low, 1.0 AS close, 1.0 volume WHERE false`,
      'IMPORT_EMPTY',
      /no rows/,
    ],
  ])('refuses %s', async (_, select, code, message) => {
    const error = await importRefusal(importFile(await parquetOf(select), { ...BTC, timeframe: '1m' }))
    expect(error).toMatchObject({ code, name: 'DataError' })
    expect(error.message).toMatch(message)
  })

  test('refuses a file that was cut off', async () => {
    const error = await importRefusal(importFile(temporaryFile('x.parquet', 'PAR1 and no more'), BTC))
    expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE', name: 'DataError' })
    expect((await importRefusal(importFile(temporaryFile('x.parquet', 'nothing'), BTC))).code).toBe('IMPORT_FORMAT')
  })
})

describe('JSON and NDJSON', () => {
  const objects = ROWS.map(([ts, open, high, low, close, volume]) => ({
    ts,
    open: String(open),
    high,
    low,
    close,
    volume,
  }))
  test.each([
    ['x.json', JSON.stringify(ROWS)],
    ['x.json', JSON.stringify(objects)],
    ['x.json', JSON.stringify({ code: 0, data: objects })],
    ['x.json', JSON.stringify({ columns: ['ts', 'open', 'high', 'low', 'close', 'volume'], data: ROWS })],
    [
      'x.json',
      JSON.stringify(
        Object.fromEntries(
          ['ts', 'open', 'high', 'low', 'close', 'volume'].map((name, k) => [name, ROWS.map((row) => row[k])]),
        ),
      ),
    ],
    ['x.ndjson', objects.map((row) => JSON.stringify(row)).join('\n')],
    ['x.jsonl', ROWS.map((row) => JSON.stringify(row)).join('\n\n') + '\n'],
  ])('reads %s %#', async (name, text) => {
    for (const [ending, bytes] of [
      ['', Buffer.from(text)],
      ['.gz', gzipSync(text)],
      ['.zst', zstdCompressSync(text)],
    ] as const) {
      const [dataset] = await importFile(temporaryFile(`${name}${ending}`, bytes), BTC)
      expect(barRows(dataset)).toEqual(ROWS)
    }
  })

  test('numbers written as text are read exactly', async () => {
    const [dataset] = await importText(
      JSON.stringify([[T, '0.1', '0.30000000000000004', '0.1', '0.1', '1']]),
      { timeframe: '1m' },
      'x.json',
    )
    expect(barRows(dataset)[0]?.[2]).toBe(0.30000000000000004)
  })

  test.each([
    ['x.json', JSON.stringify(ROWS).slice(0, -5), 'IMPORT_JSON', /no JSON/],
    ['x.json', '{"a": 1}', 'IMPORT_JSON_SHAPE', /no table/],
    ['x.json', '[]', 'IMPORT_EMPTY', /no rows/],
    ['x.json', JSON.stringify([...ROWS, [1]]), 'IMPORT_JSON_ROW', /row 3/],
    ['x.json', JSON.stringify([{ ...objects[0], open: null }]), 'IMPORT_NUMBER', /row 1, column "open": "" is empty/],
    ['x.json', JSON.stringify([{ ...objects[0], open: [1] }]), 'IMPORT_NUMBER', /"\[1\]" is not a number/],
    ['x.ndjson', `${JSON.stringify(objects[0])}\n{"ts":17145`, 'IMPORT_HALF_WRITTEN', /line 2/],
    ['x.ndjson', `${JSON.stringify(objects[0])}\nx\n${JSON.stringify(objects[1])}\n`, 'IMPORT_JSON', /line 2/],
    ['x.ndjson', `${JSON.stringify(objects[0])}\n5\n`, 'IMPORT_JSON_ROW', /line 2/],
  ])('refuses %s %#', async (name, text, code, message) => {
    const error = await importRefusal(importText(text, {}, name))
    expect(error).toMatchObject({ code, name: 'DataError' })
    expect(error.message).toMatch(message)
  })
})

describe('Binance public archive', () => {
  const zip = (name: string, files: Record<string, string>): string => {
    const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([inner, text]) => [inner, Buffer.from(text)])))
    return temporaryFile(name, bytes)
  }
  const perpetual = { instrument: 'BTC-USDT-PERP.BINANCE' }

  test('reads spot klines without a header, in microseconds since 2025', async () => {
    const rows = ROWS.map(([t, ...rest]) =>
      [`${t}000`, ...rest, `${(t as number) + M - 1}999`, '1', 2, '3', '4', 0].join(','),
    ).join('\n')
    const path = zip('BTCUSDT-1m-2025-01.zip', { 'BTCUSDT-1m-2025-01.csv': rows })
    const [dataset] = await importFile(path, { instrument: 'BTC-USDT.BINANCE' })
    expect(barRows(dataset)).toEqual(ROWS)
    expect(dataset?.key).toEqual({ instrument: 'BTC-USDT.BINANCE', kind: 'bars', timeframe: '1m' })
    expect(dataset?.spec).toMatchObject({ tickSize: '0.01', lotSize: '0.00001' })
    expect(await importRefusal(importFile(path))).toMatchObject({ code: 'IMPORT_INSTRUMENT' })
  })

  test('reads futures klines with a header; folders tell the market', async () => {
    const folder = join(temporaryFolder(), 'data', 'futures', 'um', 'monthly', 'klines')
    mkdirSync(folder, { recursive: true })
    const path = join(folder, 'BTCUSDT-1m-2024-05.zip')
    const text = `open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n${ROWS.map((row) => [...row, T, 1, 1, 1, 1, 0].join(',')).join('\n')}\n`
    writeFileSync(path, zipSync({ 'BTCUSDT-1m-2024-05.csv': Buffer.from(text) }))
    const [dataset] = await importFile(path)
    expect(dataset?.key.instrument).toBe('BTC-USDT-PERP.BINANCE')
    expect(barRows(dataset)).toEqual(ROWS)
  })

  test.each([
    ['BTCUSDT-aggTrades-2024-05-01.zip', `5,100.5,2,9,9,${T},true,true\n6,100,1,10,11,${T + 5},false,true\n`],
    [
      'BTCUSDT-aggTrades-2024-05-01.zip',
      `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n5,100.5,2,9,9,${T},true\n6,100,1,10,11,${T + 5},false\n`,
    ],
    ['BTCUSDT-trades-2024-05-01.zip', `5,100.5,2,201,${T},True,True\n6,100,1,100,${T + 5},False,True\n`],
    [
      'BTCUSDT-trades-2024-05-01.zip',
      `id,price,qty,quote_qty,time,is_buyer_maker\n5,100.5,2,201,${T},true\n6,100,1,100,${T + 5},false\n`,
    ],
  ])('reads %s %#', async (name, text) => {
    const [dataset] = await importFile(zip(name, { 'inner.csv': text }), perpetual)
    const trades = dataset?.table as TradeColumns
    expect(dataset?.key).toEqual({ ...perpetual, kind: 'trades' })
    expect([...trades.id, ...trades.price, ...trades.quantity, ...trades.takerSide]).toEqual([
      5, 6, 100.5, 100, 2, 1, -1, 1,
    ])
    expect([...trades.tsEventUs]).toEqual([T * 1000, (T + 5) * 1000])
  })

  test('reads funding rates and mark price klines as perpetual', async () => {
    const funding = zip('BTCUSDT-fundingRate-2024-05.zip', {
      'a.csv': `calc_time,funding_interval_hours,last_funding_rate\n${T + 3},8,0.0001\n`,
    })
    expect((await importFile(funding))[0]?.key).toEqual({ ...perpetual, kind: 'funding' })
    const mark = zip('BTCUSDT-markPriceKlines-1m-2024-05.zip', {
      'a.csv': ROWS.map((row) => [...row.slice(0, 5), 0, T, 0, 60, 0, 0, 0].join(',')).join('\n'),
    })
    const [dataset] = await importFile(mark)
    expect(dataset?.key).toEqual({ ...perpetual, kind: 'mark', timeframe: '1m' })
    expect(seriesOf(dataset).values['high']).toEqual(Float64Array.of(110.5, 106))
  })

  test('reads entries that are stored without compression', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'x.zip')
    writeFileSync(path, zipSync({ 'a.csv': [Buffer.from(CSV_ROWS), { level: 0 }] }))
    expect(barRows((await importFile(path, BTC))[0])).toEqual(ROWS)
  })

  test('refuses archives that are cut off, damaged, empty or of other things', async () => {
    const whole = zipSync({ 'a.csv': Buffer.from(CSV_ROWS) })
    const damaged = Uint8Array.from(whole)
    const at = 30 + 'a.csv'.length + 12
    damaged[at] = (damaged[at] as number) ^ 0xff
    const cases = [
      [whole.slice(0, whole.length - 10), 'IMPORT_ZIP'],
      [damaged, undefined],
      [zipSync({}), 'IMPORT_EMPTY'],
      [zipSync({ 'a.exe': Buffer.from('x') }), 'IMPORT_FORMAT'],
    ] as const
    for (const [bytes, code] of cases) {
      const error = await importRefusal(importFile(temporaryFile('x.zip', bytes), BTC))
      expect(error.name).toBe('DataError')
      if (code !== undefined) expect(error.code).toBe(code)
    }
  })
})

test('several files give their datasets in order', async () => {
  const paths = [temporaryFile('a.csv', CSV_ROWS), temporaryFile('b.json', JSON.stringify(ROWS))]
  expect((await importFile(paths, BTC)).map(({ source }) => source.name)).toEqual(['a.csv', 'b.json'])
})
