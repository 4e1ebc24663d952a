import type { RoundTrip } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { barsOf, closeMs } from '../../test/scripted-run.ts'
import { withExcursions } from './excursions.ts'

const trip = (changes: Partial<RoundTrip>): RoundTrip => ({
  instrumentId: 'A-B.TEST',
  strategy: 's',
  direction: 'long',
  entryTimeMs: closeMs(0),
  exitTimeMs: closeMs(2),
  maxQuantity: 1,
  quantity: 1,
  entryPrice: 100,
  exitPrice: 101,
  entryFee: 0,
  exitFee: 0,
  funding: 0,
  slippage: 0,
  profit: 1,
  profitRatio: 0.01,
  entryTag: '',
  exitReason: 'signal',
  firstFill: 0,
  lastFill: 1,
  mae: Number.NaN,
  mfe: Number.NaN,
  bars: Number.NaN,
  ...changes,
})
const bars = barsOf([
  [100, 300, 1, 100],
  [100, 105, 98, 104],
  [104, 110, 99, 101],
  [101, 500, 1, 101],
])

test('looks at the bars between entry and exit only', () => {
  const [long] = withExcursions([trip({})], () => bars)
  expect(long).toMatchObject({ bars: 2 })
  expect(long?.mae).toBeCloseTo(-0.02, 12)
  expect(long?.mfe).toBeCloseTo(0.1, 12)
})

test('turns rise into loss for a short', () => {
  const [short] = withExcursions([trip({ direction: 'short' })], () => bars)
  expect(short?.mae).toBeCloseTo(-0.1, 12)
  expect(short?.mfe).toBeCloseTo(0.02, 12)
})

test('a trade inside one bar knows its own prices only', () => {
  const [inside] = withExcursions([trip({ exitTimeMs: closeMs(0), exitPrice: 95 })], () => bars)
  expect(inside).toMatchObject({ bars: 0, mfe: 0 })
  expect(inside?.mae).toBeCloseTo(-0.05, 12)
})

test('finds the bars of each trade, in whatever order the trades come', () => {
  const long = barsOf(Array.from({ length: 500 }, (_, i) => [100 + i, 100 + i, 100 + i, 100 + i] as const))
  const pairs = [
    [3, 5],
    [5, 9],
    [400, 420],
    [10, 12],
    [498, 499],
    [0, 499],
  ] as const
  const trips = pairs.map(([entry, exit]) =>
    trip({ entryTimeMs: closeMs(entry), exitTimeMs: closeMs(exit), entryPrice: 100 + entry, exitPrice: 100 + exit }),
  )
  expect(withExcursions(trips, () => long).map(({ bars: held }) => held)).toEqual(
    pairs.map(([entry, exit]) => exit - entry),
  )
})
