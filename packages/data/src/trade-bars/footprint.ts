import { DataError, type TradeColumns, UsageError } from '@kestrel/core'
import { barBounds } from './bar-bounds.ts'

export interface FootprintOptions {
  /** Price step of the instrument, quote units. */
  readonly tickSize: number
  /** Ticks that are drawn together into one level; default 1. */
  readonly ticksPerLevel?: number
}

/** Volume at price of one bar, one entry a level that traded, lowest price first. */
export interface FootprintLevels {
  /** Lowest tick of the level: price divided by the tick size, a whole number. */
  readonly priceTicks: Float64Array
  /** Volume of trades whose buyer took, base units. */
  readonly buyVolume: Float64Array
  /** Volume of trades whose seller took. */
  readonly sellVolume: Float64Array
  /** Volume of trades of which the venue does not say who took. */
  readonly unknownVolume: Float64Array
}

/** Volume at price of many bars: those of bar `b` are entries `levelStart[b]` to `levelStart[b + 1]` (exclusive). */
export interface Footprint extends FootprintLevels {
  /** Shape `[bars + 1]`. */
  readonly levelStart: Uint32Array
}

/** A price may lie this far, in ticks, from a whole one: division by the tick size is not exact. */
const TICK_TOLERANCE = 1e-6

/** Gathers volume at price, trade by trade. */
export class FootprintBuilder {
  readonly #tickSize: number
  readonly #ticksPerLevel: number
  /** By level, counted in levels from price 0: where its volumes lie. */
  readonly #places = new Map<number, number>()
  /** Sold, unknown and bought volume of each level. */
  #volumes: number[] = []

  /** @throws UsageError `DATA_FOOTPRINT` for a step that cannot be. */
  constructor({ tickSize, ticksPerLevel = 1 }: FootprintOptions) {
    const isStep = tickSize > 0 && tickSize < Infinity && Number.isSafeInteger(ticksPerLevel) && ticksPerLevel >= 1
    if (!isStep) {
      throw new UsageError({
        code: 'DATA_FOOTPRINT',
        message: `A footprint of ${ticksPerLevel} ticks of ${tickSize} a level cannot be: give a positive tick size and a whole number of ticks.`,
        meta: { tickSize, ticksPerLevel },
      })
    }
    this.#tickSize = tickSize
    this.#ticksPerLevel = ticksPerLevel
  }

  /** Take in a trade. @throws DataError `DATA_PRICE_OFF_TICK` for a price between two ticks. */
  add(price: number, quantity: number, takerSide: number): void {
    const ticks = Math.round(price / this.#tickSize)
    if (!(Math.abs(price / this.#tickSize - ticks) <= TICK_TOLERANCE)) {
      throw new DataError({
        code: 'DATA_PRICE_OFF_TICK',
        message: `Price ${price} is not a multiple of the tick size ${this.#tickSize}.`,
        hint: 'Give the tick size that the instrument had then; venues change it.',
        meta: { price, tickSize: this.#tickSize },
      })
    }
    const level = Math.floor(ticks / this.#ticksPerLevel)
    let place = this.#places.get(level)
    if (place === undefined) {
      place = this.#volumes.length
      this.#places.set(level, place)
      this.#volumes.push(0, 0, 0)
    }
    const at = place + 1 + takerSide
    this.#volumes[at] = (this.#volumes[at] as number) + quantity
  }

  /** The levels of the bar, and begin the next. */
  endBar(): FootprintLevels {
    const levels = [...this.#places].sort(([a], [b]) => a - b)
    const column = (side: number): Float64Array =>
      Float64Array.from(levels, ([, place]) => this.#volumes[place + 1 + side] as number)
    const out = {
      priceTicks: Float64Array.from(levels, ([level]) => level * this.#ticksPerLevel),
      buyVolume: column(1),
      sellVolume: column(-1),
      unknownVolume: column(0),
    }
    this.#places.clear()
    this.#volumes = []
    return out
  }
}

/**
 * Footprint: volume at price by aggressor, for each bar.
 *
 * @param trades - The trades that the bars were made of.
 * @param tradeCount - Trades of each bar, as `barsFromTrades` or `informationBars` give them. Shape `[bars]`.
 * @throws UsageError `DATA_BAR_TRADES` where bars and trades do not belong together; `DATA_FOOTPRINT` for a bad step.
 * @throws DataError `DATA_PRICE_OFF_TICK` for a price between two ticks.
 *
 * O(trades + levels log levels). What {@link FootprintBuilder} gives bar by bar.
 */
export function footprint(trades: TradeColumns, tradeCount: Float64Array, options: FootprintOptions): Footprint {
  const { price, quantity, takerSide } = trades
  const bounds = barBounds(tradeCount, price.length)
  const builder = new FootprintBuilder(options)
  const levelStart = new Uint32Array(tradeCount.length + 1)
  const bars: FootprintLevels[] = []
  for (let b = 0; b < tradeCount.length; b++) {
    const end = bounds[b + 1] as number
    for (let i = bounds[b] as number; i < end; i++)
      builder.add(price[i] as number, quantity[i] as number, takerSide[i] as number)
    const levels = builder.endBar()
    bars.push(levels)
    levelStart[b + 1] = (levelStart[b] as number) + levels.priceTicks.length
  }
  const joined = (name: keyof FootprintLevels): Float64Array => {
    const out = new Float64Array(levelStart[tradeCount.length] as number)
    bars.forEach((levels, b) => out.set(levels[name], levelStart[b]))
    return out
  }
  return {
    levelStart,
    priceTicks: joined('priceTicks'),
    buyVolume: joined('buyVolume'),
    sellVolume: joined('sellVolume'),
    unknownVolume: joined('unknownVolume'),
  }
}
