import { type Instrument, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { EventLog } from '../event-log.ts'
import type { Ledger } from '../ledger.ts'
import { simpleBorrowInterest } from '../margin/borrow-interest.ts'
import type { Timeline } from '../timeline.ts'

const HOUR_MS = 3_600_000

/** Interest on one loan for one hour. */
export interface InterestRecord {
  readonly tsEventMs: TimeMs
  /** What is owed. */
  readonly currency: string
  /** Currency that the interest was paid in: that of the loan, or the quote where base is owed. */
  readonly paidIn: string
  /** In `currency`. */
  readonly principal: number
  /** A day, as a fraction. */
  readonly dailyRate: number
  /** In `paidIn`, positive. */
  readonly amount: number
}

/**
 * Charges interest on what a spot account owes, at every full hour for that hour, on what is owed then. Interest on
 * borrowed cash adds to the loan; on borrowed base it is paid in the quote at the newest price.
 *
 * A timeline without listeners: its rows are the hours of the run.
 */
export class InterestDesk implements Timeline {
  readonly kind = 'funding'
  readonly timeMs: Float64Array
  readonly #ledger: Ledger
  readonly #instruments: readonly Instrument[]
  readonly #log: EventLog
  readonly #records: InterestRecord[] = []

  constructor(ledger: Ledger, instruments: readonly Instrument[], log: EventLog, fromMs: TimeMs, toMs: TimeMs) {
    this.#ledger = ledger
    this.#instruments = instruments
    this.#log = log
    const first = Math.floor(fromMs / HOUR_MS) + 1
    const count = Math.max(0, Math.floor(toMs / HOUR_MS) - first + 1)
    this.timeMs = Float64Array.from({ length: count }, (_, i) => (first + i) * HOUR_MS)
  }

  happen(from: number, to: number): void {
    for (let row = from; row < to; row++) this.#charge(this.timeMs[row] as number)
  }

  #charge(tsEventMs: TimeMs): void {
    const { borrow, cash, currencies, accountLots, mark } = this.#ledger
    if (borrow === undefined || !borrow.isBorrowing) return
    for (let c = 0; c < cash.length; c++) {
      const principal = -(cash[c] as number)
      const currency = currencies[c] as string
      const dailyRate = borrow.rateOf(currency)
      if (!(principal > 0) || dailyRate === 0) continue
      const amount = simpleBorrowInterest(principal, dailyRate, 1)
      cash[c] = (cash[c] as number) - amount
      this.#keep({ tsEventMs, currency, paidIn: currency, principal, dailyRate, amount })
    }
    this.#instruments.forEach(({ base, quote, lot }, i) => {
      const lots = accountLots[i] as number
      const dailyRate = borrow.rateOf(base)
      if (lots >= 0 || dailyRate === 0) return
      const principal = stepsToNumber(-lots, lot)
      const amount = simpleBorrowInterest(principal, dailyRate, 1) * (mark[i] as number)
      const c = this.#ledger.quoteIndex(i)
      cash[c] = (cash[c] as number) - amount
      this.#keep({ tsEventMs, currency: base, paidIn: quote, principal, dailyRate, amount })
    })
  }

  #keep(record: InterestRecord): void {
    this.#records.push(record)
    const { tsEventMs, currency, principal, dailyRate, amount } = record
    this.#log.append('interest', tsEventMs, 0, currency, principal, dailyRate, amount)
  }

  records(): readonly InterestRecord[] {
    return this.#records
  }
}
