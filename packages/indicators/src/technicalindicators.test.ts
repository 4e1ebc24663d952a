import * as peer from 'technicalindicators'
import { describe, expect, test } from 'vitest'
import { randomInputs } from '../test/random-inputs.ts'
import * as ours from './index.ts'

const LENGTH = 1500
const [high, low, close, volume] = randomInputs(['high', 'low', 'close', 'volume'], LENGTH, 42, 'walk') as [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
]
const values = [...close]
const bars = { high: [...high], low: [...low], close: values }

/** Every value of the peer equals the end of our column, which has `more` values before them (from `from` on). */
function expectSame(
  actual: Float64Array,
  expected: readonly number[],
  { relative = 1e-10, absolute = 1e-12, ready = 0, from = 0 } = {},
): void {
  expect(expected.length).toBe(LENGTH - ready)
  const tail = actual.subarray(ready)
  for (let i = from; i < expected.length; i++) {
    const want = expected[i] as number
    const got = tail[i] as number
    if (!(Math.abs(got - want) <= relative * Math.abs(want) + absolute)) expect.fail(`value ${i}: ${got}, peer ${want}`)
  }
}

const pick = <Key extends string>(rows: readonly Partial<Record<Key, number>>[], key: Key): number[] =>
  rows.map((row) => row[key] as number)

