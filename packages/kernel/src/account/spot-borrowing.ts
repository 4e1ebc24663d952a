import { type Instrument, stepsToNumber, UsageError } from '@kestrel/core'
import type { Ledger } from '../ledger.ts'
import type { Order } from '../order.ts'

/** On what terms an account borrows to buy more spot than it has cash for, or to sell what it does not have. */
export interface BorrowTerms {
  /** What all loans may come to, with equity added, over equity: 3 lends twice the equity. Above 1. */
  readonly leverage: number
  /** Interest a day as a fraction (0.0002 is 2 bp), for all currencies or by currency. */
  readonly dailyRate: number | Readonly<Record<string, number>>
}

/** Assets over loans at which the venue closes everything. Binance, cross margin: "margin level" of 1.1. */
export const MARGIN_CALL_LEVEL = 1.1
/** What the venue takes of the value when it closes everything. Binance, cross margin liquidation fee: 2 %. */
export const MARGIN_CALL_FEE_RATE = 0.02

/**
 * Loans of a spot account in cross margin: cash below zero is borrowed quote, holdings below zero are borrowed base. The
 * loans may come to `(leverage - 1)` times the equity, what resting orders might borrow included.
 */
export class SpotBorrowing {
  readonly terms: BorrowTerms
  readonly #ledger: Ledger
  readonly #instruments: readonly Instrument[]

  /** @throws UsageError `KERNEL_BORROW` for leverage of 1 or less, or a run with perpetuals: their margin is another. */
  constructor(terms: BorrowTerms, ledger: Ledger, instruments: readonly Instrument[]) {
    const problem =
      terms.leverage > 1 && terms.leverage <= 10
        ? instruments.some(({ kind }) => kind !== 'spot') && 'a run with perpetuals cannot borrow spot too'
        : `leverage ${terms.leverage} of borrowed spot is not above 1 and at most 10`
    if (problem !== false) {
      throw new UsageError({
        code: 'KERNEL_BORROW',
        message: `Borrowing is not possible: ${problem}. Nothing was run.`,
      })
    }
    this.terms = terms
    this.#ledger = ledger
    this.#instruments = instruments
  }

  /** Interest a day of a currency. */
  rateOf(currency: string): number {
    const { dailyRate } = this.terms
    return typeof dailyRate === 'number' ? dailyRate : (dailyRate[currency] ?? 0)
  }

  get isBorrowing(): boolean {
    const { cash, accountLots } = this.#ledger
    return cash.some((amount) => amount < 0) || accountLots.some((lots) => lots < 0)
  }

  /**
   * What may still be borrowed for an order, reporting currency: the limit less all loans, and less those that resting
   * orders would need.
   */
  room(order: Order): number {
    const { cash, reservedCash, rate, accountLots, reservedLots, mark } = this.#ledger
    const own = order.setAside
    const quote = this.#ledger.quoteIndex(order.instrumentIndex)
    let loans = 0
    for (let c = 0; c < cash.length; c++) {
      const kept = order.side === 'buy' && c === quote ? own : 0
      loans += Math.max(0, (reservedCash[c] as number) - kept - (cash[c] as number)) * (rate[c] as number)
    }
    for (let i = 0; i < accountLots.length; i++) {
      const kept = order.side === 'sell' && i === order.instrumentIndex ? own : 0
      const short = Math.max(0, (reservedLots[i] as number) - kept - (accountLots[i] as number))
      if (short === 0) continue
      const { lot } = this.#instruments[i] as Instrument
      loans += stepsToNumber(short, lot) * (mark[i] as number) * this.#ledger.quoteRate(i)
    }
    return Math.max(0, (this.terms.leverage - 1) * this.#ledger.equity() - loans)
  }

  /** What free cash and loans pay for, quote currency of the order's instrument. */
  quoteFor(order: Order): number {
    const own = order.side === 'buy' ? order.setAside : 0
    const free = this.#ledger.freeQuote(order.instrumentIndex) + own
    return Math.max(0, free) + this.room(order) / this.#ledger.quoteRate(order.instrumentIndex)
  }

  /** Lots that may be sold at a price: those held and free, and those that may be borrowed. */
  lotsFor(order: Order, price: number): number {
    const { accountLots, reservedLots } = this.#ledger
    const i = order.instrumentIndex
    const own = order.side === 'sell' ? order.setAside : 0
    const free = (accountLots[i] as number) - (reservedLots[i] as number) + own
    const { lot } = order.instrument
    const quantity = this.room(order) / (price * this.#ledger.quoteRate(i))
    return Math.max(0, free) + Math.floor((quantity * lot.scale) / lot.mantissa + 1e-9)
  }

  /**
   * Assets over loans with every holding at the price that hurts.
   *
   * @returns Infinity without a loan.
   */
  level(lowOf: (instrumentIndex: number) => number, highOf: (instrumentIndex: number) => number): number {
    const { cash, rate, accountLots } = this.#ledger
    let [assets, loans] = [0, 0]
    for (let c = 0; c < cash.length; c++) {
      const worth = (cash[c] as number) * (rate[c] as number)
      if (worth > 0) assets += worth
      else loans -= worth
    }
    for (let i = 0; i < accountLots.length; i++) {
      const lots = accountLots[i] as number
      if (lots === 0) continue
      const quantity = stepsToNumber(lots, (this.#instruments[i] as Instrument).lot)
      const worth = quantity * (lots > 0 ? lowOf(i) : highOf(i)) * this.#ledger.quoteRate(i)
      if (worth > 0) assets += worth
      else loans -= worth
    }
    return loans === 0 ? Infinity : assets / loans
  }

  /** Instruments that the account holds or owes. */
  held(): number[] {
    return [...this.#ledger.accountLots.keys()].filter((i) => this.#ledger.accountLots[i] !== 0)
  }

  /** Lots held (above 0) or owed. */
  lotsOf(instrumentIndex: number): number {
    return this.#ledger.accountLots[instrumentIndex] as number
  }
}
