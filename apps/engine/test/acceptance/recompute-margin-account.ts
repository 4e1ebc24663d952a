import { expect } from 'vitest'
import type { ContractFacts, FundingRow, PerpetualRun } from './read-perpetual-run.ts'
import { lastClosesOf } from './recompute-account.ts'
import type { Closes, FillRow } from './read-run.ts'

/** Part of the turnover so far that equity may be off by. */
const TOLERANCE = 1e-9

/**
 * The account of a run with perpetuals, from its fills and its funding alone: no average entry, no margin, no position of
 * the engine's books. Each fill of a contract is worth its distance from the newest price, whether or not it was closed
 * since: realised or not, it is the same money.
 */
class Account {
  /** By currency: cash, and profit of contracts at the newest prices is added when it is asked for. */
  readonly cash: Map<string, number>
  turnover = 0
  /** By contract: Σ q·size and Σ q·size·x, x the price of a linear contract and 1 / price of an inverse one. */
  readonly #face = new Map<string, number>()
  readonly #worth = new Map<string, number>()
  readonly #spot = new Map<string, number>()
  readonly #facts: ReadonlyMap<string, ContractFacts>

  constructor(cash: Readonly<Record<string, number>>, facts: ReadonlyMap<string, ContractFacts>) {
    this.cash = new Map(Object.entries(cash))
    this.#facts = facts
  }

  fill({ instrument, side, price, quantity, fee }: FillRow): void {
    const facts = this.#facts.get(instrument) as ContractFacts
    const signed = side === 'buy' ? quantity : -quantity
    this.#add(facts.settleCurrency, -fee)
    if (facts.isSpot) {
      this.#add(facts.settleCurrency, -signed * price)
      this.#spot.set(instrument, (this.#spot.get(instrument) ?? 0) + signed)
      this.turnover += price * quantity
      return
    }
    const face = signed * facts.contractSize
    const x = facts.settlement === 'linear' ? price : 1 / price
    this.#face.set(instrument, (this.#face.get(instrument) ?? 0) + face)
    this.#worth.set(instrument, (this.#worth.get(instrument) ?? 0) + face * x)
    this.turnover += Math.abs(face) * (facts.settlement === 'linear' ? price : 1)
  }

  funding({ instrument, amount }: FundingRow): void {
    this.#add((this.#facts.get(instrument) as ContractFacts).settleCurrency, amount)
  }

  #add(currency: string, amount: number): void {
    this.cash.set(currency, (this.cash.get(currency) ?? 0) + amount)
  }

  /** Equity at the newest closes. */
  equity(closes: ReadonlyMap<string, number>, rateOf: (currency: string) => number): number {
    let equity = 0
    for (const [currency, amount] of this.cash) if (amount !== 0) equity += amount * rateOf(currency)
    for (const [id, held] of this.#spot) {
      const { settleCurrency } = this.#facts.get(id) as ContractFacts
      if (held !== 0) equity += held * (closes.get(id) ?? Number.NaN) * rateOf(settleCurrency)
    }
    for (const [id, face] of this.#face) {
      const { settlement, settleCurrency } = this.#facts.get(id) as ContractFacts
      const close = closes.get(id) ?? Number.NaN
      const gain = face * (settlement === 'linear' ? close : 1 / close) - (this.#worth.get(id) ?? 0)
      equity += (settlement === 'linear' ? gain : -gain) * rateOf(settleCurrency)
    }
    return equity
  }
}

/**
 * Checks the equity of a run at every recorded instant:
 * start cash + profit of every fill at the newest close − fees + funding, each currency at its newest rate.
 *
 * @returns The largest difference as a part of the turnover so far.
 */
export function recomputeMarginEquity(run: PerpetualRun, market: ReadonlyMap<string, Closes>): number {
  const account = new Account(run.cash, run.contracts)
  const lastClose = lastClosesOf(market)
  const { fills, funding, equity } = run
  let [nextFill, nextFunding, worst] = [0, 0, 0]
  for (const { time_ms: timeMs, equity: stated } of equity) {
    // Equity of an instant knows the fills inside the bars that end then, not those at the open that follows.
    for (let fill = fills[nextFill]; fill !== undefined; fill = fills[++nextFill]) {
      if (fill.time_ms > timeMs || (fill.time_ms === timeMs && fill.bar_open_time_ms >= timeMs)) break
      account.fill(fill)
    }
    for (; (funding[nextFunding]?.time_ms ?? Infinity) <= timeMs; nextFunding++) {
      account.funding(funding[nextFunding] as FundingRow)
    }
    const closes = lastClose(timeMs)
    const rateOf = (currency: string): number =>
      currency === run.reportingCurrency ? 1 : (closes.get(run.pricedBy.get(currency) ?? '') ?? Number.NaN)
    const off = Math.abs(account.equity(closes, rateOf) - stated)
    if (!(off <= TOLERANCE * Math.max(account.turnover, 1))) {
      expect.fail(`equity at ${timeMs} is ${stated}, off by ${off} of a turnover of ${account.turnover}`)
    }
    if (account.turnover > 0) worst = Math.max(worst, off / account.turnover)
  }
  expect(nextFill, 'every fill is in the equity').toBe(fills.length)
  expect(nextFunding, 'every settlement is in the equity').toBe(funding.length)
  return worst
}
