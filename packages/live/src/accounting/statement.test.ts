import { instrumentOf } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccountFill } from './account-fill.ts'
import { accountTrades } from './account-trades.ts'
import { amountOf, amountText } from './amount.ts'
import { compareWithStatement } from './compare-statement.ts'
import { csvCells, csvText } from './csv-text.ts'
import { readStatement } from './read-statement.ts'
import { gainsCsv, openLotsCsv } from './report-csv.ts'

const BTC = instrumentOf({
  id: 'BTC-USDT.BINANCE',
  tickSize: '0.01',
  lotSize: '0.00001',
  makerFeeRate: 0.001,
  takerFeeRate: 0.001,
})
const instrumentOfSymbol = (symbol: string) => (symbol === 'BTCUSDT' ? BTC : undefined)
const T0 = Date.parse('2024-05-01T12:00:00Z')

function ours(fillId: string, changes: Partial<AccountFill> = {}): AccountFill {
  const fee = { currency: 'USDT', amount: '6' }
  return { fillId, instrument: BTC, side: 'buy', quantity: 0.1, price: 60_000.5, fee, timeMs: T0 + 123, ...changes }
}

const WITH_IDS = {
  fillId: 'id',
  instrument: 'symbol',
  side: 'side',
  quantity: 'qty',
  price: 'price',
  fee: 'fee',
  feeCurrency: 'asset',
  time: 'time',
}
const ID_HEAD = 'id,symbol,side,qty,price,fee,asset,time'
// The form of a statement without ids: units behind numbers, thousands with commas, times in whole UTC seconds.
const LOOSE = { instrument: 'Pair', side: 'Side', quantity: 'Executed', price: 'Price', fee: 'Fee', time: 'Date(UTC)' }
const LOOSE_HEAD = '"Date(UTC)","Pair","Side","Price","Executed","Amount","Fee"'

describe('a statement with ids', () => {
  test('equals our fills whatever its order and however it writes numbers', () => {
    const text = `${ID_HEAD}\n2,BTCUSDT,BUY,0.10000000,60000.50,6.00,USDT,${T0 + 123}\n1,BTCUSDT,BUY,0.1,60000.5,6,USDT,2024-05-01T12:00:00.123Z\n`
    const comparison = compareWithStatement([ours('1'), ours('2')], readStatement(text, WITH_IDS, instrumentOfSymbol))
    expect(comparison).toMatchObject({ isEqual: true, matched: 2, differences: [] })
  })

  test('lists what is missing on either side and what differs', () => {
    const text = `${ID_HEAD}\n1,BTCUSDT,SELL,0.2,60000.5,6,BNB,${T0 + 5_000}\n3,BTCUSDT,BUY,1,2,,,${T0}\n`
    const { isEqual, matched, differences, sums } = compareWithStatement(
      [ours('1'), ours('2')],
      readStatement(text, WITH_IDS, instrumentOfSymbol),
    )
    expect([isEqual, matched]).toEqual([false, 1])
    expect(differences.map(({ kind, name, field, ours: own, theirs }) => [kind, name, field, own, theirs])).toEqual([
      ['differs', '1', 'side', 'buy', 'sell'],
      ['differs', '1', 'quantity', '0.1', '0.2'],
      ['differs', '1', 'fee', '6 USDT', '6 BNB'],
      ['differs', '1', 'time', String(T0 + 123), String(T0 + 5_000)],
      ['missing-here', '3', 'fill', '', 'buy 1 at 2'],
      ['missing-there', '2', 'fill', 'buy 0.1 at 60000.5', ''],
    ])
    expect(
      sums.map((sum) => [sum.instrumentId, amountText(sum.ours.quantity), amountText(sum.theirs.quantity)]),
    ).toEqual([['BTC-USDT.BINANCE', '0.2', '0.8']])
  })
})

