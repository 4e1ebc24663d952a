import { type BarColumns, bucketStart, type InstrumentId, type Timeframe, timeframeMs } from '@kestrel/core'
import {
  barColumnsOf,
  barsFromTrades,
  informationBars,
  type Lake,
  type LoadedBars,
  type LoadedTrades,
  namedBarSpec,
} from '@kestrel/data'
import type { MarketWindow } from './load-market.ts'

/** Trades of one instrument, and the bars of the run that they make. */
export interface LoadedTicks {
  readonly trades: LoadedTrades
  /** Of the run's timeframe. */
  readonly base: LoadedBars
}

/**
 * Loads the trades of a window for a run that is driven by them. The window is that of the bars which open in it, so that a
 * run on bars made before sees the same trades.
 *
 * @throws DataError of the lake for what is absent, empty or corrupt.
 */
export async function loadTicks(
  lake: Lake,
  id: InstrumentId,
  timeframe: Timeframe,
  { fromMs, toMs }: MarketWindow,
): Promise<LoadedTicks> {
  const lengthMs = timeframeMs(timeframe)
  const nextOpen = (timeMs: number | undefined): number | undefined =>
    timeMs === undefined ? undefined : bucketStart(timeMs + lengthMs - 1, lengthMs)
  const trades = await lake.loadTrades(id, { fromMs: nextOpen(fromMs), toMs: nextOpen(toMs) })
  const { bars } = barsFromTrades(trades.trades, lengthMs)
  const span = { fromMs: bars.openTimeMs[0] as number, toMs: bars.closeTimeMs.at(-1) ?? 0 }
  const key = { instrument: id, kind: 'bars', timeframe } as const
  return { trades, base: { ...trades, key, derivedFrom: trades.key, sparse: true, bars, span } }
}

/**
 * Bars of any timeframe or of any information bars by name (`volume:1000`), made of trades when a strategy asks for them.
 *
 * @throws UsageError `CORE_TIMEFRAME` or `DATA_BAR_SPEC` for what names no bars.
 * @throws DataError `DATA_BARS_TOO_SHORT` for information bars of which two begin in one millisecond.
 */
export function barsOfTicks({ trades: { trades } }: LoadedTicks, wanted: string): BarColumns | undefined {
  const spec = namedBarSpec(wanted)
  const bars =
    spec === undefined ? barsFromTrades(trades, timeframeMs(wanted)).bars : barColumnsOf(informationBars(trades, spec))
  return bars.close.length === 0 ? undefined : bars
}
