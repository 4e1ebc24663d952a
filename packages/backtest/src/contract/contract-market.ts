import {
  allocateBars,
  type BarColumns,
  bucketStart,
  createRng,
  type Instrument,
  type InstrumentKind,
  instrumentOf,
  lowerBound,
  type Rng,
  type SeriesColumns,
  sliceBars,
  type Timeframe,
  timeframeMs,
} from '@kestrel/core'
import type { BacktestData } from '../run/backtest-config.ts'
import { contractSeries } from './contract-series.ts'

/** A market that a strategy is checked on. */
export interface ContractMarket {
  readonly name: string
  readonly instruments: readonly Instrument[]
  readonly timeframe: Timeframe
  /** Bars of the timeframe by instrument id. */
  readonly bars: ReadonlyMap<string, BarColumns>
}

/** 2024-01-01T00:00:00Z, a Monday. */
const START_MS = 1_704_067_200_000
const COINS = ['AAA', 'BBB', 'CCC', 'DDD']

export interface ContractMarketOptions {
  readonly seed: number
  readonly bars: number
  /** Default `1h`. */
  readonly timeframe?: Timeframe
  /** Deviation of a bar's return; 0 is a market that stands still. Default 0.01. */
  readonly deviation?: number
  /** What the strategy needs: each perpetual in it is added, of the first coin, the second and so on. */
  readonly needs?: readonly InstrumentKind[]
}

/** Deviation of a perpetual's distance from spot, as a part of the price. */
const BASIS_DEVIATION = 0.004
/** Part of that distance which is left after a bar. */
const BASIS_PERSISTENCE = 0.95

/**
 * Four spot instruments whose prices walk at random on a grid, each with a trend of its own that turns now and then, and
 * the perpetuals that a strategy needs, which stay near their spot price. Equal options give equal bars.
 */
export function contractMarket(name: string, options: ContractMarketOptions): ContractMarket {
  const { seed, bars: count, timeframe = '1h', deviation = 0.01 } = options
  const barMs = timeframeMs(timeframe)
  const spots = COINS.map((coin) => contractInstrument(`${coin}-USDT.CONTRACT`))
  const perpetuals = (options.needs ?? [])
    .filter((kind) => kind === 'perpetual')
    .map((_, i) => contractInstrument(`${COINS[i] ?? `P${i}`}-USDT-PERP.CONTRACT`))
  const root = createRng(seed)
  const spotBars = spots.map(({ id }, index) => {
    const rng = root.stream(id)
    const bars = allocateBars(count)
    let price = 100 * (index + 1)
    let drift = 0
    for (let i = 0; i < count; i++) {
      if (i % 200 === 0) drift = (rng.nextFloat() - 0.5) * deviation * 0.4
      const open = price
      const step = (): number => (rng.nextFloat() - 0.5) * 2 * deviation
      price = toTick(open * (1 + drift + step()))
      bars.openTimeMs[i] = START_MS + i * barMs
      bars.closeTimeMs[i] = START_MS + (i + 1) * barMs
      bars.open[i] = open
      bars.close[i] = price
      bars.high[i] = toTick(Math.max(open, price) * (1 + Math.abs(step()) / 2))
      bars.low[i] = toTick(Math.min(open, price) * (1 - Math.abs(step()) / 2))
      bars.volume[i] = 1_000 + Math.floor(rng.nextFloat() * 9_000)
    }
    return [id, bars] as const
  })
  const columns = perpetuals.map(({ id }, i) => {
    const [, spot] = spotBars[i % spotBars.length] as readonly [string, BarColumns]
    return [id, perpetualBars(spot, root.stream(id), deviation === 0 ? 0 : BASIS_DEVIATION)] as const
  })
  return { name, instruments: [...spots, ...perpetuals], timeframe, bars: new Map([...spotBars, ...columns]) }
}

function contractInstrument(id: string): Instrument {
  return instrumentOf({
    id,
    tickSize: '0.01',
    lotSize: '0.0001',
    minNotional: '5',
    makerFeeRate: 0.001,
    takerFeeRate: 0.001,
    source: 'made up for the contract suite',
  })
}

/** Bars of a perpetual whose distance from spot comes back to zero (an autoregression of order one). */
function perpetualBars(spot: BarColumns, rng: Rng, deviation: number): BarColumns {
  const bars = allocateBars(spot.close.length)
  const shock = deviation * Math.sqrt(1 - BASIS_PERSISTENCE ** 2)
  let before = 0
  for (let i = 0; i < bars.close.length; i++) {
    const basis = BASIS_PERSISTENCE * before + shock * rng.nextNormal()
    bars.openTimeMs[i] = spot.openTimeMs[i] as number
    bars.closeTimeMs[i] = spot.closeTimeMs[i] as number
    const open = toTick((spot.open[i] as number) * (1 + before))
    const close = toTick((spot.close[i] as number) * (1 + basis))
    bars.open[i] = open
    bars.close[i] = close
    bars.high[i] = Math.max(open, close, toTick((spot.high[i] as number) * (1 + basis)))
    bars.low[i] = Math.min(open, close, toTick((spot.low[i] as number) * (1 + basis)))
    bars.volume[i] = spot.volume[i] as number
    before = basis
  }
  return bars
}

