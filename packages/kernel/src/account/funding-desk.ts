import { type Instrument, type InstrumentId, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { EventLog } from '../event-log.ts'
import type { Ledger } from '../ledger.ts'
import { fundingPayment } from '../margin/funding-payment.ts'
import type { RoundTrips } from '../round-trips.ts'
import { RowStore } from '../row-store.ts'

/** Funding of one position at one settlement. */
export interface FundingRecord {
  readonly instrumentId: InstrumentId
  readonly tsEventMs: TimeMs
  /** Fraction of the value for the interval that ended; positive when longs pay shorts. */
  readonly rate: number
  /** Price that the position was valued at. */
  readonly markPrice: number
  /** True where no mark price was recorded and the perpetual's close stands in. */
  readonly isMarkMissing: boolean
  /** Signed quantity held by the account before the settlement, in the unit of its fills. */
  readonly quantity: number
  /** Settle currency, above 0 received. */
  readonly amount: number
}

const [INSTRUMENT, TIME, RATE, MARK, MISSING, LOTS, AMOUNT, WIDTH] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** Settles funding on the positions of the account and of its strategies, and keeps what was settled. */
export class FundingDesk {
  readonly #instruments: readonly Instrument[]
  readonly #ledger: Ledger
  readonly #trips: RoundTrips
  readonly #log: EventLog
  readonly #rows = new RowStore(WIDTH)

  constructor(instruments: readonly Instrument[], ledger: Ledger, trips: RoundTrips, log: EventLog) {
    this.#instruments = instruments
    this.#ledger = ledger
    this.#trips = trips
    this.#log = log
  }

  /**
   * Books one settlement on the position held before it: longs pay a positive rate on their value at the mark, shorts
   * receive it. Nothing happens where no position is held.
   *
   * @param markPrice - Quote units per base unit; the perpetual's close where `isMarkMissing`.
   */
  settle(instrumentIndex: number, rate: number, markPrice: number, isMarkMissing: boolean, timeMs: TimeMs): void {
    const { margin } = this.#ledger
    if (margin === undefined) return
    const n = this.#instruments.length
    for (let place = instrumentIndex; place < margin.placeCount; place += n) {
      const lots = margin.lots[place] as number
      const amount = this.#amountOf(instrumentIndex, lots, markPrice, rate)
      if (lots !== 0) {
        margin.pay(place, amount)
        this.#keep([instrumentIndex, timeMs, rate, markPrice, isMarkMissing ? 1 : 0, lots, amount])
        const { contracts } = margin.positions[place] as { readonly contracts: number }
        this.#log.append('funding', timeMs, instrumentIndex, '', contracts, rate, amount)
      }
      // Strategies may hold opposite positions where the account has none.
      for (let slot = place; slot < this.#ledger.lots.length; slot += margin.placeCount) {
        const own = this.#ledger.lots[slot] as number
        if (own !== 0) this.#trips.pay(slot, this.#amountOf(instrumentIndex, own, markPrice, rate))
      }
    }
  }

  #amountOf(instrumentIndex: number, lots: number, markPrice: number, rate: number): number {
    const { settlement, contractSize, lot } = this.#instruments[instrumentIndex] as Instrument
    return fundingPayment(settlement, stepsToNumber(lots, lot), contractSize, markPrice, rate)
  }

  #keep(values: readonly number[]): void {
    const row = this.#rows.count
    this.#rows.add()
    this.#rows.chunkOf(row).set(values, this.#rows.startOf(row))
  }

  /** Every settlement on a position, in order of time. */
  records(): FundingRecord[] {
    return Array.from({ length: this.#rows.count }, (_, row) => {
      const at = (column: number): number => this.#rows.at(row, column)
      const { id, lot } = this.#instruments[at(INSTRUMENT)] as Instrument
      return {
        instrumentId: id,
        tsEventMs: at(TIME),
        rate: at(RATE),
        markPrice: at(MARK),
        isMarkMissing: at(MISSING) === 1,
        quantity: stepsToNumber(at(LOTS), lot),
        amount: at(AMOUNT),
      }
    })
  }
}
