import type { TimeMs } from '@kestrel/core'
import { MARGIN_CALL_FEE_RATE, MARGIN_CALL_LEVEL, type SpotBorrowing, type VenueEvents } from '@kestrel/kernel'
import type { Lane } from './lane.ts'

/**
 * Closes everything that a spot account holds and owes once its assets come to no more than 1.1 times its loans.
 *
 * Holdings are valued at the worst prices of the bars that end now, although these need not have come together, and closed
 * there, with the venue's fee on top. Orders that rest are cancelled before; a stop that the bar also reached is taken to
 * come too late.
 */
export class MarginCallWatch {
  readonly #borrow: SpotBorrowing
  readonly #events: VenueEvents
  readonly #lanes: readonly Lane[]
  readonly #cancelAll: (lane: Lane, timeMs: TimeMs) => void

  constructor(
    borrow: SpotBorrowing,
    events: VenueEvents,
    lanes: readonly Lane[],
    cancelAll: (lane: Lane, timeMs: TimeMs) => void,
  ) {
    this.#borrow = borrow
    this.#events = events
    this.#lanes = lanes
    this.#cancelAll = cancelAll
  }

  /** True while something is owed: bars must then be played even where no order rests. */
  get isNeeded(): boolean {
    return this.#borrow.isBorrowing
  }

  /** @param ranged - Lanes whose bar's range counts; of the others, the newest price. */
  check(ranged: readonly Lane[], timeMs: TimeMs): void {
    if (!this.isNeeded) return
    const low = (i: number): number => this.#price(i, ranged, 'low')
    const high = (i: number): number => this.#price(i, ranged, 'high')
    if (this.#borrow.level(low, high) > MARGIN_CALL_LEVEL) return
    for (const lane of this.#lanes) this.#cancelAll(lane, timeMs)
    for (const instrumentIndex of this.#borrow.held()) {
      const price = this.#borrow.lotsOf(instrumentIndex) > 0 ? low(instrumentIndex) : high(instrumentIndex)
      this.#events.liquidated({
        instrumentIndex,
        leg: 0,
        price,
        feeRate: MARGIN_CALL_FEE_RATE,
        triggerPrice: price,
        insuranceFund: 0,
        tsEventMs: timeMs,
        barOpenTimeMs: this.#lanes[instrumentIndex]?.openTimeMs ?? timeMs,
      })
    }
  }

  #price(instrumentIndex: number, ranged: readonly Lane[], end: 'low' | 'high'): number {
    const lane = this.#lanes[instrumentIndex] as Lane
    return ranged.includes(lane) ? lane[end] : lane.price
  }
}
