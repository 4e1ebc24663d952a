import { expect, test } from 'vitest'
import { fillsOf, play, type Row } from './scripted-run.ts'

const FLAT: Row = [100, 100, 100, 100]

test('an order cancelled in reply to a fill at the same open does not trade', () => {
  const run = play([FLAT, FLAT, [80, 80, 80, 80], FLAT], {
    bars: {
      0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 4 }),
      1: ({ submit, instrument }) => {
        submit({ instrument, side: 'sell', quantity: 2, type: 'stop-market', triggerPrice: 95 })
        submit({ instrument, side: 'sell', quantity: 2, type: 'stop-market', triggerPrice: 90 })
      },
    },
    onFill: ({ openOrders, cancel }) => openOrders().forEach((each) => cancel(each)),
  })
  expect(fillsOf(run)).toEqual([
    ['buy', 100, 4],
    ['sell', 80, 2],
  ])
  expect(run.states).toEqual(['filled', 'filled', 'cancelled'])
})

test('an order amended in reply to a fill at the same open trades once, on its new terms', () => {
  const run = play([FLAT, FLAT, [80, 80, 60, 80], FLAT], {
    bars: {
      0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 4 }),
      1: ({ submit, instrument }) => {
        submit({ instrument, side: 'sell', quantity: 2, type: 'stop-market', triggerPrice: 95 })
        submit({ instrument, side: 'sell', quantity: 2, type: 'stop-market', triggerPrice: 90 })
      },
    },
    onFill: ({ openOrders, amend }, price) => {
      if (price === 80) openOrders().forEach((each) => amend(each, { triggerPrice: 70 }))
    },
  })
  expect(fillsOf(run)).toEqual([
    ['buy', 100, 4],
    ['sell', 80, 2],
    ['sell', 70, 2],
  ])
})
