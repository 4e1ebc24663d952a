import type { BarColumns, Instrument, InstrumentId, TimeMs, Timeframe } from '@kestrel/core'
import { UsageError } from '@kestrel/core'
import {
  type BorrowTerms,
  type DecisionMode,
  type MarginOptions,
  type MarginSetup,
  marginSetup,
  type MarketData,
  type RiskLimits,
  type SizeMode,
  type ProtectionSpec,
  protectionOf,
  type StrategyInstance,
  type UniverseEntry,
} from '@kestrel/kernel'
import type { FundingMode } from './require-funding.ts'
import { type StatedFillModel, withCostTerms } from '../venue/cost-terms.ts'
import { BASE_FILL_MODEL, checkFees, checkFillModel, type FillModel } from '../venue/fill-model.ts'
import { BASE_QUEUE } from '../venue/queue-ahead.ts'

/** What is to be simulated. Everything here goes into the run's manifest and decides its result, with the data. */
export interface BacktestConfig {
  /** Distinct, at least one. */
  readonly instruments: readonly Instrument[]
  readonly timeframe: Timeframe
  readonly strategies: readonly StrategyInstance[]
  /** Starting cash, in the reporting currency or by currency. */
  readonly cash: number | Readonly<Record<string, number>>
  /** Default: the quote currency of the first instrument. */
  readonly reportingCurrency?: string
  readonly fill?: StatedFillModel
  /**
   * What orders are played against: `bars` unless stated. With `trades`, limit orders stand in an estimated queue unless the
   * fill model says when they fill.
   */
  readonly execution?: 'bars' | 'trades'
  /** Default `equity`. */
  readonly sizeMode?: SizeMode
  /** Default 0.01. */
  readonly rebalanceBand?: number
  readonly risk?: RiskLimits
  /** What may keep positions from being opened, for every strategy; none unless stated. */
  readonly protections?: readonly ProtectionSpec[]
  /** Default `changed`. */
  readonly decisions?: DecisionMode
  /** Default 1. */
  readonly seed?: number
  readonly universe?: readonly UniverseEntry[]
  /** Leverage, margin mode and tables for perpetuals; default: isolated, one-way, leverage 1. */
  readonly margin?: MarginOptions
  /** Lets a run of spot borrow cash and coins; default: it may not. */
  readonly borrow?: BorrowTerms
  /** Default `auto`: perpetuals need recorded rates. */
  readonly funding?: FundingMode
  /** Bars that close up to here warm indicators up and are not played; default: all bars are played. */
  readonly playFromMs?: TimeMs
}

/** The data of a run. Times, order and prices have been checked by whoever loaded them. */
export interface BacktestData extends MarketData {
  /** Finer bars to play orders against, where there are any. */
  finerBars?(instrumentId: InstrumentId): { readonly bars: BarColumns; readonly sparse: boolean } | undefined
  /** Bars of a currency's price in the reporting currency, for fees in one that no instrument of the run prices. */
  currencyBars?(currency: string): BarColumns | undefined
}

/** A configuration with every default filled in. */
export interface ResolvedConfig extends Required<
  Omit<BacktestConfig, 'cash' | 'fill' | 'universe' | 'margin' | 'borrow' | 'playFromMs'>
> {
  readonly cash: Readonly<Record<string, number>>
  readonly fill: FillModel
  readonly universe: readonly UniverseEntry[] | undefined
  /** Undefined in a run without perpetuals. */
  readonly margin: MarginSetup | undefined
  readonly borrow: BorrowTerms | undefined
  readonly playFromMs: TimeMs | undefined
}

/**
 * Fills in the defaults and checks what can be checked without data.
 *
 * @throws UsageError `BACKTEST_CONFIG` naming what cannot be used.
 */
export function resolveConfig(config: BacktestConfig): ResolvedConfig {
  const { instruments, strategies } = config
  const fail = (message: string, meta: Record<string, unknown> = {}): never => {
    throw new UsageError({ code: 'BACKTEST_CONFIG', message: `${message} Nothing was run.`, meta })
  }
  if (instruments.length === 0) fail('A backtest needs at least one instrument.')
  if (strategies.length === 0) fail('A backtest needs a strategy.')
  const ids = instruments.map((each) => each.id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) fail(`${twice} is named twice.`, { instrument: twice })
  const reportingCurrency = config.reportingCurrency ?? (instruments[0] as Instrument).quote
  const cash = typeof config.cash === 'number' ? { [reportingCurrency]: config.cash } : config.cash
  for (const [currency, amount] of Object.entries(cash)) {
    if (!Number.isFinite(amount) || amount < 0)
      fail(`The starting cash of ${amount} ${currency} cannot be used.`, { currency, amount })
  }
  if (!Object.values(cash).some((amount) => amount > 0)) fail('A backtest needs starting cash above zero.')
  for (const { id, kind, settleCurrency } of instruments) {
    // Spot may get its money from a sale; a contract has no other margin than the money it settles in.
    if (kind === 'spot' || (cash[settleCurrency] ?? 0) > 0) continue
    const held = Object.keys(cash).join(', ')
    fail(
      `${id} settles in ${settleCurrency}, but the account starts with ${held} alone: state some, --cash ${settleCurrency}=1.`,
      {
        instrument: id,
        settleCurrency,
      },
    )
  }
  const rebalanceBand = config.rebalanceBand ?? 0.01
  if (!(rebalanceBand >= 0 && rebalanceBand < 1)) fail(`rebalanceBand is ${rebalanceBand}, but must lie in [0, 1).`)
  const seed = config.seed ?? 1
  if (!Number.isSafeInteger(seed)) fail(`The seed ${seed} is not a whole number.`, { seed })
  const fill = checkFillModel(withCostTerms({ ...BASE_FILL_MODEL, ...queueOf(config) }, config.fill))
  checkFees(fill, instruments)
  return {
    instruments,
    timeframe: config.timeframe,
    strategies,
    cash,
    reportingCurrency,
    fill,
    execution: config.execution ?? 'bars',
    sizeMode: config.sizeMode ?? 'equity',
    rebalanceBand,
    risk: config.risk ?? {},
    protections: (config.protections ?? []).map(protectionOf),
    decisions: config.decisions ?? 'changed',
    seed,
    universe: config.universe,
    margin: marginOf(config),
    borrow: config.borrow,
    funding: config.funding ?? 'auto',
    playFromMs: config.playFromMs,
  }
}

/** Trades know more than bars: whether a limit order was served depends on who stood before it. */
function queueOf({ execution, fill }: BacktestConfig): Partial<FillModel> {
  return execution === 'trades' && fill?.throughTicks === undefined ? { queue: BASE_QUEUE } : {}
}

/** Terms of the run's perpetuals; taker fees of the fill model go before the instruments'. */
function marginOf({ instruments, margin = {}, fill }: BacktestConfig): MarginSetup | undefined {
  const rate = fill?.takerFeeRate
  const setup = marginSetup(instruments, rate === undefined ? margin : { takerFeeRate: rate, ...margin })
  return setup.contracts.every((terms) => terms === undefined) ? undefined : setup
}
