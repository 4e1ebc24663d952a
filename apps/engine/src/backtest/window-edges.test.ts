import { describe, expect, test } from 'vitest'
import { windowWarnings } from './window-edges.ts'

const HOUR_MS = 3_600_000
const FROM_MS = Date.UTC(2017, 7, 17, 4)
const TO_MS = Date.UTC(2024, 3, 18)
const OPEN = { fromMs: undefined, toMs: undefined }
const BTC = { instrument: 'BTC-USDT.BINANCE', fromMs: FROM_MS, toMs: TO_MS }
const SOL = { instrument: 'SOL-USDT.BINANCE', fromMs: Date.UTC(2020, 7, 11), toMs: Date.UTC(2026, 2, 1) }

describe('a window wider than the data', () => {
  test('is told, with both ends', () => {
    const window = { fromMs: Date.UTC(2017, 0, 1), toMs: Date.UTC(2025, 0, 1) }
    expect(windowWarnings([BTC], '1h', window)).toEqual([
      {
        code: 'window-shortened',
        message:
          'The window is shortened to the data: the bars begin at 2017-08-17T04:00:00Z, ' +
          'not 2017-01-01T00:00:00Z and end at 2024-04-18T00:00:00Z, not 2025-01-01T00:00:00Z.',
      },
    ])
  })

  test.each([
    ['bounds left open', undefined, undefined],
    ['the exact bounds', FROM_MS, TO_MS],
    ['bounds within', FROM_MS + HOUR_MS, TO_MS - HOUR_MS],
    ['a start between two bars', FROM_MS - HOUR_MS + 1, TO_MS],
  ])('nothing is told of %s', (_, fromMs, toMs) => {
    expect(windowWarnings([BTC], '1h', { fromMs, toMs })).toEqual([])
  })

  test.each([
    ['a bar at the start', FROM_MS - HOUR_MS, TO_MS],
    ['a bar at the end', FROM_MS, TO_MS + 1],
  ])('is told for %s', (_, fromMs, toMs) => {
    expect(windowWarnings([BTC], '1h', { fromMs, toMs })).toHaveLength(1)
  })
})

describe('instruments with bars for a part of the run', () => {
  test('are told one by one, with the bounds left open too', () => {
    expect(windowWarnings([BTC, SOL], '1h', OPEN)).toEqual([
      {
        code: 'instrument-absent',
        message:
          'BTC-USDT.BINANCE has no bars from 2024-04-18T00:00:00Z to 2026-03-01T00:00:00Z: ' +
          'a position in it is valued at the last close from then on, and nothing in it fills.',
      },
      {
        code: 'instrument-absent',
        message:
          'SOL-USDT.BINANCE has no bars from 2017-08-17T04:00:00Z to 2020-08-11T00:00:00Z: nothing in it fills then.',
      },
    ])
  })

  test('are told beside a window that is wider than all of them', () => {
    const warnings = windowWarnings([BTC, SOL], '1h', { fromMs: FROM_MS, toMs: Date.UTC(2027, 0, 1) })
    expect(warnings.map(({ code }) => code)).toEqual(['window-shortened', 'instrument-absent', 'instrument-absent'])
    expect(warnings[0]?.message).toContain('the bars end at 2026-03-01T00:00:00Z, not 2027-01-01T00:00:00Z.')
  })

  test('have both edges in one warning', () => {
    const [warning, ...more] = windowWarnings([{ ...SOL, toMs: TO_MS - HOUR_MS }, BTC], '1h', OPEN)
    expect(more).toEqual([])
    expect(warning?.message).toMatch(/^SOL.* to 2020-08-11T00:00:00Z: .*; nor from 2024-04-17T23:00:00Z to 2024-04-18T/)
  })

  test('are not told of less than one bar', () => {
    const shifted = { ...SOL, fromMs: FROM_MS + HOUR_MS - 1, toMs: TO_MS - HOUR_MS + 1 }
    expect(windowWarnings([BTC, shifted], '1h', OPEN)).toEqual([])
  })

  test('share a warning beyond the tenth, which names each', () => {
    const many = Array.from({ length: 13 }, (_, i) => ({ ...BTC, instrument: `C${i}-USDT.X`, toMs: TO_MS - HOUR_MS }))
    const warnings = windowWarnings([BTC, ...many], '1h', OPEN)
    expect(warnings).toHaveLength(11)
    expect(warnings.at(-1)?.message).toBe(
      '3 more instruments have no bars for a part of the run: C10-USDT.X, C11-USDT.X, C12-USDT.X.',
    )
  })
})
