import { expect, test } from 'vitest'
import { instrument, play, type Row } from './scripted-run.ts'

const eth = instrument({ id: 'ETH-USDT.TEST' })
const xrp = instrument({ id: 'XRP-ETH.TEST' })

/** Four bars at the given closes. */
const at = (...closes: readonly number[]): Row[] => closes.map((close) => [close, close, close, close])

test('exposure follows fills at the close, at the next open, partial exits and prices', () => {
  const script = {
    bars: {
      0: ({ target, instrument: traded }: { target(i: unknown, n: number): void; instrument: unknown }) =>
        target(traded, 4),
      2: ({ target, instrument: traded }: { target(i: unknown, n: number): void; instrument: unknown }) =>
        target(traded, 1),
    },
  } as Parameters<typeof play>[1]
  const atClose = play(at(100, 110, 120, 130, 140), script, { fill: { marketFill: 'close' } })
  expect([...atClose.equity.grossExposure]).toEqual([400, 440, 120, 130, 140])
  const atOpen = play(at(100, 110, 120, 130, 140), script)
  expect([...atOpen.equity.grossExposure]).toEqual([0, 440, 480, 130, 140])
})

test('exposure of several currencies is in the reporting currency, at the rate of each instant', () => {
  const run = play(
    [at(3_000, 3_300, 3_600), at(2, 2, 4)],
    { bars: { 0: ({ target }) => target(xrp, 5) } },
    { instruments: [eth, xrp], cash: { USDT: 1_000, ETH: 100 }, reportingCurrency: 'USDT' },
  )
  expect([...run.equity.grossExposure]).toEqual([0, 5 * 2 * 3_300, 5 * 4 * 3_600])
})
