import { bucketStart } from '@kestrel/core'
import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import { barsOf, closeMs, instrument, START_MS } from './scripted-run.ts'

const HOUR = 3_600_000
const hourly = barsOf(Array.from({ length: 12 }, (_, i) => [i + 1, i + 1, i + 1, i + 1] as const))
const fourHourly = barsOf(
  [
    [1, 4, 1, 4],
    [5, 8, 5, 8],
    [9, 12, 9, 12],
  ],
  4 * HOUR,
)
const btc = instrument()
const eth = instrument({ id: 'ETH-USDT.TEST' })

function record(start: Parameters<typeof defineStrategy>[0]['start'], instruments = [btc]): void {
  const strategy = defineStrategy({ name: 'recorder', about: 'Writes down what it sees.', params: z.object({}), start })
  const config = resolveConfig({ instruments, timeframe: '1h', strategies: [configureStrategy(strategy)], cash: 1_000 })
  const data = {
    bars: (_: string, timeframe: string) => (timeframe === '4h' ? fourHourly : timeframe === '1h' ? hourly : undefined),
  }
  simulate(config, prepareData(config, data), config.fill)
}

test('a longer bar becomes visible at its close, in the same instant as the shorter one that ends with it', () => {
  const seen: (readonly [number, number, number])[] = []
  record(({ bars, instrument: traded, clock }) => {
    const short = bars(traded)
    const long = bars(traded, '4h')
    return {
      onSlice: () => void seen.push([(clock.nowMs - START_MS) / HOUR, short.close.value, long.close.value]),
    }
  })
  expect(seen.slice(0, 5)).toEqual([
    [1, 1, Number.NaN],
    [2, 2, Number.NaN],
    [3, 3, Number.NaN],
    [4, 4, 4],
    [5, 5, 4],
  ])
  expect(seen.every(([hour, , long]) => Number.isNaN(long) || long === Math.floor(hour / 4) * 4)).toBe(true)
})

test('onBar comes by instrument and then from the shortest timeframe, onSlice after all of them', () => {
  const order: string[] = []
  record(
    ({ bars, instruments, clock }) => {
      for (const each of instruments.toReversed()) {
        bars(each, '4h')
        bars(each)
      }
      const now = (): boolean => clock.nowMs === closeMs(3)
      return {
        onBar: (bar) => void (now() && order.push(`${bar.instrument.base} ${bar.timeframe}`)),
        onSlice: () => void (now() && order.push('slice')),
      }
    },
    [btc, eth],
  )
  expect(order).toEqual(['BTC 1h', 'BTC 4h', 'ETH 1h', 'ETH 4h', 'slice'])
})

test('an indicator on a longer timeframe moves when that timeframe closes', () => {
  const seen: number[] = []
  record(({ bars, instrument: traded, indicator }) => {
    bars(traded)
    const mean = indicator.sma(bars(traded, '4h').close, 2)
    return { onSlice: () => void seen.push(mean.value) }
  })
  expect(seen.map((value) => (Number.isNaN(value) ? 0 : value))).toEqual([0, 0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 10])
})

test('series of two instruments are paired by what was visible at each close', () => {
  const seen: number[] = []
  record(
    ({ bars, instruments, indicator }) => {
      const [one, two] = instruments as [typeof btc, typeof btc]
      const correlation = indicator.correlation(bars(one).close, bars(two, '4h').close, 3)
      return { onSlice: () => void seen.push(correlation.value) }
    },
    [btc, eth],
  )
  // At the eighth hour: 6, 7, 8 against 4, 4, 8, whose correlation is 4 / sqrt(2 * 32 / 3).
  expect(seen[7]).toBeCloseTo(Math.sqrt(0.75), 12)
})

test('timers fire at the first instant at or after their time', () => {
  const fired: (readonly [string, number])[] = []
  record(({ bars, instrument: traded, timer }) => {
    bars(traded)
    timer(START_MS + 2.5 * HOUR, 'between')
    timer(START_MS + 5 * HOUR, 'sharp')
    return { onTimer: (name, timeMs) => void fired.push([name, (timeMs - START_MS) / HOUR]) }
  })
  expect(fired).toEqual([
    ['between', 3],
    ['sharp', 5],
  ])
})

test('the universe in force is the newest that was knowable', () => {
  const seen: string[] = []
  const strategy = defineStrategy({
    name: 'members',
    about: 'Writes down the members.',
    params: z.object({}),
    start: ({ members }) => ({
      onSlice: () =>
        void seen.push(
          members()
            .map((each) => each.base)
            .join('+'),
        ),
    }),
  })
  const config = resolveConfig({
    instruments: [btc, eth],
    timeframe: '1h',
    strategies: [configureStrategy(strategy)],
    cash: 1_000,
    universe: [
      { fromMs: bucketStart(closeMs(1), HOUR), members: [btc.id] },
      { fromMs: closeMs(2) + 1, members: [btc.id, eth.id] },
    ],
  })
  simulate(config, prepareData(config, { bars: () => hourly }), config.fill)
  expect(seen.slice(0, 5)).toEqual(['', 'BTC', 'BTC', 'BTC+ETH', 'BTC+ETH'])
})
