import { expect, test } from 'vitest'
import { instrument, play } from '../../test/scripted-run.ts'
import { uncoveredOrders } from './uncovered-orders.ts'

test('counts orders that the account cannot cover where they fill, not those that are withdrawn', () => {
  const perp = instrument({ id: 'BTC-USDT-PERP.TEST' })
  const { orders } = play(
    [
      [100, 100, 100, 100],
      [100, 100, 100, 100],
      [100, 100, 100, 100],
    ],
    {
      bars: {
        // All that the account can carry, then more of it; the last one rests far away and is taken back.
        0: ({ target }) => target(perp, { quantity: 10 }),
        1: ({ target, submit, cancel }) => {
          target(perp, { quantity: 15 })
          cancel(submit({ instrument: perp, side: 'sell', quantity: 1, type: 'limit', limitPrice: 500 }))
        },
      },
    },
    { instruments: [perp], cash: 1_000 },
  )
  expect(orders.map(({ state }) => state)).toEqual(['filled', 'cancelled', 'cancelled'])
  expect(uncoveredOrders(orders)).toBe(1)
})
