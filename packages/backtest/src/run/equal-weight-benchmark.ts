import type { BarColumns } from '@kestrel/core'
import type { BenchmarkColumns } from '../metrics/benchmark.ts'
import type { ResolvedConfig } from './backtest-config.ts'

/**
 * What the same money would be worth, split evenly over the instruments at their first open and held, without costs.
 *
 * An instrument whose bars begin later keeps its share in cash until its first open. One value at each instant at which
 * a bar of any instrument closes. O(instruments * instants).
 */
export function equalWeightBenchmark(
  config: ResolvedConfig,
  bars: ReadonlyMap<string, BarColumns>,
  startEquity: number,
): BenchmarkColumns {
  const columns = config.instruments.map(({ id }) => bars.get(id) as BarColumns)
  const timeMs = unionOf(columns.map((each) => each.closeTimeMs))
  const value = new Float64Array(timeMs.length)
  const share = startEquity / columns.length
  for (const { open, close, closeTimeMs } of columns) {
    const units = share / (open[0] as number)
    let newest = -1
    for (let i = 0; i < timeMs.length; i++) {
      while (newest + 1 < close.length && (closeTimeMs[newest + 1] as number) <= (timeMs[i] as number)) newest++
      value[i] = (value[i] as number) + (newest < 0 ? share : units * (close[newest] as number))
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
