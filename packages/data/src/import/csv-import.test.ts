import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { SeriesColumns, TradeColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { barRows, barsOf, importRefusal, importText, temporaryFile } from '../../test/import-text.ts'
import type { ImportedDataset } from '../dataset.ts'
import { importFile } from './import-file.ts'

const T = 1_714_521_600_000
const M = 60_000
const ROWS = [
  [T, 100, 110.5, 95, 105, 3],
  [T + M, 105, 106, 101.25, 102, 0.5],
  [T + 2 * M, 102, 104, 100, 103, 7],
]
const HEADER = 'ts,open,high,low,close,volume'
const csv = (rows: readonly (readonly unknown[])[], header = HEADER): string =>
  [header, ...rows.map((row) => row.join(','))].join('\n') + '\n'
const iso = (ms: number): string => new Date(ms).toISOString()

const seriesOf = (dataset: ImportedDataset | undefined): SeriesColumns => dataset?.table as SeriesColumns
const tradesOf = (dataset: ImportedDataset | undefined): TradeColumns => dataset?.table as TradeColumns

describe('CSV import', () => {
  test('reads bars and says what it inferred', async () => {
    const [dataset] = await importText(csv(ROWS))
    expect(barRows(dataset)).toEqual(ROWS)
    expect(dataset?.key).toEqual({ instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '1m' })
    expect(dataset?.source.note).toContain('timeframe 1m inferred')
    expect(dataset?.source).toMatchObject({ name: 'x.csv', format: 'csv' })
    expect(dataset?.source.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(dataset?.spec).toMatchObject({ tickSize: '0.01', lotSize: '0.1', source: 'inferred from data' })
  })

  test('says where rows of one file are in several units of time', async () => {
    const mixed = ROWS.map(([ts = 0, ...rest], i) => [i === 1 ? ts / 1_000 : ts, ...rest])
    const [dataset] = await importText(csv(mixed))
    expect(barRows(dataset)).toEqual(ROWS)
    expect(dataset?.source.note).toContain('times are in seconds and milliseconds, each row read by its size')
    const [plain] = await importText(csv(ROWS))
    expect(plain?.source.note).not.toContain('times are in')
  })

  test.each([
    ['semicolons', csv(ROWS).replaceAll(',', ';')],
    ['tabs', csv(ROWS).replaceAll(',', '\t')],
    ['bars', csv(ROWS).replaceAll(',', '|')],
    ['CRLF', csv(ROWS).replaceAll('\n', '\r\n')],
    ['a BOM', `\uFEFF${csv(ROWS)}`],
    ['quotes', csv(ROWS).replaceAll(/[^,\n]+/g, '"$&"')],
    ['spaces around fields', csv(ROWS).replaceAll(',', ' , ')],
    ['no last line end', csv(ROWS).trimEnd()],
    ['blank lines', csv(ROWS).replaceAll('\n', '\n\n')],
    ['no header', csv(ROWS).slice(HEADER.length + 1)],
    ['a banner', `Source: somewhere, downloaded by hand\n${csv(ROWS)}`],
    ['newest first', csv([...ROWS].reverse())],
    ['seconds', csv(ROWS.map(([t, ...rest]) => [(t as number) / 1000, ...rest]))],
    ['microseconds', csv(ROWS.map(([t, ...rest]) => [`${t}000`, ...rest]))],
    ['nanoseconds', csv(ROWS.map(([t, ...rest]) => [`${t}000000`, ...rest]))],
    ['ISO times', csv(ROWS.map(([t, ...rest]) => [iso(t as number), ...rest]))],
    [
      'times without zone',
      csv(
        ROWS.map(([t, ...rest]) => [
          iso(t as number)
            .slice(0, 19)
            .replace('T', ' '),
          ...rest,
        ]),
      ),
    ],
    ['numbers with exponents', csv(ROWS.map(([t, ...rest]) => [t, ...rest.map((x) => x.toExponential())]))],
    [
      'another order and names',
      csv(
        ROWS.map(([t, o, h, l, c, v]) => [v, c, 'x', l, h, o, t]),
        'Vol,Last,symbol,LOW,High Price,open_price,Open Time',
      ),
    ],
    [
      'Binance klines',
      csv(
        ROWS.map(([t, ...rest]) => [t, ...rest, (t as number) + M - 1, '9.5', 4, '1.0', '2.0', 0]),
        '',
      ).slice(1),
    ],
  ])('reads the same bars with %s', async (_, text) => {
    const [dataset] = await importText(text)
    expect(barRows(dataset)).toEqual(ROWS)
  })

  test.each([
    ['x.csv.gz', gzipSync(csv(ROWS))],
    ['x.csv.zst', zstdCompressSync(csv(ROWS))],
  ])('reads %s', async (name, bytes) => {
    const [dataset] = await importFile(temporaryFile(name, bytes), { instrument: 'BTC-USDT.TEST' })
    expect(barRows(dataset)).toEqual(ROWS)
  })

  test('stated columns override header and order', async () => {
    const text = csv(
      ROWS.map(([t, o, h, l, c, v]) => [c, 'note', (t as number) / 1000, o, h, l, v]),
      'a,b,c,d,e,f,g',
    )
    const [dataset] = await importText(text, { columns: 'close,-,ts:s,open,high,low,volume' })
    expect(barRows(dataset)).toEqual(ROWS)
  })

  test('takes the base volume where a file has base and quote volume', async () => {
    const rows = ROWS.map(([t, o, h, l, c, v]) => [iso(t as number), 'BTCUSD', o, h, l, c, v, (v as number) * 100])
    const [dataset] = await importText(csv(rows, 'date,symbol,open,high,low,close,Volume BTC,Volume USD'))
    expect(barRows(dataset)).toEqual(ROWS)
    const eth = csv(
      rows.map((row) => [...row.slice(0, 6), row[7], row[6]]),
      'date,symbol,open,high,low,close,Volume USDT,Volume ETH',
    )
    expect(barRows((await importText(eth, { instrument: 'ETH-USDT.TEST' }))[0])).toEqual(ROWS)
  })

  test('splits a file by instrument columns', async () => {
    const rows = ROWS.flatMap(([t, ...rest]) => [
      [t, 'binance', 'btc', ...rest],
      [t, 'okx', 'eth', ...rest],
    ])
    const text = csv(rows, 'ts,venue,coin,open,high,low,close,volume')
    const options = { instrument: undefined, instrumentColumns: ['venue', 'coin'] }
    const filled = await importText(text, { ...options, instrumentTemplate: '{COIN}-USD.{VENUE}' })
    expect(filled.map(({ key }) => key.instrument)).toEqual(['BTC-USD.BINANCE', 'ETH-USD.OKX'])
    expect(barRows(filled[1])).toEqual(ROWS)
    const guessed = await importText(text, options)
    expect(guessed.map(({ key }) => key.instrument)).toEqual(['BTC-USDT.BINANCE', 'ETH-USDT.OKX'])
    expect(guessed[0]?.source.note).toContain('spot in USDT assumed')
    const byFunction = await importText(text, {
      ...options,
      instrumentTemplate: ({ coin = '' }) => `${coin.toUpperCase()}-EUR.X`,
    })
    expect(byFunction[0]?.key.instrument).toBe('BTC-EUR.X')
    expect(await importRefusal(importText(text))).toMatchObject({ code: 'IMPORT_SEVERAL_INSTRUMENTS' })
    const bad = { ...options, instrumentTemplate: '{nope}.{venue}' }
    expect(await importRefusal(importText(text, bad))).toMatchObject({
      code: 'IMPORT_INSTRUMENT_TEMPLATE',
      name: 'UsageError',
    })
  })

  test('keeps the step and fees that were stated', async () => {
    const stated = { tick: '0.5', lot: '0.001', takerFee: 0.0007, makerFee: 0.0001, contractSize: 10, licence: 'CC0' }
    const [dataset] = await importText(csv(ROWS), stated)
    expect(dataset?.spec).toMatchObject({
      tickSize: '0.5',
      lotSize: '0.001',
      takerFeeRate: 0.0007,
      makerFeeRate: 0.0001,
      contractSize: 10,
      source: 'stated by the user',
    })
    expect(dataset?.source.licence).toBe('CC0')
  })

  test('absent minutes are gaps unless the data are sparse', async () => {
    const text = csv([ROWS[0] as number[], ROWS[2] as number[]])
    const [dense] = await importText(text, { timeframe: '1m' })
    expect(dense?.ledger).toMatchObject([{ kind: 'missing', fromMs: T + M, count: 1 }])
    const [sparse] = await importText(text, { timeframe: '1m', sparse: true })
    expect(sparse).toMatchObject({ ledger: [], sparse: true })
  })

  test('reads trades with sides as words, flags and digits, in microseconds', async () => {
    for (const [name, buy, sell] of [
      ['side', 'buy', 'SELL'],
      ['is_buyer_maker', 'False', 'true'],
      ['m', 0, 1],
    ]) {
      const text = `id,price,qty,${name},time\n7,100.5,2,${buy},${T}123\n8,100,1,${sell},${T}456\n`
      const trades = (await importText(text))[0]?.table as TradeColumns
      expect([...trades.tsEventUs]).toEqual([T * 1000 + 123, T * 1000 + 456])
      expect([...trades.takerSide]).toEqual([1, -1])
      expect([...trades.id]).toEqual([7, 8])
      expect([...trades.quantity]).toEqual([2, 1])
    }
  })

  test('numbers trades that have no numeric id', async () => {
    const [dataset] = await importText(`ts,trade_id,price,size,side\n${T},a-1,5,1,buy\n${T},a-2,6,1,sell\n`)
    expect([...tradesOf(dataset).id]).toEqual([0, 1])
    expect(dataset?.source.note).toContain('row numbers')
  })

  test('funding times lie on the settlement grid and are known at once', async () => {
    const [dataset] = await importText(`fundingTime,symbol,fundingRate\n${T + 8},BTCUSDT,-0.0001\n`)
    const funding = dataset?.table as SeriesColumns
    expect(dataset?.key).toEqual({ instrument: 'BTC-USDT.TEST', kind: 'funding' })
    expect([...funding.tsEventMs, ...funding.knowableTimeMs, ...(funding.values['rate'] ?? [])]).toEqual([
      T,
      T,
      -0.0001,
    ])
  })

  test('mark candles are known at their close, single marks at once', async () => {
    const candles = await importText(
      csv(
        ROWS.map((row) => row.slice(0, 5)),
        'ts,open,high,low,close',
      ),
      { kind: 'mark' },
    )
    const marks = candles[0]?.table as SeriesColumns
    expect(candles[0]?.key.timeframe).toBe('1m')
    expect(marks.knowableTimeMs[0]).toBe(T + M)
    const single = (await importText(`ts,markPrice\n${T},99.5\n`, { kind: 'mark' }))[0]?.table as SeriesColumns
    expect(single.values).toMatchObject({ open: Float64Array.of(99.5), close: Float64Array.of(99.5) })
    expect(single.knowableTimeMs[0]).toBe(T)
  })

  test('a dated series is known at the end of its day, and a stated delay or a column rules', async () => {
    const dated = 'date,Fear & Greed,label\n2024-05-01,40,Fear\n2024-05-02,41,Fear\n'
    const first = async (text: string, options = {}): Promise<number | undefined> =>
      seriesOf((await importText(text, { kind: 'series', ...options }))[0]).knowableTimeMs[0]
    expect(await first(dated)).toBe(T + 86_400_000)
    expect(await first(dated, { knowableDelayMs: 3_600_000 })).toBe(T + 3_600_000)
    expect(await first(`ts,value\n${T},1\n`, { knowableDelayMs: 0 })).toBe(T)
    expect(await first(`ts,published_at,value\n${T},${T + 5},1\n`)).toBe(T + 5)
    const [dataset] = await importText(dated, { kind: 'series' }, 'Fear Greed 2024.csv')
    expect(dataset?.key.name).toBe('fear-greed-2024')
    expect(Object.keys(seriesOf(dataset).values)).toEqual(['fear_greed'])
  })

  test('reports progress and ends where it is aborted', async () => {
    const seen: number[] = []
    await importText(csv(ROWS), { onProgress: ({ bytesDone, rows }) => seen.push(bytesDone, rows) })
    expect(seen.at(-1)).toBe(3)
    const aborted = importText(csv(ROWS), { signal: AbortSignal.abort() })
    expect(await importRefusal(aborted)).toMatchObject({ code: 'INTERRUPTED', retry: 'safe' })
  })

  test('reads a file larger than its blocks', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => [T + i * M, 100, 101.5, 99, 100.25, i % 7])
    const bars = barsOf((await importText(csv(many)))[0])
    expect(bars.open.length).toBe(60_000)
    expect(bars.openTimeMs[59_999]).toBe(T + 59_999 * M)
    expect(bars.volume.reduce((sum, v) => sum + v, 0)).toBe(many.reduce((sum, row) => sum + (row[5] as number), 0))
  })
})

