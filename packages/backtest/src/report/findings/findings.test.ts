import { describe, expect, test } from 'vitest'
import { computeMetrics } from '../../metrics/compute-metrics.ts'
import { lcgBenchmark, lcgRun, tradeOf } from '../../metrics/lcg-run.fixture.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { FindingsInput } from './finding.ts'
import { findings } from './findings.ts'

const DAY = 86_400_000
const RUN = computeMetrics({ ...lcgRun(), benchmark: lcgBenchmark() })

/** A run with nothing to complain about, changed in the way a test names. */
function inputOf(metrics: Partial<Metrics> = {}, changes: Partial<FindingsInput> = {}): FindingsInput {
  return {
    metrics: {
      ...RUN.metrics,
      trades: 200,
      orders: 400,
      sharpe: 1.2,
      winRate: 0.5,
      exposure: 0.4,
      minTrackRecord: 30,
      bestTrade: 100,
      fees: 10,
      slippage: 5,
      startEquity: 10_000,
      endEquity: 12_000,
      totalReturn: 0.2,
      ...metrics,
    },
    basis: { ...RUN.basis, observations: 800 },
    months: [0.02, -0.01, 0.03, 0.01, 0.01, 0.02].map((totalReturn, i) => ({
      year: 2024,
      month: i + 1,
      totalReturn,
      observations: 30,
    })),
    trades: Array.from({ length: 200 }, () => tradeOf({ profit: 10 })),
    spanMs: 800 * DAY,
    openPositions: [],
    inferredInstruments: [],
    synthetic: false,
    ...changes,
  }
}

const codes = (input: FindingsInput) => findings(input).map(({ code }) => code)

test('the best trade of a hedge is judged with its other leg', () => {
  const spot = tradeOf({ profit: 1_200, entryTimeMs: 0, exitTimeMs: 10 * DAY })
  const short = { ...tradeOf({ profit: -900, entryTimeMs: 0, exitTimeMs: 10 * DAY }), instrumentId: 'OTHER-USD.TEST' }
  const trades = [spot, short as typeof spot, ...inputOf().trades]
  expect(codes(inputOf({ bestTrade: 1_200 }, { trades }))).not.toContain('one-trade')
  expect(codes(inputOf({ bestTrade: 1_200 }, { trades: [spot, ...inputOf().trades.slice(0, 50)] }))).toContain(
    'one-trade',
  )
})

test('fills beyond what their bars held, and what is owed where data ends, are pointed out', () => {
  const of = (volumeOverdraft: FindingsInput['volumeOverdraft']) =>
    findings(inputOf({}, { volumeOverdraft })).find(({ code }) => code === 'beyond-volume')
  expect(of({ fillsBeyondBar: 0, owed: [] })).toBeUndefined()
  expect(of({ fillsBeyondBar: 2, owed: [] })).toMatchObject({ severity: 'serious', value: 2 })
  const owed = of({ fillsBeyondBar: 0, owed: [{ instrumentId: 'BTC-USD.TEST', quantity: 4_993 }] })
  expect(owed).toMatchObject({ severity: 'caution', value: 1 })
  expect(owed?.text).toContain('BTC-USD.TEST')
})

test('volume that may be counted in another unit than contracts is pointed out', () => {
  const volumeShares = Float64Array.of(0.01, 0.02)
  const contractSizes = ['BTC-USD-PERP.TEST (100 USD)']
  const found = findings(inputOf({}, { volumeShares, contractSizes })).find(({ code }) => code === 'volume-unit')
  expect(found).toMatchObject({ severity: 'caution', value: 1 })
  expect(found?.text).toContain('BTC-USD-PERP.TEST (100 USD)')
  expect(codes(inputOf({}, { volumeShares }))).not.toContain('volume-unit')
})

const band = (harsh: number, base: number, kind: number) => {
  const row = (totalReturn: number) => ({ endEquity: 1, totalReturn, sharpe: 1, maxDrawdown: -0.1, trades: 9 })
  return { harsh: row(harsh), base: row(base), kind: row(kind) }
}
const losing = { name: 'Hold', totalReturn: 0.5, cagr: 0.2, volatility: 0.6, sharpe: 0.5, maxDrawdown: -0.1 }

