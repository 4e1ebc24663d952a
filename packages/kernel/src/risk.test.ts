import { instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { Ledger } from './ledger.ts'
import { PLAIN_TERMS } from './special-terms.ts'
import { Order, type OrderTerms } from './order.ts'
import { checkOrder, type RiskLimits, type RiskState } from './risk.ts'

const perpetual = instrumentOf({
  id: 'A-B-PERP.TEST',
  tickSize: '1',
  lotSize: '1',
  minNotional: '50',
  minQuantity: '2',
  makerFeeRate: 0,
  takerFeeRate: 0,
})

function verdict(terms: Partial<OrderTerms>, limits: RiskLimits = {}, state: Partial<RiskState> = {}): string {
  const ledger = new Ledger([perpetual], 1, { B: 10_000 }, 'B')
  ledger.setMark(0, 100)
  const order = new Order(1, {
    instrument: perpetual,
    instrumentIndex: 0,
    strategyIndex: 0,
    side: 'buy',
    type: 'market',
    timeInForce: 'GTC',
    expireTimeMs: Infinity,
    postOnly: false,
    reduceOnly: false,
    tag: '',
    createdTimeMs: 0,
    fromTarget: false,
    quantityLots: 10,
    limitTicks: Number.NaN,
    triggerTicks: Number.NaN,
    special: PLAIN_TERMS,
    ...terms,
  })
  const result = checkOrder(order, {
    ledger,
    limits,
    openOrders: 3,
    freeLots: 0,
    positionLots: 0,
    active: true,
    ...state,
  })
  return typeof result === 'string' ? result : 'approved'
}

describe('checkOrder', () => {
  test('takes a small order on a perpetual that can only reduce', () => {
    const small = { quantityLots: 4, limitTicks: 10, type: 'limit', side: 'sell' } as const
    expect(verdict({ ...small, reduceOnly: true }, {}, { positionLots: 9 })).toBe('approved')
    expect(verdict(small, {}, { positionLots: 9 })).toMatch('below the minimum of 50')
    expect(verdict({ ...small, reduceOnly: true }, {}, { positionLots: -9 })).toMatch('reduce-only, but')
    // The quantity has a minimum all the same.
    expect(verdict({ ...small, quantityLots: 1, reduceOnly: true }, {}, { positionLots: 9 })).toMatch('minimum of 2')
  })

  test('approves what breaks nothing', () => {
    expect(verdict({})).toBe('approved')
  })

  test.each([
    ['quantity', { quantityLots: 1 }, {}, {}, 'quantity 1 is below the minimum of 2'],
    [
      'notional',
      { quantityLots: 4, limitTicks: 10, type: 'limit' },
      {},
      {},
      'notional 40.0000 is below the minimum of 50',
    ],
    ['order notional', {}, { maxOrderNotional: 999 }, {}, 'notional 1000.0000 is above the limit of 999 an order'],
    [
      'position',
      {},
      { maxPositionNotional: 1_500 },
      { positionLots: 6 },
      'position of 1600.0000 is above the limit of 1500',
    ],
    [
      'gross exposure',
      {},
      { maxGrossExposure: 0.05 },
      {},
      'gross exposure of 0.1000 times equity is above the limit of 0.05',
    ],
    ['open orders', {}, { maxOpenOrders: 3 }, {}, '3 orders are open, the limit is 3'],
    [
      'price band',
      { type: 'limit', limitTicks: 120 },
      { priceBandRate: 0.1 },
      {},
      'limit price 120 is more than 0.1 away from 100',
    ],
    ['reduce-only on a flat position', { reduceOnly: true }, {}, {}, 'reduce-only, but the position is 0 lots'],
    [
      'reduce-only that would enlarge',
      { reduceOnly: true },
      {},
      { positionLots: 4 },
      'reduce-only, but the position is 4 lots',
    ],
    ['a halt', {}, {}, { active: false }, 'trading is halted; only orders that reduce a position pass'],
  ] as const)('refuses by %s with its numbers', (_, terms, limits, state, reason) => {
    expect(verdict(terms, limits, state)).toBe(reason)
  })

  test('lets orders that reduce a position pass exposure limits and a halt', () => {
    expect(
      verdict({ side: 'sell' }, { maxOrderNotional: 1, maxGrossExposure: 0 }, { positionLots: 20, active: false }),
    ).toBe('approved')
  })

  test('lets a reduce-only order pass that is larger than the position: it is cut to it as it fills', () => {
    expect(verdict({ reduceOnly: true }, { maxOrderNotional: 1 }, { positionLots: -4, active: false })).toBe('approved')
  })
})
