import { allocateBars, type BarColumns, type Instrument, type InstrumentSpec, instrumentOf } from '@kestrel/core'
import { configureStrategy, defineStrategy, type OrderView, type StrategyContext } from '@kestrel/kernel'
import { z } from 'zod'
import type { BacktestConfig, BacktestData } from '../src/run/backtest-config.ts'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, type Simulation, simulate } from '../src/run/simulate.ts'
import type { FillModel } from '../src/venue/fill-model.ts'

/** Open, high, low, close and, where it matters, volume. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number]

const HOUR_MS = 3_600_000
/** 2024-01-01. */
export const START_MS = 1_704_067_200_000

/** Hourly bars from rows, without gaps. */
export function barsOf(rows: readonly Row[], stepMs = HOUR_MS): BarColumns {
  const bars = allocateBars(rows.length)
  rows.forEach(([open, high, low, close, volume = 1_000_000], i) => {
    bars.openTimeMs[i] = START_MS + i * stepMs
    bars.closeTimeMs[i] = START_MS + (i + 1) * stepMs
    bars.open[i] = open
    bars.high[i] = high
    bars.low[i] = low
    bars.close[i] = close
    bars.volume[i] = volume
  })
  return bars
}

/** Close of bar `index`. */
export function closeMs(index: number): number {
  return START_MS + (index + 1) * HOUR_MS
}

/** A spot instrument with a tick and lot of 1 and no fee, unless stated. */
export function instrument(spec: Partial<InstrumentSpec> = {}): Instrument {
  return instrumentOf({ id: 'BTC-USDT.TEST', tickSize: '1', lotSize: '1', makerFeeRate: 0, takerFeeRate: 0, ...spec })
}

/** No spread and no slippage: the fill rules alone. */
const FREE: Partial<FillModel> = { spreadBps: 0, slippageBps: 0 }

type Context = StrategyContext<Record<string, unknown>>

/** What a scripted strategy does: a function by bar index, and listeners. */
export interface Script {
  /** By index of the bar that has just closed. */
  readonly bars?: Readonly<Record<number, (context: Context) => void>>
  readonly onFill?: (context: Context, price: number, count: number) => void
  readonly onOrder?: (context: Context, state: string, order: OrderView) => void
}

export interface ScriptedRun extends Simulation {
  readonly states: readonly string[]
}

/** Runs a script over one or several instruments with unlimited money and the given fill model. */
export function play(
  rows: readonly Row[] | readonly (readonly Row[])[],
  script: Script,
  options: Partial<BacktestConfig> & {
    readonly instruments?: readonly Instrument[]
    readonly finer?: BarColumns
    /** The instrument that has them; all by default. */ readonly finerOf?: string
    /** Funding, marks, quotes and prices of currencies. */
    readonly beside?: Partial<BacktestData>
  } = {},
): ScriptedRun {
  const instruments = options.instruments ?? [instrument()]
  const columns = (Array.isArray(rows[0]?.[0]) ? (rows as readonly (readonly Row[])[]) : [rows as readonly Row[]]).map(
    (each) => barsOf(each),
  )
  const strategy = defineStrategy({
    name: 'scripted',
    about: 'Does what the test says.',
    params: z.object({}),
    start(context) {
      context.instruments.forEach((each) => context.bars(each))
      let bar = 0
      let fills = 0
      return {
        onSlice() {
          script.bars?.[bar]?.(context)
          bar++
        },
        onOrder(order) {
          script.onOrder?.(context, order.state, order)
        },
        onFill(fill) {
          fills++
          script.onFill?.(context, fill.price, fills)
        },
      }
    },
  })
  const { finer, finerOf, beside, ...config } = options
  const resolved = resolveConfig({
    timeframe: '1h',
    cash: 1e9,
    strategies: [configureStrategy(strategy)],
    sizeMode: 'units',
    ...config,
    instruments,
    fill: { ...FREE, volumeShare: undefined, ...config.fill },
  })
  const data = {
    ...beside,
    bars: (id: string) => columns[instruments.findIndex((each) => each.id === id)],
    ...(finer === undefined
      ? {}
      : {
          finerBars: (id: string) =>
            finerOf === undefined || finerOf === id ? { bars: finer, sparse: false } : undefined,
        }),
  }
  const simulation = simulate(resolved, prepareData(resolved, data), resolved.fill)
  return Object.assign(simulation, { states: simulation.orders.map((order) => order.state) })
}

/** Shorthand for the fills of a run as `[side, price, quantity]`. */
export function fillsOf(run: Simulation): (readonly [string, number, number])[] {
  return run.fills.map((fill) => [fill.side, fill.price, fill.quantity] as const)
}
