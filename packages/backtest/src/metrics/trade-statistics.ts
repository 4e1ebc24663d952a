import { ZERO_DEVIATION } from './moments.ts'

/** What the statistics of trades need of one round trip; money in one currency. */
export interface TradeOutcome {
  /** After fees and funding. */
  readonly profit: number
  readonly profitRatio: number
  readonly holdingMs: number
}

/** Statistics of closed trades. Undefined where the divisor is empty or zero. */
export interface TradeStatistics {
  readonly trades: number
  readonly wins: number
  readonly losses: number
  /** Trades that ended at exactly zero; they count in `trades` and in the divisor of `winRate`. */
  readonly draws: number
  readonly winRate: number | undefined
  readonly grossWin: number
  /** Zero or positive. */
  readonly grossLoss: number
  readonly netProfit: number
  /** Sum of net wins over the absolute sum of net losses, money after fees. */
  readonly profitFactor: number | undefined
  /** Mean win over absolute mean loss. */
  readonly payoffRatio: number | undefined
  /** Mean net profit of a trade, money. */
  readonly expectancy: number | undefined
  /** (1 + payoff) * winRate - 1. */
  readonly expectancyR: number | undefined
  /** sqrt(N) * mean(PnL) / sample deviation (n - 1) of the PnL. */
  readonly sqn: number | undefined
  /** W - (1 - W) / payoff. */
  readonly kelly: number | undefined
  readonly meanWin: number | undefined
  /** Zero or negative. */
  readonly meanLoss: number | undefined
  readonly bestTrade: number | undefined
  readonly worstTrade: number | undefined
  readonly bestTradeRatio: number | undefined
  readonly worstTradeRatio: number | undefined
  readonly meanTradeRatio: number | undefined
  readonly maxConsecutiveWins: number
  readonly maxConsecutiveLosses: number
  readonly meanHoldingMs: number | undefined
  readonly meanWinHoldingMs: number | undefined
  readonly meanLossHoldingMs: number | undefined
  readonly longestWinHoldingMs: number | undefined
  readonly longestLossHoldingMs: number | undefined
  readonly longestHoldingMs: number | undefined
}

const average = (sum: number, count: number): number | undefined => (count === 0 ? undefined : sum / count)

/** SQN needs the deviation of the profits; two passes, because profits may be large beside their spread. */
function systemQuality(trades: readonly TradeOutcome[], meanProfit: number | undefined): number | undefined {
  if (meanProfit === undefined || trades.length < 2) return undefined
  const squares = trades.reduce((sum, trade) => sum + (trade.profit - meanProfit) ** 2, 0)
  const deviation = Math.sqrt(squares / (trades.length - 1))
  // Profits are money, so noise is judged against their size.
  return deviation <= ZERO_DEVIATION * Math.max(1, Math.abs(meanProfit))
    ? undefined
    : (Math.sqrt(trades.length) * meanProfit) / deviation
}

interface Group {
  count: number
  sum: number
  holdingMs: number
  longestMs: number
  streak: number
  longestStreak: number
}

const emptyGroup = (): Group => ({ count: 0, sum: 0, holdingMs: 0, longestMs: 0, streak: 0, longestStreak: 0 })

function addTo(group: Group, trade: TradeOutcome): void {
  group.count += 1
  group.sum += trade.profit
  group.holdingMs += trade.holdingMs
  group.longestMs = Math.max(group.longestMs, trade.holdingMs)
  group.streak += 1
  group.longestStreak = Math.max(group.longestStreak, group.streak)
}

/** Statistics of closed trades in order of closing. A draw ends a streak. O(n). */
export function tradeStatistics(trades: readonly TradeOutcome[]): TradeStatistics {
  const count = trades.length
  const win = emptyGroup()
  const loss = emptyGroup()
  const draw = emptyGroup()
  let ratioSum = 0
  let best = -Infinity
  let worst = Infinity
  let bestRatio = -Infinity
  let worstRatio = Infinity
  for (const trade of trades) {
    const group = trade.profit > 0 ? win : trade.profit < 0 ? loss : draw
    for (const other of [win, loss, draw]) if (other !== group) other.streak = 0
    addTo(group, trade)
    ratioSum += trade.profitRatio
    best = Math.max(best, trade.profit)
    worst = Math.min(worst, trade.profit)
    bestRatio = Math.max(bestRatio, trade.profitRatio)
    worstRatio = Math.min(worstRatio, trade.profitRatio)
  }
  const netProfit = win.sum + loss.sum
  const winRate = average(win.count, count)
  const meanWin = average(win.sum, win.count)
  const meanLoss = average(loss.sum, loss.count)
  const payoffRatio = meanWin === undefined || meanLoss === undefined ? undefined : meanWin / -meanLoss
  const expectancy = average(netProfit, count)
  const known = <T>(value: T): T | undefined => (count === 0 ? undefined : value)
  return {
    trades: count,
    wins: win.count,
    losses: loss.count,
    draws: draw.count,
    winRate,
    grossWin: win.sum,
    grossLoss: 0 - loss.sum,
    netProfit,
    profitFactor: loss.sum === 0 ? undefined : win.sum / -loss.sum,
    payoffRatio,
    expectancy,
    expectancyR: payoffRatio === undefined || winRate === undefined ? undefined : (1 + payoffRatio) * winRate - 1,
    sqn: systemQuality(trades, expectancy),
    kelly: payoffRatio === undefined || winRate === undefined ? undefined : winRate - (1 - winRate) / payoffRatio,
    meanWin,
    meanLoss,
    bestTrade: known(best),
    worstTrade: known(worst),
    bestTradeRatio: known(bestRatio),
    worstTradeRatio: known(worstRatio),
    meanTradeRatio: average(ratioSum, count),
    maxConsecutiveWins: win.longestStreak,
    maxConsecutiveLosses: loss.longestStreak,
    meanHoldingMs: average(win.holdingMs + loss.holdingMs + draw.holdingMs, count),
    meanWinHoldingMs: average(win.holdingMs, win.count),
    meanLossHoldingMs: average(loss.holdingMs, loss.count),
    longestWinHoldingMs: win.count === 0 ? undefined : win.longestMs,
    longestLossHoldingMs: loss.count === 0 ? undefined : loss.longestMs,
    longestHoldingMs: known(Math.max(win.longestMs, loss.longestMs, draw.longestMs)),
  }
}
