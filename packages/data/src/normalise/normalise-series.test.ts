import type { DataError, SeriesColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'

import { normaliseSeries, type SeriesKind } from './normalise-series.ts'

const T0 = Date.UTC(2024, 4, 1)
const options = { what: 'BTC-USDT.X from file.csv', source: 'file.csv' }

function series(
  rows: readonly (readonly [at: number, knowable: number, value: number])[],
  name = 'rate',
): SeriesColumns {
  return {
    tsEventMs: Float64Array.from(rows, (row) => T0 + row[0]),
    knowableTimeMs: Float64Array.from(rows, (row) => T0 + row[1]),
    values: { [name]: Float64Array.from(rows, (row) => row[2]) },
  }
}
const failure = (raw: SeriesColumns, kind: SeriesKind): DataError => {
  try {
    normaliseSeries(raw, kind, options)
  } catch (error) {
    return error as DataError
  }
  throw new Error('expected a refusal')
}

describe('normaliseSeries', () => {
  test('sorts, drops exact repeats and keeps revisions of a series', () => {
    const { series: out, ledger } = normaliseSeries(
      series(
        [
          [10, 20, 1],
          [0, 5, 2],
          [10, 12, 3],
          [10, 20, 1],
        ],
        'supply',
      ),
      'series',
      options,
    )
    expect([...out.tsEventMs].map((t) => t - T0)).toEqual([0, 10, 10])
    expect([...out.knowableTimeMs].map((t) => t - T0)).toEqual([5, 12, 20])
    expect([...(out.values['supply'] ?? [])]).toEqual([2, 3, 1])
    expect(ledger.map(({ kind, count }) => [kind, count])).toEqual([
      ['unordered', 1],
      ['duplicate', 1],
    ])
  })

  test('funding holds one rate an instant', () => {
    expect(
      failure(
        series([
          [0, 0, 0.0001],
          [0, 5, 0.0002],
        ]),
        'funding',
      ).code,
    ).toBe('DATA_CONFLICTING_ROWS')
  })

  test.each<[string, SeriesColumns, SeriesKind, string]>([
    ['known before it happened', series([[10, 5, 1]]), 'funding', 'DATA_KNOWABLE'],
    ['NaN value', series([[0, 0, Number.NaN]]), 'funding', 'DATA_VALUE'],
    ['rate in percent', series([[0, 0, 1.5]]), 'funding', 'DATA_RATE'],
    ['wrong column for funding', series([[0, 0, 1]], 'price'), 'funding', 'DATA_COLUMNS'],
    ['reserved name', series([[0, 0, 1]], 'tsEventMs'), 'series', 'DATA_COLUMNS'],
    ['no rows', series([]), 'funding', 'DATA_EMPTY'],
    ['seconds for ms', series([[T0 / 1_000 - T0, 0, 1]]), 'funding', 'DATA_TIME'],
  ])('%s is refused', (_, raw, kind, code) => {
    expect(failure(raw, kind).code).toBe(code)
  })

  test('a mark must make sense as a bar', () => {
    const column = (value: number): Float64Array => Float64Array.of(value)
    const mark = (high: number): SeriesColumns => ({
      tsEventMs: column(T0),
      knowableTimeMs: column(T0),
      values: { close: column(10), open: column(10), high: column(high), low: column(9) },
    })
    expect(Object.keys(normaliseSeries(mark(11), 'mark', options).series.values)).toEqual([
      'open',
      'high',
      'low',
      'close',
    ])
    expect(failure(mark(9.5), 'mark').code).toBe('DATA_OHLC')
  })
})
