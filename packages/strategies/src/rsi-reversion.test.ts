import { expect, test } from 'vitest'
import { fromCloses, play } from '../test/single-market.ts'
import { rsiReversion } from './rsi-reversion.ts'

const PARAMS = { rsiBars: 2, trendBars: 20, entryBelow: 30, exitAbove: 60, maxBars: 3 }
/** A long rise that flattens, so that a small fall is oversold and still far above the average of 20 bars. */
const RISE = [...Array.from({ length: 15 }, (_, i) => 60 + i), 100, 105, 110, 115, 120, 121, 122]
/** Falls with an RSI of 2 bars of 40 and 22. */
const DIP = [119, 117]

const tags = (closes: readonly number[], params: Record<string, unknown> = PARAMS): string[] =>
  play(rsiReversion, params, { 'BTC-USDT.TEST': fromCloses(closes) }).base.orders.map(
    (order) => `${order.side} ${order.tag}`,
  )

test('buys a dip above the average and sells the recovery', () => {
  expect(tags([...RISE, ...DIP, 125, 126])).toEqual(['buy oversold', 'sell recovered'])
})

test('does not buy a dip below the average', () => {
  expect(tags([...RISE, 80, 70, 65, 60])).toEqual([])
})

test('gives up after its longest holding time and waits for the RSI to rise before the next entry', () => {
  const creeping = [116.9, 116.8, 116.7, 116.6, 116.5, 116.4, 116.3]
  expect(tags([...RISE, ...DIP, ...creeping])).toEqual(['buy oversold', 'sell time is up'])
  expect(tags([...RISE, ...DIP, ...creeping, 117, 115, 113, 112])).toEqual([
    'buy oversold',
    'sell time is up',
    'buy oversold',
  ])
})
