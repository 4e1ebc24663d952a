import { numberToSteps, stepsToNumber, stepsToText } from '@kestrel/core'
import type { Market } from '../core/market-spec.ts'
import type { MarketTape } from '../flow/tape/market-tape.ts'
import { BybitRefusal, badParameter } from './bybit-answer.ts'
import { atomsText } from './atoms-text.ts'

/** Product types that are traded here. `inverse` and `option` exist and are empty. */
export type BybitCategory = 'spot' | 'linear'

/** One market with the way its numbers are written. */
export class BybitMarket {
  readonly market: Market
  readonly tape: MarketTape
  readonly category: BybitCategory

  constructor(tape: MarketTape) {
    this.market = tape.market
    this.tape = tape
    this.category = tape.market.kind
  }

  get symbol(): string {
    return this.market.symbol
  }

  price(ticks: number): string {
    return stepsToText(ticks, this.market.tick)
  }

  qty(lots: number): string {
    return stepsToText(lots, this.market.lot)
  }

  /** A sum of ticks times lots, in quote units. */
  value(ticksTimesLots: bigint): string {
    const { tick, lot } = this.market
    const digits = ticksTimesLots * BigInt(tick.mantissa) * BigInt(lot.mantissa)
    return atomsText(digits, tick.decimals + lot.decimals)
  }

  /** Price that a decimal text names, in ticks; undefined where it is no number or lies between two ticks. */
  parseTicks(text: string): number | undefined {
    return parseSteps(text, this.market.tick)
  }

  /** Quantity that a decimal text names, in lots. */
  parseLots(text: string): number | undefined {
    return parseSteps(text, this.market.lot)
  }

  /** Last price, quote units. */
  lastPrice(): number {
    return stepsToNumber(this.tape.bars.lastTicks, this.market.tick)
  }
}

function parseSteps(text: string, step: Market['tick']): number | undefined {
  if (!/^\d{1,15}(\.\d{1,18})?$/.test(text)) return undefined
  try {
    return numberToSteps(Number(text), step, 'value')
  } catch {
    return undefined
  }
}

/** The markets by category and symbol. */
export class BybitMarkets {
  readonly all: readonly BybitMarket[]
  readonly #byId: ReadonlyMap<string, BybitMarket>

  constructor(tapes: readonly MarketTape[]) {
    this.all = tapes.map((tape) => new BybitMarket(tape))
    this.#byId = new Map(this.all.map((market) => [market.market.id, market]))
  }

  byId(marketId: string): BybitMarket {
    const market = this.#byId.get(marketId)
    if (market === undefined) throw new RangeError(`No market ${marketId}.`)
    return market
  }

  find(category: string, symbol: string): BybitMarket | undefined {
    return this.#byId.get(`${category}:${symbol}`)
  }

  /** @throws BybitRefusal 10001 for a category or symbol that does not exist. */
  of(category: string, symbol: string): BybitMarket {
    this.list(category)
    const market = this.find(category, symbol)
    if (market === undefined)
      throw category === 'spot' ? new BybitRefusal(170121, 'Invalid symbol.') : badParameter('Not supported symbols')
    return market
  }

  /** All of a category. @throws BybitRefusal 10001 for a category that the venue does not know. */
  list(category: string): readonly BybitMarket[] {
    if (!['spot', 'linear', 'inverse', 'option'].includes(category)) throw badParameter('Illegal category')
    return this.all.filter((market) => market.category === category)
  }
}
