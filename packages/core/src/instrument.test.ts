import { describe, expect, test } from 'vitest'
import { instrumentOf, parseInstrumentId } from './instrument.ts'

describe('parseInstrumentId', () => {
  test('reads spot and perpetual ids', () => {
    expect(parseInstrumentId('BTC-USDT.BINANCE')).toEqual({
      id: 'BTC-USDT.BINANCE',
      base: 'BTC',
      quote: 'USDT',
      venue: 'BINANCE',
      kind: 'spot',
    })
    expect(parseInstrumentId('1000PEPE-USDT-PERP.BINANCE')).toMatchObject({ base: '1000PEPE', kind: 'perpetual' })
  })

  test.each([['BTCUSDT'], ['BTC/USDT.BINANCE'], ['btc-usdt.binance'], ['BTC-USDT'], ['BTC-USDT.'], ['']])(
    'refuses "%s"',
    (id) => {
      expect(() => parseInstrumentId(id)).toThrow(expect.objectContaining({ code: 'CORE_INSTRUMENT_ID' }))
    },
  )
})

describe('instrumentOf', () => {
  const spec = {
    id: 'BTC-USDT.BINANCE',
    tickSize: '0.01',
    lotSize: '0.00001',
    makerFeeRate: 0.001,
    takerFeeRate: 0.001,
  }

  test('fills in the defaults and keeps the exact steps', () => {
    expect(instrumentOf(spec)).toMatchObject({
      base: 'BTC',
      tick: { mantissa: 1, scale: 100 },
      lot: { mantissa: 1, scale: 100_000 },
      minNotional: 0,
      contractSize: 1,
    })
  })

  test.each([
    [{ ...spec, tickSize: '1e-2' }, 'tickSize'],
    [{ ...spec, takerFeeRate: 10 }, 'takerFeeRate'],
    [{ ...spec, contractSize: 0 }, 'contractSize'],
  ])('names the field that cannot be used', (bad, field) => {
    expect(() => instrumentOf(bad)).toThrow(
      expect.objectContaining({ code: 'CORE_INSTRUMENT_SPEC', message: expect.stringContaining(field) }),
    )
  })
})
