import { type Instrument, lowerBound, type SeriesColumns, type TimeMs } from '@kestrel/core'
import type { CallFrame, Listener } from './listener.ts'
import type { Timeline } from './timeline.ts'

/** One settlement of funding as `onFunding` receives it, after it was booked. */
export interface FundingEvent {
  readonly instrument: Instrument
  /** Fraction of the position's value for the interval that ends now; positive when longs pay shorts. */
  readonly rate: number
  /** Price that the position was valued at. */
  readonly markPrice: number
  readonly timeMs: TimeMs
}

/**
 * Books one settlement on the position held before it. `markPrice` is NaN where no mark price is recorded for that
 * instant; the price that was used instead is returned.
 */
export type SettleFunding = (instrumentIndex: number, rate: number, markPrice: number, timeMs: TimeMs) => number

/**
 * Settlements of one perpetual on the venue's clock. They happen before the bars that close at the same instant are
 * visible, and after the fills inside those bars: the position that was held before the instant pays or receives.
 */
export class FundingTimeline implements Timeline {
  readonly kind = 'funding'
  readonly timeMs: Float64Array
  readonly #instrument: Instrument
  readonly #instrumentIndex: number
  readonly #rate: Float64Array
  readonly #mark: SeriesColumns | undefined
  /** Prices that the rows of this instant were settled at, by row. */
  readonly #settledAt = new Map<number, number>()
  readonly #settle: SettleFunding
  readonly #listeners: readonly Listener[]
  readonly #frame: CallFrame

  /**
   * @param funding - With the value `rate`, by the time of settlement.
   * @param mark - Bars of the mark price with the values `open` and `close`, by their opening.
   */
  constructor(
    instrument: Instrument,
    instrumentIndex: number,
    funding: SeriesColumns,
    mark: SeriesColumns | undefined,
    settle: SettleFunding,
    listeners: readonly Listener[],
    frame: CallFrame,
  ) {
    this.#instrument = instrument
    this.#instrumentIndex = instrumentIndex
    this.timeMs = funding.tsEventMs
    this.#rate = funding.values['rate'] as Float64Array
    this.#mark = mark
    this.#settle = settle
    this.#listeners = listeners
    this.#frame = frame
  }

  happen(from: number, to: number): void {
    this.#settledAt.clear()
    for (let row = from; row < to; row++) {
      const timeMs = this.timeMs[row] as number
      const rate = this.#rate[row] as number
      this.#settledAt.set(row, this.#settle(this.#instrumentIndex, rate, markPriceAt(this.#mark, timeMs), timeMs))
    }
  }

  tell(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const event: FundingEvent = Object.freeze({
        instrument: this.#instrument,
        rate: this.#rate[row] as number,
        markPrice: this.#settledAt.get(row) ?? Number.NaN,
        timeMs: this.timeMs[row] as number,
      })
      for (const listener of this.#listeners) {
        this.#frame.enter(listener)
        listener.handlers.onFunding?.(event)
        this.#frame.leave()
      }
    }
  }
}

/** Mark price of an instant: the open of the mark bar that begins then; NaN where none does. */
function markPriceAt(mark: SeriesColumns | undefined, timeMs: TimeMs): number {
  if (mark === undefined) return Number.NaN
  const row = lowerBound(mark.tsEventMs, timeMs)
  return mark.tsEventMs[row] === timeMs ? (mark.values['open']?.[row] ?? Number.NaN) : Number.NaN
}
