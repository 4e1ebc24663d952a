import { instrumentOf } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ledger } from './ledger.ts'

const spec = { tickSize: '0.01', lotSize: '0.001', makerFeeRate: 0.001, takerFeeRate: 0.001 }
const btc = instrumentOf({ id: 'BTC-USDT.TEST', ...spec })
const eth = instrumentOf({ id: 'ETH-USDT.TEST', ...spec })
const xrp = instrumentOf({ id: 'XRP-ETH.TEST', ...spec })

describe('apply', () => {
  test('averages entries, realises exits against the average, and starts anew on a reversal', () => {
    const ledger = new Ledger([btc], 1, { USDT: 1_000 }, 'USDT')
    ledger.apply(0, 0, 1_000, 100, 1, 0)
    ledger.apply(0, 0, 1_000, 110, 1, 0)
    expect(ledger.entryPrice[0]).toBe(105)
    expect(ledger.apply(0, 0, -500, 120, 1, 0)).toBeCloseTo(7.5, 12)
    expect(ledger.entryPrice[0]).toBe(105)
    expect(ledger.apply(0, 0, -2_500, 100, 1, 0)).toBeCloseTo(-7.5, 12)
    expect([ledger.lots[0], ledger.entryPrice[0]]).toEqual([-1_000, 100])
    expect(ledger.fees[0]).toBe(4)
  })

  // The identity of equity: change = realised + change of unrealised - fees.
  test('keeps the identity of equity for any fills at any prices', () => {
    const fills = fc.array(
      fc.record({
        lots: fc.integer({ min: -5_000, max: 5_000 }).filter((lots) => lots !== 0),
        price: fc.integer({ min: 1, max: 1_000_000 }).map((ticks) => ticks / 100),
        fee: fc.integer({ min: -100, max: 1_000 }).map((cents) => cents / 100),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 1_000_000 }), (steps, markTicks) => {
        const ledger = new Ledger([btc], 1, { USDT: 1e6 }, 'USDT')
        let turnover = 1
        for (const { lots, price, fee } of steps) {
          ledger.apply(0, 0, lots, price, fee, 0)
          turnover += Math.abs(lots / 1_000) * price
        }
        const mark = markTicks / 100
        ledger.setMark(0, mark)
        const quantity = (ledger.lots[0] as number) / 1_000
        const unrealised = quantity === 0 ? 0 : quantity * (mark - (ledger.entryPrice[0] as number))
        const expected = 1e6 + (ledger.realised[0] as number) + unrealised - (ledger.fees[0] as number)
        expect(Math.abs(ledger.equity() - expected)).toBeLessThan(1e-9 * (turnover + Math.abs(quantity) * mark) + 1e-9)
      }),
    )
  })
})

describe('several currencies', () => {
  // 2 ETH at 3,000 bought with a fee of 0.02 BNB at 300, worth 6 USDT: 10,000 - 6,000 and 1 - 0.02.
  test('a fee in another currency leaves the settle cash alone and counts by its worth', () => {
    const bnb = instrumentOf({ id: 'BNB-USDT.TEST', ...spec })
    const ledger = new Ledger([eth, bnb], 1, { USDT: 10_000, BNB: 1 }, 'USDT')
    ledger.setMark(0, 3_000)
    ledger.setMark(1, 300)
    ledger.apply(0, 0, 2_000, 3_000, 6, 0, { currency: 'BNB', amount: 0.02 })
    expect([ledger.cashOf('USDT'), ledger.cashOf('BNB'), ledger.fees[0]]).toEqual([4_000, 0.98, 6])
    expect(ledger.equity()).toBe(10_294)
    ledger.setMark(1, 400)
    expect(ledger.equity()).toBe(10_392)
    expect([ledger.rateOf('BNB'), ledger.rateOf('DOGE'), ledger.freeCashOf('DOGE')]).toEqual([400, undefined, 0])
  })

  test('values everything in the reporting currency at the newest rates', () => {
    const ledger = new Ledger([eth, xrp], 1, { USDT: 1_000, ETH: 2 }, 'USDT')
    ledger.setMark(0, 3_000)
    ledger.setMark(1, 0.0002)
    expect(ledger.equity()).toBe(7_000)
    ledger.apply(1, 1, 1_000_000, 0.0002, 0.001, 0)
    expect(ledger.cashOf('ETH')).toBeCloseTo(2 - 0.2 - 0.001, 15)
    expect(ledger.equity()).toBeCloseTo(7_000 - 3, 9)
    ledger.setMark(0, 3_300)
    expect(ledger.equity()).toBeCloseTo(1_000 + 3_300 * (1.799 + 0.2), 9)
    expect(ledger.grossExposure()).toBeCloseTo(0.2 * 3_300, 9)
  })

  test('refuses a currency that nothing in the run prices', () => {
    expect(() => new Ledger([xrp], 1, { USDT: 1_000 }, 'USDT')).toThrow(
      expect.objectContaining({ code: 'KERNEL_NO_RATE', hint: expect.stringContaining('ETH-USDT') }),
    )
  })
})
