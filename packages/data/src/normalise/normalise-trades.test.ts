import type { DataError, TradeColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'

import { normaliseTrades } from './normalise-trades.ts'

const T0 = Date.UTC(2024, 4, 1) * 1_000
const options = { what: 'BTC-USDT.X trades from file.csv', source: 'file.csv' }

type Row = readonly [us: number, id: number, price: number, quantity: number, side: number]
function trades(...rows: Row[]): TradeColumns {
  return {
    tsEventUs: Float64Array.from(rows, (row) => T0 + row[0]),
    id: Float64Array.from(rows, (row) => row[1]),
    price: Float64Array.from(rows, (row) => row[2]),
    quantity: Float64Array.from(rows, (row) => row[3]),
    takerSide: Int8Array.from(rows, (row) => row[4]),
  }
}
const failure = (raw: TradeColumns): DataError => {
  try {
    normaliseTrades(raw, options)
  } catch (error) {
    return error as DataError
  }
  throw new Error('expected a refusal')
}

describe('normaliseTrades', () => {
  test('sorts by time, keeping the order of equal times', () => {
    const { trades: out, ledger } = normaliseTrades(
      trades([5_000, 3, 10, 1, 1], [2_000, 9, 11, 1, -1], [5_000, 1, 12, 1, 0]),
      options,
    )
    expect([...out.id]).toEqual([9, 3, 1])
    expect([...out.price]).toEqual([11, 10, 12])
    expect([...out.takerSide]).toEqual([-1, 1, 0])
    expect(ledger.map(({ kind, count }) => [kind, count])).toEqual([['unordered', 1]])
  })

  test('drops an exact repeat and enters it', () => {
    const { trades: out, ledger } = normaliseTrades(
      trades([1_000, 1, 10, 1, 1], [2_000, 2, 11, 1, 1], [1_000, 1, 10, 1, 1]),
      options,
    )
    expect([...out.id]).toEqual([1, 2])
    expect(ledger.map(({ kind, count }) => [kind, count])).toEqual([
      ['unordered', 1],
      ['duplicate', 1],
    ])
  })

  test('refuses one id with two contents', () => {
    const error = failure(trades([1_000, 7, 10, 1, 1], [2_000, 8, 10, 1, 1], [3_000, 7, 10.5, 1, 1]))
    expect(error.code).toBe('DATA_CONFLICTING_ROWS')
    expect(error.message).toContain('trade 7')
    expect(error.message).toContain('row 3')
    expect(error.message).toContain('row 1')
  })

  test.each<[string, Row, string]>([
    ['zero quantity', [1, 2, 10, 0, 1], 'DATA_QUANTITY'],
    ['NaN price', [1, 2, Number.NaN, 1, 1], 'DATA_PRICE'],
    ['fractional id', [1, 2.5, 10, 1, 1], 'DATA_ID'],
    ['unknown side', [1, 2, 10, 1, 2], 'DATA_SIDE'],
    ['milliseconds for microseconds', [T0 / 1_000 - T0, 2, 10, 1, 1], 'DATA_TIME'],
  ])('%s is refused', (_, row, code) => {
    const error = failure(trades([0, 1, 10, 1, 1], row))
    expect(error.code).toBe(code)
    expect(error.message).toContain('row 2')
  })
})
