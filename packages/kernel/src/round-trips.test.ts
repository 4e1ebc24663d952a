import { instrumentOf } from '@kestrel/core'
import { expect, test } from 'vitest'
import { PLAIN_TERMS } from './special-terms.ts'
import { Order } from './order.ts'
import { type RoundTrip, RoundTrips } from './round-trips.ts'

const instrument = instrumentOf({ id: 'A-B.TEST', tickSize: '1', lotSize: '1', makerFeeRate: 0, takerFeeRate: 0 })

function book(fills: readonly (readonly [lots: number, price: number, fee: number])[]): RoundTrip[] {
  const trips = new RoundTrips([instrument], ['s'])
  fills.forEach(([lots, price, fee], i) => {
    const order = new Order(i + 1, {
      instrument,
      instrumentIndex: 0,
      strategyIndex: 0,
      side: lots > 0 ? 'buy' : 'sell',
      type: 'market',
      timeInForce: 'GTC',
      expireTimeMs: Infinity,
      postOnly: false,
      reduceOnly: false,
      tag: '',
      createdTimeMs: 0,
      fromTarget: false,
      quantityLots: Math.abs(lots),
      limitTicks: Number.NaN,
      triggerTicks: Number.NaN,
      special: PLAIN_TERMS,
    })
    trips.apply(
      0,
      order,
      { lots: Math.abs(lots), price, fee, liquidity: 'taker', slippage: 0, tsEventMs: i, barOpenTimeMs: i },
      i,
    )
  })
  return trips.records()
}

test('a trade runs from flat to flat with quantity-weighted prices', () => {
  const closed = book([
    [1, 100, 1],
    [3, 120, 1],
    [-2, 130, 1],
    [-2, 110, 1],
  ])
  expect(closed).toMatchObject([
    {
      direction: 'long',
      entryTimeMs: 0,
      exitTimeMs: 3,
      quantity: 4,
      maxQuantity: 4,
      entryPrice: 115,
      exitPrice: 120,
      entryFee: 2,
      exitFee: 2,
      profit: 16,
      exitReason: 'signal',
      firstFill: 0,
      lastFill: 3,
    },
  ])
})

test('a reversal closes one trade and opens the next, sharing the fee by quantity', () => {
  const closed = book([
    [2, 100, 2],
    [-5, 110, 5],
    [3, 90, 3],
  ])
  expect(closed).toMatchObject([
    { direction: 'long', quantity: 2, exitFee: 2, profit: 16 },
    { direction: 'short', quantity: 3, entryPrice: 110, exitPrice: 90, entryFee: 3, exitFee: 3, profit: 54 },
  ])
})

test('an open position is no trade yet', () => {
  expect(
    book([
      [2, 100, 0],
      [-1, 110, 0],
    ]),
  ).toEqual([])
})

test('equal prices are kept as they are, free of rounding', () => {
  expect(
    book([
      [3, 0.1, 0],
      [3, 0.1, 0],
      [-6, 0.3, 0],
    ]),
  ).toMatchObject([{ entryPrice: 0.1, exitPrice: 0.3 }])
})
