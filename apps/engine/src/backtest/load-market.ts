import { createHash } from 'node:crypto'
import type { BacktestData, FundingMode } from '@kestrel/backtest'
import { type BarColumns, type Instrument, instrumentOf, type Timeframe, timeframeMs, UsageError } from '@kestrel/core'
import {
  type DatasetRecord,
  findShippedInstrument,
  type Lake,
  type LoadedBars,
  type LoadedSeries,
  resampleBars,
} from '@kestrel/data'
import { barsOfTicks, type LoadedTicks, loadTicks } from './load-ticks.ts'
import { type InstrumentGaps, missingIn } from './refuse-gaps.ts'
import { loadPerpetualData, seriesOf } from './perpetual-data.ts'
import type { Selection } from './select-instruments.ts'
import type { SeriesUse } from './series-shelf.ts'
import type { InstrumentSpan } from './window-edges.ts'

/** The bars of a run with what is known of them. */
export interface LoadedMarket {
  readonly instruments: readonly Instrument[]
  readonly timeframe: Timeframe
  readonly data: BacktestData
  readonly gaps: readonly InstrumentGaps[]
  /** Instruments whose rows were generated. */
  readonly synthetic: readonly string[]
  /** Timeframe of the finer bars by instrument. */
  readonly finer: Readonly<Record<string, Timeframe>>
  readonly rows: number
  /** SHA-256 over the hashes of all columns that were loaded, by instrument. */
  readonly dataHash: string
  /** What each instrument has within the window. */
  readonly spans: readonly InstrumentSpan[]
  /** Union of the spans. */
  readonly span: { readonly fromMs: number; readonly toMs: number }
  readonly sources: readonly { readonly instrument: string; readonly names: readonly string[] }[]
  /** Funding and marks of perpetuals; their hashes are part of `dataHash`. */
  readonly beside: readonly LoadedSeries[]
  /** Series that the strategy asked for; their hashes are part of `dataHash`. */
  readonly series: readonly SeriesUse[]
}

export interface MarketWindow {
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
}

/** What a run's orders are played against. */
export interface MarketUse {
  /** Finer bars, where the lake has them. */
  readonly finer: boolean
  /** Trades, which its bars are made of too. */
  readonly ticks: boolean
}

/**
 * Loads the bars of a run, and finer ones to play orders against where the lake has them.
 *
 * @throws DataError of the lake for what is absent, empty or corrupt.
 */
export async function loadMarket(
  lake: Lake,
  { instruments: ids, timeframe }: Selection,
  window: MarketWindow,
  how: MarketUse,
  funding: FundingMode,
  datasets: readonly DatasetRecord[],
): Promise<LoadedMarket> {
  const base = new Map<string, LoadedBars>()
  const finer = new Map<string, LoadedBars>()
  const ticks = new Map<string, LoadedTicks>()
  for (const id of ids) {
    if (how.ticks) {
      const loaded = await loadTicks(lake, id, timeframe, window)
      ticks.set(id, loaded)
      base.set(id, loaded.base)
      continue
    }
    base.set(id, await lake.loadBars(id, timeframe, window))
    const finest = how.finer ? finestTimeframe(id, timeframe, datasets) : undefined
    const loaded = finest === undefined ? undefined : await loadIfAny(lake, id, finest, window)
    if (loaded !== undefined) finer.set(id, loaded)
  }
  const loadedBars = [...base.values()]
  const span = {
    fromMs: Math.min(...loadedBars.map((each) => each.span.fromMs)),
    toMs: Math.max(...loadedBars.map((each) => each.span.toMs)),
  }
  const perpetuals = await loadPerpetualData(lake, ids, span, funding === 'auto', datasets)
  const hash = createHash('sha256')
  for (const id of ids) {
    const parts = [base.get(id), finer.get(id)].flatMap((each) => (each === undefined ? [] : [describeHash(each)]))
    hash.update(`${id} ${timeframe} ${parts.join(' ')}\n`)
  }
  hash.update(perpetuals.fingerprint)
  return {
    instruments: ids.map((id) => instrumentFor(id, base.get(id) as LoadedBars)),
    timeframe,
    data: {
      ...(how.ticks ? tickData(ticks, timeframe) : marketData(base, finer, timeframe)),
      funding: seriesOf(perpetuals.funding),
      mark: seriesOf(perpetuals.mark),
    },
    beside: [...perpetuals.funding.values(), ...perpetuals.mark.values()],
    gaps: ids.map((instrument) => ({
      instrument,
      timeframe,
      gaps: base.get(instrument)?.sparse === true ? [] : missingIn(base.get(instrument)?.gaps ?? []),
    })),
    synthetic: ids.filter((id) => base.get(id)?.synthetic !== undefined),
    finer: Object.fromEntries([...finer].map(([id, { key }]) => [id, key.timeframe ?? ''])),
    rows: [...base.values(), ...finer.values()].reduce((sum, { rows }) => sum + rows, 0),
    dataHash: hash.digest('hex'),
    spans: [...base].map(([instrument, loaded]) => ({ instrument, ...loaded.span })),
    span,
    sources: ids.map((instrument) => ({
      instrument,
      names: [...new Set((base.get(instrument)?.sources ?? []).map(({ name }) => name))],
    })),
    series: [],
  }
}

