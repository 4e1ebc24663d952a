import { describe, expect, test } from 'vitest'
import { instrument, play, type Row, type Script } from './scripted-run.ts'

const btc = instrument({ lotSize: '0.001', tickSize: '0.01' })
const flat: Row = [100, 100, 100, 100]
const borrow = { leverage: 3, dailyRate: { USDT: 0.0024, BTC: 0.0048 } }
const order = (side: 'buy' | 'sell', quantity: number): Script => ({
  bars: { 0: ({ submit }) => submit({ instrument: btc, side, quantity }) },
})

describe('spot on borrowed money', () => {
  test('is not possible unless asked for', () => {
    expect(play([flat, flat], order('sell', 1), { instruments: [btc], cash: 100 }).orders[0]?.reason).toContain(
      'cannot be sold short',
    )
    expect(play([flat, flat], order('buy', 2), { instruments: [btc], cash: 100 }).orders[0]?.reason).toContain(
      'are free',
    )
  })

  test('borrowed cash bears interest at every full hour, on what is owed then', () => {
    const run = play([flat, flat, flat, flat], order('buy', 2), { instruments: [btc], cash: 100, borrow })
    // Bought at the second open, 100 owed; a ten-thousandth an hour at the ends of the second, third and fourth bar.
    expect(run.interest.map(({ currency, principal }) => [currency, principal])).toEqual([
      ['USDT', 100],
      ['USDT', expect.closeTo(100.01)],
      ['USDT', expect.closeTo(100.020001)],
    ])
    expect(run.endEquity).toBeCloseTo(100 - 0.01 - 0.010001 - 0.0100020001, 12)
  })

  test('borrowed coins are sold short, and bear interest at the newest price', () => {
    const run = play([flat, flat, [100, 100, 90, 90], [90, 90, 90, 90]], order('sell', 1), {
      instruments: [btc],
      cash: 100,
      borrow,
    })
    expect(run.interest.map(({ currency, paidIn, amount }) => [currency, paidIn, amount])).toEqual([
      ['BTC', 'USDT', expect.closeTo(0.02)],
      ['BTC', 'USDT', expect.closeTo(0.02)],
      ['BTC', 'USDT', expect.closeTo(0.018)],
    ])
    expect(run.endEquity).toBeCloseTo(110 - 0.058, 12)
    expect(run.openPositions).toMatchObject([{ quantity: -1, unrealised: 10 }])
  })

  test('loans end at twice the equity, those of resting orders included', () => {
    const reasons: (string | undefined)[] = []
    const run = play(
      [flat, flat, flat],
      {
        bars: {
          0({ submit }) {
            submit({ instrument: btc, side: 'buy', quantity: 2, type: 'limit', limitPrice: 90 })
            // 100 of cash and 200 of loans, of which 180 are spoken for.
            submit({ instrument: btc, side: 'buy', quantity: 1.3 })
            submit({ instrument: btc, side: 'sell', quantity: 1.3 })
            submit({ instrument: btc, side: 'buy', quantity: 1.1 })
          },
        },
      },
      { instruments: [btc], cash: 100, borrow },
    )
    for (const { state, reason } of run.orders) if (state === 'refused') reasons.push(reason)
    expect(reasons).toEqual([
      'costs about 130.00000 USDT, but 120.00000 are free',
      'sells 1.3 BTC, but 1.2 are held or may be borrowed',
    ])
  })

  test('assets of no more than 1.1 times the loans close everything at the worst price, with the fee', () => {
    const rows = (low: number): Row[] => [flat, flat, [100, 101, low, 95]]
    const options = { instruments: [btc], cash: 100, borrow: { ...borrow, dailyRate: 0 } }
    // 3 bought with 200 borrowed: 220 are left at 73.33.
    expect(play(rows(73.4), order('buy', 3), options).fills).toHaveLength(1)
    const run = play(rows(73.3), order('buy', 3), options)
    expect(run.fills[1]).toMatchObject({ side: 'sell', price: 73.3, quantity: 3, liquidity: 'liquidation' })
    expect(run.endEquity).toBeCloseTo(219.9 * 0.98 - 200, 9)
    expect(run.trades).toMatchObject([{ exitReason: 'liquidation' }])
  })

  test('a run with perpetuals cannot borrow, nor can leverage be 1', () => {
    const perpetual = instrument({ id: 'BTC-USDT-PERP.TEST' })
    expect(() => play([flat, flat], {}, { instruments: [perpetual], borrow })).toThrow(/perpetuals cannot borrow/)
    expect(() => play([flat, flat], {}, { borrow: { ...borrow, leverage: 1 } })).toThrow(/not above 1/)
  })
})
