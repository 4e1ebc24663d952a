import type { TimeMs } from '@kestrel/core'
import type { AccountView, FeePayment, Order } from '@kestrel/kernel'
import { feeChargeOf, feeRateOf, type FeeSchedule, type Liquidity, scheduleFor } from './fee-schedule.ts'
import { RollingVolume } from './rolling-volume.ts'

/** A fee as a fill books it. */
export interface BookedFee {
  /** Settle currency; of a fee in another currency its worth at the rate of the fill. */
  readonly fee: number
  readonly paidIn: FeePayment | undefined
}

interface Account {
  readonly schedule: FeeSchedule
  readonly volume: RollingVolume
}

/**
 * Fees by schedule. Volume is counted for each schedule and venue by itself, in the reporting currency, over the fills of
 * all instruments that it applies to.
 */
export class FeeDesk {
  readonly #schedules: readonly FeeSchedule[]
  readonly #account: AccountView
  /** By instrument; null where no schedule applies. */
  readonly #accounts: (Account | null | undefined)[] = []
  readonly #shared = new Map<string, Account>()

  constructor(schedules: readonly FeeSchedule[], account: AccountView) {
    this.#schedules = schedules
    this.#account = account
  }

  /** Rate of an order's next fill, before any discount; undefined where no schedule applies to its instrument. */
  rateOf(order: Order, liquidity: Liquidity, timeMs: TimeMs): number | undefined {
    const own = this.#accountOf(order)
    return own === null ? undefined : feeRateOf(own.schedule, own.volume.at(timeMs), liquidity)
  }

  /**
   * Charges a fill and counts its volume.
   *
   * @param notional - Magnitude of the fill's value, settle currency.
   */
  charge(order: Order, liquidity: Liquidity, notional: number, timeMs: TimeMs): BookedFee | undefined {
    const own = this.#accountOf(order)
    if (own === null) return undefined
    const { schedule, volume } = own
    const traded = volume.at(timeMs)
    const quoteRate = this.#account.quoteRate(order.instrumentIndex)
    volume.add(timeMs, notional * quoteRate)
    const third = schedule.feeCurrency
    if (third === undefined) return { fee: notional * feeRateOf(schedule, traded, liquidity), paidIn: undefined }
    if (third.currency === order.instrument.settleCurrency) {
      // What the order was checked to cover is the full fee in this very currency.
      return { fee: feeChargeOf(schedule, notional, traded, liquidity, 1, Infinity).amount, paidIn: undefined }
    }
    const rate = this.#account.rateOf(third.currency)
    const price = rate === undefined ? undefined : rate / quoteRate
    const balance = this.#account.freeCashOf(third.currency)
    const { currency, amount } = feeChargeOf(schedule, notional, traded, liquidity, price, balance)
    if (currency === undefined || price === undefined) return { fee: amount, paidIn: undefined }
    return { fee: amount * price, paidIn: { currency, amount } }
  }

  #accountOf({ instrument, instrumentIndex }: Order): Account | null {
    let own = this.#accounts[instrumentIndex]
    if (own !== undefined) return own
    const index = scheduleFor(this.#schedules, instrument)
    const schedule = this.#schedules[index]
    own = schedule === undefined ? null : this.#sharedBy(`${index} ${instrument.venue}`, schedule)
    this.#accounts[instrumentIndex] = own
    return own
  }

  #sharedBy(key: string, schedule: FeeSchedule): Account {
    const found = this.#shared.get(key)
    if (found !== undefined) return found
    const made = { schedule, volume: new RollingVolume(schedule.volumeDays, schedule.initialVolume) }
    this.#shared.set(key, made)
    return made
  }
}
