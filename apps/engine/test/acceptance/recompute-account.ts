import { expect } from 'vitest'
import type { Closes, FillRow, RunRows } from './read-run.ts'

/** Part of the turnover so far that equity may be off by: a thousandth of what is promised, since rounding needs no more. */
const TOLERANCE = 1e-12
/** Cash of a spot account may be below zero by rounding alone, quote units. */
const CASH_TOLERANCE = 1e-6

/**
 * Start cash, moved by fills alone: − signed quantity × price − fee, each fee in its own currency. Positions are counted in
 * whole lots.
 */
class Account {
  cash: number
  /** Cash of currencies that fees alone are paid in. */
  readonly others: Map<string, number>
  turnover = 0
  readonly #lotSize: ReadonlyMap<string, number>
  readonly #lots = new Map<string, number>()

  constructor(cash: number, others: Map<string, number>, lotSize: ReadonlyMap<string, number>) {
    this.cash = cash
    this.others = others
    this.#lotSize = lotSize
  }

  book({ fill_id, instrument, side, price, quantity, fee, fee_currency }: FillRow): void {
    const signed = side === 'buy' ? quantity : -quantity
    const other = this.others.get(fee_currency)
    if (other !== undefined) this.others.set(fee_currency, other - fee)
    this.cash += -signed * price - (other === undefined ? fee : 0)
    if (other !== undefined && other < fee) expect.fail(`fee of ${fee} ${fee_currency} with ${other} of it`)
    this.turnover += price * quantity
    const lots = (this.#lots.get(instrument) ?? 0) + Math.round(signed / (this.#lotSize.get(instrument) ?? Number.NaN))
    this.#lots.set(instrument, lots)
    if (!(lots >= 0)) expect.fail(`position of ${lots} lots of ${instrument} after fill ${fill_id}`)
    if (!(this.cash >= -CASH_TOLERANCE)) expect.fail(`cash of ${this.cash} after fill ${fill_id}`)
  }

  /** Σ cash of other currencies × last close. */
  otherCash(rates: ReadonlyMap<string, number>): number {
    let sum = 0
    for (const [currency, amount] of this.others) sum += amount * (rates.get(currency) ?? Number.NaN)
    return sum
  }

  /** Σ position × last close. */
  holdings(closes: ReadonlyMap<string, number>): number {
    let sum = 0
    for (const [id, lots] of this.#lots)
      if (lots !== 0) sum += lots * (this.#lotSize.get(id) ?? Number.NaN) * (closes.get(id) ?? Number.NaN)
    return sum
  }
}

/** What a recomputation found; differences as parts of the turnover so far. */
export interface Recomputed {
  readonly instants: number
  readonly worstDifference: number
}

/**
 * Recomputes equity at every recorded instant from the fills of a run folder and the closes of the lake:
 * start cash + Σ(−signed quantity × price − fee) + Σ position × last close.
 *
 * A fill inside a bar and one at the open of the next bar carry the same time, and equity of that instant knows only
 * the first kind: those of a bar that opened before it.
 *
 * @param prices - Of the other currencies that the account holds and pays fees in, by currency.
 */
export function recomputeEquity(
  run: RunRows,
  closes: ReadonlyMap<string, Closes>,
  prices: ReadonlyMap<string, Closes> = new Map(),
): Recomputed {
  const { instruments, cash } = run.manifest.config
  const [startCash = Number.NaN] = Object.values(cash)
  const others = new Map(Object.entries(cash).filter(([currency]) => prices.has(currency)))
  const account = new Account(startCash, others, new Map(instruments.map(({ id, lotSize }) => [id, lotSize])))
  const lastClose = lastClosesOf(closes)
  const lastPrice = lastClosesOf(prices)
  const { fills } = run
  let [next, worst, peak] = [0, 0, run.metrics['startEquity'] ?? Number.NaN]
  for (const { time_ms: timeMs, equity, drawdown, gross_exposure: exposure } of run.equity) {
    for (let fill = fills[next]; fill !== undefined && isKnownAt(fill, timeMs); fill = fills[++next]) account.book(fill)
    const held = account.holdings(lastClose(timeMs))
    const other = account.otherCash(lastPrice(timeMs))
    const off = Math.abs(account.cash + held + other - equity)
    // Sums with another currency in them may be added up in another order.
    if (!(off <= TOLERANCE * (account.turnover + other))) expect.fail(`equity at ${timeMs} is ${equity}, off by ${off}`)
    if (account.turnover > 0) worst = Math.max(worst, off / account.turnover)
    if (!(Math.abs(held - exposure) <= 1e-9 * Math.max(1, equity))) expect.fail(`exposure at ${timeMs} is ${exposure}`)
    peak = Math.max(peak, equity)
    if (!(Math.abs(equity / peak - 1 - drawdown) <= 1e-12)) expect.fail(`drawdown at ${timeMs} is ${drawdown}`)
  }
  expect(next, 'every fill is before the last recorded instant or at it').toBe(fills.length)
  return { instants: run.equity.length, worstDifference: worst }
}

/** True when a fill is in the equity of an instant. */
function isKnownAt({ time_ms, bar_open_time_ms }: FillRow, timeMs: number): boolean {
  return time_ms < timeMs || (time_ms === timeMs && bar_open_time_ms < timeMs)
}

/** Last close of every instrument at rising instants. */
export function lastClosesOf(closes: ReadonlyMap<string, Closes>): (timeMs: number) => ReadonlyMap<string, number> {
  const at = new Map<string, number>()
  const marks = new Map<string, number>()
  return (timeMs) => {
    for (const [id, column] of closes) {
      let row = at.get(id) ?? 0
      while ((column.timeMs[row] ?? Infinity) <= timeMs) marks.set(id, column.close[row++] as number)
      at.set(id, row)
    }
    return marks
  }
}
