import { describe, expect, test } from 'vitest'
import { windowWarnings } from './window-edges.ts'

const HOUR_MS = 3_600_000
const FROM_MS = Date.UTC(2017, 7, 17, 4)
const TO_MS = Date.UTC(2024, 3, 18)
const spans = [{ instrument: 'BTC-USDT.BINANCE', fromMs: FROM_MS, toMs: TO_MS }]

describe('a window wider than the data', () => {
  test('is told, with both ends', () => {
    const window = { fromMs: Date.UTC(2017, 0, 1), toMs: Date.UTC(2025, 0, 1) }
    expect(windowWarnings(spans, '1h', window)).toEqual([
      {
        code: 'window-shortened',
        message:
          'The window is shortened to the data: the bars of BTC-USDT.BINANCE begin at 2017-08-17T04:00:00Z, ' +
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
    expect(windowWarnings(spans, '1h', { fromMs, toMs })).toEqual([])
  })

  test.each([
    ['a bar at the start', FROM_MS - HOUR_MS, TO_MS],
    ['a bar at the end', FROM_MS, TO_MS + 1],
  ])('is told for %s', (_, fromMs, toMs) => {
    expect(windowWarnings(spans, '1h', { fromMs, toMs })).toHaveLength(1)
  })

  test('counts instruments beyond three', () => {
    const many = Array.from({ length: 5 }, () => spans[0] as (typeof spans)[number])
    const [warning] = windowWarnings(many, '1h', { fromMs: FROM_MS, toMs: TO_MS + HOUR_MS })
    expect(warning?.message).toMatch(/; and 2 more instruments\.$/)
  })
})
