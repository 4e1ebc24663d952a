import type { BarColumns } from '@kestrel/core'
import { DataError } from '@kestrel/core'
import {
  type DecisionRecord,
  type FillRecord,
  type FundingRecord,
  Kernel,
  type MarketData,
  type OrderRecord,
  type RunControl,
  type RunRecords,
  type TradeRecord,
} from '@kestrel/kernel'
import type { FillModel } from '../venue/fill-model.ts'
import { type MarkBars, markBarsOver } from '../venue/mark-bars.ts'
import { SimulatedVenue } from '../venue/simulated-venue.ts'
import type { BacktestData, ResolvedConfig } from './backtest-config.ts'
import { withExcursions } from './excursions.ts'
import { refineBars } from './execution-bars.ts'

/** One pass of the kernel over the data. */
export interface Simulation extends Omit<RunRecords, 'fills' | 'orders' | 'trades' | 'decisions' | 'funding'> {
  readonly fills: readonly FillRecord[]
  readonly orders: readonly OrderRecord[]
  readonly trades: readonly TradeRecord[]
  readonly decisions: readonly DecisionRecord[]
  /** Funding that positions received and paid. */
  readonly funding: readonly FundingRecord[]
  readonly fill: FillModel
  /** By instrument id: bars of the run's timeframe whose orders were played against finer bars. */
  readonly refinedBars: Readonly<Record<string, number>>
}

/** Bars of every instrument of a run, fetched once and used by all of its passes. */
export interface PreparedData {
  readonly data: BacktestData
  readonly base: ReadonlyMap<string, BarColumns>
  readonly execution: readonly BarColumns[]
  readonly refinedBars: Readonly<Record<string, number>>
  /** Mark prices over the execution bars, by instrument; undefined where none are recorded that fine. */
  readonly marks: readonly (MarkBars | undefined)[]
}

/**
 * Fetches the bars of a run and joins finer ones in.
 *
 * @throws DataError `BACKTEST_NO_BARS` for an instrument without a bar in the window.
 */
export function prepareData(config: ResolvedConfig, data: BacktestData): PreparedData {
  const base = new Map<string, BarColumns>()
  const refinedBars: Record<string, number> = {}
  const execution = config.instruments.map(({ id }) => {
    const bars = data.bars(id, config.timeframe)
    if (bars === undefined || bars.close.length === 0) {
      throw new DataError({
        code: 'BACKTEST_NO_BARS',
        message: `There are no ${config.timeframe} bars of ${id} in this window. Nothing was run.`,
        meta: { instrument: id, timeframe: config.timeframe },
      })
    }
    base.set(id, bars)
    const finer = data.finerBars?.(id)
    if (finer === undefined) return bars
    const refined = refineBars(bars, finer.bars, finer.sparse)
    if (refined.refined > 0) refinedBars[id] = refined.refined
    return refined.bars
  })
  const marks = config.instruments.map(({ id, kind }, index) => {
    const mark = kind === 'spot' ? undefined : data.mark?.(id)
    return mark === undefined ? undefined : markBarsOver(execution[index] as BarColumns, mark)
  })
  return { data, base, execution, refinedBars, marks }
}

/**
 * Runs the kernel once with the given fill model.
 *
 * @throws StrategyError when a strategy throws.
 */
export function simulate(
  config: ResolvedConfig,
  prepared: PreparedData,
  fill: FillModel,
  control?: RunControl,
): Simulation {
  const kernel = new Kernel({
    instruments: config.instruments,
    timeframe: config.timeframe,
    strategies: config.strategies,
    market: config.funding === 'none' ? withoutFunding(prepared.data) : prepared.data,
    venue: (events, account) => new SimulatedVenue(events, account, fill, prepared.execution, prepared.marks),
    cash: config.cash,
    reportingCurrency: config.reportingCurrency,
    sizeMode: config.sizeMode,
    rebalanceBand: config.rebalanceBand,
    risk: config.risk,
    decisions: config.decisions,
    seed: config.seed,
    session: 'bt',
    ...(config.universe === undefined ? {} : { universe: config.universe }),
    ...(config.margin === undefined ? {} : { margin: config.margin }),
  })
  const { fills, orders, trades, decisions, funding, ...records } = kernel.run(control)
  const lazyFills = once(fills)
  const lazyOrders = once(orders)
  const lazyDecisions = once(decisions)
  const lazyFunding = once(funding)
  const lazyTrades = once(() => withExcursions(trades(), (id) => prepared.base.get(id)))
  return {
    ...records,
    get fills() {
      return lazyFills()
    },
    get orders() {
      return lazyOrders()
    },
    get trades() {
      return lazyTrades()
    },
    get decisions() {
      return lazyDecisions()
    },
    get funding() {
      return lazyFunding()
    },
    fill,
    refinedBars: prepared.refinedBars,
  }
}

/** The same market with the rates left out: marks still liquidate. */
function withoutFunding(data: BacktestData): MarketData {
  return { ...data, bars: (id, timeframe) => data.bars(id, timeframe), funding: () => undefined }
}

/** Calls `make` at the first use and remembers what it gave. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
