import {
  allocateBars,
  type BarColumns,
  createRng,
  type Instrument,
  type SeriesColumns,
  instrumentOf,
  type Rng,
  timeframeMs,
} from '@kestrel/core'

/** 2024-01-01, a Monday. */
const START_MS = 1_704_067_200_000
/** Steps that a bar is made of, for its high and low. */
const STEPS = 12

/** How a generated price moves. Rates are of a bar. */
export interface PricePath {
  readonly start: number
  /** Deviation of a bar's log return. */
  readonly volatility: number
  /** Drift of one leg of a trend, in turns up and down; 0 is a walk. */
  readonly trend?: number
  /** Bars of each leg, in turns. */
  readonly legs?: readonly number[]
  /** Part of the distance from a slow level that a bar takes back; 0 is none. */
  readonly reversion?: number
}

/** An instrument of the pictures: fees as of a large exchange, a grid too fine to matter. */
export function pictureInstrument(id: string): Instrument {
  const isPerpetual = id.includes('-PERP.')
  return instrumentOf({
    id,
    tickSize: '0.01',
    lotSize: '0.0001',
    minNotional: '5',
    makerFeeRate: isPerpetual ? 0.0002 : 0.001,
    takerFeeRate: isPerpetual ? 0.0005 : 0.001,
    source: 'made up for the pictures',
  })
}

/** Log prices at every step, `bars * STEPS + 1` of them. */
function logPath(rng: Rng, bars: number, path: PricePath): Float64Array {
  const { volatility, trend = 0, legs = [40], reversion = 0 } = path
  const out = new Float64Array(bars * STEPS + 1)
  const step = volatility / Math.sqrt(STEPS)
  const pull = 1 - (1 - reversion) ** (1 / STEPS)
  let level = Math.log(path.start)
  let away = 0
  let leg = 0
  let left = (legs[0] as number) * STEPS
  out[0] = level
  for (let i = 1; i < out.length; i++) {
    if (left-- <= 0) {
      leg++
      left = (legs[leg % legs.length] as number) * STEPS
    }
    level += ((leg % 2 === 0 ? 1 : -1) * trend) / STEPS
    const shock = step * rng.nextNormal()
    if (reversion === 0) level += shock
    else away += shock - pull * away
    out[i] = level + away
  }
  return out
}

/** Bars of the steps of a path. */
function barsOfPath(path: Float64Array, timeframe: string, rng: Rng): BarColumns {
  const count = (path.length - 1) / STEPS
  const lengthMs = timeframeMs(timeframe)
  const bars = allocateBars(count)
  const price = (i: number): number => Math.round(Math.exp(path[i] as number) * 100) / 100
  for (let i = 0; i < count; i++) {
    const steps = Array.from({ length: STEPS + 1 }, (_, k) => price(i * STEPS + k))
    bars.openTimeMs[i] = START_MS + i * lengthMs
    bars.closeTimeMs[i] = START_MS + (i + 1) * lengthMs
    bars.open[i] = steps[0] as number
    bars.close[i] = steps[STEPS] as number
    bars.high[i] = Math.max(...steps)
    bars.low[i] = Math.min(...steps)
    bars.volume[i] = Math.round(50_000 * (0.5 + rng.nextFloat()))
  }
  return bars
}

/** One generated instrument. */
export function single(
  id: string,
  seed: number,
  bars: number,
  timeframe: string,
  path: PricePath,
): ReadonlyMap<string, BarColumns> {
  const rng = createRng(seed)
  return new Map([[id, barsOfPath(logPath(rng.stream('price'), bars, path), timeframe, rng.stream('volume'))]])
}

/** Several instruments, each with a path of its own. */
export function several(
  seed: number,
  bars: number,
  timeframe: string,
  paths: Readonly<Record<string, PricePath>>,
): ReadonlyMap<string, BarColumns> {
  return new Map(
    Object.entries(paths).flatMap(([id, path]) => [
      ...single(id, seed + id.length + id.charCodeAt(0), bars, timeframe, path),
    ]),
  )
}

/** Funding every eight hours: a mean that turns slowly from paying to costing and back, with noise. */
export function slowFunding(seed: number, days: number): SeriesColumns {
  const rng = createRng(seed)
  const tsEventMs = Float64Array.from({ length: days * 3 + 1 }, (_, i) => START_MS + i * 28_800_000)
  const rate = tsEventMs.map((_, i) => 0.00012 + 0.0002 * Math.sin(i / 45) + 0.00005 * rng.nextNormal())
  return { tsEventMs, knowableTimeMs: tsEventMs, values: { rate } }
}

/** A second instrument tied to the first: `ln other = constant + ratio ln first + spread`, and the spread comes back. */
export function tied(
  ids: readonly [string, string],
  seed: number,
  bars: number,
  timeframe: string,
  path: PricePath,
  relation: { readonly start: number; readonly ratio: number; readonly volatility: number; readonly reversion: number },
): ReadonlyMap<string, BarColumns> {
  const rng = createRng(seed)
  const first = logPath(rng.stream('price'), bars, path)
  const spread = logPath(rng.stream('spread'), bars, { ...relation, trend: 0 })
  const constant = Math.log(relation.start) - relation.ratio * Math.log(path.start)
  const second = first.map(
    (each, i) => constant + relation.ratio * each + (spread[i] as number) - Math.log(relation.start),
  )
  const volume = rng.stream('volume')
  return new Map([
    [ids[0], barsOfPath(first, timeframe, volume)],
    [ids[1], barsOfPath(second, timeframe, volume)],
  ])
}
