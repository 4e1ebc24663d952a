import {
  configureStrategy,
  defineStrategy,
  type StrategyContext,
  type StrategyHandlers,
  twap,
  type TwapOrder,
  volumeSlices,
} from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import { barsOf, closeMs, instrument, type Row } from './scripted-run.ts'

const HOUR_MS = 3_600_000

function run(
  start: (context: StrategyContext<Record<string, unknown>>) => StrategyHandlers,
  volumes: readonly number[],
) {
  const one = instrument({ id: 'BTC-USDT-PERP.TEST' })
  const strategy = defineStrategy({ name: 'planner', about: 'Works an order.', params: z.object({}), start })
  const config = resolveConfig({
    instruments: [one],
    timeframe: '1h',
    cash: 1e9,
    strategies: [configureStrategy(strategy)],
    sizeMode: 'units',
    fill: { spreadBps: 0, slippageBps: 0, volumeShare: undefined },
  })
  const bars = barsOf(volumes.map((volume): Row => [100, 100, 100, 100, volume]))
  return simulate(config, prepareData(config, { bars: () => bars }), config.fill)
}

test('a TWAP trades equal parts at equal times, what does not divide first', () => {
  let plan: TwapOrder | undefined
  const { fills } = run(
    (context) => {
      context.bars(context.instrument)
      return {
        onBar() {
          plan ??= twap(context, {
            instrument: context.instrument,
            side: 'buy',
            quantity: 8,
            slices: 3,
            everyMs: 2 * HOUR_MS,
          })
        },
        onTimer: (name) => void plan?.onTimer(name),
      }
    },
    [1, 1, 1, 1, 1, 1, 1],
  )
  expect(fills.map(({ quantity, tsEventMs }) => [quantity, tsEventMs])).toEqual([
    [3, closeMs(0)],
    [3, closeMs(2)],
    [2, closeMs(4)],
  ])
  expect(plan).toMatchObject({ isDone: true, filledQuantity: 8 })
})

test('two plans of one strategy keep their timers apart, and a stopped one sends no more', () => {
  const plans: TwapOrder[] = []
  const { fills } = run(
    (context) => {
      context.bars(context.instrument)
      let bar = 0
      const part = { instrument: context.instrument, quantity: 3, slices: 3, everyMs: HOUR_MS }
      return {
        onBar() {
          if (bar++ === 0) plans.push(twap(context, { ...part, side: 'buy' }), twap(context, { ...part, side: 'sell' }))
          if (bar === 2) plans[1]?.stop()
        },
        onTimer: (name) => void plans.some((each) => each.onTimer(name)),
      }
    },
    [1, 1, 1, 1, 1],
  )
  expect(fills.filter(({ side }) => side === 'buy')).toHaveLength(3)
  expect(fills.filter(({ side }) => side === 'sell')).toHaveLength(1)
})

test('volume slices take their share of each bar that has closed', () => {
  const { fills } = run(
    (context) => {
      const { volume } = context.bars(context.instrument)
      const plan = volumeSlices(context, {
        instrument: context.instrument,
        side: 'buy',
        quantity: 10,
        volumeShare: 0.1,
      })
      return { onBar: () => plan.onBar(volume.value) }
    },
    [20, 45, 5, 300, 100],
  )
  expect(fills.map(({ quantity }) => quantity)).toEqual([2, 4, 4])
})

test.each([
  ['no parts', { slices: 0, everyMs: 1 }, '0 parts'],
  ['no time', { slices: 2, everyMs: 0 }, '0 ms between its parts'],
  ['fewer lots than parts', { slices: 9, everyMs: 1 }, '9 parts, but only 8 lots of 1'],
])('a TWAP with %s is refused', (_, part, reason) => {
  expect(() =>
    run(
      (context) => {
        twap(context, { instrument: context.instrument, side: 'buy', quantity: 8, ...part })
        return {}
      },
      [1],
    ),
  ).toThrow(reason)
})
