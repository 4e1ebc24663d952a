import type { Rng } from '@kestrel/core'
import type { MarketFlow } from '../market-flow.ts'
import { type FlowContext, quoteTicks } from './flow-context.ts'
import { sizeLots, waitMs } from './random-spans.ts'

export interface PatientTraderOptions {
  /** Mean time between two orders. */
  readonly everyMs: number
  /** Mean time until an order is taken back. */
  readonly patienceMs: number
  readonly medianLots: number
  /** Mean distance from the fair value. */
  readonly distanceBps: number
  /** Share of orders that queue at the best price of their side instead. 0 to 1. */
  readonly joinShare: number
}

/** Leaves limit orders at the best price or at random distances and takes them back later: the restless part of a book. */
export class PatientTrader implements MarketFlow {
  readonly #context: FlowContext
  readonly #rng: Rng
  readonly #options: PatientTraderOptions
  readonly #resting = new Map<number, () => void>()
  #cancelTurn: () => void = () => undefined

  constructor(context: FlowContext, rng: Rng, options: PatientTraderOptions) {
    this.#context = context
    this.#rng = rng
    this.#options = options
    this.#plan()
  }

  stop(): void {
    this.#cancelTurn()
    for (const [orderId, cancelTimer] of this.#resting) {
      cancelTimer()
      this.#context.exchange.cancelForeign(this.#context.market.id, orderId)
    }
    this.#resting.clear()
  }

  #plan(): void {
    const { clock } = this.#context
    this.#cancelTurn = clock.at(clock.nowMs() + waitMs(this.#rng, this.#options.everyMs), () => this.#turn())
  }

  #turn(): void {
    const { clock, exchange, fair, market } = this.#context
    const side = this.#rng.nextFloat() < 0.5 ? 'buy' : 'sell'
    const joins = this.#rng.nextFloat() < this.#options.joinShare
    const bps = -this.#options.distanceBps * Math.log(1 - this.#rng.nextFloat())
    const price = fair.moveTo(clock.nowMs()) * (1 + ((side === 'buy' ? -1 : 1) * bps) / 1e4)
    const { bidTicks, askTicks } = exchange.prices(market.id)
    const best = side === 'buy' ? bidTicks : askTicks
    const priceTicks = joins && best !== undefined ? best : quoteTicks(this.#context, side, price)
    const qtyLots = sizeLots(this.#rng, this.#options.medianLots)
    const orderId = exchange.placeForeign(market.id, { side, priceTicks, qtyLots, timeInForce: 'GTC' })
    const patienceMs = waitMs(this.#rng, this.#options.patienceMs)
    if (orderId !== undefined) {
      const giveUp = (): void => {
        this.#resting.delete(orderId)
        exchange.cancelForeign(market.id, orderId)
      }
      this.#resting.set(orderId, clock.at(clock.nowMs() + patienceMs, giveUp))
    }
    this.#plan()
  }
}