describe('a statement without ids', () => {
  const line = '"2024-05-01 12:00:00","BTCUSDT","BUY","60,000.5","0.1000000000BTC","6,000.05USDT","6USDT"'

  test('is matched by what it says; of several alike each counts once', () => {
    const rows = readStatement(`${LOOSE_HEAD}\r\n${line}\r\n${line}\r\n`, LOOSE, instrumentOfSymbol)
    expect(compareWithStatement([ours('1'), ours('2')], rows).isEqual).toBe(true)
    const one = compareWithStatement([ours('1'), ours('2'), ours('3')], rows)
    expect(one.differences.map(({ kind, name }) => [kind, name])).toEqual([['missing-there', '3']])
  })

  test('lines of other markets are left out', () => {
    expect(readStatement(`${LOOSE_HEAD}\n${line.replace('BTCUSDT', 'ETHUSDT')}`, LOOSE, instrumentOfSymbol)).toEqual([])
  })

  test.each([
    ['"2024-05-01 12:00:00"', '"yesterday"', 'time'],
    ['"BUY"', '"HOLD"', 'side'],
    ['"60,000.5"', '"NaN"', 'Price'],
    ['"6USDT"', '"6"', 'Fee'],
  ])('%s as %s is an error that names line and column', (from, to, column) => {
    expect(() => readStatement(`${LOOSE_HEAD}\n${line.replace(from, to)}`, LOOSE, instrumentOfSymbol)).toThrow(
      expect.objectContaining({ code: 'STATEMENT_CELL', meta: expect.objectContaining({ where: 'line 2', column }) }),
    )
  })

  test('a column that is not there is an error that names those that are', () => {
    expect(() => readStatement('a,b\n1,2', LOOSE, instrumentOfSymbol)).toThrow(
      expect.objectContaining({ code: 'STATEMENT_COLUMN', hint: 'It has: a, b.' }),
    )
  })
})

describe('CSV', () => {
  test('what is written is read again, whatever stands in it', () => {
    const cell = fc.string({ minLength: 1 }).filter((text) => !/^[=+@\t\r-]/.test(text) && !text.includes('\r'))
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), (rows) => {
        fc.pre(!csvText(['a', 'b', 'c'], rows).startsWith('\uFEFF'))
        expect(csvCells(csvText(['a', 'b', 'c'], rows))).toEqual([['a', 'b', 'c'], ...rows])
      }),
    )
  })

  test('a text that a spreadsheet would take for a formula is none, a negative number stays one', () => {
    expect(csvText(['x'], [['=1+1'], ['-1.5'], ['@cmd']])).toBe("x\n'=1+1\n-1.5\n'@cmd\n")
  })

  test('gains and open lots have a line each', () => {
    const report = accountTrades({
      method: 'fifo',
      fills: [ours('1'), ours('2', { side: 'sell', quantity: 0.05, price: 61_000, timeMs: T0 + 86_400_123 })],
    })
    expect(gainsCsv(report).split('\n')[1]).toBe(
      'BTC-USDT.BINANCE,long,0.05,2024-05-01T12:00:00.123Z,2024-05-02T12:00:00.123Z,1.0000,3000.025,3050,9,40.975,USDT,1,2,fill',
    )
    expect(openLotsCsv(report).split('\n')[1]).toBe(
      'BTC-USDT.BINANCE,long,0.05,2024-05-01T12:00:00.123Z,3000.025,3,USDT,1',
    )
  })
})

describe('amounts', () => {
  test.each([
    ['0.1', '0.1'],
    ['-12.340', '-12.34'],
    ['1e-7', '0.0000001'],
    [1e21, '1000000000000000000000'],
    [1.2345678901234567e-5, '0.000012345678901234'],
    ['0.000000000000000001', '0.000000000000000001'],
  ])('%s is %s', (value, text) => {
    expect(amountText(amountOf(value))).toBe(text)
  })

  test.each([['0.0000000000000000001'], [''], ['1,5'], ['NaN'], [Number.NaN], [Infinity], ['1e9999']])(
    '%s is none',
    (value) => {
      expect(() => amountOf(value)).toThrow(expect.objectContaining({ code: 'ACCOUNTING_NUMBER' }))
    },
  )
})
