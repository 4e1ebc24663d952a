import type { BarColumns, InstrumentId } from '@kestrel/core'
import { DataError } from '@kestrel/core'
import {
  type DecisionRecord,
  type FillRecord,
  type FundingRecord,
  type InterestRecord,
  Kernel,
  type MarketData,
  type OrderRecord,
  type RunControl,
  type RunRecords,
  type TradeRecord,
  type AccountView,
  type Venue,
  type VenueEvents,
} from '@kestrel/kernel'
import type { MarketHistory } from '../costs/market-history.ts'
import type { FillModel } from '../venue/fill-model.ts'
import { type MarkBars, markBarsOver } from '../venue/mark-bars.ts'
import { printBars } from '../venue/print-bars.ts'
import { SimulatedVenue } from '../venue/simulated-venue.ts'
import { type TradedInstrument, TradeVenue } from '../venue/trade-venue.ts'
import type { BacktestData, ResolvedConfig } from './backtest-config.ts'
import { withExcursions } from './excursions.ts'
import { feeCurrencyBars, marketHistories } from './cost-data.ts'
import { refineBars } from './execution-bars.ts'
import { runLatency } from './run-latency.ts'

/** One pass of the kernel over the data. */
export interface Simulation extends Omit<
  RunRecords,
  'fills' | 'orders' | 'trades' | 'decisions' | 'funding' | 'interest'
> {
  readonly fills: readonly FillRecord[]
  readonly orders: readonly OrderRecord[]
  readonly trades: readonly TradeRecord[]
  readonly decisions: readonly DecisionRecord[]
  /** Funding that positions received and paid. */
  readonly funding: readonly FundingRecord[]
  /** Interest paid on borrowed spot. */
  readonly interest: readonly InterestRecord[]
  readonly fill: FillModel
  /** By instrument id: bars of the run's timeframe whose orders were played against finer bars. */
  readonly refinedBars: Readonly<Record<string, number>>
  /** Perpetuals with recorded marks over their bars. */
  readonly marked: readonly InstrumentId[]
}

/** Bars of every instrument of a run, fetched once and used by all of its passes. */
export interface PreparedData {
  readonly data: BacktestData
  readonly base: ReadonlyMap<string, BarColumns>
  readonly execution: readonly BarColumns[]
  readonly refinedBars: Readonly<Record<string, number>>
  /** Mark prices over the execution bars, by instrument; undefined where none are recorded that fine. */
  readonly marks: readonly (MarkBars | undefined)[]
  /** What the cost models read, by instrument; empty where costs are numbers. */
  readonly histories: readonly MarketHistory[]
  /** Bars of the currency that fees are paid in, where no instrument of the run prices it. */
  readonly currencyBars: Readonly<Record<string, BarColumns>> | undefined
  /** Trades that orders are played against; undefined where it is bars. */
  readonly traded: readonly TradedInstrument[] | undefined
}

/**
 * Fetches the bars of a run and joins finer ones in.
 *
 * @throws DataError `BACKTEST_NO_BARS` for an instrument without a bar in the window; for a run on trades
 *   `BACKTEST_NO_TRADES` for one without trades and `BACKTEST_TRADES` for trades that are not in order;
 *   `KERNEL_NO_SERIES` for quotes that the spread model needs, `BACKTEST_FEE_CURRENCY` for a fee currency without price.
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
    if (config.execution === 'trades') return bars
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
  const traded = config.execution === 'trades' ? tradedInstruments(config, data, base) : undefined
  const histories = marketHistories(config, data, base)
  const currencyBars = feeCurrencyBars(config, data)
  return { data, base, execution, refinedBars, marks, traded, histories, currencyBars }
}

function tradedInstruments(
  { instruments }: ResolvedConfig,
  data: BacktestData,
  base: ReadonlyMap<string, BarColumns>,
): TradedInstrument[] {
  return instruments.map((instrument) => {
    const { id } = instrument
    const trades = data.trades?.(id)
    if (trades === undefined || trades.price.length === 0) {
      throw new DataError({
        code: 'BACKTEST_NO_TRADES',
        message: `There are no trades of ${id} in this window. Nothing was run.`,
        hint: `Import them: kestrel data import FILE --kind trades --instrument ${id}`,
        meta: { instrument: id },
      })
    }
    return { instrument, prints: printBars(trades, id), runBars: base.get(id) as BarColumns }
  })
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
  const kernel = kernelOf(config, prepared, fill, 'bt')
  const { fills, orders, trades, decisions, funding, interest, ...records } = kernel.run(control)
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
    get interest() {
      return interest()
    },
    get funding() {
      return lazyFunding()
    },
    fill,
    refinedBars: prepared.refinedBars,
    marked: config.instruments.filter((_, index) => prepared.marks[index] !== undefined).map(({ id }) => id),
  }
}

/** Makes the venue of a session: one of its own, or something around the simulated one. */
export type SessionVenue = (events: VenueEvents, account: AccountView, simulated: () => Venue) => Venue

/**
 * A kernel on the simulated venue, ready to be run.
 *
 * @param session - First part of every client order id.
 * @param venue - Another venue in place of the simulated one.
 */
export function kernelOf(
  config: ResolvedConfig,
  prepared: PreparedData,
  fill: FillModel,
  session: string,
  venue?: SessionVenue,
): Kernel {
  return new Kernel({
    instruments: config.instruments,
    timeframe: config.timeframe,
    strategies: config.strategies,
    market: config.funding === 'none' ? withoutFunding(prepared.data) : prepared.data,
    venue: (events, account) => {
      const simulated = (): Venue => {
        const latency = runLatency(fill, config.seed, prepared.data)
        return prepared.traded === undefined
          ? new SimulatedVenue(events, account, fill, prepared.execution, prepared.marks, latency, prepared.histories)
          : new TradeVenue(events, account, fill, prepared.traded, latency, prepared.histories)
      }
      return venue === undefined ? simulated() : venue(events, account, simulated)
    },
    cash: config.cash,
    reportingCurrency: config.reportingCurrency,
    sizeMode: config.sizeMode,
    rebalanceBand: config.rebalanceBand,
    risk: config.risk,
    protections: config.protections,
    decisions: config.decisions,
    seed: config.seed,
    session,
    ...(config.playFromMs === undefined ? {} : { playFromMs: config.playFromMs }),
    ...(config.universe === undefined ? {} : { universe: config.universe }),
    ...(config.margin === undefined ? {} : { margin: config.margin }),
    ...(config.borrow === undefined ? {} : { borrow: config.borrow }),
    ...(prepared.currencyBars === undefined ? {} : { currencyBars: prepared.currencyBars }),
  })
}

/** The same market with the rates left out: marks still liquidate. */
function withoutFunding(data: BacktestData): MarketData {
  return {
    isGrowing: data.isGrowing ?? false,
    bars: (id, timeframe) => data.bars(id, timeframe),
    trades: (id) => data.trades?.(id),
    mark: (id) => data.mark?.(id),
    series: (name, id) => data.series?.(name, id),
    funding: () => undefined,
  }
}

/** Calls `make` at the first use and remembers what it gave. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
