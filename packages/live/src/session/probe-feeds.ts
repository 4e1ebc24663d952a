import { allocateBars, type BarColumns, type InstrumentId, timeframeMs } from '@kestrel/core'
import { type BacktestConfig, sessionKernel } from '@kestrel/backtest'
import type { MarketData } from '@kestrel/kernel'
import type { BarFeed } from './bar-barrier.ts'

/** What strategies read. */
export interface StrategyNeeds {
  readonly feeds: readonly BarFeed[]
  readonly series: readonly { readonly name: string; readonly instrument: InstrumentId | undefined }[]
}

/**
 * Finds out which bars and series strategies read, by starting them on a market of one bar.
 *
 * @throws StrategyError when a strategy cannot start.
 */
export function probeNeeds(config: BacktestConfig): StrategyNeeds {
  const feeds: BarFeed[] = []
  const series: { name: string; instrument: InstrumentId | undefined }[] = []
  const market: MarketData = {
    bars(instrument, timeframe) {
      if (!feeds.some((each) => each.instrument === instrument && each.timeframe === timeframe)) {
        feeds.push({ instrument, timeframe })
      }
      return oneBar(timeframeMs(timeframe))
    },
    series(name, instrument) {
      series.push({ name, instrument })
      const times = new Float64Array()
      return { tsEventMs: times, knowableTimeMs: times, values: { [name === 'funding' ? 'rate' : 'value']: times } }
    },
  }
  const kernel = sessionKernel(config, market, 'probe')
  kernel.begin()
  return { feeds, series }
}

function oneBar(stepMs: number): BarColumns {
  const bars = allocateBars(1)
  bars.closeTimeMs[0] = stepMs
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) bars[name][0] = 100
  return bars
}
