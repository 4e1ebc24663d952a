import { allocateBars } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeCandles, priceMarks } from './candles.ts'
import { labelledTicks, logTicks, niceTicks, timeTicks } from './chart/ticks.ts'
import { downsample, stretchMeans } from './downsample.ts'
import { axisNumber, compactNumber, duration, money, number, percent, signedPercent } from './format.ts'
import { gapProfit } from './gap-profit.ts'
import { returnHistogram } from './return-spreads.ts'
import { volumeOverdraft } from './volume-overdraft.ts'
import { volumeShares } from './volume-shares.ts'

const fillOf = (tsEventMs: number, side: 'buy' | 'sell', price: number, quantity: number) => ({
  fillId: 1,
  orderId: 1,
  instrumentId: 'A-B.C',
  strategy: 's',
  side,
  tsEventMs,
  price,
  quantity,
  fee: 0,
  feeCurrency: 'USDT',
  feeValue: 0,
  liquidity: 'taker' as const,
  slippage: 0,
  barOpenTimeMs: tsEventMs,
  tag: '',
})

function barsOf(closes: readonly number[]) {
  const bars = allocateBars(closes.length)
  closes.forEach((close, i) => {
    bars.openTimeMs[i] = i * 60_000
    bars.closeTimeMs[i] = (i + 1) * 60_000
    bars.open[i] = close - 1
    bars.high[i] = close + 2
    bars.low[i] = close - 3
    bars.close[i] = close
    bars.volume[i] = i === 2 ? 0 : 100
  })
  return bars
}

describe('reducing a run to what a page can show', () => {
  test('keeps the ends, the highest and the lowest of a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 400 }),
        (values) => {
          const times = Float64Array.from(values, (_, i) => i)
          const line = downsample(times, Float64Array.from(values), 40)
          expect(line.timeMs.length).toBeLessThanOrEqual(40)
          expect(line.timeMs).toEqual(line.timeMs.toSorted((a, b) => a - b))
          expect([line.values[0], line.values.at(-1)]).toEqual([values[0], values.at(-1)])
          expect(Math.max(...line.values)).toBe(Math.max(...values))
          expect(Math.min(...line.values)).toBe(Math.min(...values))
        },
      ),
    )
    expect(stretchMeans(Float64Array.of(0, 1, 2, 3), Float64Array.of(0, 2, 4, 8), 2)).toEqual({
      timeMs: [0, 2],
      values: [1, 6],
    })
  })

  test('merges candles and marks fills at their mean price', () => {
    const candles = mergeCandles(barsOf([10, 20, 15, 12, 30]), 3)
    expect(candles).toEqual({
      openTimeMs: [0, 120_000, 240_000],
      closeTimeMs: [120_000, 240_000, 300_000],
      open: [9, 14, 29],
      high: [22, 17, 32],
      low: [7, 9, 27],
      close: [20, 12, 30],
    })
    const fills = [fillOf(0, 'buy', 10, 1), fillOf(60_000, 'buy', 20, 3), fillOf(120_000, 'sell', 15, 4)]
    expect(priceMarks(candles, fills)).toEqual([
      { candle: 0, side: 'buy', price: 17.5, fills: 2 },
      { candle: 1, side: 'sell', price: 15, fills: 1 },
    ])
  })

  test('shares of volume belong to the bar that is open; bars without volume are left out', () => {
    const bars = new Map([['A-B.C', barsOf([10, 20, 15])]])
    const fills = [fillOf(60_000, 'buy', 20, 5), fillOf(120_000, 'sell', 15, 5), fillOf(-1, 'buy', 1, 1)]
    expect([...volumeShares(fills, bars)]).toEqual([0.05])
  })

  test('what was taken beyond the share of the volume is owed until later bars make up for it', () => {
    const bars = barsOf([10, 20, 15, 12])
    bars.volume.set([100, 7, 100, 100])
    const of = (quantity: number, atMs: number, cap?: number) =>
      volumeOverdraft([fillOf(atMs, 'buy', 20, quantity)], new Map([['A-B.C', bars]]), cap)
    expect(of(10, 0, 0.1)).toEqual({ fillsBeyondBar: 0, owed: [] })
    expect(of(20, 60_000, 0.1)).toEqual({ fillsBeyondBar: 1, owed: [] })
    expect(of(20, 120_000, 0.1)).toEqual({ fillsBeyondBar: 0, owed: [] })
    expect(of(50, 120_000, 0.1)).toEqual({ fillsBeyondBar: 0, owed: [{ instrumentId: 'A-B.C', quantity: 30 }] })
    expect(of(101, 0)).toEqual({ fillsBeyondBar: 1, owed: [] })
  })

  test('profit next to gaps counts the bar before, and the jump across', () => {
    const equity = {
      timeMs: Float64Array.of(60_000, 120_000, 300_000, 360_000),
      equity: Float64Array.of(101, 103, 110, 111),
      grossExposure: new Float64Array(4),
    }
    const gaps = [{ instrumentId: 'A-B.C', fromMs: 120_000, toMs: 240_000 }]
    expect(gapProfit(equity, 100, gaps, 60_000)).toEqual({ gaps: 1, bars: 2, profit: 9 })
  })

  test('no bin of the histogram mixes gains and losses', () => {
    const returns = Float64Array.from({ length: 500 }, (_, i) => (((i * 7_919) % 201) - 80) / 1_000)
    const histogram = returnHistogram(returns)
    expect(histogram?.edges.some((edge) => Math.abs(edge) < 1e-12)).toBe(true)
    expect((histogram?.counts ?? []).reduce((a, b) => a + b, histogram?.zeros ?? 0)).toBe(500)
    expect(returnHistogram(new Float64Array(50))).toBeUndefined()
  })
})

