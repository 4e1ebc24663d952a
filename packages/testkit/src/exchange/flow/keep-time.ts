import type { MarketSideOfExchange } from '../core/exchange-port.ts'
import { type ExchangeClock, TIMER_RANK } from './clock/exchange-clock.ts'
import type { MarketFlow } from './market-flow.ts'

/** Time between two looks. Divides every funding interval, so a settlement happens on its millisecond. */
const LOOK_EVERY_MS = 100

/** Lets funding, expiries and dead-man timers happen on time where nobody else instructs the exchange. */
export function keepTime(exchange: MarketSideOfExchange, clock: ExchangeClock): MarketFlow {
  return { stop: clock.every(LOOK_EVERY_MS, () => exchange.advance(), TIMER_RANK.market) }
}