/** Every open, high, low and close must lie on the tick and be positive. */
function toTick(price: number): number {
  return Math.max(1, Math.round(price * 100)) / 100
}

/** The market without the bars that close after `cutMs`. */
export function cutMarket(market: ContractMarket, cutMs: number): ContractMarket {
  return mapBars(market, (bars) => sliceBars(bars, 0, lowerBound(bars.closeTimeMs, cutMs + 1)))
}

/** The market with the prices and volumes of all bars that close after `cutMs` multiplied. */
export function scaleMarketAfter(market: ContractMarket, cutMs: number, factor: number): ContractMarket {
  return mapBars(market, (bars) => {
    const start = lowerBound(bars.closeTimeMs, cutMs + 1)
    const scaled = allocateBars(bars.close.length)
    for (const name of Object.keys(bars) as (keyof BarColumns)[]) {
      scaled[name].set(bars[name])
      if (name === 'openTimeMs' || name === 'closeTimeMs') continue
      const column = scaled[name]
      for (let i = start; i < column.length; i++) column[i] = toTick((column[i] as number) * factor)
    }
    return scaled
  })
}

function mapBars(market: ContractMarket, change: (bars: BarColumns) => BarColumns): ContractMarket {
  return { ...market, bars: new Map([...market.bars].map(([id, bars]) => [id, change(bars)])) }
}

/** Hours between two settlements of a perpetual, and the part of its distance from spot that is paid. */
const FUNDING_MS = 28_800_000
const PAID_RATE = 0.125

/**
 * Rates of a perpetual every eight hours: a part of its distance from spot at the last close before, so that a market that
 * is cut or changed has rates that fit its bars.
 */
function contractFunding(market: ContractMarket, id: string): SeriesColumns | undefined {
  const perpetual = market.bars.get(id)
  const spot = market.bars.get(id.replace('-PERP', ''))
  if (perpetual === undefined || spot === undefined || perpetual === spot) return undefined
  const times: number[] = []
  const rates: number[] = []
  const closes = perpetual.closeTimeMs
  const endMs = closes.at(-1) ?? 0
  for (let timeMs = START_MS + FUNDING_MS; timeMs <= endMs; timeMs += FUNDING_MS) {
    const bar = lowerBound(closes, timeMs + 1) - 1
    if (bar < 0) continue
    times.push(timeMs)
    rates.push(((perpetual.close[bar] as number) / (spot.close[bar] as number) - 1) * PAID_RATE)
  }
  const tsEventMs = Float64Array.from(times)
  return { tsEventMs, knowableTimeMs: tsEventMs, values: { rate: Float64Array.from(rates) } }
}

/** The market as a run reads it: longer timeframes are made from the bars, whole ones only. */
export function contractData(market: ContractMarket): BacktestData {
  const baseMs = timeframeMs(market.timeframe)
  return {
    bars(id, timeframe) {
      const bars = market.bars.get(id)
      const wantedMs = timeframeMs(timeframe)
      if (bars === undefined || wantedMs === baseMs) return bars
      return wantedMs % baseMs === 0 ? longerBars(bars, wantedMs) : undefined
    },
    funding: (id) => contractFunding(market, id),
    series(name, id) {
      const perpetual = market.instruments.find(({ kind }) => kind === 'perpetual')
      if (name === 'funding') return contractFunding(market, id ?? perpetual?.id ?? '')
      const bars = market.bars.get(id ?? '') ?? [...market.bars.values()][0]
      return bars === undefined ? undefined : contractSeries(bars, name)
    },
  }
}

function longerBars(bars: BarColumns, lengthMs: number): BarColumns {
  const starts: number[] = []
  for (let i = 0; i < bars.close.length; i++) {
    if (bucketStart(bars.openTimeMs[i] as number, lengthMs) === bars.openTimeMs[i]) starts.push(i)
  }
  const ends = starts.map((start) => lowerBound(bars.closeTimeMs, (bars.openTimeMs[start] as number) + lengthMs))
  const whole = starts.filter((_, i) => (ends[i] as number) < bars.close.length)
  const out = allocateBars(whole.length)
  whole.forEach((start, row) => {
    const end = (ends[row] as number) + 1
    out.openTimeMs[row] = bars.openTimeMs[start] as number
    out.closeTimeMs[row] = (bars.openTimeMs[start] as number) + lengthMs
    out.open[row] = bars.open[start] as number
    out.high[row] = bars.high.subarray(start, end).reduce((a, b) => Math.max(a, b))
    out.low[row] = bars.low.subarray(start, end).reduce((a, b) => Math.min(a, b))
    out.close[row] = bars.close[end - 1] as number
    out.volume[row] = bars.volume.subarray(start, end).reduce((a, b) => a + b)
  })
  return out
}