// Reference: technicalindicators 3.1.0 (MIT), an independent implementation. Its known roundings and starts:
// RSI is rounded to 2 decimals; ATR, ADX and Keltner leave the first bar out, where it has no close before; OBV begins
// at 0 with the second bar.
describe('agrees with technicalindicators', () => {
  test.each([1, 2, 7, 50])('sma, ema, wma and sd of %s bars', (period) => {
    const options = { ready: period - 1 }
    expectSame(ours.sma(close, period), peer.sma({ period, values }), options)
    expectSame(ours.ema(close, period), peer.ema({ period, values }), options)
    expectSame(ours.wma(close, period), peer.wma({ period, values }), options)
    expectSame(ours.stddev(close, period), peer.sd({ period, values }), { ...options, absolute: 1e-11 })
  })

  test.each([2, 14])('rsi of %s bars, to the 2 decimals of the peer', (period) => {
    const rounded = { ready: period, relative: 0, absolute: 0.005_000_1 }
    expectSame(ours.rsi(close, period), peer.rsi({ period, values }), rounded)
  })

  test('macd', () => {
    const rows = peer.macd({
      values,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    })
    const columns = ours.macd(close, 12, 26, 9)
    const near = { absolute: 1e-11 }
    expectSame(columns.macd, pick(rows, 'MACD'), { ...near, ready: 25 })
    expectSame(columns.signal, pick(rows, 'signal'), { ...near, ready: 25, from: 8 })
    expectSame(columns.histogram, pick(rows, 'histogram'), { ...near, ready: 25, from: 8 })
  })

  test('true range from the second bar on', () => {
    expectSame(ours.trueRange(high, low, close), peer.truerange(bars), { ready: 1 })
  })

  test('atr, where the first bar has faded', () => {
    expectSame(ours.atr(high, low, close, 14), [Number.NaN, ...peer.atr({ ...bars, period: 14 })], {
      ready: 13,
      from: 500,
    })
  })

  test('adx with both directional indicators', () => {
    const rows = peer.adx({ ...bars, period: 14 })
    const columns = ours.adx(high, low, close, 14)
    expectSame(columns.adx, pick(rows, 'adx'), { ready: 27 })
    expectSame(columns.plusDi, pick(rows, 'pdi'), { ready: 27 })
    expectSame(columns.minusDi, pick(rows, 'mdi'), { ready: 27 })
  })

  test('bollinger', () => {
    const rows = peer.bollingerbands({ period: 20, stdDev: 2.5, values })
    const columns = ours.bollinger(close, 20, 2.5)
    for (const key of ['middle', 'upper', 'lower'] as const) expectSame(columns[key], pick(rows, key), { ready: 19 })
  })

  test('keltner, where the first bar has faded', () => {
    const rows = peer.keltnerchannels({ ...bars, maPeriod: 20, atrPeriod: 10, multiplier: 1.5, useSMA: false })
    const columns = ours.keltner(high, low, close, 20, 1.5, 10)
    for (const key of ['middle', 'upper', 'lower'] as const) {
      expectSame(columns[key], pick(rows, key), { ready: 19, from: 500 })
    }
  })

  test('stochastic without smoothing of %K', () => {
    const rows = peer.stochastic({ ...bars, period: 14, signalPeriod: 3 })
    const columns = ours.stochastic(high, low, close, 14, 1, 3)
    expectSame(columns.k, pick(rows, 'k'), { ready: 13, absolute: 1e-10 })
    expectSame(columns.d, pick(rows, 'd'), { ready: 13, from: 2, absolute: 1e-10 })
  })

  test('roc', () => {
    expectSame(ours.roc(close, 12), peer.roc({ period: 12, values }), { ready: 12, absolute: 1e-10 })
  })

  test('changes of obv', () => {
    const column = ours.obv(close, volume)
    const rows = peer.obv({ close: values, volume: [...volume] })
    expectSame(
      column.map((total) => total - (volume[0] as number)),
      rows,
      { ready: 1 },
    )
  })

  test('cumulative vwap from the first traded bar on', () => {
    const from = volume.findIndex((traded) => traded > 0)
    expectSame(ours.cumulativeVwap(high, low, close, volume), peer.vwap({ ...bars, volume: [...volume] }), { from })
  })

  test('cci, Williams %R and the awesome oscillator', () => {
    expectSame(ours.cci(high, low, close, 20), peer.cci({ ...bars, period: 20 }), { ready: 19, absolute: 1e-9 })
    expectSame(ours.williamsR(high, low, close, 14), peer.williamsr({ ...bars, period: 14 }), {
      ready: 13,
      absolute: 1e-9,
    })
    const rows = peer.awesomeoscillator({ ...bars, fastPeriod: 5, slowPeriod: 34 })
    expectSame(ours.awesomeOscillator(high, low, 5, 34), rows, { ready: 33, absolute: 1e-10 })
  })

  // The peer rounds the index to 2 decimals before it looks for its range.
  test('stochastic rsi, as far as the rounding of its rsi allows', () => {
    const rows = peer.stochasticrsi({ values, rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3 })
    const { k, d } = ours.stochRsi(close, 14, 14, 3, 3)
    expectSame(k, pick(rows, 'k'), { ready: 31, relative: 0, absolute: 0.5 })
    expectSame(d, pick(rows, 'd'), { ready: 31, relative: 0, absolute: 0.5 })
  })

  test('know sure thing', () => {
    const rows = peer.kst({
      values,
      ROCPer1: 10,
      ROCPer2: 15,
      ROCPer3: 20,
      ROCPer4: 30,
      SMAROCPer1: 10,
      SMAROCPer2: 10,
      SMAROCPer3: 10,
      SMAROCPer4: 15,
      signalPeriod: 9,
    })
    const columns = ours.kst(close, 10, 15, 20, 30, 10, 10, 10, 15, 9)
    expectSame(columns.kst, pick(rows, 'kst'), { ready: 44, absolute: 1e-10 })
    expectSame(columns.signal, pick(rows, 'signal'), { ready: 44, from: 8, absolute: 1e-10 })
  })

  test('ichimoku; the peer counts the bar itself in the displacement', () => {
    const rows = peer.ichimokucloud({
      high: bars.high,
      low: bars.low,
      conversionPeriod: 9,
      basePeriod: 26,
      spanPeriod: 52,
      displacement: 26,
    })
    const columns = ours.ichimoku(high, low, 9, 26, 52, 26)
    expectSame(columns.tenkan, pick(rows, 'conversion'), { ready: 51 })
    expectSame(columns.kijun, pick(rows, 'base'), { ready: 51 })
    expectSame(columns.leadA, pick(rows, 'spanA'), { ready: 51 })
    expectSame(columns.leadB, pick(rows, 'spanB'), { ready: 51 })
    expect(columns.cloudA.subarray(26)).toEqual(columns.leadA.subarray(0, -26))
    expect(columns.cloudB.subarray(26)).toEqual(columns.leadB.subarray(0, -26))
  })

  test('chandelier exit, where the first range has faded', () => {
    // The peer's declaration says numbers, its result is objects.
    const rows: readonly unknown[] = peer.chandelierexit({ ...bars, period: 22, multiplier: 3 })
    const columns = ours.chandelierExit(high, low, close, 22, 3)
    const padded = (key: 'exitLong' | 'exitShort') => [
      Number.NaN,
      ...pick(rows as readonly Record<typeof key, number>[], key),
    ]
    expectSame(columns.long, padded('exitLong'), { ready: 21, from: 900 })
    expectSame(columns.short, padded('exitShort'), { ready: 21, from: 900 })
  })
})
