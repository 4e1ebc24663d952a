import {
  allocateBars,
  type BarColumns,
  type DecimalStep,
  type Rng,
  roundToSteps,
  stepsToNumber,
  type TimeMs,
  UsageError,
} from '@kestrel/core'
import type { PriceProcess } from './price-process.ts'

const DAY_MS = 86_400_000
/** Middle of the European afternoon and the American morning, when crypto volume peaks. */
const BUSIEST_MS = 15 * 3_600_000

/**
 * Multiplier of volatility by time of day, a cosine that peaks at 15:00 UTC, scaled so that its mean square over a day
 * is 1 and the yearly volatility stays what it was.
 *
 * @param amplitude - 0 for none, below 1.
 */
export function timeOfDayScale(timeMs: TimeMs, amplitude: number): number {
  if (amplitude === 0) return 1
  const phase = (2 * Math.PI * ((timeMs % DAY_MS) - BUSIEST_MS)) / DAY_MS
  return (1 + amplitude * Math.cos(phase)) / Math.sqrt(1 + 0.5 * amplitude * amplitude)
}

/** Beyond this the double nearest to a price may miss its tick. */
const HIGHEST_TICKS = 1e15

function priceTooHigh(price: number, tick: DecimalStep): UsageError {
  return new UsageError({
    code: 'DATA_GENERATE_RANGE',
    message: `The generated price ran away to ${price.toExponential(2)}; nothing was written.`,
    hint: 'Use a lower volatility or drift, fewer bars, or a larger tick.',
    meta: { price, tick: tick.text },
  })
}

export interface SyntheticBarsOptions {
  readonly bars: number
  readonly startMs: TimeMs
  readonly barMs: number
  readonly startPrice: number
  /** Mean volume of a bar, in lots. */
  readonly meanVolumeLots: number
  readonly subSteps: number
  /** Standard deviation of a typical bar's log return; volume is measured against it. */
  readonly barSigma: number
  readonly seasonality: number
  readonly tick: DecimalStep
  readonly lot: DecimalStep
}

/**
 * Bars that follow a price process: open = close before, high and low over the sub-steps, all on the tick grid (at least
 * one tick). Volume is a whole number of lots, at least one, and grows with the size of the move and the time of day:
 * `mean x scale x (0.5 + 0.5 |r| / E|r|) x lognormal(0.4)`.
 *
 * @throws UsageError `DATA_GENERATE_RANGE` when the price passes 10^15 ticks.
 */
export function simulateBars(process: PriceProcess, rng: Rng, options: SyntheticBarsOptions): BarColumns {
  const { tick, lot, barMs } = options
  const bars = allocateBars(options.bars)
  const path = new Float64Array(options.subSteps)
  const volumeRng = rng.stream('volume')
  const meanMove = options.barSigma * Math.sqrt(2 / Math.PI)
  const ticksOf = (price: number): number => {
    if (price > tick.size * HIGHEST_TICKS) throw priceTooHigh(price, tick)
    return Math.max(1, roundToSteps(price, tick, 'nearest'))
  }
  // The exact price runs beside the rounded one, so that rounding does not pile up in the returns.
  let price = options.startPrice
  let closeTicks = ticksOf(price)
  for (let i = 0; i < options.bars; i++) {
    const openTimeMs = options.startMs + i * barMs
    const scale = timeOfDayScale(openTimeMs, options.seasonality)
    process.nextBar(path, scale)
    const openTicks = closeTicks
    let highTicks = openTicks
    let lowTicks = openTicks
    for (let k = 0; k < path.length; k++) {
      closeTicks = ticksOf(price * Math.exp(path[k] as number))
      if (closeTicks > highTicks) highTicks = closeTicks
      if (closeTicks < lowTicks) lowTicks = closeTicks
    }
    const move = path[path.length - 1] as number
    price *= Math.exp(move)
    const liveliness = 0.5 + (0.5 * Math.abs(move)) / meanMove
    const noise = Math.exp(0.4 * volumeRng.nextNormal() - 0.08)
    const volumeLots = Math.max(1, Math.round(options.meanVolumeLots * scale * liveliness * noise))
    bars.openTimeMs[i] = openTimeMs
    bars.closeTimeMs[i] = openTimeMs + barMs
    bars.open[i] = stepsToNumber(openTicks, tick)
    bars.high[i] = stepsToNumber(highTicks, tick)
    bars.low[i] = stepsToNumber(lowTicks, tick)
    bars.close[i] = stepsToNumber(closeTicks, tick)
    bars.volume[i] = stepsToNumber(volumeLots, lot)
  }
  return bars
}
