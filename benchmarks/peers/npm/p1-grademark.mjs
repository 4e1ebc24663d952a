/**
 * P1 with grademark, which fills at the next open and gives a list of trades, without money or an equity curve. Its rule
 * to leave is not asked in the bar of the entry.
 */
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import { DataFrame } from 'data-forge'
import { createRequire } from 'node:module'
import { measureCell } from '../../src/cell/measure-cell.ts'
import { cellArguments } from '../../src/cells/cell-arguments.ts'
import { hashTradeRows } from '../../src/reference/p1-by-hand.ts'

const require = createRequire(import.meta.url)
const { backtest } = require('grademark')
const { version } = require('grademark/package.json')
const { units, runs } = cellArguments()

/** @param {Float64Array} values @param {number} window */
function movingAverage(values, window) {
  const out = new Float64Array(values.length).fill(Number.NaN)
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    sum += values[i] - (i >= window ? values[i - window] : 0)
    if (i >= window - 1) out[i] = sum / window
  }
  return out
}

const strategy = {
  entryRule(enter, { bar }) {
    if (bar.fast > bar.slow) enter({ direction: 'long' })
  },
  exitRule(exit, { bar }) {
    if (!(bar.fast > bar.slow)) exit()
  },
}

await measureCell({
  version,
  runs,
  prepare: () => workloadBars(units),
  checksum: checksumWorkloadBars,
  run(bars) {
    const fast = movingAverage(bars.close, 20)
    const slow = movingAverage(bars.close, 50)
    const rows = Array.from(bars.close, (close, i) => ({
      time: bars.openTimeMs[i],
      open: bars.open[i],
      high: bars.high[i],
      low: bars.low[i],
      close,
      volume: bars.volume[i],
      fast: fast[i],
      slow: slow[i],
    }))
    return backtest(strategy, new DataFrame(rows))
  },
  outcome(trades) {
    const closed = trades.filter(({ exitReason }) => exitReason !== 'finalize')
    const rows = closed.flatMap((trade) => [trade.entryTime, trade.exitTime, 1, trade.entryPrice, trade.exitPrice])
    return {
      closedTrades: closed.length,
      openTrades: trades.length - closed.length,
      endEquity: null,
      tradesHash: hashTradeRows(Float64Array.from(rows)),
    }
  },
})
