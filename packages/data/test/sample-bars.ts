import { allocateBars, type BarColumns, createRng, timeframeMs, type TradeColumns } from '@kestrel/core'

import type { ImportedDataset } from '../src/dataset.ts'
import { findGaps } from '../src/gaps.ts'

/** First bar of the samples: 2024-01-30, so that short samples cross the ends of months. */
export const SAMPLE_START_MS = Date.UTC(2024, 0, 30)

/** Bars at the given positions of the timeframe's grid: a random walk in cents, whole volumes. Equal seeds, equal bars. */
export function sampleBars(positions: readonly number[], timeframe: string, seed = 1): BarColumns {
  const rng = createRng(seed)
  const bars = allocateBars(positions.length)
  const ms = timeframeMs(timeframe)
  let price = 10_000
  positions.forEach((position, i) => {
    const steps = Array.from({ length: 4 }, () => (price = Math.max(100, price + (rng.nextUint32() % 201) - 100)))
    const open = steps[0] ?? price
    bars.openTimeMs[i] = SAMPLE_START_MS + position * ms
    bars.closeTimeMs[i] = SAMPLE_START_MS + (position + 1) * ms
    bars.open[i] = open / 100
    bars.high[i] = Math.max(...steps) / 100
    bars.low[i] = Math.min(...steps) / 100
    bars.close[i] = price / 100
    bars.volume[i] = rng.nextUint32() % 1_000
  })
  return bars
}

/** Whole numbers from `start` to `end` (exclusive). */
export function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)
}

/** Bars as an importer would hand them over. */
export function importedBars(
  bars: BarColumns,
  timeframe: string,
  change: Partial<ImportedDataset> = {},
): ImportedDataset {
  const source = { name: 'sample.csv', format: 'csv' }
  return {
    key: { instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe },
    table: bars,
    source,
    ledger: findGaps(bars.openTimeMs, timeframeMs(timeframe), { source: source.name }),
    sparse: false,
    ...change,
  }
}

/** Trades one after the other, some at the same instant. */
export function sampleTrades(count: number, seed = 1, firstId = 1): TradeColumns {
  const rng = createRng(seed)
  let timeUs = SAMPLE_START_MS * 1_000
  const rows = range(0, count).map((i) => {
    timeUs += rng.nextUint32() % 3_000_000_000 < 500_000_000 ? 0 : rng.nextUint32() % 90_000_000
    return {
      timeUs,
      id: firstId + i,
      price: 9_000 + (rng.nextUint32() % 2_000),
      quantity: 1 + (rng.nextUint32() % 50),
      side: (rng.nextUint32() % 3) - 1,
    }
  })
  return {
    tsEventUs: Float64Array.from(rows, (row) => row.timeUs),
    id: Float64Array.from(rows, (row) => row.id),
    price: Float64Array.from(rows, (row) => row.price / 100),
    quantity: Float64Array.from(rows, (row) => row.quantity / 10),
    takerSide: Int8Array.from(rows, (row) => row.side),
  }
}
