import { stepsToNumber } from '@kestrel/core'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { MarketId } from '../core/market-spec.ts'
import type { OrderState } from '../core/order-types.ts'
import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import { numberOf, type ScheduledFault } from './fault-schedule.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Orders further from the touch than this are left alone: reaching them would wreck the market. */
const REACH_RATE = 0.03

/** Chunks in which the market comes to an order behind hidden ones of its price. */
const MOST_CHUNKS = 500

/** Faults that are no trouble of the line but of the market and the account: somebody else acts. */
export class MarketFaults {
  readonly #exchange: ExchangePort
  readonly #vocabulary: Vocabulary
  #byHand = 0

  constructor(exchange: ExchangePort, vocabulary: Vocabulary) {
    this.#exchange = exchange
    this.#vocabulary = vocabulary
  }

  /** What happens before the venue looks at the request. False where nothing could happen. */
  before(fault: ScheduledFault, request: ExchangeRequest): boolean {
    switch (fault.name) {
      case 'cancel-crosses-fill':
        return this.#fillOrder(request, undefined, 1)
      case 'manual-order':
        return this.#orderByHand(request, fault, 'market')
      case 'manual-limit-order':
        return this.#orderByHand(request, fault, 'limit')
      case 'manual-cancel':
        return this.#cancelByHand(request)
      default:
        return false
    }
  }

  /** What happens right after the venue acted. */
  after(fault: ScheduledFault, request: ExchangeRequest, answer: ExchangeAnswer): boolean {
    return fault.name === 'partial-fill' && this.#fillOrder(request, answer, numberOf(fault, 'sharePct') / 100)
  }

  #accountOf(request: ExchangeRequest): string | undefined {
    return this.#exchange.key(this.#vocabulary.apiKeyOf(request) ?? '')?.accountId
  }

  /** Lets the market take a share of the order that the request, or the answer to its create, names. */
  #fillOrder(request: ExchangeRequest, answer: ExchangeAnswer | undefined, share: number): boolean {
    const accountId = this.#accountOf(request)
    const named = this.#vocabulary.orderOf(request, answer)
    if (accountId === undefined || named === undefined || !this.#exchange.markets.has(named.marketId)) return false
    const find = (): OrderState | undefined => this.#exchange.order(accountId, named.marketId, named.key)
    const order = find()
    if (order === undefined || !this.#isWithinReach(order)) return false
    const target = Math.max(1, Math.floor((order.qtyLots ?? 0) * share))
    return this.#takeUpTo(order, target, find)
  }

  #takeUpTo(order: OrderState, target: number, find: () => OrderState | undefined): boolean {
    const { marketId, priceTicks = 0, side } = order
    const market = this.#exchange.markets.get(marketId)
    if (market?.mode === 'noiseless') {
      this.#exchange.setTouch(marketId, priceTicks, priceTicks)
      return (find()?.filledLots ?? 0) > order.filledLots
    }
    const taker = side === 'buy' ? 'sell' : 'buy'
    const take = (qtyLots: number): void => {
      if (qtyLots > 0) this.#exchange.placeForeign(marketId, { side: taker, priceTicks, qtyLots, timeInForce: 'IOC' })
    }
    const { bids, asks } = this.#exchange.book(marketId, Number.MAX_SAFE_INTEGER)
    const [levels, isBetter] = side === 'buy' ? [bids, 1] : [asks, -1]
    const total = (fits: (ticks: number) => boolean): number =>
      levels.reduce((sum, [ticks, lots]) => (fits(ticks) ? sum + lots : sum), 0)
    const own = (order.qtyLots ?? 0) - order.filledLots
    const others = total((ticks) => ticks === priceTicks) - own
    // A new order stands at the back of its price; for a whole fill it does not matter where it stands.
    take(total((ticks) => (ticks - priceTicks) * isBetter > 0) + others)
    // A chunk no larger than what is missing never takes too much.
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
      const now = find()
      if (now === undefined || !isResting(now) || now.filledLots >= target) break
      take(target - now.filledLots)
    }
    return (find()?.filledLots ?? 0) > order.filledLots
  }

  #isWithinReach(order: OrderState): boolean {
    if (!isResting(order) || order.priceTicks === undefined) return false
    const { bidTicks, askTicks } = this.#exchange.prices(order.marketId)
    const touch = order.side === 'buy' ? (bidTicks ?? askTicks) : (askTicks ?? bidTicks)
    return touch === undefined || Math.abs(order.priceTicks / touch - 1) <= REACH_RATE
  }

  /** The market that the account last had to do with, else the first. */
  #marketFor(accountId: string): MarketId | undefined {
    return this.#exchange.orders(accountId, {}).at(-1)?.marketId ?? this.#exchange.markets.keys().next().value
  }

  #orderByHand(request: ExchangeRequest, fault: ScheduledFault, type: 'market' | 'limit'): boolean {
    const accountId = this.#accountOf(request)
    const marketId = accountId === undefined ? undefined : this.#marketFor(accountId)
    const market = marketId === undefined ? undefined : this.#exchange.markets.get(marketId)
    if (accountId === undefined || marketId === undefined || market === undefined) return false
    const { bidTicks, askTicks, lastTicks } = this.#exchange.prices(marketId)
    const reference = bidTicks ?? lastTicks ?? askTicks
    if (reference === undefined) return false
    const isSell = type === 'market' && numberOf(fault, 'isSell') === 1
    // As far as was asked, and no further than the venue's price band lets it be.
    const distance = Math.min(numberOf(fault, 'distancePct') / 100, 0.98 * (1 - market.priceBand.down))
    const priceTicks = type === 'limit' ? Math.max(1, Math.floor(reference * (1 - distance))) : undefined
    // Enough lots for the least notional of the market.
    const worth = stepsToNumber(priceTicks ?? reference, market.tick) * stepsToNumber(1, market.lot)
    const least = Math.max(market.minLots, Math.ceil((1.1 * Number(market.minNotional)) / 1e8 / worth))
    const outcome = this.#exchange.place(accountId, {
      marketId,
      side: isSell ? 'sell' : 'buy',
      type,
      priceTicks,
      qtyLots: Math.max(least, numberOf(fault, 'lots')),
      clientOrderId: this.#vocabulary.manualOrderName(++this.#byHand),
    })
    return outcome.ok
  }

  #cancelByHand(request: ExchangeRequest): boolean {
    const accountId = this.#accountOf(request)
    const order = accountId === undefined ? undefined : this.#exchange.openOrders(accountId).at(-1)
    if (accountId === undefined || order === undefined) return false
    return this.#exchange.cancel(accountId, order.marketId, { orderId: order.orderId }).ok
  }
}

function isResting({ status }: OrderState): boolean {
  return status === 'open' || status === 'partly-filled'
}
