import type { TradeRecord } from '@kestrel/kernel'
import { money, number, percent, signedPercent } from '../format.ts'
import type { Finding, FindingsInput } from './finding.ts'

/** Where the profit came from, and whether it is plausible. */
export function profitFindings(input: FindingsInput): Finding[] {
  return [...concentration(input), ...tooGood(input), ...againstBenchmark(input), ...onGaps(input)]
}

function concentration({ metrics, trades, basis }: FindingsInput): Finding[] {
  const best = metrics.bestTrade
  const net = trades.reduce((sum, { profit }) => sum + profit, 0)
  if (best === undefined || net <= 0 || trades.length < 2) return []
  const share = best / net
  if (share < 0.5 || isHedged(trades, best)) return []
  const without = net - best
  return [
    {
      code: 'one-trade',
      severity: share >= 1 ? 'serious' : 'caution',
      title: 'One trade carries the profit',
      text: `The best trade made ${percent(share, 0)} of the net profit; without it ${trades.length === 2 ? 'the other one' : `the other ${trades.length - 1}`} made ${money(without)} ${basis.currency}.`,
      value: share,
    },
  ]
}

/** True where the best trade was one leg of a hedge: what it made others lost at the same time, on another instrument. */
function isHedged(trades: readonly TradeRecord[], best: number): boolean {
  const leg = trades.find(({ profit }) => profit === best)
  if (leg === undefined) return false
  let offset = 0
  for (const { instrumentId, entryTimeMs, exitTimeMs, profit } of trades) {
    const isBeside = entryTimeMs < leg.exitTimeMs && exitTimeMs > leg.entryTimeMs
    if (isBeside && instrumentId !== leg.instrumentId && profit < 0) offset -= profit
  }
  return offset >= best / 2
}

function tooGood({ metrics, months }: FindingsInput): Finding[] {
  const signs: string[] = []
  if (metrics.sharpe !== undefined && metrics.sharpe > 3) signs.push(`a Sharpe ratio of ${number(metrics.sharpe)}`)
  if (months.length >= 6 && months.every(({ totalReturn }) => totalReturn >= 0) && metrics.totalReturn > 0) {
    signs.push(`no losing month in ${months.length}`)
  }
  if (metrics.winRate !== undefined && metrics.winRate > 0.9 && metrics.trades >= 10) {
    // A rate that only rounds to all of them is not all of them.
    signs.push(`a win rate of ${percent(metrics.winRate, metrics.winRate > 0.99 && metrics.winRate < 1 ? 2 : 0)}`)
  }
  if (signs.length === 0) return []
  return [
    {
      code: 'too-good',
      severity: 'serious',
      title: 'Too good to be true?',
      text: `The run shows ${signs.join(', and ')}. Look for use of future data, fills at prices that could not be had, and costs that are missing, before believing it.`,
      value: signs.length,
    },
  ]
}

function againstBenchmark({ metrics, benchmark }: FindingsInput): Finding[] {
  if (benchmark === undefined || benchmark.totalReturn <= metrics.totalReturn || isHolding(metrics)) return []
  const calmer = Math.abs(metrics.maxDrawdown) < Math.abs(benchmark.maxDrawdown) * 0.8
  return [
    {
      code: 'benchmark-wins',
      severity: calmer ? 'note' : 'caution',
      title: 'Holding would have made more',
      text: `${benchmark.name} returned ${signedPercent(benchmark.totalReturn)} against ${signedPercent(metrics.totalReturn)}, with a drawdown of ${percent(benchmark.maxDrawdown)} against ${percent(metrics.maxDrawdown)}.`,
      value: benchmark.totalReturn - metrics.totalReturn,
    },
  ]
}

/** True where the run is the benchmark's own holding: what lies between them is costs and the bar of the entry. */
function isHolding({ trades, exposure = 0, correlation = 0, beta = 0 }: FindingsInput['metrics']): boolean {
  return trades === 0 && exposure > 0.95 && correlation > 0.99 && Math.abs(beta - 1) < 0.05
}

function onGaps({ metrics, gapProfit, basis }: FindingsInput): Finding[] {
  if (gapProfit === undefined || gapProfit.gaps === 0) return []
  const net = metrics.endEquity - metrics.startEquity
  const share = net === 0 ? 0 : gapProfit.profit / net
  const large = Math.abs(share) > 0.1
  return [
    {
      code: 'gap-profit',
      severity: large ? 'caution' : 'note',
      title: large ? 'Result leans on bars next to gaps' : 'Gaps in the data',
      text: `${gapProfit.gaps === 1 ? '1 gap was' : `${gapProfit.gaps} gaps were`} allowed; the ${gapProfit.bars} bars next to ${gapProfit.gaps === 1 ? 'it' : 'them'} made ${money(gapProfit.profit)} ${basis.currency}, ${percent(share, 1)} of the net result.`,
      value: share,
    },
  ]
}
