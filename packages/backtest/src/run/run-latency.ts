import { createRng, DataError, type SeriesColumns } from '@kestrel/core'
import { type LatencyModel, latencyModel } from '../costs/latency-model.ts'
import type { FillModel } from '../venue/fill-model.ts'
import type { BacktestData } from './backtest-config.ts'

/**
 * The latency model of a run, with random draws of its own; undefined where latency is the constant of the fill model.
 *
 * A recording is the series `latency`; its first value is milliseconds.
 *
 * @throws DataError `KERNEL_NO_SERIES` where it is to be recorded and the run has no such series.
 */
export function runLatency({ latency }: FillModel, seed: number, data: BacktestData): LatencyModel | undefined {
  if (latency === undefined) return undefined
  const recording = latency.model === 'recorded' ? recorded(data.series?.('latency', undefined)) : undefined
  return latencyModel(latency, createRng(seed).stream('latency'), recording)
}

function recorded(series: SeriesColumns | undefined): SeriesColumns {
  const latencyMs = Object.values(series?.values ?? {})[0]
  if (series !== undefined && latencyMs !== undefined) return { ...series, values: { latencyMs } }
  throw new DataError({
    code: 'KERNEL_NO_SERIES',
    message: 'This run has no series latency. Nothing was run.',
    meta: { series: 'latency' },
  })
}
