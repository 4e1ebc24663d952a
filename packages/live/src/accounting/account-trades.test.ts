import { type Instrument, instrumentOf } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccountFill } from './account-fill.ts'
import { accountTrades, type AccountingInput, type AccountingReport } from './account-trades.ts'
import { amountOf, amountText, times } from './amount.ts'
import type { LotMethod } from './lot-pool.ts'

const FEES = { makerFeeRate: 0.001, takerFeeRate: 0.001 }
const BTC = instrumentOf({ id: 'BTC-USDT.BINANCE', tickSize: '0.01', lotSize: '0.00001', ...FEES })
const BNB = instrumentOf({ id: 'BNB-USDT.BINANCE', tickSize: '0.01', lotSize: '0.001', ...FEES })
const PERP = instrumentOf({ id: 'BTC-USDT-PERP.BINANCE', tickSize: '0.1', lotSize: '0.001', ...FEES })
const INVERSE = instrumentOf({
  id: 'BTC-USD-PERP.BINANCE',
  tickSize: '0.1',
  lotSize: '1',
  contractSize: 100,
  settlement: 'inverse',
  ...FEES,
})
const DAY_MS = 86_400_000
const METHODS: readonly LotMethod[] = ['fifo', 'lifo', 'average']

let ids = 0
function fill(
  instrument: Instrument,
  side: 'buy' | 'sell',
  quantity: string,
  price: string,
  day: number,
  fee?: string,
  changes: Partial<AccountFill> = {},
): AccountFill {
  const [amount = '', currency = ''] = fee?.split(' ') ?? []
  return {
    fillId: `f${++ids}`,
    instrument,
    side,
    quantity,
    price,
    timeMs: day * DAY_MS,
    ...(fee === undefined ? {} : { fee: { currency, amount } }),
    ...changes,
  }
}

/** Quantity, cost, proceeds, fees, gain and days of each closed part. */
function gainRows({ gains }: AccountingReport): string[] {
  return gains.map((gain) =>
    [
      amountText(gain.quantity),
      amountText(gain.cost),
      amountText(gain.proceeds),
      amountText(gain.fees),
      amountText(gain.gain),
      gain.holdingMs === undefined ? 'unknown' : `${gain.holdingMs / DAY_MS}d`,
    ].join(' '),
  )
}

function openRows({ open }: AccountingReport): string[] {
  return open.map((lot) => [lot.direction, ...[lot.quantity, lot.cost, lot.fee].map(amountText)].join(' '))
}

