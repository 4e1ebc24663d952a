import { describe, expect, test } from 'vitest'
import { type GoldenFile, hasGolden, readGolden } from '../test/golden.ts'
import {
  adx,
  atr,
  bollinger,
  cci,
  dema,
  donchian,
  ema,
  hma,
  kama,
  macd,
  momentum,
  obv,
  rsi,
  sma,
  stochastic,
  stochRsi,
  tema,
  trueRange,
  vwap,
  williamsR,
  wma,
} from './index.ts'

type Columns = readonly Float64Array[]
interface Case {
  readonly what: string
  readonly file: string
  /** Position of the expected column in the file. */
  readonly column: number
  /**
   * `printed`: within half a unit of the last printed digit, or a quarter more where the tool rounded twice (to single
   * precision and to the printed digits). A number: an absolute tolerance, for files whose values went through single
   * precision (7 digits of the price, more after a difference) or were printed in full.
   */
  readonly tolerance: 'printed' | number
  readonly ours: (columns: Columns) => Float64Array
}

const at = (columns: Columns, k: number): Float64Array => columns[k] as Float64Array
const zip = (a: Float64Array, b: Float64Array, f: (x: number, y: number) => number): Float64Array =>
  a.map((x, i) => f(x, b[i] as number))
const bars = (c: Columns) => [at(c, 2), at(c, 3), at(c, 4)] as const
const typical = (c: Columns) =>
  at(c, 2).map((high, i) => (high + (at(c, 3)[i] as number) + (at(c, 4)[i] as number)) / 3)
const bands = (c: Columns) => bollinger(at(c, 4), 20, 2)
const rangeMean = (c: Columns) => sma(trueRange(...bars(c)), 20)
const stochasticRsi = (c: Columns) => {
  const strength = rsi(at(c, 1), 14)
  return stochastic(strength, strength, strength, 14, 3, 3)
}
/** The file weighs (open + high + low + close) / 4; given as high, low and close it is the typical price. */
const vwapOfMeans = (c: Columns) => {
  const mean = at(c, 1).map((open, i) => (open + bars(c).reduce((sum, column) => sum + (column[i] as number), 0)) / 4)
  return vwap(mean, mean, mean, at(c, 5), 50)
}

const MIXED = 'spy_with_indicators.txt'
const MACD_FILE = 'spy_with_macd.txt'
const ADX_FILE = 'spy_with_adx.txt'
const BANDS = 'spy_bollinger_bands.txt'
const CHANNEL = 'spy_with_don50.txt'
const KELTNER = 'spy_with_keltner.csv'
const STOCHASTIC = 'spy_with_stoch12k3.txt'
const STOCHASTIC_RSI = 'spy_with_StochRSI.csv'

