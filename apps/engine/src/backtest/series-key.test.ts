import type { DatasetKey, DatasetRecord } from '@kestrel/data'
import { describe, expect, test } from 'vitest'
import { seriesKey } from './series-key.ts'

const PERP = 'BTC-USDT-PERP.BINANCE'
const SPOT = 'BTC-USDT.BINANCE'

function lakeOf(...keys: readonly DatasetKey[]): DatasetRecord[] {
  return keys.map((key) => ({ key }) as DatasetRecord)
}

const GREED = { instrument: 'BTC-USD.INDEX', kind: 'series', name: 'fear-greed' } as const
const FUNDING = { instrument: PERP, kind: 'funding' } as const
const INTEREST = { instrument: PERP, kind: 'series', name: 'open-interest' } as const

describe('the dataset that a series name means', () => {
  const lake = lakeOf(
    GREED,
    FUNDING,
    INTEREST,
    { ...INTEREST, instrument: SPOT },
    { ...FUNDING, instrument: 'X-Y-PERP.Z' },
  )

  test.each([
    ['fearGreed', undefined, [SPOT], GREED],
    ['fear-greed', 'BTC-USD.INDEX', [SPOT], GREED],
    ['funding', PERP, [SPOT], FUNDING],
    ['funding', undefined, [SPOT, PERP], FUNDING],
    ['openInterest', PERP, [SPOT], INTEREST],
    ['openInterest', undefined, [PERP], INTEREST],
  ])('%s of %s in a run on %j', (name, instrument, run, expected) => {
    expect(seriesKey(name, instrument, run, lake)).toEqual(expected)
  })

  test.each([
    ['funding', undefined, `several: ${PERP}, X-Y-PERP.Z.`],
    ['openInterest', undefined, `several: ${PERP}, ${SPOT}.`],
  ])('%s of %s is not clear where several could be meant', (name, instrument, message) => {
    expect(() => seriesKey(name, instrument, ['ETH-USDT.BINANCE'], lake)).toThrow(
      expect.objectContaining({ code: 'BACKTEST_SERIES_UNCLEAR', message: expect.stringContaining(message) }),
    )
  })

  test.each([
    ['netFlow', undefined, 'kestrel data import FILE --kind series --name net-flow --instrument ID'],
    ['funding', SPOT, `kestrel data import FILE --kind funding --instrument ${SPOT}`],
    ['fearGreed', PERP, `kestrel data import FILE --kind series --name fear-greed --instrument ${PERP}`],
  ])('%s of %s that is absent names the command that imports it', (name, instrument, command) => {
    expect(() => seriesKey(name, instrument, [SPOT], lake)).toThrow(
      expect.objectContaining({ code: 'BACKTEST_NO_SERIES', hint: `Import it: ${command}` }),
    )
  })
})
