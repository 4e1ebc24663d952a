import { runBacktest } from '@kestrel/backtest'
import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { dailyBars, free, type Row } from '../test/single-market.ts'
import { ProtectiveStop } from './protective-stop.ts'

const FLAT: readonly Row[] = Array.from({ length: 8 }, () => [100, 101, 99, 100] as const)

/** Trades the wanted quantities bar by bar, and protects what is held at every bar by a stop at a price. */
function run(id: string, wanted: readonly number[], stopPrice: (held: number) => number, minNotional = 0) {
  const strategy = defineStrategy({
    name: 'protected',
    about: 'Holds what the test says, with a stop.',
    params: z.object({}),
    start(context) {
      const { instrument, bars, submit, position } = context
      bars(instrument)
      const stop = new ProtectiveStop(context, instrument)
      let bar = 0
      return {
        onBar() {
          const difference = (wanted[bar++] ?? wanted.at(-1) ?? 0) - position(instrument).quantity
          const side = difference > 0 ? 'buy' : 'sell'
          if (Math.abs(difference) > 1e-9) submit({ instrument, side, quantity: Math.abs(difference) })
          stop.changed()
          stop.protect(stopPrice(position(instrument).quantity))
        },
      }
    },
  })
  return runBacktest(
    {
      instruments: [{ ...free(id), minNotional }],
      timeframe: '1d',
      strategies: [configureStrategy(strategy)],
      cash: 10_000,
      funding: 'none',
      fill: { spreadBps: 0, slippageBps: 0 },
    },
    { bars: () => dailyBars(FLAT) },
    { band: false },
  ).base.orders.filter(({ tag }) => tag === 'stop')
}

test('changes sides with the position', () => {
  const stops = run('BTC-USDT-PERP.TEST', [1, 1, -2], (held) => (held > 0 ? 90 : 110))
  expect(stops.map(({ side, quantity, state, reduceOnly }) => [side, quantity, state, reduceOnly])).toEqual([
    ['sell', 1, 'cancelled', true],
    ['buy', 2, 'accepted', true],
  ])
})

test('rests on a perpetual however small the position is', () => {
  expect(run('BTC-USDT-PERP.TEST', [1, 0.1], () => 90, 50).at(-1)).toMatchObject({ quantity: 0.1, state: 'accepted' })
})

test('is offered once where the venue takes nothing so small, as on spot', () => {
  const stops = run('BTC-USDT.TEST', [1, 0.4], () => 90, 50)
  expect(stops.filter(({ reason }) => reason.includes('below the minimum'))).toHaveLength(1)
})
