import { roundToSteps } from '@kestrel/core'
import type { MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { Market, MarketId } from '../../core/market-spec.ts'
import type { Side } from '../../core/order-types.ts'
import type { ExchangeClock } from '../clock/exchange-clock.ts'
import type { FairValue } from './fair-value.ts'

/** What every participant of one market shares. */
export interface FlowContext {
  readonly exchange: MarketSideOfExchange
  readonly clock: ExchangeClock
  readonly market: Market
  readonly fair: FairValue
}

/**
 * A market's context.
 *
 * @throws RangeError where the exchange does not have the market.
 */
export function flowContext(
  exchange: MarketSideOfExchange,
  clock: ExchangeClock,
  marketId: MarketId,
  fair: FairValue,
): FlowContext {
  const market = exchange.markets.get(marketId)
  if (market === undefined) throw new RangeError(`The exchange has no market ${marketId}.`)
  return { exchange, clock, market, fair }
}

/** A price in ticks, away from the middle: bids down, asks up; at least one tick. */
export function quoteTicks({ market }: FlowContext, side: Side, price: number): number {
  return Math.max(1, roundToSteps(price, market.tick, side === 'buy' ? 'down' : 'up'))
}
