import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { refusal, temporaryFolder } from '../../test/temporary-lake.ts'
import { importFile } from '../import/import-file.ts'
import { convertFile } from './convert-file.ts'

const T = Date.UTC(2024, 0, 1)
const HOUR_MS = 3_600_000
const BARS = { instrument: 'BTC-USDT.TEST', timeframe: '1h' }
const ROWS = [0, 1, 2, 4].map((hour) => [
  T + hour * HOUR_MS,
  10.5 + hour,
  12.25 + hour,
  10,
  11 + hour,
  0.1 * (hour + 1),
])
const CSV = `ts,open,high,low,close,volume\n${ROWS.map((row) => row.join(',')).join('\n')}\n`

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

function given(text: string): string {
  const path = join(folder, 'given.csv')
  writeFileSync(path, text)
  return path
}

describe.each(['csv', 'parquet', 'json', 'ndjson'] as const)('to %s', (format) => {
  test('the rows come back from the converted file as they were, without a flag but the instrument', async () => {
    const output = join(folder, `out.${format}`)
    const report = await convertFile(given(CSV), output, BARS)
    expect(report).toMatchObject({ format, rows: 4, path: output, ledger: [{ kind: 'missing', count: 1 }] })
    const [again] = await importFile(output, { instrument: BARS.instrument })
    const [before] = await importFile(given(CSV), BARS)
    expect(again?.table).toEqual(before?.table)
    expect(again?.key).toEqual(before?.key)
    expect(readdirSync(folder).sort()).toEqual(['given.csv', `out.${format}`])
  })
})

test('funding, marks, trades and series keep their kind', async () => {
  const trades = given(`ts,id,price,size,side\n${T},7,5,1,buy\n${T + 3},8,6,2,sell\n`)
  const report = await convertFile(trades, join(folder, 'trades.parquet'), { instrument: 'BTC-USDT.TEST' })
  expect(report.key).toEqual({ instrument: 'BTC-USDT.TEST', kind: 'trades' })
  const [again] = await importFile(report.path, { instrument: 'BTC-USDT.TEST' })
  expect(again?.table).toMatchObject({ takerSide: Int8Array.of(1, -1), id: Float64Array.of(7, 8) })
  const funding = given(`ts,funding_rate\n${T + 4},0.0001\n`)
  const rates = await convertFile(funding, join(folder, 'funding.csv'), {
    instrument: 'X-USD-PERP.TEST',
    kind: 'funding',
  })
  expect(readFileSync(rates.path, 'utf8')).toBe(`tsEventMs,knowableTimeMs,rate\n${T},${T},0.0001\n`)
})

test.each([
  ['a row that makes no sense', CSV.replace('12.25', '1.25'), 'DATA_OHLC'],
  ['an empty file', 'ts,open,high,low,close,volume\n', 'IMPORT_EMPTY'],
])('%s is refused and what stood at the place stays', async (_, text, code) => {
  const output = join(folder, 'out.csv')
  writeFileSync(output, 'as before')
  const error = await refusal(convertFile(given(text), output, BARS))
  expect(error.code).toBe(code)
  expect(readFileSync(output, 'utf8')).toBe('as before')
  expect(readdirSync(folder).sort()).toEqual(['given.csv', 'out.csv'])
})

test('several instruments in one file, a format nobody knows and a folder that is not there are refused', async () => {
  const many = given(`ts,coin,open,high,low,close,volume\n${T},A,1,1,1,1,1\n${T},B,1,1,1,1,1\n`)
  const options = { instrumentColumns: ['coin'], instrumentTemplate: '{coin}-USD.TEST', timeframe: '1h' }
  await expect(convertFile(many, join(folder, 'out.csv'), options)).rejects.toThrow(
    expect.objectContaining({ code: 'DATA_CONVERT_MANY' }),
  )
  await expect(convertFile(given(CSV), join(folder, 'out.xyz'), BARS)).rejects.toThrow(
    expect.objectContaining({ code: 'DATA_EXPORT_FORMAT' }),
  )
  await expect(convertFile(given(CSV), join(folder, 'no', 'out.csv'), BARS)).rejects.toThrow(
    expect.objectContaining({ code: 'DATA_EXPORT_FOLDER' }),
  )
})
