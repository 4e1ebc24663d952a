import type { TimeMs } from '@kestrel/core'
import {
  instrumentExcess,
  isolatedExcess,
  type MarginAccount,
  placeLiquidationPrice,
  type VenueEvents,
} from '@kestrel/kernel'
import type { Lane } from './lane.ts'
import { closeOutPrices, type CloseOut } from './close-out.ts'
import type { MarkBars } from './mark-bars.ts'
import { stepsBefore } from './adverse-path.ts'
import type { RestingOrder } from './resting-order.ts'

/** What the watch asks of the venue it belongs to. */
export interface WatchedVenue {
  /** Orders that the bar being played reached, as they are now. */
  reached(lane: Lane): readonly RestingOrder[]
  /** Lets an order that the bar reached trade at its price. */
  serve(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void
  /** Takes the orders of a position off the book, as its venue does before it takes the position over. */
  cancelAll(lane: Lane, leg: 0 | 1, reason: string, timeMs: TimeMs): void
}

const REASON = 'the position is liquidated'

/**
 * Takes positions over whose margin is gone, by the rule of their venue.
 *
 * A bar whose worst price for a position (of the mark where it is recorded, else of the perpetual itself) reaches the
 * liquidation price liquidates it. What a bar cannot tell counts against the position: orders that reduce it on the side
 * where it gains are taken to come too late, those that enlarge it to come first. What is certain is kept: price gets to
 * an order on the losing side before it gets to a liquidation price beyond, unless the bar opens beyond both.
 *
 * In cross margin all positions of a settle currency are valued together, each at its worst price of the bars that end
 * now, although these need not have come together; both legs of hedge mode at one price.
 */
export class LiquidationWatch {
  readonly #margin: MarginAccount
  readonly #events: VenueEvents
  readonly #venue: WatchedVenue
  readonly #lanes: readonly Lane[]
  readonly #marks: readonly (MarkBars | undefined)[]
  /** Lowest and highest mark to reckon with, by instrument. */
  readonly #low: Float64Array
  readonly #high: Float64Array
  /** Bookings of the account when the bars that end now began to be played. */
  #bookings = 0

  constructor(
    margin: MarginAccount,
    events: VenueEvents,
    venue: WatchedVenue,
    lanes: readonly Lane[],
    marks: readonly (MarkBars | undefined)[],
  ) {
    this.#margin = margin
    this.#events = events
    this.#venue = venue
    this.#lanes = lanes
    this.#marks = marks
    this.#low = new Float64Array(lanes.length)
    this.#high = new Float64Array(lanes.length)
  }

  /** True while a position is held: bars must then be played even where no order rests. */
  get isNeeded(): boolean {
    return this.#margin.openCount > 0
  }

