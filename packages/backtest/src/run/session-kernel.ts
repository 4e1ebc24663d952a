import { UsageError } from '@kestrel/core'
import type { Kernel, MarketData } from '@kestrel/kernel'
import { type BacktestConfig, resolveConfig } from './backtest-config.ts'
import { kernelOf, prepareData, type SessionVenue } from './simulate.ts'

/**
 * A kernel for a market that grows. On the simulated venue, fed with the same bars, it does what a backtest does.
 *
 * @param session - First part of every client order id.
 * @param venue - Makes the venue; the simulated one unless given.
 * @throws UsageError `BACKTEST_SESSION` for cost models that look over the whole market before a run, and for orders played
 *   against trades; otherwise as a backtest.
 */
export function sessionKernel(
  config: BacktestConfig,
  market: MarketData,
  session: string,
  venue?: SessionVenue,
): Kernel {
  const resolved = resolveConfig(config)
  const { fill, execution } = resolved
  const refused =
    execution === 'trades'
      ? 'orders played against trades'
      : fill.spread !== undefined || fill.slippage !== undefined
        ? 'a spread or slippage that is estimated from the market'
        : undefined
  if (refused !== undefined) {
    throw new UsageError({
      code: 'BACKTEST_SESSION',
      message: `A session cannot run with ${refused}. Nothing was started.`,
      hint: 'State spread and slippage in basis points, and play orders against bars.',
    })
  }
  return kernelOf(resolved, prepareData(resolved, market), fill, session, venue)
}
