import { allocateBars, type BarColumns, createRng, type Instrument, lowerBound, type TradeColumns } from '@kestrel/core'
import { configureStrategy, defineStrategy, type StrategyContext, type StrategyHandlers } from '@kestrel/kernel'
import { z } from 'zod'
import { type BacktestConfig, type BacktestData, resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, type Simulation, simulate } from '../src/run/simulate.ts'
import { instrument, START_MS } from './scripted-run.ts'

export const MINUTE_MS = 60_000

/** What is traded unless stated. */
export const TRADED: Instrument = instrument()

/** Milliseconds after the start, price, and quantity if it matters. */
export type Print = readonly [afterMs: number, price: number, quantity?: number]

/** Trades from prints; the part of a millisecond behind the point becomes microseconds. */
export function tradesFrom(prints: readonly Print[]): TradeColumns {
  return {
    tsEventUs: Float64Array.from(prints, ([afterMs]) => START_MS * 1_000 + Math.round(afterMs * 1_000)),
    id: Float64Array.from(prints, (_, i) => i + 1),
    price: Float64Array.from(prints, ([, price]) => price),
    quantity: Float64Array.from(prints, ([, , quantity = 1_000_000]) => quantity),
    takerSide: Int8Array.from(prints, (_, i) => (i % 2 === 0 ? 1 : -1)),
  }
}

/** Bars of a minute the slow and obvious way: a bar for every minute in which something traded. */
function minuteBars(trades: TradeColumns): BarColumns {
  const minuteOf = (timeUs: number): number => Math.floor(timeUs / (MINUTE_MS * 1_000))
  const minutes = [...new Set(Array.from(trades.tsEventUs, minuteOf))]
  const bars = allocateBars(minutes.length)
  minutes.forEach((minute, b) => {
    const start = lowerBound(trades.tsEventUs, minute * MINUTE_MS * 1_000)
    const end = lowerBound(trades.tsEventUs, (minute + 1) * MINUTE_MS * 1_000)
    const prices = trades.price.subarray(start, end)
    bars.openTimeMs[b] = minute * MINUTE_MS
    bars.closeTimeMs[b] = (minute + 1) * MINUTE_MS
    bars.open[b] = prices[0] as number
    bars.high[b] = Math.max(...prices)
    bars.low[b] = Math.min(...prices)
    bars.close[b] = prices.at(-1) ?? 0
    bars.volume[b] = trades.quantity.subarray(start, end).reduce((sum, each) => sum + each, 0)
  })
  return bars
}

/** A fair coin walk of trades: price moves one tick up or down with each; several may share a millisecond. */
export function coinPrints(seed: number, count: number): Print[] {
  const random = createRng(seed)
  let price = 100_000
  let afterMs = 0
  return Array.from({ length: count }, () => {
    const bits = random.nextUint32()
    price += bits & 1 ? 1 : -1
    // One in three follows at once, as the parts of one order do.
    afterMs += (bits >>> 1) % 3 === 0 ? 0.2 : ((bits >>> 3) % 10_000) / 10
    return [Math.floor(afterMs * 1_000) / 1_000, price, 1 + ((bits >>> 12) % 5)] as const
  })
}

type Context = StrategyContext<Record<string, unknown>>

/** Runs a strategy over the trades of one or several instruments, without costs and volume cap unless stated. */
export function runOn(
  trades: readonly (TradeColumns | undefined)[],
  start: (context: Context) => StrategyHandlers,
  config: Partial<BacktestConfig> & { readonly instruments?: readonly Instrument[] } = {},
): Simulation {
  const instruments = config.instruments ?? [TRADED]
  const strategy = defineStrategy({ name: 'under-test', about: 'What the test says.', params: z.object({}), start })
  const bars = trades.map((each) => minuteBars(each ?? tradesFrom([[0, 1]])))
  const at = (id: string): number => instruments.findIndex((each) => each.id === id)
  const data: BacktestData = { bars: (id) => bars[at(id)], trades: (id) => trades[at(id)] }
  const resolved = resolveConfig({
    timeframe: '1m',
    cash: 1e9,
    strategies: [configureStrategy(strategy)],
    sizeMode: 'units',
    execution: 'trades',
    ...config,
    instruments,
    fill: { spreadBps: 0, slippageBps: 0, volumeShare: undefined, ...config.fill },
  })
  return simulate(resolved, prepareData(resolved, data), resolved.fill)
}
