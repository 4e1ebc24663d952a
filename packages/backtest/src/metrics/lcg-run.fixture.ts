import type { TradeRecord } from '@kestrel/kernel'
import type { BenchmarkColumns } from './benchmark.ts'
import type { MetricsInput } from './metrics.ts'

/** 2024-01-01T00:00:00Z. */
const START_MS = 1_704_067_200_000
const BAR_MS = 4 * 3_600_000
const BARS = 360

const PROFITS = [120, -80, 45.5, -60, 210, -30, 15, -95, 60, 0, -20, 75]
const RATIOS = [0.012, -0.008, 0.0045, -0.006, 0.021, -0.003, 0.0015, -0.0095, 0.006, 0, -0.002, 0.0075]

/** Curve of a linear congruential generator (ANSI C constants, modulo 2^31), so that any language makes the same. */
function lcgCurve(seed: number, start: number, centre: number, scale: number): Float64Array {
  let state = BigInt(seed)
  let value = start
  const out = new Float64Array(BARS)
  for (let i = 0; i < BARS; i += 1) {
    state = (state * 1_103_515_245n + 12_345n) % 2_147_483_648n
    value *= 1 + (Number((state / 65_536n) % 2_001n) - centre) / scale
    out[i] = value
  }
  return out
}

/** One closed trade; only what the test cares about need be given. */
export function tradeOf(values: Partial<TradeRecord>): TradeRecord {
  return {
    instrumentId: 'BTC-USDT.BINANCE',
    strategy: 'test',
    direction: 'long',
    entryTimeMs: START_MS,
    exitTimeMs: START_MS + BAR_MS,
    maxQuantity: 1,
    quantity: 1,
    entryPrice: 100,
    exitPrice: 101,
    entryFee: 0,
    exitFee: 0,
    funding: 0,
    slippage: 0,
    profit: 1,
    profitRatio: 0.01,
    mae: 0,
    mfe: 0,
    bars: 1,
    entryTag: '',
    exitReason: 'signal',
    firstFill: 0,
    lastFill: 1,
    ...values,
  }
}

/** Sixty days of four-hour equity from 10,000 and twelve trades: 6 wins, 5 losses, 1 draw. */
export function lcgRun(): MetricsInput {
  return {
    equity: {
      timeMs: Float64Array.from({ length: BARS }, (_, i) => START_MS + (i + 1) * BAR_MS),
      equity: lcgCurve(12_345, 10_000, 985, 100_000),
      grossExposure: Float64Array.from({ length: BARS }, (_, i) => (i % 4 === 0 ? 5_000 : 0)),
    },
    trades: PROFITS.map((profit, k) =>
      tradeOf({
        profit,
        profitRatio: RATIOS[k] as number,
        direction: k % 3 === 0 ? 'short' : 'long',
        entryTimeMs: START_MS + (5 + k * 28) * BAR_MS,
        exitTimeMs: START_MS + (9 + k * 29) * BAR_MS,
      }),
    ),
    fills: [],
    orders: [],
    startEquity: 10_000,
    startTimeMs: START_MS,
    currency: 'USDT',
  }
}

/** Another such curve from 100, as a benchmark over the same bars. */
export function lcgBenchmark(): BenchmarkColumns {
  return {
    name: 'benchmark',
    timeMs: Float64Array.from({ length: BARS }, (_, i) => START_MS + (i + 1) * BAR_MS),
    value: Float64Array.from(lcgCurve(777, 100, 990, 80_000)),
    startValue: 100,
    startTimeMs: START_MS,
  }
}
