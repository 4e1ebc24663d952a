import { UsageError } from '@kestrel/core'
import type { ExchangeState, MarketState } from './exchange-state.ts'
import { execute, fillTouched } from './matching.ts'
import type { RestingOrder } from './order-book.ts'

/**
 * Moves the touch of a noiseless market, fills resting orders that it reaches, and prints a trade of one lot where a last price
 * is given. In the book the touch is shown as a level of the market's greatest quantity on each side.
 *
 * @throws UsageError `TESTKIT_TOUCH` on a market with a book of its own, or where the bid lies above the ask.
 */
export function setTouchPrices(
  state: ExchangeState,
  market: MarketState,
  bidTicks: number,
  askTicks: number,
  lastTicks: number | undefined,
): void {
  if (market.market.mode !== 'noiseless' || !(bidTicks > 0) || bidTicks > askTicks) {
    throw new UsageError({
      code: 'TESTKIT_TOUCH',
      message: `The touch of ${market.market.id} cannot be ${bidTicks} and ${askTicks} ticks.`,
      hint: 'The market must be noiseless, and the bid at or below the ask.',
    })
  }
  market.touch = { bidTicks, askTicks }
  market.moved = true
  for (const order of market.touchOrders) market.book.remove(order)
  fillTouched(state, market)
  const lots = market.market.maxLots
  const show = (side: 'buy' | 'sell', priceTicks: number): RestingOrder => {
    const orderId = state.nextOrderId++
    const order = { orderId, side, priceTicks, owner: undefined, lots, shown: lots, peak: undefined }
    market.book.add(order)
    return order
  }
  market.touchOrders = [show('buy', bidTicks), show('sell', askTicks)]
  if (lastTicks === undefined) return
  const nobody = { taker: undefined, takerId: state.nextOrderId++, maker: undefined, makerId: state.nextOrderId++ }
  execute(state, market, 'buy', lastTicks, 1, nobody)
}
