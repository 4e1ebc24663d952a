import { describe, expect, test } from 'vitest'
import { parseCellReport } from './cell-report.ts'

const REPORT = {
  version: '1.0.0',
  checksum: 'e2e0a2f5',
  coldMs: 12.5,
  runsMs: [3, 2],
  peakRssMb: 80,
  firstCallMb: 20,
  outcome: { closedTrades: 3 },
}

describe('parseCellReport', () => {
  test('reads the last line that is an object, past what an engine printed itself', () => {
    const noise = '{"progress":1}\nwarming up\n'
    expect(parseCellReport(`${noise}${JSON.stringify(REPORT)}\n`)).toEqual(REPORT)
  })
  test('says that a cell printed nothing', () => {
    expect(() => parseCellReport('done\n')).toThrow('it printed no report')
  })
  test('names what is wrong with a report', () => {
    expect(() => parseCellReport(JSON.stringify({ ...REPORT, coldMs: 'fast' }))).toThrow(/coldMs/)
  })
})
