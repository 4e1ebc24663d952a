import type { CcxtTrade } from '../ccxt/ccxt-exchange.ts'

/** Names of trades that are remembered, to know them again. */
const MOST_REMEMBERED = 10_000

/**
 * Puts the trades of one market into line: each once, by the venue's name of it. Where some are missing (numbers skip, or the
 * stream had broken) those that come wait until the missing ones were asked for.
 */
export class TradeLine {
  readonly #emit: (trade: CcxtTrade) => void
  readonly #isNumbered: boolean
  readonly #seen = new Set<string>()
  #waiting: CcxtTrade[] = []
  #last: CcxtTrade | undefined
  #isMissing = false

  /** @param isNumbered - Whether names are numbers that leave none out. */
  constructor(isNumbered: boolean, emit: (trade: CcxtTrade) => void) {
    this.#isNumbered = isNumbered
    this.#emit = emit
  }

  /** True where trades are missing: ask for those after {@link last}. */
  get isMissing(): boolean {
    return this.#isMissing
  }

  /** The last trade given out. */
  get last(): CcxtTrade | undefined {
    return this.#last
  }

  /** The stream had broken: what comes now waits until the venue was asked. */
  broke(): void {
    if (this.#last !== undefined) this.#isMissing = true
  }

  /** Takes in trades of the stream. */
  stream(trades: readonly CcxtTrade[]): void {
    for (const trade of trades) {
      if (!this.#isMissing && this.#skips(trade)) this.#isMissing = true
      if (this.#isMissing) this.#waiting.push(trade)
      else this.#give(trade)
    }
  }

  /**
   * Takes in what was asked for, and with it what waited. What is still missing then the venue does not have.
   *
   * @param isFull - Whether the answer holds as many as one may: then more may follow, and what waits waits on.
   */
  answer(trades: readonly CcxtTrade[], isFull = false): void {
    const before = this.#last
    if (isFull && this.#isNumbered) {
      for (const trade of trades.toSorted((a, b) => Number(a.id) - Number(b.id))) this.#give(trade)
      if (this.#last !== before) return
    }
    const all = [...trades.filter((trade) => !this.#isBefore(trade)), ...this.#waiting]
    this.#waiting = []
    this.#isMissing = false
    for (const trade of this.#isNumbered ? all.toSorted((a, b) => Number(a.id) - Number(b.id)) : all.toSorted(byTime))
      this.#give(trade)
  }

  #skips({ id }: CcxtTrade): boolean {
    return this.#isNumbered && this.#last !== undefined && Number(id) > Number(this.#last.id) + 1
  }

  #isBefore({ timestamp = 0 }: CcxtTrade): boolean {
    return this.#last === undefined || timestamp < (this.#last.timestamp ?? 0)
  }

  #give(trade: CcxtTrade): void {
    const { id } = trade
    if (this.#isNumbered && this.#last !== undefined && Number(id) <= Number(this.#last.id)) return
    if (id !== undefined) {
      if (this.#seen.has(id)) return
      this.#seen.add(id)
      for (const oldest of this.#seen) {
        if (this.#seen.size <= MOST_REMEMBERED) break
        this.#seen.delete(oldest)
      }
    }
    this.#last = trade
    this.#emit(trade)
  }
}

function byTime(a: CcxtTrade, b: CcxtTrade): number {
  return (a.timestamp ?? 0) - (b.timestamp ?? 0)
}
