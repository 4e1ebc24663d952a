import { UsageError } from '@kestrel/core'
import type { GrowingMarket, Kernel, VenueFactory } from '@kestrel/kernel'
import { type BacktestConfig, resolveConfig } from './backtest-config.ts'
import { kernelOf, prepareData } from './simulate.ts'

/**
 * A kernel on the simulated venue whose market grows: what a paper session plays. Fed with the same bars it does what a
 * backtest does.
 *
 * @param session - First part of every client order id.
 * @throws UsageError `BACKTEST_PAPER` for cost models that look over the whole market before a run, and for orders played
 *   against trades; otherwise as a backtest.
 */
export function paperKernel(config: BacktestConfig, market: GrowingMarket, session: string): Kernel {
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
      code: 'BACKTEST_PAPER',
      message: `A paper session cannot run with ${refused}. Nothing was started.`,
      hint: 'State spread and slippage in basis points, and play orders against bars.',
    })
  }
  return kernelOf(resolved, prepareData(resolved, market), fill, session)
}

/**
 * A kernel whose market grows and whose orders go to a venue that is not simulated.
 *
 * @param session - First part of every client order id.
 */
export function liveKernel(
  config: BacktestConfig,
  market: GrowingMarket,
  session: string,
  venue: VenueFactory,
): Kernel {
  const resolved = resolveConfig(config)
  return kernelOf(resolved, prepareData(resolved, market), resolved.fill, session, venue)
}
