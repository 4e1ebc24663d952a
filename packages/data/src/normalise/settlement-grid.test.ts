import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseSeries } from './normalise-series.ts'
import { settlementTimeMs } from './settlement-grid.ts'

const EIGHT = Date.UTC(2025, 2, 1, 8)
const context = { what: 'BTC-USDT-PERP.BINANCE funding', source: 'a file' }

test.each([
  [EIGHT, EIGHT],
  [EIGHT + 3, EIGHT],
  [EIGHT - 3, EIGHT],
  [EIGHT + 2_000, EIGHT],
  [EIGHT - 2_000, EIGHT],
  [EIGHT + 2_001, EIGHT + 2_001],
  [EIGHT + 1_800_000, EIGHT + 1_800_000],
])('a stamp at %s belongs to the settlement at %s', (stampMs, settlementMs) => {
  expect(settlementTimeMs(stampMs)).toBe(settlementMs)
})

test('moving a time twice moves it once', () => {
  const plausible = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2090, 0) })
  fc.assert(fc.property(plausible, (ms) => settlementTimeMs(settlementTimeMs(ms)) === settlementTimeMs(ms)))
})

test('two recordings of one settlement are one row, and the other entered as a repeat', () => {
  const times = Float64Array.of(EIGHT, EIGHT + 4, EIGHT + 28_800_007)
  const raw = { tsEventMs: times, knowableTimeMs: times, values: { rate: Float64Array.of(1e-4, 1e-4, 2e-4) } }
  const { series, ledger } = normaliseSeries(raw, 'funding', context)
  expect([...series.tsEventMs]).toEqual([EIGHT, EIGHT + 28_800_000])
  expect([...series.knowableTimeMs]).toEqual([EIGHT, EIGHT + 28_800_000])
  expect(ledger).toMatchObject([{ kind: 'duplicate', fromMs: EIGHT, count: 1 }])
  expect([...times]).toEqual([EIGHT, EIGHT + 4, EIGHT + 28_800_007])
})

test('two rates for one settlement are refused', () => {
  const times = Float64Array.of(EIGHT, EIGHT + 4)
  const raw = { tsEventMs: times, knowableTimeMs: times, values: { rate: Float64Array.of(1e-4, 3e-4) } }
  expect(() => normaliseSeries(raw, 'funding', context)).toThrow(
    expect.objectContaining({ code: 'DATA_CONFLICTING_ROWS' }),
  )
})

test('other kinds keep their times', () => {
  const times = Float64Array.of(EIGHT + 4)
  const raw = { tsEventMs: times, knowableTimeMs: times, values: { value: Float64Array.of(1) } }
  expect([...normaliseSeries(raw, 'series', context).series.tsEventMs]).toEqual([EIGHT + 4])
})
