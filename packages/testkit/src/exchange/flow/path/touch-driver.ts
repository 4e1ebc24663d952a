import type { MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { Market, MarketId } from '../../core/market-spec.ts'
import type { Side } from '../../core/order-types.ts'

/** What stands around a scripted price in a market with a book. */
export interface LadderOptions {
  /** Levels a side. Default 20. */
  readonly levels?: number
  /** Lots of each level. Default 100,000. */
  readonly lotsPerLevel?: number
  /** Distance of the best bid and ask from the price, ticks, at least 1. Default 1. */
  readonly halfSpreadTicks?: number
}

/**
 * Puts a market's price where a script wants it. A noiseless market gets a touch without spread; a market with a book gets a
 * ladder of anonymous levels, which first meets whatever accounts have in its way.
 */
export class TouchDriver {
  readonly market: Market
  readonly #exchange: MarketSideOfExchange
  readonly #ladder: Required<LadderOptions>
  #ladderTicks: number | undefined
  #lastTicks: number | undefined

  /** @throws RangeError where the exchange does not have the market. */
  constructor(exchange: MarketSideOfExchange, marketId: MarketId, ladder: LadderOptions = {}) {
    const market = exchange.markets.get(marketId)
    if (market === undefined) throw new RangeError(`The exchange has no market ${marketId}.`)
    this.market = market
    this.#exchange = exchange
    this.#ladder = { levels: 20, lotsPerLevel: 100_000, halfSpreadTicks: 1, ...ladder }
  }

  /** Where the price stands; undefined before the first move. */
  get ticks(): number | undefined {
    return this.#lastTicks
  }

  /** Moves the touch, then prints a trade of so many lots there; with 0 lots it only moves. */
  moveTo(ticks: number, lots: number): void {
    const takerSide: Side = this.#lastTicks !== undefined && ticks < this.#lastTicks ? 'sell' : 'buy'
    this.#lastTicks = ticks
    const { id, mode } = this.market
    if (mode === 'noiseless') this.#exchange.setTouch(id, ticks, ticks)
    else this.#moveLadder(ticks)
    if (lots > 0) this.#exchange.print(id, takerSide, ticks, lots)
  }

  /** Sets mark and index price to the price, on a perpetual. */
  mark(): void {
    if (this.market.kind !== 'linear' || this.#lastTicks === undefined) return
    const price = (this.#lastTicks * this.market.tick.mantissa) / this.market.tick.scale
    this.#exchange.setMark(this.market.id, { markPrice: price, indexPrice: price })
  }

  #moveLadder(ticks: number): void {
    const totals = new Map<string, { side: Side; priceTicks: number; qtyLots: number }>()
    const put = (around: number, qtyLots: number): void => {
      for (let level = 0; level < this.#ladder.levels; level++) {
        const distance = this.#ladder.halfSpreadTicks + level
        for (const side of ['buy', 'sell'] as const) {
          const priceTicks = side === 'buy' ? around - distance : around + distance
          if (priceTicks > 0) totals.set(`${side} ${priceTicks}`, { side, priceTicks, qtyLots })
        }
      }
    }
    if (this.#ladderTicks !== undefined) put(this.#ladderTicks, 0)
    put(ticks, this.#ladder.lotsPerLevel)
    this.#ladderTicks = ticks
    this.#exchange.setForeignLevels(this.market.id, [...totals.values()])
  }
}
