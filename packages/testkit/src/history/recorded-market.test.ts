import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecordedMarket } from './recorded-market.ts'

const HOUR_MS = 3_600_000
const LISTED = Date.UTC(2024, 0, 1, 5)
const NOW = LISTED + 200 * HOUR_MS + 60_000
const HOLE = { fromMs: LISTED + 20 * HOUR_MS, toMs: LISTED + 23 * HOUR_MS }
const market = new RecordedMarket({ listedMs: LISTED, holes: [HOLE], tradeEveryMs: 40_000 })
const whole = market.bars(HOUR_MS, 0, 9e15, NOW)

test('every window of the past is a part of the whole', () => {
  const hours = fc.integer({ min: -5, max: 210 })
  fc.assert(
    fc.property(hours, hours, (from, to) => {
      const [fromMs, toMs] = [LISTED + from * HOUR_MS, LISTED + to * HOUR_MS]
      const expected = whole.filter(({ openTimeMs }) => openTimeMs >= fromMs && openTimeMs < toMs)
      expect(market.bars(HOUR_MS, fromMs, toMs, NOW)).toEqual(expected)
    }),
  )
})

test('bars are well-formed, begin at the listing, leave out the hole and end with the unfinished one', () => {
  expect(whole[0]?.openTimeMs).toBe(LISTED)
  expect(whole).toHaveLength(201 - 3)
  for (const { openTimeMs, open, high, low, close, volume } of whole) {
    expect(low).toBeLessThanOrEqual(Math.min(open, close))
    expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
    expect(volume).toBeGreaterThan(0)
    expect(openTimeMs >= HOLE.fromMs && openTimeMs < HOLE.toMs).toBe(false)
  }
  const later = market.bars(HOUR_MS, LISTED + 200 * HOUR_MS, 9e15, NOW + HOUR_MS)[0]
  expect(later?.openTimeMs).toBe(whole.at(-1)?.openTimeMs)
  expect(later?.volume).not.toBe(whole.at(-1)?.volume)
})

test('trades are in order of id and time, and found by both', () => {
  const trades = market.tradesFrom(0, 1e6, NOW)
  for (const [i, { id, timeMs }] of trades.entries()) {
    expect(id).toBe(i)
    expect(timeMs).toBeGreaterThanOrEqual(trades[i - 1]?.timeMs ?? LISTED)
    expect(timeMs).toBeLessThanOrEqual(NOW)
  }
  for (const at of [LISTED, LISTED + 12_345_678, NOW - 100_000])
    expect(market.tradeIdAt(at)).toBe(trades.findIndex(({ timeMs }) => timeMs >= at))
})

test('another seed is another market', () => {
  const other = new RecordedMarket({ listedMs: LISTED, seed: 2 }).bars(HOUR_MS, 0, 9e15, NOW)
  expect(other.filter(({ close }, i) => close === whole[i]?.close).length).toBeLessThan(20)
})
