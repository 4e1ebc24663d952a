import type { OrderView } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { closeMs, fillsOf, play, type Row, type Script } from './scripted-run.ts'

const FLAT: Row = [100, 100, 100, 100]

const gapped = (onFill: Script['onFill']): Script => ({
  bars: {
    0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 4 }),
    1: ({ submit, instrument }) => {
      submit({ instrument, side: 'sell', quantity: 2, type: 'stop-market', triggerPrice: 95 })
      submit({ instrument, side: 'sell', quantity: 2, type: 'stop-market', triggerPrice: 90 })
    },
  },
  ...(onFill === undefined ? {} : { onFill }),
})

describe('orders that one open reaches', () => {
  const all = [
    ['buy', 100, 4],
    ['sell', 80, 2],
    ['sell', 80, 2],
  ]

  test('all trade before anybody can take one back', () => {
    const run = play(
      [FLAT, FLAT, [80, 80, 80, 80], FLAT],
      gapped(({ openOrders, cancel }) => openOrders().forEach((each) => cancel(each))),
    )
    expect(fillsOf(run)).toEqual(all)
  })

  test('all trade before anybody can change one; the change is refused with the reason', () => {
    const answers: (string | undefined)[] = []
    const orders: OrderView[] = []
    const run = play([FLAT, FLAT, [80, 80, 60, 80], FLAT], {
      ...gapped(({ amend }, price) => {
        if (price === 80) for (const each of orders) answers.push(amend(each, { triggerPrice: 70 }))
      }),
      onOrder: (_context, _state, order) => {
        if (order.side === 'sell' && !orders.includes(order)) orders.push(order)
      },
    })
    expect(fillsOf(run)).toEqual(all)
    expect(new Set(answers)).toEqual(new Set(['the order is filled']))
  })

  test('are answered at the same open', () => {
    const run = play(
      [FLAT, FLAT, [80, 85, 80, 80], FLAT],
      gapped(({ submit, instrument }, _price, count) => {
        if (count === 2) submit({ instrument, side: 'buy', quantity: 1 })
      }),
    )
    expect(fillsOf(run)).toEqual([...all, ['buy', 80, 1]])
    expect(run.fills.at(-1)?.tsEventMs).toBe(closeMs(1))
  })
})
