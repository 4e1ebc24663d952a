import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { bollingerReversion } from './bollinger-reversion.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
const PARAMS = { period: 4, entry: 1.5, exit: 0, stop: 1, maxBars: 10 }
/** Mean 9.5 and deviation 0.866 after it: 1.73 deviations below. */
const DIP = [10, 10, 10, 10, 8]

const story = (closes: readonly number[], params: Record<string, unknown> = {}, id = BTC): unknown[] =>
  play(bollingerReversion, { ...PARAMS, ...params }, { [id]: fromCloses(closes) }).base.orders.map(
    (order) => `${order.side} ${order.tag}`,
  )

test('buys below the lower band and sells at the middle', () => {
  const run = play(bollingerReversion, PARAMS, { [BTC]: fromCloses([...DIP, 10, 10]) })
  expect(fillsOf(run).map(([side, price]) => [side, price])).toEqual([
    ['buy', 8],
    ['sell', 10],
  ])
  expect(run.base.decisions[0]?.values).toMatchObject({ score: expect.closeTo(-Math.sqrt(3), 12), middle: 9.5 })
})

test('takes the loss one deviation of the entry below the entry price', () => {
  // 0.866 below 8 is 7.13: a close of 7.2 is not yet the end, one of 7 is.
  expect(story([...DIP, 7.2, 7, 7])).toEqual(['buy outside the band', 'sell stop'])
  expect(story([...DIP, 7.2, 7.2], { stop: 1 })).toEqual(['buy outside the band'])
})

test('gives up when time is up', () => {
  expect(story([...DIP, 7.9, 7.8, 7.7], { maxBars: 2 })).toEqual(['buy outside the band', 'sell time is up'])
})

test('leaves out bands that are too narrow to pay', () => {
  // 1.5 deviations are 1.3, or 16 % of 8.
  expect(story([...DIP, 8], { minWidth: 0.15 })).toEqual(['buy outside the band'])
  expect(story([...DIP, 8], { minWidth: 0.17 })).toEqual([])
})

test('sells a perpetual short above the upper band', () => {
  const rise = [10, 10, 10, 10, 12, 10, 10]
  expect(story(rise, { direction: 'both' }, PERP)).toEqual(['sell outside the band', 'buy back at the middle'])
  expect(story(rise, { direction: 'both' })).toEqual([])
})

test('refuses an exit beyond the entry', () => {
  expect(() => configureStrategy(bollingerReversion, { entry: 1, exit: 1.5 })).toThrow('do not go together')
})
