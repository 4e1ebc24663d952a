import { allocateBars, type BarColumns, instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { Ledger } from '../ledger.ts'
import { CurrencyRates } from './currency-rates.ts'

const btc = instrumentOf({
  id: 'BTC-USDT.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  makerFeeRate: 0,
  takerFeeRate: 0,
})

/** Bars of 10 ms with the closes given; the open of each is its close less 1. */
function barsOf(closes: readonly number[], fromMs: number): BarColumns {
  const bars = allocateBars(closes.length)
  closes.forEach((close, i) => {
    bars.openTimeMs[i] = fromMs + i * 10
    bars.closeTimeMs[i] = fromMs + (i + 1) * 10
    bars.open[i] = close - 1
    bars.close[i] = close
  })
  return bars
}

const accountWith = (bnb: number) => new Ledger([btc], 1, { USDT: 100, BNB: bnb }, 'USDT', undefined, ['BNB'])

describe('currency rates', () => {
  test('begin with the last close before the run and follow closed bars only', () => {
    const ledger = accountWith(2)
    const rates = new CurrencyRates({ BNB: barsOf([300, 310, 320], 80) }, [btc], ledger, 100)
    expect([ledger.rateOf('BNB'), ledger.equity()]).toEqual([310, 720])
    rates.advanceTo(109)
    expect(ledger.rateOf('BNB')).toBe(310)
    rates.advanceTo(110)
    expect(ledger.rateOf('BNB')).toBe(320)
    rates.advanceTo(500)
    expect(ledger.rateOf('BNB')).toBe(320)
  })

  test('begin with the open of a bar that opens with the run', () => {
    const ledger = accountWith(2)
    expect(new CurrencyRates({ BNB: barsOf([300], 100) }, [btc], ledger, 100)).toBeDefined()
    expect(ledger.rateOf('BNB')).toBe(299)
  })

  test('refuse a currency that is held before it has a price', () => {
    const late = barsOf([300], 101)
    expect(() => new CurrencyRates({ BNB: late }, [btc], accountWith(2), 100)).toThrow(
      expect.objectContaining({ code: 'KERNEL_NO_RATE', meta: { currency: 'BNB', reporting: 'USDT' } }),
    )
    expect(new CurrencyRates({ BNB: late }, [btc], accountWith(0), 100)).toBeDefined()
    expect(() => new Ledger([btc], 1, { USDT: 100, BNB: 1 }, 'USDT')).toThrow('prices BNB in USDT')
  })
})
