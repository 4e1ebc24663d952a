import { type Instrument, instrumentOf } from '@kestrel/core'
import { expect, test } from 'vitest'
import { free } from '../test/single-market.ts'
import { quantityAtRisk } from './risk-size.ts'

const context = (equity: number) => ({
  account: { equity },
  roundQuantity: (_: unknown, quantity: number) => Math.floor(quantity * 1_000) / 1_000,
  /** The reporting currency is the quote; where a contract settles in coins they are worth 100 each. */
  unitValue: ({ settlement, contractSize }: Instrument, price = 100) =>
    settlement === 'linear' ? price * contractSize : (contractSize / price) * 100,
})
const BTC = free()

test('loses the wanted part of equity from entry to stop', () => {
  expect(quantityAtRisk(context(10_000), BTC, 100, 95, 0.01, 1)).toBe(20)
  expect(quantityAtRisk(context(10_000), BTC, 95, 100, 0.01, 1)).toBe(20)
})

test('stays within the largest weight', () => {
  expect(quantityAtRisk(context(10_000), BTC, 100, 99.9, 0.01, 0.5)).toBe(50)
})

test('counts contracts, not coins', () => {
  const contract = instrumentOf({
    id: 'BTC-USDT-PERP.TEST',
    tickSize: '0.1',
    lotSize: '1',
    contractSize: 0.01,
    makerFeeRate: 0,
    takerFeeRate: 0,
  })
  expect(quantityAtRisk(context(10_000), contract, 100, 95, 0.01, 1)).toBe(2_000)
})

test('counts an inverse contract by what it pays in coins', () => {
  const inverse = instrumentOf({
    id: 'BTC-USD-PERP.TEST',
    tickSize: '0.1',
    lotSize: '1',
    contractSize: 10,
    settlement: 'inverse',
    makerFeeRate: 0,
    takerFeeRate: 0,
  })
  // From 100 to 80 a contract of 10 dollars loses 10 / 80 - 10 / 100 = 0.025 coins, 2.5 dollars at 100.
  expect(quantityAtRisk(context(10_000), inverse, 100, 80, 0.01, 9)).toBe(40)
  // Half of the equity in contracts of 10 dollars.
  expect(quantityAtRisk(context(10_000), inverse, 100, 99, 0.5, 0.5)).toBe(500)
  expect(quantityAtRisk(context(10_000), inverse, 100, -1, 0.5, 0.5)).toBe(0)
})

test('is nothing without a distance, without money, or below the least that the venue takes', () => {
  expect(quantityAtRisk(context(10_000), BTC, 100, 100, 0.01, 1)).toBe(0)
  expect(quantityAtRisk(context(-5), BTC, 100, 95, 0.01, 1)).toBe(0)
  const coarse = { ...BTC, minNotional: 5_000 }
  expect(quantityAtRisk(context(10_000), coarse, 100, 95, 0.01, 1)).toBe(0)
})
