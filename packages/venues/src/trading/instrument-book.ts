import { type Instrument, type InstrumentId, instrumentOf, type InstrumentSpec, parseInstrumentId } from '@kestrel/core'
import type { CcxtExchange, CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { marketOf, specOf } from '../market-of.ts'
import type { Product } from './trading-options.ts'

/** What a market is traded as; undefined for futures with an end, options and what else there is. */
export function productOf(market: CcxtMarket): Product | undefined {
  if (market.spot === true) return 'spot'
  if (market.swap !== true) return undefined
  return market.inverse === true ? 'inverse' : 'linear'
}

/**
 * Markets of a venue and the instruments that they are. Markets come from ccxt; instruments that the caller knows are
 * used as he has them, others are built from the market.
 */
export class InstrumentBook {
  readonly #exchange: CcxtExchange
  readonly #means: string
  readonly #known = new Map<InstrumentId, Instrument>()
  /** Not made known: fills are asked for by known instruments, and nobody asked for these. */
  readonly #built = new Map<InstrumentId, Instrument | undefined>()
  /** By product and the venue's own name; Kraken has several names for one market. */
  readonly #markets = new Map<string, CcxtMarket>()

  constructor(exchange: CcxtExchange, means: string) {
    this.#exchange = exchange
    this.#means = means
  }

  /** Reads the markets that ccxt has loaded. */
  readMarkets(): void {
    this.#markets.clear()
    this.#built.clear()
    for (const market of Object.values(this.#exchange.markets ?? {})) {
      const product = productOf(market)
      if (product === undefined) continue
      const info = (market.info ?? {}) as { altname?: unknown; wsname?: unknown }
      for (const name of [market.id, market.symbol, info.altname, info.wsname])
        if (typeof name === 'string' && !this.#markets.has(`${product} ${name}`))
          this.#markets.set(`${product} ${name}`, market)
    }
  }

  know(instruments: readonly Instrument[]): void {
    for (const each of instruments) this.#known.set(each.id, each)
  }

  /** Those that the caller made known, in that order. */
  known(): readonly Instrument[] {
    return [...this.#known.values()]
  }

  /** @throws UsageError `VENUE_SYMBOL`. */
  marketOf(instrument: InstrumentId): CcxtMarket {
    return marketOf(this.#exchange, instrument)
  }

  /** @throws UsageError `VENUE_SYMBOL`, `VENUE_SPEC`. */
  specOf(instrument: InstrumentId): InstrumentSpec {
    return specOf(this.#exchange, this.marketOf(instrument), instrument, this.#means)
  }

  /** The instrument under the venue's own name of the market; undefined where it is none that could be traded here. */
  instrumentAt(marketId: string, products: readonly Product[]): Instrument | undefined {
    for (const product of products) {
      const market = this.#markets.get(`${product} ${marketId}`)
      if (market !== undefined) return this.#instrumentOf(market)
    }
    return undefined
  }

  #instrumentOf(market: CcxtMarket): Instrument | undefined {
    const { base, quote, swap } = market
    const id = `${base}-${quote}${swap === true ? '-PERP' : ''}.${this.#exchange.id.toUpperCase()}`
    const known = this.#known.get(id)
    if (known !== undefined) return known
    if (!this.#built.has(id)) this.#built.set(id, this.#build(id, market))
    return this.#built.get(id)
  }

  #build(id: InstrumentId, market: CcxtMarket): Instrument | undefined {
    try {
      parseInstrumentId(id)
      // A name that stands for two settlements stands for the one that it says; the other cannot be named.
      return this.marketOf(id).id === market.id ? instrumentOf(this.specOf(id)) : undefined
    } catch {
      return undefined
    }
  }
}