const CASES: readonly Case[] = [
  { what: 'sma 14', file: MIXED, column: 1, tolerance: 'printed', ours: (c) => sma(at(c, 7), 14) },
  { what: 'ema 14', file: MIXED, column: 2, tolerance: 'printed', ours: (c) => ema(at(c, 7), 14) },
  { what: 'macd 12/26', file: MIXED, column: 3, tolerance: 2e-4, ours: (c) => macd(at(c, 7), 12, 26, 9).macd },
  { what: 'rsi 14', file: MIXED, column: 5, tolerance: 'printed', ours: (c) => rsi(at(c, 7), 14) },
  { what: 'ema 14, all digits', file: 'spy_ema.csv', column: 2, tolerance: 1e-11, ours: (c) => ema(at(c, 1), 14) },
  {
    what: 'macd 12/26/9 line',
    file: MACD_FILE,
    column: 5,
    tolerance: 1e-5,
    ours: (c) => macd(at(c, 4), 12, 26, 9).macd,
  },
  { what: 'macd signal', file: MACD_FILE, column: 6, tolerance: 1e-5, ours: (c) => macd(at(c, 4), 12, 26, 9).signal },
  {
    what: 'macd histogram',
    file: MACD_FILE,
    column: 7,
    tolerance: 1e-5,
    ours: (c) => macd(at(c, 4), 12, 26, 9).histogram,
  },
  { what: 'atr 14', file: 'spy_atr_wilder.txt', column: 5, tolerance: 'printed', ours: (c) => atr(...bars(c), 14) },
  {
    what: 'sma of true range',
    file: 'spy_atr.txt',
    column: 5,
    tolerance: 1e-5,
    ours: (c) => sma(trueRange(...bars(c)), 14),
  },
  { what: 'true range', file: ADX_FILE, column: 5, tolerance: 'printed', ours: (c) => trueRange(...bars(c)) },
  { what: '+DI 14', file: ADX_FILE, column: 11, tolerance: 'printed', ours: (c) => adx(...bars(c), 14).plusDi },
  { what: '-DI 14', file: ADX_FILE, column: 12, tolerance: 'printed', ours: (c) => adx(...bars(c), 14).minusDi },
  { what: 'adx 14', file: ADX_FILE, column: 16, tolerance: 'printed', ours: (c) => adx(...bars(c), 14).adx },
  { what: 'bollinger middle', file: BANDS, column: 5, tolerance: 'printed', ours: (c) => bands(c).middle },
  { what: 'bollinger upper', file: BANDS, column: 6, tolerance: 'printed', ours: (c) => bands(c).upper },
  { what: 'bollinger lower', file: BANDS, column: 7, tolerance: 'printed', ours: (c) => bands(c).lower },
  {
    what: 'donchian upper',
    file: CHANNEL,
    column: 5,
    tolerance: 0,
    ours: (c) => donchian(at(c, 2), at(c, 3), 50).upper,
  },
  {
    what: 'donchian lower',
    file: CHANNEL,
    column: 6,
    tolerance: 0,
    ours: (c) => donchian(at(c, 2), at(c, 3), 50).lower,
  },
  {
    what: 'donchian middle',
    file: CHANNEL,
    column: 7,
    tolerance: 1e-12,
    ours: (c) => donchian(at(c, 2), at(c, 3), 50).middle,
  },
  // Keltner's own channel, with simple averages: checks the parts, not the `keltner` function.
  { what: 'mean typical price', file: KELTNER, column: 7, tolerance: 'printed', ours: (c) => sma(typical(c), 20) },
  {
    what: 'upper line of 1.5 mean true ranges',
    file: KELTNER,
    column: 5,
    tolerance: 'printed',
    ours: (c) => zip(sma(typical(c), 20), rangeMean(c), (middle, range) => middle + 1.5 * range),
  },
  // The file is named for the rate of change and holds differences.
  { what: 'momentum 50', file: 'spy_with_roc50.txt', column: 5, tolerance: 2e-5, ours: (c) => momentum(at(c, 4), 50) },
  { what: 'obv', file: 'spy_with_obv.txt', column: 6, tolerance: 2000, ours: (c) => obv(at(c, 4), at(c, 5)) },
  { what: 'rolling vwap 50', file: 'spy_with_vwap.txt', column: 6, tolerance: 'printed', ours: vwapOfMeans },
  {
    what: 'stochastic %K 12/3',
    file: STOCHASTIC,
    column: 5,
    tolerance: 5e-4,
    ours: (c) => stochastic(...bars(c), 12, 3, 5).k,
  },
  {
    what: 'stochastic %D 5',
    file: STOCHASTIC,
    column: 6,
    tolerance: 5e-4,
    ours: (c) => stochastic(...bars(c), 12, 3, 5).d,
  },
  {
    what: 'Williams %R 14 from the raw stochastic',
    file: 'spy_with_williamsR14.txt',
    column: 5,
    tolerance: 5e-4,
    ours: (c) => stochastic(...bars(c), 14, 1, 1).k.map((k) => k - 100),
  },
  {
    what: 'Williams %R 14',
    file: 'spy_with_williamsR14.txt',
    column: 5,
    tolerance: 5e-4,
    ours: (c) => williamsR(...bars(c), 14),
  },
  { what: 'cci 14', file: 'spy_with_cci.txt', column: 5, tolerance: 1e-2, ours: (c) => cci(...bars(c), 14) },
  { what: 'dema 5', file: 'spy_dema.txt', column: 5, tolerance: 1e-11, ours: (c) => dema(at(c, 4), 5) },
  { what: 'tema 5', file: 'spy_tema.txt', column: 5, tolerance: 1e-11, ours: (c) => tema(at(c, 4), 5) },
  { what: 'hma 16', file: 'spy_hma.txt', column: 6, tolerance: 'printed', ours: (c) => hma(at(c, 4), 16) },
  { what: 'kama 5', file: 'spy_kama.txt', column: 6, tolerance: 'printed', ours: (c) => kama(at(c, 4), 5, 2, 30) },
  {
    what: 'stochRsi %K',
    file: STOCHASTIC_RSI,
    column: 2,
    tolerance: 1e-11,
    ours: (c) => stochRsi(at(c, 1), 14, 14, 3, 3).k,
  },
  {
    what: 'stochRsi %D',
    file: STOCHASTIC_RSI,
    column: 3,
    tolerance: 1e-11,
    ours: (c) => stochRsi(at(c, 1), 14, 14, 3, 3).d,
  },
  // Indicators of indicators: their leading NaN must shift, not spoil.
  { what: 'stochastic of rsi, %K', file: STOCHASTIC_RSI, column: 2, tolerance: 1e-11, ours: (c) => stochasticRsi(c).k },
  { what: 'stochastic of rsi, %D', file: STOCHASTIC_RSI, column: 3, tolerance: 1e-11, ours: (c) => stochasticRsi(c).d },
  {
    what: 'double ema 5',
    file: 'spy_dema.txt',
    column: 5,
    tolerance: 1e-11,
    ours: (c) => zip(ema(at(c, 4), 5), ema(ema(at(c, 4), 5), 5), (once, twice) => 2 * once - twice),
  },
  {
    what: 'Hull average 16 of weighted averages',
    file: 'spy_hma.txt',
    column: 6,
    tolerance: 'printed',
    ours: (c) =>
      wma(
        zip(wma(at(c, 4), 8), wma(at(c, 4), 16), (half, whole) => 2 * half - whole),
        4,
      ),
  },
]

