import { describe, expect, test } from 'vitest'
import type { CellResult } from '../bench-case.ts'
import type { CaseReport } from '../run-case.ts'
import { digits, printTable, rowsOf } from './print-table.ts'
import { markdownOf } from './write-docs.ts'

function result(engine: string, median: number, group = 'close'): CellResult {
  const spread = { median, min: median - 1, max: median + 1, runs: 5, coldMs: 60, peakRssMb: 100 }
  return {
    engine,
    version: '1',
    ...spread,
    group,
    units: 1_000_000,
    bytesPerUnit: 90,
    foreignCpuShare: 0.1,
    note: undefined,
  }
}

const REPORT: CaseReport = {
  case: 'P1',
  unit: 'ns per bar',
  machine: 'a machine',
  commit: '0123456789abcdef',
  checksum: 'e2e0a2f5',
  results: [result('slow', 120), result('kestrel', 40), result('fast', 10), result('kestrel', 50, 'open')],
  equality: { agree: true, details: [] },
  about: 'A backtest.',
  seed: 1,
  measuredAt: '2026-01-02T00:00:00.000Z',
  pinnedToCore: 1,
  excluded: [{ engine: 'absent', group: 'close', reason: 'not installed: no such version' }],
  marks: [{ name: 'Time', aim: 'at most 30 ns', measured: '40 ns', met: false }],
}

describe('rowsOf', () => {
  test('puts the fastest first and relates every row to ours', () => {
    const rows = rowsOf(REPORT, 'close')
    expect(rows.map((row) => [row[0], row[6]])).toEqual([
      ['fast', '0.250'],
      ['kestrel', '1'],
      ['slow', '3.00'],
    ])
  })
})

describe.each([
  ['printTable', printTable],
  ['markdownOf', markdownOf],
])('%s', (_, print) => {
  test('shows every row, what has no time, and a missed mark', () => {
    const text = print(REPORT)
    for (const part of ['slow', 'fast', 'absent', 'no such version', 'ns per bar', 'e2e0a2f5'])
      expect(text).toContain(part)
    expect(text.toLowerCase()).toContain('missed')
  })
})

test.each([
  [0.06641, '0.0664'],
  [7.126, '7.13'],
  [164.4, '164'],
  [5530.4, '5,530'],
])('digits(%d) is %s', (value, text) => {
  expect(digits(value)).toBe(text)
})