describe('findings', () => {
  test('a sound run has none', () => {
    expect(codes(inputOf())).toEqual([])
  })

  test('a run that only holds is not told that holding makes more', () => {
    const holding = { trades: 0, exposure: 0.999, correlation: 0.9999, beta: 0.998 }
    expect(codes(inputOf(holding, { benchmark: losing }))).not.toContain('benchmark-wins')
    expect(codes(inputOf({ ...holding, beta: 0.5 }, { benchmark: losing }))).toContain('benchmark-wins')
    expect(codes(inputOf({ ...holding, trades: 9 }, { benchmark: losing }))).toContain('benchmark-wins')
  })

  test('a win rate that only rounds to all is not said to be all', () => {
    const text = (winRate: number) => findings(inputOf({ winRate }))[0]?.text
    expect(text(0.9959)).toContain('a win rate of 99.59%')
    expect(text(1)).toContain('a win rate of 100%')
  })

  test.each<[string, string, FindingsInput, number]>([
    ['few-trades', 'caution', inputOf({ trades: 29 }), 29],
    ['few-trades', 'serious', inputOf({ trades: 0 }), 0],
    ['short-sample', 'caution', inputOf({}, { spanMs: 200 * DAY }), 200],
    ['short-sample', 'serious', inputOf({}, { spanMs: 30 * DAY }), 30],
    ['small-exposure', 'caution', inputOf({ exposure: 0.03 }), 0.03],
    ['short-track-record', 'note', inputOf({ minTrackRecord: 2_000 }), 2_000],
    ['one-trade', 'caution', inputOf({ bestTrade: 1_200 }), 0.6],
    ['one-trade', 'serious', inputOf({ bestTrade: 2_500 }), 1.25],
    ['too-good', 'serious', inputOf({ sharpe: 3.1 }), 1],
    ['too-good', 'serious', inputOf({ winRate: 0.95, sharpe: 4 }), 2],
    [
      'too-good',
      'serious',
      inputOf({}, { months: inputOf().months.map((month) => ({ ...month, totalReturn: 0.01 })) }),
      1,
    ],
    ['benchmark-wins', 'caution', inputOf({ maxDrawdown: -0.2 }, { benchmark: losing }), 0.3],
    ['benchmark-wins', 'note', inputOf({ maxDrawdown: -0.05 }, { benchmark: losing }), 0.3],
    ['gap-profit', 'caution', inputOf({}, { gapProfit: { gaps: 3, bars: 6, profit: 500 } }), 0.25],
    ['gap-profit', 'note', inputOf({}, { gapProfit: { gaps: 3, bars: 6, profit: 20 } }), 0.01],
    ['cost-share', 'caution', inputOf({ fees: 1_500, slippage: 500 }), 0.5],
    ['cost-share', 'serious', inputOf({ fees: 1_500, slippage: 500, endEquity: 9_000 }), 2],
    ['late-stops', 'caution', inputOf({}, { stoppedEntries: { stopped: 60, insideBar: 20 } }), 20],
    ['capacity', 'note', inputOf({}, { volumeShares: new Float64Array(100).fill(0.001) }), 0.001],
    ['capacity', 'caution', inputOf({}, { volumeShares: new Float64Array(100).fill(0.08) }), 0.08],
    ['capacity', 'serious', inputOf({}, { volumeShares: new Float64Array(100).fill(0.1) }), 0.1],
    ['band-flips', 'serious', inputOf({}, { band: band(-0.1, 0.2, 0.4) }), 0.5],
    ['below-target', 'note', inputOf({}, { uncoveredOrders: 3 }), 3],
    ['below-target', 'caution', inputOf({}, { uncoveredOrders: 300 }), 300],
    ['rejected-orders', 'note', inputOf({ rejects: 3, refusals: 1 }), 4],
    ['liquidations', 'serious', inputOf({ liquidations: 2 }), 2],
    ['open-position', 'note', inputOf({}, { openPositions: [{ instrumentId: 'X-Y.Z', quantity: 1.5 }] }), 1],
    ['inferred-steps', 'note', inputOf({}, { inferredInstruments: ['X-Y.Z'] }), 1],
    ['synthetic', 'serious', inputOf({}, { synthetic: true }), 1],
  ])('%s (%s)', (code, severity, input, value) => {
    const found = findings(input)
    expect(found.map((finding) => finding.code)).toEqual([code])
    expect(found[0]).toMatchObject({ severity })
    expect(found[0]?.value).toBeCloseTo(value, 12)
    expect(found[0]?.text).toMatch(/\d|generated|Nobody/)
    expect(found[0]?.text).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('a band that keeps its sign says nothing, and the most serious comes first', () => {
    expect(codes(inputOf({}, { band: band(0.1, 0.2, 0.3) }))).toEqual([])
    expect(codes(inputOf({ trades: 20, rejects: 1 }, { synthetic: true }))).toEqual([
      'synthetic',
      'few-trades',
      'rejected-orders',
    ])
  })

  test('a loss before costs is said as such', () => {
    const [finding] = findings(inputOf({ endEquity: 9_000 }))
    expect(finding).toMatchObject({ code: 'cost-share', severity: 'caution' })
    expect(finding?.text).toContain('even without them the run lost 985.00')
  })
})

test('every text begins like a sentence', () => {
  const benchmark = { ...losing, name: 'buy and hold BTC-USDT.TEST' }
  const texts = findings(inputOf({ trades: 3, bestTrade: 5_000 }, { benchmark })).map(({ text }) => text)
  expect(texts.length).toBeGreaterThan(2)
  for (const text of texts) expect(text).toMatch(/^[A-Z0-9]/)
})
