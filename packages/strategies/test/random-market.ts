import {
  allocateBars,
  type BarColumns,
  createRng,
  type Instrument,
  instrumentOf,
  type SeriesColumns,
} from '@kestrel/core'
import type { BacktestData } from '@kestrel/backtest'
import type { StrategyDefinition } from '@kestrel/kernel'

const HOUR_MS = 3_600_000
/** 2024-01-01. */
const START_MS = 1_704_067_200_000

/** Spot instruments with steps, fees and filters unlike each other. */
const INSTRUMENTS: readonly Instrument[] = [
  instrumentOf({
    id: 'BTC-USDT.TEST',
    tickSize: '0.01',
    lotSize: '0.00001',
    minNotional: '5',
    makerFeeRate: 0.001,
    takerFeeRate: 0.001,
  }),
  instrumentOf({
    id: 'ETH-USDT.TEST',
    tickSize: '0.05',
    lotSize: '0.001',
    minNotional: '10',
    makerFeeRate: -0.0001,
    takerFeeRate: 0.0006,
  }),
  instrumentOf({
    id: 'DOGE-USDT.TEST',
    tickSize: '0.00001',
    lotSize: '1',
    minQuantity: '5',
    makerFeeRate: 0.0002,
    takerFeeRate: 0.002,
  }),
]

/** Perpetuals for strategies that need them. */
const PERPETUALS: readonly Instrument[] = [
  instrumentOf({
    id: 'BTC-USDT-PERP.TEST',
    tickSize: '0.1',
    lotSize: '0.001',
    minNotional: '5',
    makerFeeRate: 0.0002,
    takerFeeRate: 0.0005,
  }),
  instrumentOf({
    id: 'ETH-USDT-PERP.TEST',
    tickSize: '0.01',
    lotSize: '0.001',
    minNotional: '5',
    makerFeeRate: 0.0002,
    takerFeeRate: 0.0005,
  }),
]

/** What a strategy is run on: spot, and the perpetuals where it needs some. */
export function instrumentsFor({ needs = [] }: StrategyDefinition): readonly Instrument[] {
  return needs.includes('perpetual') ? [...INSTRUMENTS, ...PERPETUALS] : INSTRUMENTS
}

const START_PRICES: Readonly<Record<string, number>> = { BTC: 40_000, ETH: 2_500, DOGE: 0.08 }

/** One bar of a random market; undefined where the exchange was down. */
interface MarketOptions {
  readonly seed: number
  readonly bars: number
  /** Part of the bars that are missing. */
  readonly missingRate?: number
  readonly instruments?: readonly Instrument[]
}

/**
 * Hourly bars of every instrument: a jumpy random walk on the price grid, with gaps between close and open, bars without
 * a move, volumes down to zero, late starts and missing bars.
 */
export function randomMarket(options: MarketOptions): Map<string, BarColumns> {
  const { seed, bars, missingRate = 0, instruments = INSTRUMENTS } = options
  return new Map(
    instruments.map((instrument, index) => {
      const rng = createRng(seed).stream(instrument.id)
      const { tick } = instrument
      const grid = (price: number): number => (Math.max(1, Math.round(price / tick.size)) * tick.mantissa) / tick.scale
      const rows: number[][] = []
      let price = START_PRICES[instrument.base] ?? 100
      const first = index === 0 ? 0 : rng.nextUint32() % 20
      for (let i = 0; i < bars; i++) {
        if (rng.nextFloat() < 0.1) price *= Math.exp(0.03 * rng.nextNormal())
        const open = price
        const still = rng.nextFloat() < 0.05
        const step = (): number => (still ? 1 : Math.exp(0.01 * rng.nextNormal()))
        const path = [open, open * step(), open * step(), open * step()].map(grid)
        price = path[3] as number
        const volume = rng.nextFloat() < 0.03 ? 0 : (rng.nextFloat() * 200_000) / price
        const missing = i > 0 && rng.nextFloat() < missingRate
        if (i < first || missing) continue
        const openMs = START_MS + i * HOUR_MS
        rows.push([openMs, openMs + HOUR_MS, path[0] as number, Math.max(...path), Math.min(...path), price, volume])
      }
      const columns = allocateBars(rows.length)
      const names = ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const
      rows.forEach((row, i) => names.forEach((name, k) => (columns[name][i] = row[k] as number)))
      return [instrument.id, columns]
    }),
  )
}

/** The first `count` bars of each instrument, or those that close by a time, as copies that share nothing. */
export function copyUntil(market: ReadonlyMap<string, BarColumns>, closeMs: number): Map<string, BarColumns> {
  return new Map(
    [...market].map(([id, bars]) => {
      const count = bars.closeTimeMs.filter((each) => each <= closeMs).length
      const copy = allocateBars(count)
      for (const name of Object.keys(copy) as (keyof BarColumns)[]) copy[name].set(bars[name].subarray(0, count))
      return [id, copy]
    }),
  )
}

/** Data of a run on the market at `1h`, with funding for perpetuals: rates of either sign, every eight hours. */
export function marketData(market: ReadonlyMap<string, BarColumns>): BacktestData {
  return {
    bars: (id, timeframe) => (timeframe === '1h' ? market.get(id) : undefined),
    funding: (id) => (id.includes('-PERP.') ? fundingOf(market.get(id)) : undefined),
  }
}

function fundingOf(bars: BarColumns | undefined): SeriesColumns | undefined {
  if (bars === undefined) return undefined
  const endMs = bars.closeTimeMs.at(-1) ?? 0
  const times: number[] = []
  for (let timeMs = START_MS; timeMs <= endMs; timeMs += 8 * HOUR_MS) times.push(timeMs)
  const tsEventMs = Float64Array.from(times)
  const rate = tsEventMs.map((timeMs) => 0.0004 * Math.sin(timeMs / (30 * HOUR_MS)))
  return { tsEventMs, knowableTimeMs: tsEventMs, values: { rate } }
}
