import {
  allocateBars,
  type BarColumns,
  type Instrument,
  instrumentOf,
  type Timeframe,
  timeframeMs,
} from '@kestrel/core'
import { z } from 'zod'
import { Kernel } from '../src/kernel.ts'
import type { KernelConfig, RunRecords } from '../src/kernel-config.ts'
import { configureStrategy } from '../src/strategy-params.ts'
import { defineStrategy, type StrategyContext, type StrategyHandlers } from '../src/strategy.ts'
import { InstantVenue } from './instant-venue.ts'

/** 2024-01-01. */
export const START_MS = 1_704_067_200_000

export const BTC: Instrument = instrumentOf({
  id: 'BTC-USDT.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  makerFeeRate: 0,
  takerFeeRate: 0,
})
export const ETH: Instrument = instrumentOf({
  id: 'ETH-USDT.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  makerFeeRate: 0,
  takerFeeRate: 0,
})

/** Bars of a timeframe whose close is given; open, high and low are near it. */
export function barsOf(closes: readonly number[], timeframe: Timeframe = '1h'): BarColumns {
  const bars = allocateBars(closes.length)
  const stepMs = timeframeMs(timeframe)
  closes.forEach((close, i) => {
    bars.openTimeMs[i] = START_MS + i * stepMs
    bars.closeTimeMs[i] = START_MS + (i + 1) * stepMs
    bars.open[i] = close
    bars.high[i] = close * 1.01
    bars.low[i] = close * 0.99
    bars.close[i] = close
    bars.volume[i] = 10
  })
  return bars
}

export type AnyContext = StrategyContext<Record<string, unknown>>

/** Runs a strategy given as its start function over bars by instrument and timeframe; `BTC` at `1h` unless stated. */
export function runKernel(
  start: (context: AnyContext) => StrategyHandlers,
  bars: Readonly<Record<string, BarColumns>>,
  config: Partial<KernelConfig> = {},
): RunRecords {
  const strategy = defineStrategy({ name: 'under-test', about: 'What the test says.', params: z.object({}), start })
  return new Kernel({
    instruments: [BTC],
    timeframe: '1h',
    strategies: [configureStrategy(strategy)],
    market: { bars: (id, timeframe) => bars[`${id} ${timeframe}`] },
    venue: (events) => new InstantVenue(events, 100),
    cash: { USDT: 100_000 },
    reportingCurrency: 'USDT',
    sizeMode: 'units',
    rebalanceBand: 0.01,
    risk: {},
    decisions: 'changed',
    seed: 1,
    session: 'test',
    ...config,
  }).run()
}