describe('CSV refusals', () => {
  const good = ROWS.map((row) => row.join(','))
  const withRow = (row: string): string => [HEADER, good[0], row, good[2], ''].join('\n')
  const t1 = T + M

  test.each([
    [
      'text in a price',
      withRow(`${t1},105,abc,101,102,1`),
      'IMPORT_NUMBER',
      /x\.csv, line 3, column "high": "abc" is not a number/,
    ],
    ['NaN', withRow(`${t1},105,NaN,101,102,1`), 'IMPORT_NUMBER', /"NaN" is not a number/],
    ['an empty price', withRow(`${t1},105,,101,102,1`), 'IMPORT_NUMBER', /column "high": "" is empty/],
    ['infinity', withRow(`${t1},105,1e999,101,102,1`), 'DATA_PRICE', /line 3/],
    ['a negative price', withRow(`${t1},105,106,-101,102,1`), 'DATA_PRICE', /line 3.*-101/],
    ['a price of zero', withRow(`${t1},105,106,0,102,1`), 'DATA_PRICE', /line 3/],
    ['high below low', withRow(`${t1},105,100,106,105,1`), 'DATA_OHLC', /line 3/],
    ['a negative volume', withRow(`${t1},105,106,101,102,-1`), 'DATA_VOLUME', /line 3/],
    ['two contents of one time', withRow(`${T},105,106,101,102,1`), 'DATA_CONFLICTING_ROWS', /line 3.*line 2/],
    ['a time off the grid', withRow(`${t1 + 1},105,106,101,102,1`), 'DATA_ALIGNMENT', /line 3/],
    ['a broken time', withRow('2024-05-32,105,106,101,102,1'), 'IMPORT_TIME', /line 3, column "ts": "2024-05-32"/],
    ['too few fields', withRow(`${t1},105,106`), 'IMPORT_FIELDS', /line 3.*3 fields, not 6/],
    ['too many fields', withRow(`${t1},105,106,101,102,1,9`), 'IMPORT_FIELDS', /7 fields, not 6/],
    ['an open quote', withRow(`${t1},"105,106,101,102,1`), 'IMPORT_QUOTE', /line 3/],
    ['a half-written last row', `${HEADER}\n${good[0]}\n${t1},105,1`, 'IMPORT_HALF_WRITTEN', /line 3.*cut off/],
    ['a header alone', `${HEADER}\n`, 'IMPORT_EMPTY', /no row under/],
    ['no rows of data', 'hello\nworld\n', 'IMPORT_NO_DATA', /looks like a row/],
    ['a missing column', withRow('').replace('close', 'closs').replace('\n\n', '\n'), 'IMPORT_KIND', /"closs"/],
    ['decimal commas', `${HEADER.replaceAll(',', ';')}\n${T};1,5;2;1;1;1\n`, 'IMPORT_NUMBER', /"1,5" is not a number/],
    ['UTF-16', `\uFEFF${HEADER}`, 'IMPORT_ENCODING', /UTF-16/],
  ])('refuses %s', async (what, text, code, message) => {
    const path = temporaryFile('x.csv', what === 'UTF-16' ? Buffer.from(text, 'utf16le') : text)
    const error = await importRefusal(importFile(path, { instrument: 'BTC-USDT.TEST', timeframe: '1m' }))
    expect(error).toMatchObject({ code, name: 'DataError' })
    expect(error.message).toMatch(message)
    expect(error.message).toContain('Nothing was imported')
  })

  test('seconds stated as milliseconds are refused with the right unit', async () => {
    const text = csv(ROWS.map(([t, ...rest]) => [(t as number) / 1000, ...rest]))
    const error = await importRefusal(importText(text, { columns: 'ts:ms,open,high,low,close,volume' }))
    expect(error).toMatchObject({ code: 'IMPORT_TIME_UNIT' })
    expect(error.message).toContain('which is 1970-01-20')
    expect(error.hint).toContain('ts:s')
  })

  test('names the line under banners and blank lines', async () => {
    const text = `banner\n\n${HEADER}\n\n${good[0]}\n\n\n${t1},105,x,101,102,1\n`
    expect((await importRefusal(importText(text))).message).toContain('line 8')
  })

  test.each([
    [{ columns: 'ts,open,high,low,close' }, 'IMPORT_COLUMNS_OPTION'],
    [{ columns: 'ts:weeks,open,high,low,close,volume' }, 'IMPORT_COLUMNS_OPTION'],
    [{ columns: 'ts,open,high,low,close,volume,' }, 'IMPORT_COLUMNS_OPTION'],
    [{ columns: 'ts,open,high,low,close,colour' }, 'IMPORT_KIND'],
    [{ columns: 'ts,open,high,low,close,colour', kind: 'bars' as const }, 'IMPORT_COLUMN_MISSING'],
    [{ instrumentColumns: ['coin'] }, 'IMPORT_INSTRUMENT_COLUMNS'],
    [{ instrument: undefined }, 'IMPORT_INSTRUMENT'],
    [{ instrument: 'btc' }, 'CORE_INSTRUMENT_ID'],
    [{ timeframe: '1x' }, 'CORE_TIMEFRAME'],
    [{ tick: 'small' }, 'CORE_INSTRUMENT_SPEC'],
    [{ kind: 'series' as const, name: 'No Name', knowableDelayMs: 0 }, 'IMPORT_SERIES_NAME'],
    [{ kind: 'series' as const, name: 'greed' }, 'IMPORT_NO_KNOWABLE'],
    [{ kind: 'series' as const, knowableDelayMs: -1 }, 'IMPORT_KNOWABLE_DELAY'],
  ])('refuses the options %j', async (options, code) => {
    expect(await importRefusal(importText(csv(ROWS), options))).toMatchObject({ code })
  })

  test('refuses what is not there, empty, or a folder without data', async () => {
    expect(await importRefusal(importFile('/no/such/file.csv'))).toMatchObject({ code: 'IMPORT_NOT_FOUND' })
    expect(await importRefusal(importText(''))).toMatchObject({ code: 'IMPORT_EMPTY' })
    expect(await importRefusal(importFile([]))).toMatchObject({ code: 'IMPORT_NO_FILE' })
    expect(await importRefusal(importFile(new URL('.', import.meta.url).pathname))).toMatchObject({
      code: 'IMPORT_FOLDER',
    })
  })

  test('a line without end is refused before it fills the memory', async () => {
    const error = await importRefusal(importText(`${HEADER}\n${good[0]}\n${'1'.repeat(3_000_000)}`))
    expect(error.name).toBe('DataError')
  })
})