  /** Bars begin: the open may lie beyond a liquidation price, and then nothing else comes first. */
  open(lanes: readonly Lane[], openMs: TimeMs): void {
    if (!this.isNeeded) return
    this.#quote(lanes, (lane, marks) => {
      const price = marks?.open[lane.bar] ?? lane.open
      this.#setRange(lane, price, price)
    })
    this.#check(lanes, openMs, false)
  }

  /** Bars end, before their orders are played: serves what certainly comes first, then liquidates. */
  end(lanes: readonly Lane[], endMs: TimeMs): void {
    this.#bookings = this.#margin.bookings
    if (!this.isNeeded) return
    this.#quoteRanges(lanes)
    this.#check(lanes, endMs, true)
  }

  /** After the orders of ended bars were played: positions that these have made or enlarged. */
  afterFills(lanes: readonly Lane[], endMs: TimeMs): void {
    if (!this.isNeeded || this.#bookings === this.#margin.bookings) return
    this.#quoteRanges(lanes)
    this.#check(lanes, endMs, false)
  }

  #quoteRanges(lanes: readonly Lane[]): void {
    this.#quote(lanes, (lane, marks) =>
      this.#setRange(lane, marks?.low[lane.bar] ?? lane.low, marks?.high[lane.bar] ?? lane.high),
    )
  }

  /** Ranges of the lanes given, and the newest price of all others. */
  #quote(lanes: readonly Lane[], setOf: (lane: Lane, marks: MarkBars | undefined) => void): void {
    const { mark } = this.#margin.columns
    for (const lane of this.#lanes) {
      const price = Number.isNaN(lane.price) ? (mark[lane.instrumentIndex] as number) : lane.price
      this.#setRange(lane, price, price)
    }
    for (const lane of lanes) setOf(lane, this.#marks[lane.instrumentIndex])
  }

  #setRange({ instrumentIndex }: Lane, low: number, high: number): void {
    this.#low[instrumentIndex] = low
    this.#high[instrumentIndex] = high
  }

  #check(lanes: readonly Lane[], timeMs: TimeMs, isServing: boolean): void {
    if (this.#margin.setup.mode === 'cross') this.#checkCross(lanes, timeMs, isServing)
    else this.#checkIsolated(lanes, timeMs, isServing)
  }

  #checkIsolated(lanes: readonly Lane[], timeMs: TimeMs, isServing: boolean): void {
    const margin = this.#margin
    const n = margin.instruments.length
    for (const lane of lanes) {
      for (let place = lane.instrumentIndex; place < margin.placeCount; place += n) {
        if (!this.#isPlaceGone(place)) continue
        if (isServing) this.#serve(lane, place, timeMs, () => this.#isPlaceGone(place))
        if (this.#isPlaceGone(place)) this.#takeOver([place], timeMs)
      }
    }
  }

  #checkCross(lanes: readonly Lane[], timeMs: TimeMs, isServing: boolean): void {
    const margin = this.#margin
    const n = margin.instruments.length
    for (let currency = 0; currency < margin.columns.cash.length; currency++) {
      const isGone = (): boolean => this.#isAccountGone(currency)
      if (!isGone()) continue
      if (isServing) {
        for (const lane of lanes) {
          for (let place = lane.instrumentIndex; place < margin.placeCount; place += n) {
            if (margin.lots[place] !== 0 && margin.currencyOf(place) === currency && isGone()) {
              this.#serve(lane, place, timeMs, isGone)
            }
          }
        }
      }
      if (!isGone()) continue
      const places = Array.from(margin.lots.keys()).filter(
        (place) => margin.lots[place] !== 0 && margin.currencyOf(place) === currency,
      )
      this.#takeOver(places, timeMs)
    }
  }

  #isPlaceGone(place: number): boolean {
    const lots = this.#margin.lots[place] as number
    return lots !== 0 && isolatedExcess(this.#margin, place, this.#worstOf(place)) <= 0
  }

  #isAccountGone(currency: number): boolean {
    const margin = this.#margin
    let excess = margin.columns.cash[currency] as number
    let positions = 0
    for (let i = 0; i < margin.instruments.length; i++) {
      if (margin.setup.contracts[i] === undefined || margin.currencyOf(i) !== currency || !this.#isHeld(i)) continue
      positions++
      const [low, high] = [this.#low[i] as number, this.#high[i] as number]
      excess += Math.min(instrumentExcess(margin, i, low), instrumentExcess(margin, i, high))
    }
    return positions > 0 && excess <= 0
  }

  #isHeld(instrumentIndex: number): boolean {
    const { lots, placeCount, instruments } = this.#margin
    return (
      lots[instrumentIndex] !== 0 ||
      (placeCount > instruments.length && lots[instrumentIndex + instruments.length] !== 0)
    )
  }

  /** The end of the range that hurts a position; for two legs of cross margin, the end that hurts them together. */
  #worstOf(place: number): number {
    const margin = this.#margin
    const i = margin.instrumentOf(place)
    const [low, high] = [this.#low[i] as number, this.#high[i] as number]
    if (margin.setup.mode === 'cross' && margin.setup.positionMode === 'hedge') {
      return instrumentExcess(margin, i, low) <= instrumentExcess(margin, i, high) ? low : high
    }
    return (margin.lots[place] as number) > 0 ? low : high
  }

  /** Trades what comes before the liquidation of a place, until nothing does or the danger is over. */
  #serve(lane: Lane, place: number, timeMs: TimeMs, isGone: () => boolean): void {
    const margin = this.#margin
    const served = new Set<RestingOrder>()
    const priceOf = (index: number): number => this.#worstOf(index)
    const next = (): RestingOrder | undefined => {
      const limit = placeLiquidationPrice(margin, place, priceOf)
      const steps = stepsBefore(this.#venue.reached(lane), margin, place, limit)
      return steps.find((each) => !served.has(each))
    }
    for (let step = next(); step !== undefined && isGone(); step = next()) {
      served.add(step)
      this.#venue.serve(lane, step, timeMs)
    }
  }

  #takeOver(places: readonly number[], timeMs: TimeMs): void {
    const margin = this.#margin
    const n = margin.instruments.length
    const closeOuts: readonly CloseOut[] = closeOutPrices(margin, places, (place) => this.#worstOf(place))
    for (const { place, price, feeRate, triggerPrice, insuranceFund } of closeOuts) {
      const lane = this.#lanes[margin.instrumentOf(place)] as Lane
      const leg = place >= n ? 1 : 0
      this.#venue.cancelAll(lane, leg, REASON, timeMs)
      this.#events.liquidated({
        instrumentIndex: lane.instrumentIndex,
        leg,
        price,
        feeRate,
        triggerPrice,
        insuranceFund,
        tsEventMs: timeMs,
        barOpenTimeMs: lane.openTimeMs,
      })
    }
  }
}
