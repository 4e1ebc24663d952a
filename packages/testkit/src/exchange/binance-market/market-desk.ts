import type { ExchangeClock } from '../flow/clock/exchange-clock.ts'
import type { MarketTape } from '../flow/tape/market-tape.ts'
import { BinanceRefusal, requiredParam } from './binance-answer.ts'
import { BinanceFormat, type BinanceKind } from './binance-format.ts'

/** One market with the way its numbers are written. */
export interface Desk {
  readonly tape: MarketTape
  readonly format: BinanceFormat
}

/** The markets of one protocol and its clock: what every answer and every stream is made from. */
export class MarketDesks {
  readonly kind: BinanceKind
  readonly clock: ExchangeClock
  readonly #desks: ReadonlyMap<string, Desk>

  constructor(kind: BinanceKind, clock: ExchangeClock, tapes: readonly MarketTape[]) {
    this.kind = kind
    this.clock = clock
    const own = tapes.filter(({ market }) => market.kind === (kind === 'spot' ? 'spot' : 'linear'))
    this.#desks = new Map(
      own.map((tape) => [tape.market.symbol, { tape, format: new BinanceFormat(kind, tape.market) }]),
    )
  }

  get all(): readonly Desk[] {
    return [...this.#desks.values()]
  }

  find(symbol: string): Desk | undefined {
    return this.#desks.get(symbol)
  }

  /** The market of `symbol`. Refused as the venue does where it is missing or unknown. */
  of(query: URLSearchParams): Desk {
    const desk = this.#desks.get(requiredParam(query, 'symbol'))
    if (desk === undefined) throw new BinanceRefusal(-1121, 'Invalid symbol.')
    return desk
  }

  /** The markets of `symbol`, `symbols`, or all; and whether the answer is a list. */
  chosen(query: URLSearchParams): { readonly desks: readonly Desk[]; readonly isList: boolean } {
    if (query.has('symbol')) return { desks: [this.of(query)], isList: false }
    const list = query.get('symbols')
    if (list === null) return { desks: this.all, isList: true }
    let names: unknown
    try {
      names = JSON.parse(list)
    } catch {
      names = undefined
    }
    if (!Array.isArray(names)) throw new BinanceRefusal(-1100, "Illegal characters found in parameter 'symbols'.")
    const desks = names.map((name) => this.#desks.get(String(name)))
    if (desks.includes(undefined)) throw new BinanceRefusal(-1121, 'Invalid symbol.')
    return { desks: desks as Desk[], isList: true }
  }
}
