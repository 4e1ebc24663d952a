/**
 * P1 with our engine: the general kernel and the shipped strategy file, from arrays in memory to statistics, equity of
 * every bar and the list of trades.
 */
import { barStatistics, prepareData, resolveConfig, simulate, tradesHash, tuneCompiler } from '@kestrel/backtest'
import { type BarColumns, type Instrument, type InstrumentId, instrumentOf } from '@kestrel/core'
import { checksumWorkloadBars, WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { smaCross } from '@kestrel/strategies'
import { measureCell } from '../cell/measure-cell.ts'
import type { FillRule } from '../reference/p1-by-hand.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const FEE_RATE = 0.001
const CASH = 1e9

const { units, runs, option } = cellArguments(['fill', 'instruments'])
const fill = option('fill', 'close') as FillRule
const count = Number(option('instruments', '1'))

/** The shipped strategy on each instrument of the run, where there are several. */
const onEveryInstrument = defineStrategy({
  name: 'sma-cross-basket',
  about: 'The rule of sma-cross on every instrument of the run.',
  params: smaCross.params,
  start({ params, instruments, bars, indicator, target }) {
    const lines = new Map(
      instruments.map((instrument) => {
        const { close } = bars(instrument)
        return [instrument, { fast: indicator.sma(close, params.fast), slow: indicator.sma(close, params.slow) }]
      }),
    )
    return {
      onBar({ instrument }) {
        const line = lines.get(instrument)
        if (line?.slow.ready) target(instrument, line.fast.value > line.slow.value ? 1 : 0)
      },
    }
  },
})

function workloadInstrument(index: number): Instrument {
  const rates = { makerFeeRate: FEE_RATE, takerFeeRate: FEE_RATE }
  return instrumentOf({ id: `A${index}-USDT.WORKLOAD`, tickSize: '1', lotSize: '1', ...rates })
}

const instruments = Array.from({ length: count }, (_, index) => workloadInstrument(index))
const strategy = count === 1 ? smaCross : onEveryInstrument

type Basket = ReadonlyMap<InstrumentId, BarColumns>

// As the command does before a run.
tuneCompiler()

await measureCell({
  version: engineVersion(),
  runs,
  prepare: (): Basket => new Map(instruments.map(({ id }, index) => [id, workloadBars(units, WORKLOAD_SEED + index)])),
  checksum: (basket) => [...basket.values()].map(checksumWorkloadBars)[0] ?? '',
  run(basket) {
    const config = resolveConfig({
      instruments,
      timeframe: '1m',
      strategies: [configureStrategy(strategy, { fast: 20, slow: 50 })],
      cash: CASH,
      sizeMode: 'units',
      fill: { marketFill: fill, spreadBps: 0, slippageBps: 0, volumeShare: undefined },
    })
    const run = simulate(config, prepareData(config, { bars: (id) => basket.get(id) }), config.fill)
    // The list of trades is made when it is first asked for, so it is asked for here.
    return { run, trades: run.trades, statistics: barStatistics(run.equity.equity, run.startEquity) }
  },
  outcome: ({ run, trades, statistics }) => ({
    closedTrades: trades.length,
    openTrades: run.openPositions.length,
    endEquity: run.endEquity,
    maxDrawdown: -statistics.maxDrawdown,
    sharpe: statistics.sharpe,
    tradesHash: tradesHash(trades, false),
    firstTradesHash: tradesHash(
      trades.filter((trade) => trade.instrumentId === instruments[0]?.id),
      false,
    ),
  }),
})