// Reference: golden/lean of the shared test data (other implementations; single precision or printed digits).
describe.skipIf(!hasGolden)('agrees with the Lean golden files (needs ../shared/data)', () => {
  test.each(CASES)('$what ($file)', ({ file, column, tolerance, ours }) => {
    const golden: GoldenFile = readGolden(file)
    const expected = at(golden.columns, column)
    const halfUnits = at(golden.halfUnits, column)
    const actual = ours(golden.columns)
    let compared = 0
    for (let i = 0; i < expected.length; i++) {
      const want = expected[i] as number
      const got = actual[i] as number
      if (Number.isNaN(want) || Number.isNaN(got)) continue
      compared++
      const allowed = tolerance === 'printed' ? 1.25 * (halfUnits[i] as number) : tolerance
      if (!(Math.abs(got - want) <= allowed))
        expect.fail(`row ${i}: ${got} differs from ${want} by more than ${allowed}`)
    }
    // The monthly file gives its values from row 179 on; every other file from its warm-up on.
    expect(compared).toBeGreaterThan(file === MACD_FILE ? 180 : 350)
    const firstGolden = expected.findIndex((value) => !Number.isNaN(value))
    const firstOurs = actual.findIndex((value) => !Number.isNaN(value))
    if (file !== MACD_FILE && file !== CHANNEL) expect([0, 1]).toContain(firstGolden - firstOurs)
  })
})
