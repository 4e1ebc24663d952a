import { numberToSteps, type TimeMs, UsageError } from '@kestrel/core'
import type { MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { MarketId } from '../../core/market-spec.ts'
import type { ExchangeClock } from '../clock/exchange-clock.ts'
import type { MarketFlow } from '../market-flow.ts'
import { type LadderOptions, TouchDriver } from './touch-driver.ts'

/** The price from an instant on. */
export interface PricePoint {
  readonly tsMs: TimeMs
  /** Quote units, a multiple of the tick. */
  readonly price: number
  /** Lots printed there. Default 1; 0 moves the touch without a trade. */
  readonly lots?: number
}

/**
 * Plays a script of prices: at each instant, and not before, the touch stands at the price and a trade is printed there.
 *
 * @throws UsageError `TESTKIT_PATH_ORDER` where the points do not rise in time. OffGridError for a price off the tick.
 */
export function startPricePath(
  exchange: MarketSideOfExchange,
  clock: ExchangeClock,
  marketId: MarketId,
  path: readonly PricePoint[],
  ladder: LadderOptions = {},
): MarketFlow {
  const driver = new TouchDriver(exchange, marketId, ladder)
  const steps = path.map(({ tsMs, price, lots = 1 }, index) => {
    const before = path[index - 1]
    if (before !== undefined && before.tsMs >= tsMs) {
      throw new UsageError({
        code: 'TESTKIT_PATH_ORDER',
        message: `Point ${index} of the price path is not after point ${index - 1}.`,
        hint: 'Give the points in order of time, each at an instant of its own.',
        meta: { index, tsMs, before: before.tsMs },
      })
    }
    return { tsMs, ticks: numberToSteps(price, driver.market.tick, 'The price'), lots }
  })
  let cancel: () => void = () => undefined
  const plan = (index: number): void => {
    const step = steps[index]
    if (step === undefined) return
    cancel = clock.at(step.tsMs, () => {
      driver.moveTo(step.ticks, step.lots)
      driver.mark()
      plan(index + 1)
    })
  }
  plan(0)
  return { stop: () => cancel() }
}
