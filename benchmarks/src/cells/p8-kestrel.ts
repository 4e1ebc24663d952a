/** P8 with our engine: trades in memory to bars. */
import type { TradeColumns } from '@kestrel/core'
import { barsFromTrades, checksumWorkloadTrades, informationBars, workloadTrades } from '@kestrel/data'
import { measureCell } from '../cell/measure-cell.ts'
import { fingerprints } from '../reference/column-fingerprint.ts'
import { P8_COLUMNS, P8_LOTS, type P8Bar } from '../reference/p8-answer.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs, option } = cellArguments(['bar'])
const bar = option('bar', '1s')

type Bars = Readonly<Record<(typeof P8_COLUMNS)[number], Float64Array>>

const timeBars = (trades: TradeColumns, timeframeMs: number): Bars => {
  const { bars, buyVolume, tradeCount } = barsFromTrades(trades, timeframeMs)
  return { ...bars, buyVolume, count: tradeCount }
}
const MAKERS: Readonly<Record<P8Bar, (trades: TradeColumns) => Bars>> = {
  '1s': (trades) => timeBars(trades, 1_000),
  '1min': (trades) => timeBars(trades, 60_000),
  volume: (trades) => {
    const bars = informationBars(trades, { kind: 'volume', size: P8_LOTS })
    return { ...bars, count: bars.tradeCount }
  },
}
const make = MAKERS[bar as P8Bar]

await measureCell({
  version: engineVersion(),
  runs,
  prepare: () => workloadTrades(units),
  checksum: checksumWorkloadTrades,
  run: make,
  outcome: (bars) => ({ ...fingerprints(Object.fromEntries(P8_COLUMNS.map((name) => [name, bars[name]]))) }),
})
