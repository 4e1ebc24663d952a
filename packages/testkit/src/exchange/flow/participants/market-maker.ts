import type { Rng } from '@kestrel/core'
import type { Side } from '../../core/order-types.ts'
import type { MarketFlow } from '../market-flow.ts'
import { type FlowContext, quoteTicks } from './flow-context.ts'
import { sizeLots, waitMs } from './random-spans.ts'

export interface MarketMakerOptions {
  /** Distance of the best quote from the fair value. */
  readonly halfSpreadBps: number
  /** Distance between levels. */
  readonly levelGapBps: number
  readonly levels: number
  /** Usual size of the best level; deeper ones grow. */
  readonly medianLots: number
  /** Mean time between two looks at the market. */
  readonly requoteEveryMs: number
}

interface Quote {
  readonly side: Side
  readonly orderId: number
  readonly priceTicks: number
}

/** Quotes both sides around the fair value, post-only, and replaces what has gone out of place or was taken. */
export class MarketMaker implements MarketFlow {
  readonly #context: FlowContext
  readonly #rng: Rng
  readonly #options: MarketMakerOptions
  #quotes: readonly Quote[] = []
  #cancelTurn: () => void = () => undefined

  constructor(context: FlowContext, rng: Rng, options: MarketMakerOptions) {
    this.#context = context
    this.#rng = rng
    this.#options = options
    this.#turn()
  }

  stop(): void {
    this.#cancelTurn()
    for (const quote of this.#quotes) this.#cancel(quote)
    this.#quotes = []
  }

  #turn(): void {
    const { clock, fair } = this.#context
    const price = fair.moveTo(clock.nowMs())
    // A maker widens in wild times, as it must.
    const width = 0.5 + 0.5 * fair.intensity
    const wanted = (['buy', 'sell'] as const).flatMap((side) => this.#ladder(side, price, width))
    const isWanted = new Set(wanted.map(({ side, priceTicks }) => `${side} ${priceTicks}`))
    const kept: Quote[] = []
    for (const quote of this.#quotes) {
      // Some orders are withdrawn and renewed for no visible reason, as real ones are.
      if (!isWanted.has(`${quote.side} ${quote.priceTicks}`) || this.#rng.nextFloat() < 0.05) this.#cancel(quote)
      else kept.push(quote)
    }
    const isThere = new Set(kept.map(({ side, priceTicks }) => `${side} ${priceTicks}`))
    for (const { side, priceTicks, qtyLots } of wanted) {
      if (isThere.has(`${side} ${priceTicks}`)) continue
      const order = { side, priceTicks, qtyLots, timeInForce: 'GTX' } as const
      const orderId = this.#context.exchange.placeForeign(this.#context.market.id, order)
      if (orderId !== undefined) kept.push({ side, priceTicks, orderId })
    }
    this.#quotes = kept
    this.#cancelTurn = clock.at(clock.nowMs() + waitMs(this.#rng, this.#options.requoteEveryMs), () => this.#turn())
  }

  #ladder(side: Side, price: number, width: number): { side: Side; priceTicks: number; qtyLots: number }[] {
    const { halfSpreadBps, levelGapBps, levels, medianLots } = this.#options
    const sign = side === 'buy' ? -1 : 1
    const seen = new Set<number>()
    const quotes: { side: Side; priceTicks: number; qtyLots: number }[] = []
    for (let level = 0; level < levels; level++) {
      const bps = width * halfSpreadBps + level * levelGapBps
      const priceTicks = quoteTicks(this.#context, side, price * (1 + (sign * bps) / 1e4))
      if (seen.has(priceTicks)) continue
      seen.add(priceTicks)
      quotes.push({ side, priceTicks, qtyLots: sizeLots(this.#rng, medianLots * (1 + level / 2), 0.6) })
    }
    return quotes
  }

  #cancel({ orderId }: Quote): void {
    this.#context.exchange.cancelForeign(this.#context.market.id, orderId)
  }
}
