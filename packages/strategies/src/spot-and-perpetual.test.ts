import { instrumentOf } from '@kestrel/core'
import { expect, test } from 'vitest'
import { free } from '../test/single-market.ts'
import { hedgedQuantities, spotAndPerpetual } from './spot-and-perpetual.ts'

const SPOT = free('BTC-USDT.ONE')
const PERP = free('BTC-USDT-PERP.TWO')
const floor = (step: number) => (quantity: number) => Math.floor(quantity / step + 1e-9) * step

test('finds a coin that has both, on one venue where there is a choice', () => {
  expect(spotAndPerpetual([free('ETH-USDT.ONE'), SPOT, PERP])).toEqual({ spot: SPOT, perpetual: PERP })
  const same = free('BTC-USDT.TWO')
  expect(spotAndPerpetual([SPOT, same, PERP]).spot).toBe(same)
  expect(() => spotAndPerpetual([free('ETH-USDT.ONE'), PERP])).toThrow(
    expect.objectContaining({ code: 'STRATEGY_LEGS' }),
  )
})

test('holds as much of the coin on both sides as the grids allow', () => {
  const round = (instrument: unknown, quantity: number): number => floor(instrument === SPOT ? 0.001 : 1)(quantity)
  const contract = { ...PERP, contractSize: 0.01 }
  expect(hedgedQuantities({ spot: SPOT, perpetual: contract }, 0.1234, 50_000, round)).toEqual({
    spot: 0.12,
    perpetual: 12,
  })
})

test('counts the coins of an inverse contract at its price', () => {
  const inverse = instrumentOf({
    id: 'BTC-USD-PERP.TEST',
    tickSize: '0.5',
    lotSize: '1',
    contractSize: 100,
    settlement: 'inverse',
    makerFeeRate: 0,
    takerFeeRate: 0,
  })
  const round = (instrument: unknown, quantity: number): number => floor(instrument === inverse ? 1 : 0.0001)(quantity)
  // 100 dollars at 50,000 are 0.002 coins: 61 contracts hold 0.122.
  expect(hedgedQuantities({ spot: SPOT, perpetual: inverse }, 0.1234, 50_000, round)).toEqual({
    spot: expect.closeTo(0.122, 12),
    perpetual: 61,
  })
})