describe('axes', () => {
  test('ticks are round', () => {
    expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(niceTicks(-0.07, 0.31, 4)).toEqual([0, 0.1, 0.2, 0.3])
    expect(logTicks(2_800, 74_000, 6)).toEqual([3_000, 10_000, 30_000])
    expect(niceTicks(5, 5, 4)).toEqual([5])
  })
  test('time ticks are UTC months, years, days or hours', () => {
    expect(timeTicks(Date.UTC(2020, 3, 1), Date.UTC(2024, 1, 1), 6).map(({ label }) => label)).toEqual([
      '2021',
      '2022',
      '2023',
      '2024',
    ])
    expect(timeTicks(Date.UTC(2024, 0, 1, 22), Date.UTC(2024, 0, 2, 10), 6).map(({ label }) => label)).toEqual([
      '22:00',
      '2 Jan',
      '02:00',
      '04:00',
      '06:00',
      '08:00',
      '10:00',
    ])
  })
})

describe('numbers as text', () => {
  test.each([
    [money(-1_234.5), '\u22121,234.50'],
    [money(1_234_567.8), '1,234,568'],
    [money(0.001234), '0.001234'],
    [percent(-0.000001), '0.00%'],
    [signedPercent(0.1234), '+12.34%'],
    [signedPercent(0.000001), '0.00%'],
    [number(undefined), 'n/a'],
    [number(Number.NaN), 'n/a'],
    [percent(Infinity), 'n/a'],
    [compactNumber(0.00012345), '0.00012345'],
    [compactNumber(67_890.1), '67,890.1'],
    [duration(0), '0s'],
    [duration(93_600_000), '1d 2h'],
    [duration(3_600_000), '1h'],
    [duration(3_605_000), '1h'],
  ])('%s is %s', (text, expected) => {
    expect(text).toBe(expected)
  })
})

describe('labels of an axis', () => {
  test.each([
    [0, 0.0004, 'percent', ['0.00%', '0.01%', '0.02%', '0.03%', '0.04%']],
    [0, 0.004, 'number', ['0', '0.001', '0.002', '0.003', '0.004']],
    [-0.02, 0.02, 'signed-percent', ['\u22122%', '\u22121%', '0%', '+1%', '+2%']],
    [0, 0.8, 'percent', ['0%', '20%', '40%', '60%', '80%']],
    [0, 2_000_000, 'number', ['0', '500k', '1M', '1.5M', '2M']],
  ] as const)('from %d to %d in %s tell neighbours apart', (low, high, unit, expected) => {
    expect(labelledTicks(niceTicks(low, high, 4), unit).map(({ label }) => label)).toEqual(expected)
  })

  test('are all different, whatever the size of the values', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -7, max: 8, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (power, at) => {
          const span = 10 ** power
          const ticks = niceTicks(at * span, (at + 1) * span, 5)
          for (const unit of ['percent', 'signed-percent', 'number'] as const) {
            if (unit === 'number' && span > 1e3) continue
            const labels = labelledTicks(ticks, unit).map(({ label }) => label)
            expect(new Set(labels).size).toBe(labels.length)
          }
        },
      ),
    )
  })

  test('of tiny prices show their first digits', () => {
    expect([0.00001, 0.000025, 0.5, 12.5].map((each) => axisNumber(each))).toEqual([
      '0.00001',
      '0.00003',
      '0.50',
      '12.5',
    ])
  })
})