describe('spot', () => {
  // Worked by hand: buy 1 at 10,000 (fee 10), buy 1 at 12,000 (fee 12), sell 1.5 at 15,000 (fee 22.5 = 15 a unit).
  const fills = [
    fill(BTC, 'buy', '1', '10000', 0, '10 USDT'),
    fill(BTC, 'buy', '1', '12000', 31, '12 USDT'),
    fill(BTC, 'sell', '1.5', '15000', 60, '22.5 USDT'),
  ]
  test.each([
    ['fifo', ['1 10000 15000 25 4975 60d', '0.5 6000 7500 13.5 1486.5 29d'], 'long 0.5 6000 6', '6461.5'],
    ['lifo', ['1 12000 15000 27 2973 29d', '0.5 5000 7500 12.5 2487.5 60d'], 'long 0.5 5000 5', '5460.5'],
    ['average', ['1 11000 15000 26 3974 60d', '0.5 5500 7500 13 1987 29d'], 'long 0.5 5500 5.5', '5961'],
  ] as const)('%s: the hand-worked gains, holding times and rest', (method, gains, open, total) => {
    const report = accountTrades({ method, fills })
    expect(gainRows(report)).toEqual(gains)
    expect(openRows(report)).toEqual([open])
    expect(report.totals.map(({ currency, gains: sum }) => [currency, amountText(sum)])).toEqual([['USDT', total]])
  })

  test('a fee in the coin bought lowers what arrives and leaves the cost', () => {
    // 20,000 for 0.999; half a coin costs 20,000 / 0.999 / 2 = 10,010.01001...
    const report = accountTrades({
      method: 'fifo',
      fills: [fill(BTC, 'buy', '1', '20000', 0, '0.001 BTC'), fill(BTC, 'sell', '0.5', '30000', 1)],
    })
    expect(gainRows(report)).toEqual(['0.5 10010.01001001001001001 15000 0 4989.98998998998998999 1d'])
    expect(openRows(report)).toEqual(['long 0.499 9989.98998998998998999 0'])
  })

  test('a fee in the coin sold takes more coins for the same money', () => {
    const report = accountTrades({
      method: 'fifo',
      fills: [fill(BTC, 'buy', '2', '10000', 0), fill(BTC, 'sell', '1', '15000', 1, '0.5 BTC')],
    })
    expect(gainRows(report)).toEqual(['1.5 15000 15000 0 0 1d'])
    expect(openRows(report)).toEqual(['long 0.5 5000 0'])
  })

  test('a fee in a third coin counts at its worth and sells that coin', () => {
    // 0.05 BNB at 320 are 16; they had cost 0.05 * 300 = 15.
    const report = accountTrades({
      method: 'fifo',
      fills: [
        fill(BNB, 'buy', '10', '300', 0),
        fill(BTC, 'buy', '1', '20000', 2, '0.05 BNB'),
        fill(BTC, 'sell', '1', '21000', 3),
      ],
      rateOf: (currency, inCurrency, timeMs) =>
        currency === 'BNB' && inCurrency === 'USDT' && timeMs === 2 * DAY_MS ? '320' : undefined,
    })
    expect(gainRows(report)).toEqual(['0.05 15 16 0 1 2d', '1 20000 21000 16 984 1d'])
    expect(report.gains[0]?.closed.by).toBe('fee')
    expect(openRows(report)).toEqual(['long 9.95 2985 0'])
  })

  test('a rebate lowers the cost', () => {
    const report = accountTrades({
      method: 'fifo',
      fills: [fill(BTC, 'buy', '1', '10000', 0, '-1 USDT'), fill(BTC, 'sell', '1', '10000', 0, '-1.5 USDT')],
    })
    expect(gainRows(report)).toEqual(['1 10000 10000 -2.5 2.5 0d'])
  })

  test('what was never bought cost nothing, and is named', () => {
    const report = accountTrades({
      method: 'lifo',
      fills: [fill(BTC, 'buy', '1', '10000', 0), fill(BTC, 'sell', '3', '11000', 1, '3 USDT')],
    })
    expect(gainRows(report)).toEqual(['1 10000 11000 1 999 1d', '2 0 22000 2 21998 unknown'])
    expect(report.totals.map(({ uncovered }) => amountText(uncovered))).toEqual(['21998'])
  })

  test('coins from before the first fill are opening lots', () => {
    const report = accountTrades({
      method: 'fifo',
      opening: [{ instrument: BTC, quantity: '2', cost: '8000', timeMs: -10 * DAY_MS }],
      fills: [fill(BTC, 'sell', '1', '11000', 0)],
    })
    expect(gainRows(report)).toEqual(['1 4000 11000 0 7000 10d'])
  })
})

