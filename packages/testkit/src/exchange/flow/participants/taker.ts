import type { Rng } from '@kestrel/core'
import type { Side } from '../../core/order-types.ts'
import type { MarketFlow } from '../market-flow.ts'
import { type FlowContext, quoteTicks } from './flow-context.ts'
import { sizeLots, waitMs } from './random-spans.ts'

export interface TakerOptions {
  /** Mean time between two orders in usual times; wild times have more. */
  readonly everyMs: number
  readonly medianLots: number
  /** Share of orders that know the fair value and go for quotes on its wrong side. 0 to 1. */
  readonly informedShare: number
  /** Chance that an uninformed order goes the way of the one before. 0.5 has no memory. */
  readonly persistence: number
}

/** How far an order reaches beyond the fair value. */
const REACH_BPS = 30

/** Comes at random and takes: sometimes what is mispriced, mostly for reasons of its own. */
export class Taker implements MarketFlow {
  readonly #context: FlowContext
  readonly #rng: Rng
  readonly #options: TakerOptions
  #lastSide: Side = 'buy'
  #cancelTurn: () => void = () => undefined

  constructor(context: FlowContext, rng: Rng, options: TakerOptions) {
    this.#context = context
    this.#rng = rng
    this.#options = options
    this.#plan()
  }

  stop(): void {
    this.#cancelTurn()
  }

  #plan(): void {
    const { clock, fair } = this.#context
    const meanMs = this.#options.everyMs / Math.max(0.2, fair.intensity)
    this.#cancelTurn = clock.at(clock.nowMs() + waitMs(this.#rng, meanMs), () => this.#turn())
  }

  #turn(): void {
    const { clock, exchange, fair, market } = this.#context
    const price = fair.moveTo(clock.nowMs())
    const qtyLots = sizeLots(this.#rng, this.#options.medianLots)
    const isInformed = this.#rng.nextFloat() < this.#options.informedShare
    const side = isInformed ? this.#mispriced(price) : this.#anySide()
    if (side !== undefined) {
      const reach = (side === 'buy' ? 1 : -1) * REACH_BPS
      const limit = isInformed ? price : price * (1 + reach / 1e4)
      const priceTicks = quoteTicks(this.#context, side, limit)
      exchange.placeForeign(market.id, { side, priceTicks, qtyLots, timeInForce: 'IOC' })
    }
    this.#plan()
  }

  #mispriced(price: number): Side | undefined {
    const { exchange, market } = this.#context
    const { bidTicks, askTicks } = exchange.prices(market.id)
    const ticks = (price * market.tick.scale) / market.tick.mantissa
    if (askTicks !== undefined && askTicks < ticks) return 'buy'
    return bidTicks !== undefined && bidTicks > ticks ? 'sell' : undefined
  }

  #anySide(): Side {
    if (this.#rng.nextFloat() >= this.#options.persistence) this.#lastSide = this.#lastSide === 'buy' ? 'sell' : 'buy'
    return this.#lastSide
  }
}
