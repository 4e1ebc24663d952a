import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as ours from './index.ts'

interface Fixture {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>
  readonly outputs: Readonly<Record<string, { begin: number; first: readonly number[]; last: readonly number[] }>>
}

/** Made by `test/talib/make-indicators.py`, which says how. */
const FIXTURE = join(import.meta.dirname, '../test/fixtures/talib-indicators.json')
const { bars, outputs } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Fixture
const [high, low, close, volume] = [bars.high, bars.low, bars.close, bars.volume].map((column) =>
  Float64Array.from(column),
) as [Float64Array, Float64Array, Float64Array, Float64Array]
const LENGTH = close.length

interface Case {
  /** Key of the fixture. */
  readonly talib: string
  readonly ours: Float64Array
  /** Bars by which our first value is later than TA-Lib's, negative where it is earlier; 0 unless stated. */
  readonly later?: number
  /** Why the first values differ. Where it is stated only the last 200 of the thousand bars are compared. */
  readonly seed?: string
}

const MACD_SEED = 'TA-Lib seeds the fast average so that it begins with the slow one, ours with its own first period'
const FIRST_RANGE = 'TA-Lib leaves the first bar out, which has no close before; we count its high - low'
const DM_SEED = "TA-Lib seeds the directional averages with one bar less, which is Wilder's sum less its own mean"

const macd = ours.macd(close, 12, 26, 9)
const ppo = ours.ppo(close, 12, 26, 9)
const bands = ours.bollinger(close, 20, 2)
const adx = ours.adx(high, low, close, 14)
const stochastic = ours.stochastic(high, low, close, 5, 3, 3)
const stochRsi = ours.stochRsi(close, 14, 5, 1, 3)
const aroon = ours.aroon(high, low, 14)
const vortex = ours.vortex(high, low, close, 14)
const line = ours.linearRegression(close, 14)

/**
 * Deviations are named one by one. Two more lie outside of this market, in ranges of zero: our Williams %R, stochastic
 * and ultimate oscillator count them as the middle, TA-Lib as 0. Lines of one indicator that TA-Lib begins together, at
 * the latest, begin with their own first value here.
 */
const CASES: readonly Case[] = [
  { talib: 'SMA', ours: ours.sma(close, 30) },
  { talib: 'EMA', ours: ours.ema(close, 30) },
  { talib: 'WMA', ours: ours.wma(close, 30) },
  { talib: 'DEMA', ours: ours.dema(close, 30) },
  { talib: 'TEMA', ours: ours.tema(close, 30) },
  { talib: 'T3', ours: ours.t3(close, 5, 0.7) },
  { talib: 'HMA', ours: ours.hma(close, 20) },
  { talib: 'KAMA', ours: ours.kama(close, 30, 2, 30) },
  { talib: 'ZLEMA', ours: ours.zlema(close, 30) },
  { talib: 'VWMA', ours: ours.vwma(close, volume, 30) },
  { talib: 'RSI', ours: ours.rsi(close, 14) },
  { talib: 'MACD', ours: macd.macd, later: -8, seed: MACD_SEED },
  { talib: 'MACD signal', ours: macd.signal, seed: MACD_SEED },
  { talib: 'MACD histogram', ours: macd.histogram, seed: MACD_SEED },
  { talib: 'PPO', ours: ppo.ppo },
  { talib: 'BBANDS upper', ours: bands.upper },
  { talib: 'BBANDS middle', ours: bands.middle },
  { talib: 'BBANDS lower', ours: bands.lower },
  { talib: 'STDDEV', ours: ours.stddev(close, 5) },
  { talib: 'TRANGE', ours: ours.trueRange(high, low, close), later: -1 },
  { talib: 'ATR', ours: ours.atr(high, low, close, 14), later: -1, seed: FIRST_RANGE },
  { talib: 'NATR', ours: ours.natr(high, low, close, 14), later: -1, seed: FIRST_RANGE },
  { talib: 'ADX', ours: adx.adx, seed: DM_SEED },
  { talib: 'PLUS_DI', ours: adx.plusDi, seed: DM_SEED },
  { talib: 'MINUS_DI', ours: adx.minusDi, seed: DM_SEED },
  { talib: 'STOCH k', ours: stochastic.k, later: -2 },
  { talib: 'STOCH d', ours: stochastic.d },
  { talib: 'STOCHRSI k', ours: stochRsi.k, later: -2 },
  { talib: 'STOCHRSI d', ours: stochRsi.d },
  { talib: 'CCI', ours: ours.cci(high, low, close, 14) },
  { talib: 'WILLR', ours: ours.williamsR(high, low, close, 14) },
  { talib: 'CMO', ours: ours.cmoWilder(close, 14) },
  { talib: 'CMOU', ours: ours.cmo(close, 14) },
  { talib: 'TSI', ours: ours.tsi(close, 25, 13, 13).tsi },
  { talib: 'AO', ours: ours.awesomeOscillator(high, low, 5, 34) },
  { talib: 'ULTOSC', ours: ours.ultimateOscillator(high, low, close, 7, 14, 28) },
  { talib: 'COPPOCK', ours: ours.coppock(close, 14, 11, 10) },
  { talib: 'MOM', ours: ours.momentum(close, 10) },
  { talib: 'ROC', ours: ours.roc(close, 10) },
  { talib: 'OBV', ours: ours.obv(close, volume) },
  { talib: 'AROON up', ours: aroon.up },
  { talib: 'AROON down', ours: aroon.down },
  { talib: 'AROONOSC', ours: aroon.oscillator },
  { talib: 'VORTEX plus', ours: vortex.plus },
  { talib: 'VORTEX minus', ours: vortex.minus },
  { talib: 'SAR', ours: ours.parabolicSar(high, low, 0.02, 0.2).line },
  { talib: 'LINEARREG', ours: line.value },
  { talib: 'LINEARREG_SLOPE', ours: line.slope },
  { talib: 'LINEARREG_INTERCEPT', ours: line.intercept },
]

/** Largest difference, relative to the largest magnitude of the column, so that a crossing of zero asks for no more. */
function difference(actual: Float64Array, expected: readonly number[], from: number): number {
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((want, k) => Math.abs((actual[from + k] as number) - want))) / scale
}

// Reference: TA-Lib 0.8.2, an independent implementation in C, on bars of whole ticks.
describe('agrees with TA-Lib to 1e-11 of the largest value', () => {
  test.each(CASES)('$talib', ({ talib, ours: column, later = 0, seed }) => {
    const { begin, first, last } = outputs[talib] as Fixture['outputs'][string]
    expect(column.findIndex((value) => !Number.isNaN(value))).toBe(begin + later)
    expect(difference(column, last, LENGTH - last.length)).toBeLessThan(1e-11)
    const atFirst = difference(column, first, begin)
    if (seed === undefined) expect(atFirst).toBeLessThan(1e-11)
    else expect(atFirst, `is this still so: ${seed}`).toBeGreaterThan(1e-11)
  })

  test('the square of the correlation with time is the fit of the line', () => {
    const { begin, first, last } = outputs['CORREL with time'] as Fixture['outputs'][string]
    const squares = (values: readonly number[]) => values.map((value) => value ** 2)
    expect(difference(line.rSquared, squares(first), begin)).toBeLessThan(1e-8)
    expect(difference(line.rSquared, squares(last), LENGTH - last.length)).toBeLessThan(1e-8)
  })
})