describe('perpetuals', () => {
  test('a long, a turn and a short, by hand', () => {
    const report = accountTrades({
      method: 'fifo',
      fills: [
        fill(PERP, 'buy', '2', '100', 0, '0.08 USDT'),
        fill(PERP, 'sell', '3', '110', 1, '0.132 USDT'),
        fill(PERP, 'buy', '1', '90', 3, '0.036 USDT'),
      ],
      funding: [
        { instrument: PERP, currency: 'USDT', amount: '-0.5', timeMs: DAY_MS },
        { instrument: PERP, currency: 'USDT', amount: '0.2', timeMs: 2 * DAY_MS },
      ],
    })
    // 220 - 200 - 0.08 - 0.132 * 2 / 3; then 110 - 90 - 0.132 / 3 - 0.036.
    expect(gainRows(report)).toEqual(['2 200 220 0.168 19.832 1d', '1 90 110 0.08 19.92 2d'])
    expect(report.gains.map(({ direction }) => direction)).toEqual(['long', 'short'])
    expect(report.open).toEqual([])
    const [total] = report.totals
    expect([total?.gains, total?.fees, total?.funding].map((sum) => amountText(sum ?? 0n))).toEqual([
      '39.752',
      '0.248',
      '-0.3',
    ])
  })

  test('an inverse contract counts in its base currency', () => {
    // 10 contracts of 100 USD: 0.02 BTC at 50,000, 0.025 BTC at 40,000. Long loses 0.005, short wins it.
    const long = [fill(INVERSE, 'buy', '10', '50000', 0), fill(INVERSE, 'sell', '10', '40000', 1)]
    const short = [fill(INVERSE, 'sell', '10', '50000', 0), fill(INVERSE, 'buy', '10', '40000', 1)]
    expect(gainRows(accountTrades({ method: 'fifo', fills: long }))).toEqual(['10 0.025 0.02 0 -0.005 1d'])
    const report = accountTrades({ method: 'fifo', fills: short })
    expect(gainRows(report)).toEqual(['10 0.02 0.025 0 0.005 1d'])
    expect(report.totals[0]?.currency).toBe('BTC')
  })

  test('in hedge mode both sides have lots of their own', () => {
    const report = accountTrades({
      method: 'fifo',
      fills: [
        fill(PERP, 'buy', '1', '100', 0, undefined, { positionSide: 'long' }),
        fill(PERP, 'sell', '1', '105', 1, undefined, { positionSide: 'short' }),
        fill(PERP, 'sell', '1', '110', 2, undefined, { positionSide: 'long' }),
      ],
    })
    expect(gainRows(report)).toEqual(['1 100 110 0 10 2d'])
    expect(openRows(report)).toEqual(['short 1 105 0'])
    const beyond = fill(PERP, 'sell', '1', '110', 3, undefined, { positionSide: 'long' })
    expect(() => accountTrades({ method: 'fifo', fills: [beyond] })).toThrow(
      expect.objectContaining({ code: 'ACCOUNTING_POSITION' }),
    )
  })
})

test('a fill that comes twice, and a fee without a price, are errors that name the fill', () => {
  const one = fill(BTC, 'buy', '1', '1', 0, '1 BNB')
  expect(() => accountTrades({ method: 'fifo', fills: [one, one] })).toThrow(
    expect.objectContaining({ code: 'ACCOUNTING_TWICE' }),
  )
  expect(() => accountTrades({ method: 'fifo', fills: [one] })).toThrow(
    expect.objectContaining({
      code: 'ACCOUNTING_RATE',
      meta: { fillId: one.fillId, currency: 'BNB', inCurrency: 'USDT' },
    }),
  )
})

