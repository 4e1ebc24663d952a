import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { emaCross } from './ema-cross.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
/**
 * Averages of 2 and 3 bars, each begun with a mean: after the third close 12 and 11, after the fourth 12.67 and 12, after
 * the fifth 9.56 and 10, after the sixth 8.52 and 9.
 */
const CLOSES = [10, 10, 13, 13, 8, 8, 8]
const PARAMS = { fast: 2, slow: 3 }

const trades = (params: Record<string, unknown>, id = BTC): unknown[] =>
  fillsOf(play(emaCross, { ...PARAMS, ...params }, { [id]: fromCloses(CLOSES) })).map(([side, price]) => [side, price])

test('is long while the fast average is above the slow one', () => {
  expect(trades({})).toEqual([
    ['buy', 13],
    ['sell', 8],
  ])
})

test('turns only once the averages are a band apart', () => {
  expect(trades({ band: 0.1 })).toEqual([])
  // 9.56 is not 5 % below 10, 8.52 is 5 % below 9: it leaves a bar later, at the same price.
  const run = play(emaCross, { ...PARAMS, band: 0.05 }, { [BTC]: fromCloses(CLOSES) })
  expect(run.base.decisions.map(({ values }) => values['fast'])).toEqual([
    expect.closeTo(12, 12),
    expect.closeTo(8.5185, 4),
  ])
})

test('sells a perpetual short where it may, and never spot', () => {
  const config = { direction: 'both' }
  expect(trades(config)).toEqual(trades({}))
  const run = play(emaCross, { ...PARAMS, ...config }, { [PERP]: fromCloses(CLOSES) })
  expect(run.base.openPositions).toMatchObject([{ quantity: expect.closeTo(-769.2308 * 1, 0) }])
})

test('does not follow the price of a position that it holds', () => {
  const rise = [10, 10, ...Array.from({ length: 20 }, (_, i) => 12 + i)]
  const run = play(emaCross, { ...PARAMS, weight: 0.3 }, { [BTC]: fromCloses(rise) })
  expect(run.base.orders).toHaveLength(1)
})

test('refuses a fast average that is not the faster', () => {
  expect(() => configureStrategy(emaCross, { fast: 50, slow: 50 })).toThrow('do not go together')
})
