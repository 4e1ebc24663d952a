import { lowerBound, type TimeMs } from '@kestrel/core'

/**
 * Rows with times of their own beside the bars: funding settlements, public trades, side data.
 *
 * Inside one instant, funding comes before trades and trades before signals; within a kind, in the order in which the
 * timelines were added; within a timeline, by row.
 */
export interface Timeline {
  readonly kind: TimelineKind
  /** When each row becomes visible, shape `[n]`; never decreasing, several rows may share one. */
  readonly timeMs: Float64Array
  /** Rows before the first bar of the run: they are known, and nobody is told of them. Called once, when it is added. */
  skip?(rows: number): void
  /** Rows `from` to `to` (exclusive) happen: before the bars that close now are visible. */
  happen?(from: number, to: number): void
  /** Strategies hear of the rows: every bar and every row of this instant is visible. */
  tell?(from: number, to: number): void
}

export type TimelineKind = 'funding' | 'trade' | 'signal'

const ORDER: readonly TimelineKind[] = ['funding', 'trade', 'signal']

interface Lane {
  readonly timeline: Timeline
  /** First row that is not visible yet, and the one before which the last instant began. */
  next: number
  from: number
  /** First row that the run does not play. */
  end: number
}

/** All timelines of a run, merged. Nothing is done for a run without any. */
export class Timelines {
  readonly #lanes: Lane[] = []
  /** Time of the next row of any timeline, in an array so that writing it allocates nothing. */
  readonly #nextMs = new Float64Array([Infinity])
  readonly #fromMs: TimeMs
  readonly #toMs: TimeMs

  /**
   * @param fromMs - First open of the run's bars: earlier rows are known from the start.
   * @param toMs - Last close: later rows are not played, since no equity would be recorded after them.
   */
  constructor(fromMs: TimeMs, toMs: TimeMs) {
    this.#fromMs = fromMs
    this.#toMs = toMs
  }

  get count(): number {
    return this.#lanes.length
  }

  get nextMs(): TimeMs {
    return this.#nextMs[0] as number
  }

  add(timeline: Timeline): void {
    const next = lowerBound(timeline.timeMs, this.#fromMs)
    const end = this.#endOf(timeline, next)
    timeline.skip?.(next)
    const rank = ORDER.indexOf(timeline.kind)
    const place = this.#lanes.findIndex((each) => ORDER.indexOf(each.timeline.kind) > rank)
    this.#lanes.splice(place < 0 ? this.#lanes.length : place, 0, { timeline, next, from: next, end })
    this.#findNext()
  }

  /** Takes up rows that were appended to timelines of a market that grows. */
  extend(): void {
    for (const lane of this.#lanes) lane.end = this.#endOf(lane.timeline, lane.next)
    this.#findNext()
  }

  #endOf(timeline: Timeline, next: number): number {
    // Times are whole, so the first one behind the last close is the first at or behind the next millisecond.
    return Math.max(next, lowerBound(timeline.timeMs, this.#toMs + 1))
  }

  /** Lets every row of this instant happen, and finds the time of the next. */
  happen(timeMs: TimeMs): void {
    for (let l = 0; l < this.#lanes.length; l++) {
      const lane = this.#lanes[l] as Lane
      const times = lane.timeline.timeMs
      let next = lane.next
      while (next < lane.end && (times[next] as number) <= timeMs) next++
      lane.from = lane.next
      lane.next = next
      if (next > lane.from) lane.timeline.happen?.(lane.from, next)
    }
    this.#findNext()
  }

  /** Tells strategies of the rows that have just happened. */
  tell(): void {
    for (let l = 0; l < this.#lanes.length; l++) {
      const lane = this.#lanes[l] as Lane
      if (lane.next > lane.from) lane.timeline.tell?.(lane.from, lane.next)
      lane.from = lane.next
    }
  }

  #findNext(): void {
    let earliest = Infinity
    for (let l = 0; l < this.#lanes.length; l++) {
      const { timeline, next, end } = this.#lanes[l] as Lane
      if (next < end && (timeline.timeMs[next] as number) < earliest) earliest = timeline.timeMs[next] as number
    }
    this.#nextMs[0] = earliest
  }
}
