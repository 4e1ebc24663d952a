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
