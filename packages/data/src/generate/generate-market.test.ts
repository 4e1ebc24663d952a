import { type BarColumns, createRng, decimalStep, numberToSteps } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import type { ImportedDataset } from '../dataset.ts'
import { nextGamma, nextPoisson, nextStudentT } from './distributions.ts'
import { type GenerateOptions, generateMarket } from './generate-market.ts'
import { timeOfDayScale } from './synthetic-bars.ts'

const VERIFY = process.env['KESTREL_VERIFY'] !== undefined
const BASE = { instrument: 'BTC-USDT.SYNTH', timeframe: '1h', bars: 20_000, seed: 7 } as const
const MODELS = ['garch', 'heston', 'jump'] as const

function barsOf(dataset: ImportedDataset): BarColumns {
  return dataset.table as BarColumns
}

function logReturns(bars: BarColumns): Float64Array {
  return bars.close.map((close, i) => Math.log(close / (bars.open[i] as number)))
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function kurtosis(values: Float64Array): number {
  const m = mean(values)
  const second = mean(values.map((value) => (value - m) ** 2))
  return mean(values.map((value) => (value - m) ** 4)) / second ** 2
}

function autocorrelation(values: Float64Array, lag: number): number {
  const m = mean(values)
  let cross = 0
  let own = 0
  for (let i = 0; i < values.length; i++) {
    own += ((values[i] as number) - m) ** 2
    if (i >= lag) cross += ((values[i] as number) - m) * ((values[i - lag] as number) - m)
  }
  return cross / own
}

const tight = (options: Partial<GenerateOptions>): GenerateOptions => ({
  ...BASE,
  model: 'garch',
  spec: {
    id: BASE.instrument,
    tickSize: '0.0001',
    lotSize: '0.0001',
    makerFeeRate: 0.001,
    takerFeeRate: 0.001,
    source: 'test',
  },
  ...options,
})

describe('generated markets', () => {
  test.each(MODELS)('%s bars make sense, chain, and lie on the grid', (model) => {
    const dataset = generateMarket({ ...BASE, model })
    const bars = barsOf(dataset)
    const tick = decimalStep(dataset.spec?.tickSize ?? '')
    const lot = decimalStep(dataset.spec?.lotSize ?? '')
    for (let i = 0; i < bars.open.length; i++) {
      const [o, h, l, c] = [bars.open[i], bars.high[i], bars.low[i], bars.close[i]] as number[] as [
        number,
        number,
        number,
        number,
      ]
      if (!(l > 0 && h >= Math.max(o, c) && l <= Math.min(o, c))) throw new Error(`bar ${i}: ${o} ${h} ${l} ${c}`)
      if (i > 0 && o !== bars.close[i - 1]) throw new Error(`bar ${i} does not open at the close before`)
      for (const price of [o, h, l, c]) numberToSteps(price, tick, 'price')
      expect(numberToSteps(bars.volume[i] as number, lot, 'volume')).toBeGreaterThanOrEqual(1)
    }
    expect(bars.openTimeMs[1]).toBe((bars.openTimeMs[0] as number) + 3_600_000)
    expect(bars.closeTimeMs[0]).toBe(bars.openTimeMs[1])
  })

  test.each([...MODELS, 'workload'] as const)('%s is labelled synthetic, and equal seeds give equal bars', (model) => {
    const options = { ...BASE, bars: 500, timeframe: '1m', model }
    const first = generateMarket(options)
    expect(barsOf(generateMarket(options))).toEqual(barsOf(first))
    expect(barsOf(generateMarket({ ...options, seed: 8 })).close).not.toEqual(barsOf(first).close)
    expect(first.synthetic).toMatchObject({ model, seed: 7 })
    expect(first.ledger).toMatchObject([{ kind: 'synthetic', count: 500 }])
    expect(first.source).toMatchObject({ format: 'generated', note: 'SYNTHETIC' })
  })

  test('garch returns have fat tails and clusters of volatility, and no memory in their sign', () => {
    const returns = logReturns(barsOf(generateMarket(tight({ parameters: { seasonality: 0 } }))))
    expect(kurtosis(returns)).toBeGreaterThan(4)
    const size = returns.map(Math.abs)
    // Under independence the standard error is 1 / sqrt(20,000) = 0.007.
    for (const lag of [1, 5, 20]) expect(autocorrelation(size, lag)).toBeGreaterThan(0.035)
    expect(Math.abs(autocorrelation(returns, 1))).toBeLessThan(0.04)
  })

  test('jump and heston returns have fatter tails than a normal', () => {
    for (const model of ['jump', 'heston'] as const) {
      expect(kurtosis(logReturns(barsOf(generateMarket(tight({ model })))))).toBeGreaterThan(3.3)
    }
  })

  test('without jumps and without noise in the variance the returns are normal', () => {
    for (const options of [
      { model: 'jump', parameters: { jumpsPerYear: 0 } },
      { model: 'heston', parameters: { volOfVol: 0 } },
    ] as const) {
      // Standard error of the kurtosis of a normal: sqrt(24 / 20,000) = 0.035.
      expect(Math.abs(kurtosis(logReturns(barsOf(generateMarket(tight(options))))) - 3)).toBeLessThan(0.15)
    }
  })

  test.each(MODELS)('%s has the volatility that was asked for', (model) => {
    const parameters = { volatility: 0.8, ...(model === 'jump' ? { jumpsPerYear: 0 } : {}) }
    const returns = logReturns(barsOf(generateMarket(tight({ model, parameters, bars: 100_000 }))))
    const yearly = Math.sqrt(mean(returns.map((r) => r * r)) * 8_760)
    expect(Math.abs(yearly / 0.8 - 1)).toBeLessThan(0.12)
  })

  test('volume grows with the size of the move and peaks in the busy hours', () => {
    const bars = barsOf(generateMarket(tight({})))
    const size = logReturns(bars).map(Math.abs)
    const meanSize = mean(size)
    const large = bars.volume.filter((_, i) => (size[i] as number) > 2 * meanSize)
    const small = bars.volume.filter((_, i) => (size[i] as number) < 0.2 * meanSize)
    expect(mean(large)).toBeGreaterThan(2 * mean(small))
    const at = (hour: number) => mean(bars.volume.filter((_, i) => i % 24 === hour))
    expect(at(15)).toBeGreaterThan(1.4 * at(3))
  })

  test('the scale of the day has a mean square of 1', () => {
    const squares = Float64Array.from({ length: 24 }, (_, hour) => timeOfDayScale(hour * 3_600_000, 0.3) ** 2)
    expect(mean(squares)).toBeCloseTo(1, 12)
  })

  test.runIf(VERIFY).each(['heston', 'jump'] as const)('%s grows at its drift over many seeds', (model) => {
    const seeds = 2_000
    const growth = Float64Array.from({ length: seeds }, (_, seed) => {
      const { close } = barsOf(
        generateMarket(tight({ model, seed, bars: 365, timeframe: '1d', parameters: { drift: 0.1 } })),
      )
      return (close[364] as number) / 30_000
    })
    const m = mean(growth)
    const error = Math.sqrt(mean(growth.map((g) => (g - m) ** 2)) / seeds)
    expect(Math.abs(m - Math.exp(0.1))).toBeLessThan(4 * error)
  })

  test.runIf(VERIFY)('the mean log return of garch is its drift over many seeds', () => {
    const seeds = 1_000
    const totals = Float64Array.from({ length: seeds }, (_, seed) => {
      const { close } = barsOf(generateMarket(tight({ seed, bars: 365, timeframe: '1d', parameters: { drift: 0.1 } })))
      return Math.log((close[364] as number) / 30_000)
    })
    const m = mean(totals)
    const error = Math.sqrt(mean(totals.map((g) => (g - m) ** 2)) / seeds)
    expect(Math.abs(m - 0.1)).toBeLessThan(4 * error)
  })

  test.each([
    [{ bars: 0 }, /number of bars/],
    [{ bars: 1.5 }, /number of bars/],
    [{ seed: Number.NaN }, /seed/],
    [{ model: 'brownian' as never }, /no market model/],
    [{ parameters: { alpha: 0.3, beta: 0.8 } }, /alpha \+ beta/],
    [{ parameters: { gamma: 1 } }, /no parameter "gamma"/],
    [{ parameters: { volatility: -1 } }, /volatility/],
    [{ model: 'workload' as const, timeframe: '1h' }, /no 1h bars/],
    [{ startPrice: 0 }, /start price/],
  ])('refuses %j', (change, message) => {
    expect(() => generateMarket({ ...BASE, model: 'garch', ...change })).toThrow(message)
  })

  test('refuses a price that runs away', () => {
    expect(() =>
      generateMarket(
        tight({ model: 'jump', parameters: { drift: 10, volatility: 0.5 }, bars: 100_000, timeframe: '1d' }),
      ),
    ).toThrow(expect.objectContaining({ code: 'DATA_GENERATE_RANGE' }))
  })
})

describe('distributions', () => {
  const rng = createRng(3)
  test('gamma has mean and variance equal to its shape', () => {
    for (const shape of [0.5, 2.5]) {
      const draws = Float64Array.from({ length: 100_000 }, () => nextGamma(rng, shape))
      expect(Math.abs(mean(draws) - shape)).toBeLessThan(5 * Math.sqrt(shape / 100_000))
      expect(Math.abs(mean(draws.map((d) => (d - shape) ** 2)) / shape - 1)).toBeLessThan(0.06)
    }
  })
  test('student t has variance 1 and the kurtosis of its degrees', () => {
    const draws = Float64Array.from({ length: 200_000 }, () => nextStudentT(rng, 12))
    expect(Math.abs(mean(draws.map((d) => d * d)) - 1)).toBeLessThan(0.02)
    // 3 + 6 / (12 - 4)
    expect(Math.abs(kurtosis(draws) - 3.75)).toBeLessThan(0.3)
  })
  test('poisson has its mean and variance', () => {
    const draws = Float64Array.from({ length: 100_000 }, () => nextPoisson(rng, 0.7))
    expect(Math.abs(mean(draws) - 0.7)).toBeLessThan(0.014)
    expect(Math.abs(mean(draws.map((d) => (d - 0.7) ** 2)) - 0.7)).toBeLessThan(0.03)
  })
})
