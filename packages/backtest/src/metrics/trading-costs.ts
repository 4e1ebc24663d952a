import { YEAR_MS } from './basis.ts'
import type { DailyEquity } from './daily-equity.ts'
import { mean } from './moments.ts'
import type { Metrics, MetricsInput } from './metrics.ts'

type TradingCosts = Pick<
  Metrics,
  | 'turnover'
  | 'tradedNotional'
  | 'fees'
  | 'feesBps'
  | 'funding'
  | 'slippage'
  | 'slippageBps'
  | 'fills'
  | 'orders'
  | 'liquidations'
  | 'rejects'
  | 'refusals'
  | 'expired'
>

/** What trading cost, how much was traded, and what became of the orders. O(fills + trades + orders). */
export function tradingCosts(input: MetricsInput, daily: DailyEquity): TradingCosts {
  let tradedNotional = 0
  let fees = 0
  let slippage = 0
  for (const fill of input.fills) {
    const rate = input.quoteRate?.(fill.instrumentId, fill.tsEventMs) ?? 1
    tradedNotional += (input.notionalOf?.(fill) ?? fill.price * fill.quantity) * rate
    fees += fill.feeValue * rate
    slippage += fill.slippage * rate
  }
  let liquidations = 0
  for (const fill of input.fills) if (fill.liquidity === 'liquidation') liquidations += 1
  const ended = (state: string): number => input.orders.reduce((sum, order) => sum + (order.state === state ? 1 : 0), 0)
  const last = daily.timeMs.length - 1
  const years = last < 0 ? 0 : ((daily.timeMs[last] as number) - daily.startTimeMs) / YEAR_MS
  const meanEquity = mean(daily.equity)
  const bps = (cost: number): number | undefined => (tradedNotional === 0 ? undefined : (cost / tradedNotional) * 1e4)
  return {
    turnover:
      meanEquity === undefined || meanEquity <= 0 || years === 0 ? undefined : tradedNotional / meanEquity / years,
    tradedNotional,
    fees,
    feesBps: bps(fees),
    funding: fundingOf(input),
    slippage,
    slippageBps: bps(slippage),
    fills: input.fills.length,
    orders: input.orders.length,
    liquidations,
    rejects: ended('rejected'),
    refusals: ended('refused'),
    expired: ended('expired'),
  }
}

/** Funding of positions that are still open counts too, where the settlements are given. */
function fundingOf({ funding, trades, quoteRate }: MetricsInput): number {
  if (funding === undefined) {
    return trades.reduce((sum, each) => sum + each.funding * (quoteRate?.(each.instrumentId, each.exitTimeMs) ?? 1), 0)
  }
  return funding.reduce((sum, each) => sum + each.amount * (quoteRate?.(each.instrumentId, each.tsEventMs) ?? 1), 0)
}