function describeHash({ key, derivedFrom, dataHash }: LoadedBars): string {
  return `${(derivedFrom ?? key).kind}:${(derivedFrom ?? key).timeframe ?? ''}:${dataHash}`
}

/** The shortest stored timeframe that divides the run's. */
function finestTimeframe(id: string, timeframe: Timeframe, datasets: readonly DatasetRecord[]): Timeframe | undefined {
  const runMs = timeframeMs(timeframe)
  return datasets
    .filter(({ key }) => key.instrument === id && key.kind === 'bars' && key.timeframe !== undefined)
    .map(({ key }) => key.timeframe as Timeframe)
    .filter((each) => timeframeMs(each) < runMs && runMs % timeframeMs(each) === 0)
    .toSorted((a, b) => timeframeMs(a) - timeframeMs(b))[0]
}

/** Finer bars may not reach into the window; then the run does without. */
async function loadIfAny(
  lake: Lake,
  id: string,
  timeframe: Timeframe,
  window: MarketWindow,
): Promise<LoadedBars | undefined> {
  try {
    return await lake.loadBars(id, timeframe, window)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'DATA_WINDOW_EMPTY') return undefined
    throw error
  }
}

/** Specification from the lake, else the shipped one. */
function instrumentFor(id: string, { spec }: LoadedBars): Instrument {
  const found = spec ?? findShippedInstrument(id)
  if (found !== undefined) return instrumentOf(found)
  throw new UsageError({
    code: 'BACKTEST_NO_SPEC',
    message: `The steps and fees of ${id} are not known. Nothing was run.`,
    hint: `Import the data again with --tick and --lot, and --taker-fee and --maker-fee.`,
    meta: { instrument: id },
  })
}

/** Everything from the trades, made when it is asked for. */
function tickData(ticks: ReadonlyMap<string, LoadedTicks>, timeframe: Timeframe): BacktestData {
  const made = new Map<string, BarColumns | undefined>()
  return {
    bars(id, wanted) {
      const loaded = ticks.get(id)
      if (loaded === undefined || wanted === timeframe) return loaded?.base.bars
      const key = `${id} ${wanted}`
      if (!made.has(key)) made.set(key, barsOfTicks(loaded, wanted))
      return made.get(key)
    },
    trades: (id) => ticks.get(id)?.trades.trades,
  }
}

function marketData(
  base: ReadonlyMap<string, LoadedBars>,
  finer: ReadonlyMap<string, LoadedBars>,
  timeframe: Timeframe,
): BacktestData {
  const runMs = timeframeMs(timeframe)
  const made = new Map<string, BarColumns | undefined>()
  /** Other timeframes are made from the run's bars, or for shorter ones from the finer bars. */
  const derive = (id: string, wanted: Timeframe): BarColumns | undefined => {
    const wantedMs = timeframeMs(wanted)
    const source = wantedMs > runMs ? base.get(id) : finer.get(id)
    if (source === undefined) return undefined
    const sourceMs = source === base.get(id) ? runMs : timeframeMs(source.key.timeframe ?? timeframe)
    if (wantedMs === sourceMs) return source.bars
    if (wantedMs % sourceMs !== 0) return undefined
    return resampleBars(source.bars, sourceMs, wantedMs, { edges: source.sparse ? 'keep' : 'drop' })
  }
  return {
    bars(id, wanted) {
      if (wanted === timeframe) return base.get(id)?.bars
      const key = `${id} ${wanted}`
      if (!made.has(key)) made.set(key, derive(id, wanted))
      return made.get(key)
    },
    finerBars(id) {
      const found = finer.get(id)
      return found === undefined ? undefined : { bars: found.bars, sparse: found.sparse }
    },
  }
}
