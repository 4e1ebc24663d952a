import type { ParquetColumns } from '@kestrel/data'
import type { EquityColumns } from '@kestrel/kernel'

/** Equity at each close, with the fall from the highest value so far as a fraction (zero or negative). */
export function equityColumns({ timeMs, equity, grossExposure }: EquityColumns, startEquity: number): ParquetColumns {
  const drawdown = new Float64Array(equity.length)
  let peak = startEquity
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i] as number
    if (value > peak) peak = value
    drawdown[i] = value / peak - 1
  }
  return { time_ms: { int64: timeMs }, equity, drawdown, gross_exposure: grossExposure }
}

/** Rows that a spreadsheet can hold, its header apart. */
const SPREADSHEET_ROWS = 1_048_575
const DAY_MS = 86_400_000

/**
 * The rows of equity for the CSV: all of them, or of a run longer than a spreadsheet the last of each UTC day. The Parquet
 * file always has every bar.
 */
export function equityForSpreadsheet(equity: EquityColumns, startEquity: number): ParquetColumns {
  const all = equityColumns(equity, startEquity)
  const { timeMs } = equity
  if (timeMs.length <= SPREADSHEET_ROWS) return all
  // A bar that closes at midnight belongs to the day it ends.
  const day = (row: number): number => Math.floor(((timeMs[row] as number) - 1) / DAY_MS)
  const keep: number[] = []
  for (let i = 0; i < timeMs.length; i++) if (i + 1 === timeMs.length || day(i) !== day(i + 1)) keep.push(i)
  return Object.fromEntries(
    Object.entries(all).map(([name, column]) => {
      const values = 'int64' in column ? column.int64 : (column as Float64Array)
      return [name, Float64Array.from(keep, (row) => values[row] as number)]
    }),
  )
}
