import { allocateBars, type BarColumns } from '@kestrel/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packBars, unpackBars } from './packed-bars.ts'

const NAMES = ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const

/** Bars whose columns all hold these numbers: what packs does not know what a price is. */
function barsOf(values: readonly number[]): BarColumns {
  const bars = allocateBars(values.length)
  for (const name of NAMES) bars[name].set(values)
  return bars
}

const again = (bars: BarColumns): BarColumns =>
  unpackBars(JSON.parse(JSON.stringify(packBars(bars))) as ReturnType<typeof packBars>)

test.each([
  ['nothing', []],
  ['one number', [1_704_067_200_000]],
  ['times', [1_704_067_200_000, 1_704_067_260_000, 1_704_067_320_000]],
  ['times with a gap', [1_704_067_200_000, 1_704_067_260_000, 1_704_067_800_000]],
  ['prices with decimals', [42_000.1, 41_999.9, 42_000, 0.1 + 0.2]],
  ['prices of eight decimals', [0.00001234, 0.00001233, 123_456.00000001]],
  ['numbers that jump', [1, 2 ** 40, -(2 ** 40), 5e-324, 1.7976931348623157e308]],
  ['zeros of both signs', [0, -0, 0]],
  ['minus zero first', [-0, 0]],
])('%s come out as they were', (_, values) => {
  const bars = barsOf(values)
  const out = again(bars)
  for (const name of NAMES) expect([...out[name]]).toEqual(values)
})

test('any finite numbers come out bit for bit', () => {
  const decimal = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 9 })).map(([whole, places]) => whole / 10 ** places)
  const any = fc.double({ noNaN: true, noDefaultInfinity: true })
  const column = fc.oneof(fc.array(decimal, { maxLength: 40 }), fc.array(any, { maxLength: 20 }))
  fc.assert(
    fc.property(column, (values) => {
      expect([...again(barsOf(values)).close]).toEqual(values)
    }),
  )
})

test('minutes of a market take less than 20 bytes a bar', () => {
  const bars = allocateBars(1_000)
  let price = 60_000
  for (let i = 0; i < 1_000; i++) {
    bars.openTimeMs[i] = i * 60_000
    bars.closeTimeMs[i] = (i + 1) * 60_000
    bars.open[i] = price
    price += ((i * 7_919) % 201) / 10 - 10
    price = Math.round(price * 10) / 10
    bars.close[i] = price
    bars.high[i] = Math.max(price, bars.open[i] as number) + 3.5
    bars.low[i] = Math.min(price, bars.open[i] as number) - 2.5
    bars.volume[i] = ((i * 104_729) % 100_000) / 1_000
  }
  expect(JSON.stringify(packBars(bars)).length / 1_000).toBeLessThan(20)
})
