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

  const inverse = { ...spec, id: 'BTC-USD-PERP.BINANCE', contractSize: 100, settlement: 'inverse' as const }

  test('a perpetual settles linearly every eight hours unless it says otherwise', () => {
    expect(instrumentOf({ ...spec, id: 'BTC-USDT-PERP.BINANCE' })).toMatchObject({
      settlement: 'linear',
      settleCurrency: 'USDT',
      fundingIntervalHours: 8,
      marginTiers: 'BTC-USDT-PERP.BINANCE',
      liquidationFeeRate: 0,
    })
  })

  test('an inverse perpetual settles in its base currency', () => {
    const instrument = instrumentOf({
      ...inverse,
      fundingIntervalHours: 4,
      marginTiers: 'shared',
      liquidationFeeRate: 0.015,
    })
    expect(instrument).toMatchObject({
      settlement: 'inverse',
      settleCurrency: 'BTC',
      contractSize: 100,
      fundingIntervalHours: 4,
      marginTiers: 'shared',
      liquidationFeeRate: 0.015,
    })
  })

  test('spot has neither funding nor tiers', () => {
    expect(instrumentOf(spec)).toMatchObject({
      settleCurrency: 'USDT',
      fundingIntervalHours: undefined,
      marginTiers: undefined,
    })
  })

  test.each([
    [{ ...inverse, id: 'BTC-USD.BINANCE' }, 'spot cannot be inverse'],
    [{ ...inverse, settleCurrency: 'USD' }, 'settles in BTC, not USD'],
    [{ ...spec, id: 'BTC-USDT-PERP.BINANCE', settleCurrency: 'BTC' }, 'settles in USDT, not BTC'],
    [{ ...spec, fundingIntervalHours: 8 }, 'spot has none'],
  ])('refuses a settlement that contradicts the name', (bad, reason) => {
    expect(() => instrumentOf(bad)).toThrow(
      expect.objectContaining({ code: 'CORE_INSTRUMENT_SPEC', message: expect.stringContaining(reason) }),
    )
  })
})