describe('nothing is lost, to the last of 18 decimals', () => {
  const steps = fc.array(
    fc.record({
      instrument: fc.constantFrom(BTC, PERP, INVERSE),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      lots: fc.integer({ min: 1, max: 50_000 }),
      cents: fc.integer({ min: 1, max: 9_999_999 }),
      feeUnits: fc.integer({ min: -500, max: 5_000 }),
      feeIn: fc.constantFrom('settle', 'base', 'third'),
    }),
    { minLength: 1, maxLength: 60 },
  )
  const inputOf = (method: LotMethod, drawn: Parameters<Parameters<typeof steps.map>[0]>[0]): AccountingInput => ({
    method,
    rateOf: () => '312.07',
    fills: drawn.map(({ instrument, side, lots, cents, feeUnits, feeIn }, index) => {
      const isThird = feeIn === 'third' || (feeIn === 'base' && instrument.kind !== 'spot')
      const currency = isThird ? 'BNB' : feeIn === 'base' ? instrument.base : instrument.settleCurrency
      return {
        fillId: `p${index}`,
        instrument,
        side,
        quantity: instrument === INVERSE ? lots : amountText(BigInt(lots) * 10n ** 13n),
        price: amountText(BigInt(cents) * 10n ** 16n),
        // Far below the least quantity, so that a fee never eats the whole purchase.
        fee: { currency, amount: amountText(BigInt(feeUnits) * 10n ** 8n) },
        timeMs: index * 1_000,
      }
    }),
  })

  test.each(METHODS)('%s: quantities, money and fees of closed and open lots add up to the fills', (method) => {
    fc.assert(
      fc.property(steps, (drawn) => {
        const input = inputOf(method, drawn)
        const report = accountTrades(input)
        for (const instrument of [BTC, PERP, INVERSE]) {
          const own = input.fills.filter((each) => each.instrument === instrument)
          const gains = report.gains.filter((gain) => gain.instrument === instrument)
          const open = report.open.filter((lot) => lot.instrument === instrument)
          const isSpot = instrument.kind === 'spot'
          const sign = (side: 'buy' | 'sell'): bigint => (side === 'buy' ? 1n : -1n)
          const baseFee = (each: AccountFill): bigint =>
            isSpot && each.fee?.currency === 'BTC' ? amountOf(each.fee.amount) : 0n
          const moved = own.reduce((sum, each) => sum + sign(each.side) * amountOf(each.quantity) - baseFee(each), 0n)
          const held = open.reduce((sum, lot) => sum + (lot.direction === 'long' ? lot.quantity : -lot.quantity), 0n)
          const uncovered = gains.reduce((sum, gain) => sum + (gain.opened === undefined ? gain.quantity : 0n), 0n)
          expect(held - uncovered).toBe(moved)

          const worth = (each: AccountFill): bigint => {
            const quantity = amountOf(each.quantity)
            const price = amountOf(each.price)
            return instrument === INVERSE ? (quantity * 100n * 10n ** 18n) / price : times(quantity, price)
          }
          const inverse = instrument === INVERSE ? -1n : 1n
          const cash = own.reduce((sum, each) => sum - inverse * sign(each.side) * worth(each), 0n)
          const gross = gains.reduce((sum, gain) => sum + gain.gain + gain.fees, 0n)
          const bound = open.reduce((sum, lot) => sum + (lot.direction === 'long' ? lot.cost : -lot.cost) * inverse, 0n)
          expect(gross - bound).toBe(cash)

          const paid = own.reduce((sum, { fee }) => {
            if (fee === undefined || (isSpot && fee.currency === 'BTC')) return sum
            const amount = amountOf(fee.amount)
            return sum + (fee.currency === 'BNB' ? times(amount, amountOf('312.07')) : amount)
          }, 0n)
          const counted =
            gains.reduce((sum, gain) => sum + gain.fees, 0n) + open.reduce((sum, lot) => sum + lot.fee, 0n)
          expect(counted).toBe(paid)
        }
      }),
      { numRuns: process.env['KESTREL_VERIFY'] === '1' ? 5_000 : 200 },
    )
  })

  test('when all is sold, the method changes when gains are counted and not how much they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 99_999 })), { minLength: 1 }),
        (buys) => {
          const fills = buys.map(([lots, price], index) => fill(BTC, 'buy', `${lots}`, `${price}`, index))
          const all = buys.reduce((sum, [lots]) => sum + lots, 0)
          fills.push(fill(BTC, 'sell', `${all}`, '5000', buys.length))
          const totals = METHODS.map((method) => accountTrades({ method, fills }).totals[0]?.gains)
          expect(new Set(totals).size).toBe(1)
        },
      ),
    )
  })
})
