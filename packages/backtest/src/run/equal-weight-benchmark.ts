import { type BarColumns, type Instrument, lowerBound, type SeriesColumns, type TimeMs } from '@kestrel/core'
import { contractPnl, fundingPayment } from '@kestrel/kernel'
import type { BenchmarkColumns } from '../metrics/benchmark.ts'
import type { BacktestData, ResolvedConfig } from './backtest-config.ts'
import { settleRates } from './settle-rates.ts'

/**
 * What the same money would be worth in the reporting currency, split evenly over the instruments at their first open and
 * held, without fees and slippage.
 *
 * A perpetual is held as a position worth its share at the first open, with the share as its margin; funding is settled as
 * in the run, so that it is left out where the run leaves it out. A share that is used up stays at 0. An instrument whose
 * bars begin later keeps its share in cash until its first open. One value at each instant at which a bar of any
 * instrument closes. O(instruments * instants).
 *
 * @param data - Funding and marks.
 */
export function equalWeightBenchmark(
  config: ResolvedConfig,
  bars: ReadonlyMap<string, BarColumns>,
  startEquity: number,
  data: Pick<BacktestData, 'funding' | 'mark'> = {},
): BenchmarkColumns {
  const columns = config.instruments.map(({ id }) => bars.get(id) as BarColumns)
  const timeMs = unionOf(columns.map((each) => each.closeTimeMs))
  const value = new Float64Array(timeMs.length)
  const share = startEquity / columns.length
  const rateOf = settleRates(config.instruments, config.reportingCurrency, bars)
  for (const [index, instrument] of config.instruments.entries()) {
    const own = columns[index] as BarColumns
    const rate = (atMs: TimeMs): number => rateOf?.(instrument.id, atMs) ?? 1
    const settleShare = share / rate(own.openTimeMs[0] as number)
    const isFunded = instrument.kind === 'perpetual' && config.funding !== 'none'
    const funding = isFunded ? data.funding?.(instrument.id) : undefined
    const held = heldValue(instrument, own, settleShare, funding, data.mark?.(instrument.id))
    let newest = -1
    for (let i = 0; i < timeMs.length; i++) {
      const now = timeMs[i] as number
      while (newest + 1 < held.length && (own.closeTimeMs[newest + 1] as number) <= now) newest++
      const worth = newest < 0 ? share : (held[newest] as number) * (rateOf === undefined ? 1 : rate(now))
      value[i] = (value[i] as number) + worth
    }
  }
  const [only] = config.instruments
  return {
    name:
      columns.length === 1 && only !== undefined
        ? `buy and hold ${only.id}`
        : `buy and hold ${columns.length} instruments`,
    timeMs,
    value,
    startValue: startEquity,
    startTimeMs: Math.min(...columns.map((each) => each.openTimeMs[0] as number)),
  }
}

/** Worth of a share in the settle currency at each close, shape `[bars]`. */
function heldValue(
  { settlement, contractSize }: Instrument,
  { open, openTimeMs, close, closeTimeMs }: BarColumns,
  share: number,
  funding: SeriesColumns | undefined,
  mark: SeriesColumns | undefined,
): Float64Array {
  const entry = open[0] as number
  const contracts = (settlement === 'linear' ? share / entry : share * entry) / contractSize
  const settledMs = funding?.tsEventMs ?? new Float64Array(0)
  const rates = funding?.values['rate']
  // As in the run: a settlement at the instant of entry comes before the position.
  let next = lowerBound(settledMs, (openTimeMs[0] as number) + 1)
  let received = 0
  const value = new Float64Array(close.length)
  for (let i = 0; i < close.length; i++) {
    for (; (settledMs[next] as number) <= (closeTimeMs[i] as number); next++) {
      // The newest close stands in for a mark that is not recorded.
      const price = markAt(mark, settledMs[next] as number) ?? close[i - 1] ?? entry
      received += fundingPayment(settlement, contracts, contractSize, price, rates?.[next] as number)
    }
    const price = close[i] as number
    const worth =
      settlement === 'linear'
        ? contracts * contractSize * price + received
        : share + contractPnl(settlement, contracts, contractSize, entry, price) + received
    if (worth <= 0) break
    value[i] = worth
  }
  return value
}

/** Open of the mark bar that begins at an instant. */
function markAt(mark: SeriesColumns | undefined, timeMs: TimeMs): number | undefined {
  if (mark === undefined) return undefined
  const row = lowerBound(mark.tsEventMs, timeMs)
  return mark.tsEventMs[row] === timeMs ? mark.values['open']?.[row] : undefined
}

/** Ascending instants that occur in any of the columns, each once. */
function unionOf(columns: readonly Float64Array[]): Float64Array {
  if (columns.length === 1) return columns[0] as Float64Array
  const size = columns.reduce((sum, each) => sum + each.length, 0)
  const all = new Float64Array(size)
  let offset = 0
  for (const column of columns) {
    all.set(column, offset)
    offset += column.length
  }
  all.sort()
  let count = 0
  for (let i = 0; i < size; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i] as number
  return all.slice(0, count)
}
