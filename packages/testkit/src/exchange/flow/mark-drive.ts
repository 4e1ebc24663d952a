import type { TimeMs } from '@kestrel/core'
import type { MarketSideOfExchange } from '../core/exchange-port.ts'
import type { MarketId } from '../core/market-spec.ts'
import { type ExchangeClock, TIMER_RANK } from './clock/exchange-clock.ts'
import type { MarketFlow } from './market-flow.ts'

export interface MarkDriveOptions {
  /** Price of the underlying elsewhere, quote units. Default: the last price. */
  readonly indexPrice?: (tsMs: TimeMs) => number | undefined
  /** Funding rate per settlement, a fraction. Default 0.0001. */
  readonly fundingRate?: number | ((tsMs: TimeMs) => number)
  /** Time between two marks. Default 1 s. */
  readonly everyMs?: number
  /** Time in which half of a premium is forgotten. Default 30 s; 0 makes the mark the middle of the book at once. */
  readonly premiumHalfLifeMs?: number
}

/**
 * Sets a perpetual's mark price by time, as venues do: the index plus a smoothed premium of the book over it, so that one
 * wild trade liquidates nobody. Source: Binance, Mark Price in USD-M Futures (index times one plus a smoothed premium).
 */
export function startMarkDrive(
  exchange: MarketSideOfExchange,
  clock: ExchangeClock,
  marketId: MarketId,
  options: MarkDriveOptions = {},
): MarketFlow {
  const market = exchange.markets.get(marketId)
  if (market === undefined) throw new RangeError(`The exchange has no market ${marketId}.`)
  const { everyMs = 1_000, premiumHalfLifeMs = 30_000, fundingRate = 0.0001 } = options
  const keep = premiumHalfLifeMs === 0 ? 0 : 0.5 ** (everyMs / premiumHalfLifeMs)
  const priceOf = (ticks: number): number => (ticks * market.tick.mantissa) / market.tick.scale
  let premiumRate = 0
  const step = (): void => {
    const nowMs = clock.nowMs()
    const { bidTicks, askTicks, lastTicks } = exchange.prices(marketId)
    const middle =
      bidTicks !== undefined && askTicks !== undefined
        ? (priceOf(bidTicks) + priceOf(askTicks)) / 2
        : lastTicks === undefined
          ? undefined
          : priceOf(lastTicks)
    const indexPrice = options.indexPrice?.(nowMs) ?? middle
    if (indexPrice === undefined || middle === undefined) return
    premiumRate = keep * premiumRate + (1 - keep) * (middle / indexPrice - 1)
    const rate = typeof fundingRate === 'number' ? fundingRate : fundingRate(nowMs)
    exchange.setMark(marketId, {
      markPrice: onEighth(indexPrice * (1 + premiumRate)),
      indexPrice: onEighth(indexPrice),
      fundingRate: rate,
    })
  }
  step()
  return { stop: clock.every(everyMs, step, TIMER_RANK.market) }
}

/** Eight decimals, what the wire holds. */
function onEighth(price: number): number {
  return Math.round(price * 1e8) / 1e8
}
