import { type Backtest, type BacktestConfig, runBacktest } from '@kestrel/backtest'
import { allocateBars, type BarColumns, type Instrument, instrumentOf } from '@kestrel/core'
import { configureStrategy, type StrategyDefinition } from '@kestrel/kernel'

/** Open, high, low, close. */
export type Row = readonly [open: number, high: number, low: number, close: number]

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** 2024-01-01. */
const START_MS = 1_704_067_200_000

/** Daily bars of plenty of volume. */
export function dailyBars(rows: readonly Row[], firstDay = 0): BarColumns {
  return barsFrom(rows, START_MS + firstDay * DAY_MS, DAY_MS)
}

/** Hourly bars from 2024-01-01 00:00 UTC on. */
export function hourlyBars(rows: readonly Row[], firstHour = 0): BarColumns {
  return barsFrom(rows, START_MS + firstHour * HOUR_MS, HOUR_MS)
}

function barsFrom(rows: readonly Row[], startMs: number, lengthMs: number): BarColumns {
  const bars = allocateBars(rows.length)
  rows.forEach((row, i) => {
    bars.openTimeMs[i] = startMs + i * lengthMs
    bars.closeTimeMs[i] = startMs + (i + 1) * lengthMs
    ;(['open', 'high', 'low', 'close'] as const).forEach((name, k) => (bars[name][i] = row[k] as number))
    bars.volume[i] = 1e9
  })
  return bars
}

/** Daily bars that open and close at the given prices, with a range of one unit on either side. */
export function fromCloses(closes: readonly number[], firstDay = 0): BarColumns {
  return dailyBars(
    closes.map((close, i) => {
      const open = closes[i - 1] ?? close
      return [open, Math.max(open, close) + 1, Math.min(open, close) - 1, close]
    }),
    firstDay,
  )
}

/** An instrument without fees whose steps are fine enough not to matter. */
export function free(id = 'BTC-USDT.TEST'): Instrument {
  return instrumentOf({ id, tickSize: '0.01', lotSize: '0.000001', makerFeeRate: 0, takerFeeRate: 0 })
}

/** Runs one strategy on daily bars by instrument id with 10,000 USDT, without costs. */
export function play(
  definition: StrategyDefinition,
  params: Readonly<Record<string, unknown>>,
  bars: Readonly<Record<string, BarColumns>>,
  config: Partial<BacktestConfig> = {},
): Backtest {
  return runBacktest(
    {
      instruments: Object.keys(bars).map((id) => free(id)),
      timeframe: '1d',
      strategies: [configureStrategy(definition, params)],
      cash: 10_000,
      funding: 'none',
      fill: { spreadBps: 0, slippageBps: 0 },
      ...config,
    },
    { bars: (id) => bars[id] },
    { band: false },
  )
}

/** `[side, price, quantity]` of each fill, rounded for reading. */
export function fillsOf(run: Backtest): (readonly [string, number, number])[] {
  return run.base.fills.map((fill) => [fill.side, fill.price, Number(fill.quantity.toFixed(4))] as const)
}
