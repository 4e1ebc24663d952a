import { stepsToNumber, type TimeMs } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'
import type { FillModel } from '../venue/fill-model.ts'
import type { MarketHistory } from './market-history.ts'
import { type MarketActivity, slippageBps, type SlippageModel } from './slippage-model.ts'

const DAY_MS = 86_400_000
/** A quantity beyond every market, for the most that a model may cost. */
const EVERYTHING = 1e300

/** Where an instrument's market stands. */
export interface MarketMoment {
  readonly instrumentIndex: number
  /** What was known until then counts: the open of the bar being played, else the last close. */
  readonly knownMs: TimeMs
}

/** Rows known so far, and what our takers have taken since the last of them. Changed in place. */
interface Place {
  readonly history: MarketHistory
  spreadRow: number
  dayRow: number
  /** Row of the day that the quantities below belong to. */
  takenRow: number
  bought: number
  sold: number
}

/**
 * Spread and slippage of takers by the cost models of a run, from what was known when the bar being played opened.
 *
 * What takers of one side take within one bar of the run's timeframe counts as one order that is filled piece by piece:
 * each piece pays what it adds to the cost of the whole. Cut into small orders it costs the same.
 */
export class TakerCosts {
  readonly #places: readonly Place[]
  readonly #slippage: SlippageModel | undefined
  readonly #fixedSpreadBps: number
  readonly #fixedSlippageBps: number
  readonly #spreadScale: number
  readonly #activity: MarketActivity = { dayVolume: 0, dayVolatility: 0, barVolume: 0 }

  /** @param histories - By instrument. */
  constructor(model: FillModel, histories: readonly MarketHistory[]) {
    this.#places = histories.map((history) => ({
      history,
      spreadRow: -1,
      dayRow: -1,
      takenRow: -1,
      bought: 0,
      sold: 0,
    }))
    this.#slippage = model.slippage
    this.#fixedSpreadBps = model.spreadBps
    this.#fixedSlippageBps = model.slippageBps
    this.#spreadScale = model.spreadScale ?? 1
  }

  /** Half the spread as a fraction of the price. */
  halfSpread({ instrumentIndex, knownMs }: MarketMoment): number {
    const place = this.#places[instrumentIndex] as Place
    const { spread } = place.history
    if (spread === undefined) return this.#fixedSpreadBps / 20_000
    const row = advance(spread.timeMs, place.spreadRow, knownMs)
    place.spreadRow = row
    const isYoung = row >= 0 && knownMs - (spread.timeMs[row] as number) <= spread.maxAgeMs
    return ((isYoung ? (spread.bps[row] as number) : spread.fallbackBps) * this.#spreadScale) / 20_000
  }

  /** Half the spread and the slippage of the next `lots` of a taker, as a fraction of the price. */
  rateOf(moment: MarketMoment, order: Order, lots: number): number {
    return this.halfSpread(moment) + this.#slippageRate(moment, order, lots)
  }

  /** Counts what a taker took. */
  took(moment: MarketMoment, order: Order, lots: number): void {
    if (this.#slippage === undefined) return
    const place = this.#know(moment)
    const quantity = stepsToNumber(lots, order.instrument.lot)
    if (order.side === 'buy') place.bought += quantity
    else place.sold += quantity
  }

  #slippageRate(moment: MarketMoment, order: Order, lots: number): number {
    const model = this.#slippage
    if (model === undefined) return this.#fixedSlippageBps / 10_000
    const place = this.#know(moment)
    const { dayRow } = place
    const day = place.history.day as NonNullable<MarketHistory['day']>
    const activity = this.#activity
    activity.dayVolume = dayRow < 0 ? 0 : (day.volume[dayRow] as number)
    activity.dayVolatility = dayRow < 0 ? 0 : (day.volatility[dayRow] as number)
    const barMs = dayRow < 0 ? 0 : (day.closeTimeMs[dayRow] as number) - (day.openTimeMs[dayRow] as number)
    // What the bar will trade nobody knows at its open: its share of the last day stands for it.
    activity.barVolume = (activity.dayVolume * barMs) / DAY_MS
    const before = order.side === 'buy' ? place.bought : place.sold
    const quantity = stepsToNumber(lots, order.instrument.lot)
    const added = this.#costOf(model, before + quantity) - this.#costOf(model, before)
    const most = slippageBps(model, EVERYTHING, activity)
    return Math.min(most, Math.max(0, added / quantity)) / 10_000
  }

  /** Cost of a quantity taken as one order, in basis points times quantity. */
  #costOf(model: SlippageModel, quantity: number): number {
    return quantity === 0 ? 0 : quantity * slippageBps(model, quantity, this.#activity)
  }

  #know({ instrumentIndex, knownMs }: MarketMoment): Place {
    const place = this.#places[instrumentIndex] as Place
    const { day } = place.history
    if (day !== undefined) place.dayRow = advance(day.closeTimeMs, place.dayRow, knownMs)
    if (place.takenRow !== place.dayRow) {
      place.takenRow = place.dayRow
      place.bought = 0
      place.sold = 0
    }
    return place
  }
}

/** Last row at or before a time, walking on from `row`: times never go back. */
function advance(timeMs: Float64Array, row: number, nowMs: TimeMs): number {
  let at = row
  while (at + 1 < timeMs.length && (timeMs[at + 1] as number) <= nowMs) at++
  return at
}
