import { type InstrumentId, type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { BarRow } from '@kestrel/kernel'

/** Bars that a session reads. */
export interface BarFeed {
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
}

/** Bars that are visible at one instant, in the order of the feeds. */
export interface BarInstant {
  readonly timeMs: TimeMs
  readonly bars: readonly { readonly feed: BarFeed; readonly bar: BarRow }[]
  /** Feeds whose bar did not come in time. */
  readonly missing: readonly BarFeed[]
}

interface AwaitedFeed extends BarFeed {
  readonly stepMs: number
  readonly pending: BarRow[]
  lastCloseMs: TimeMs
}

/**
 * Brings bars that close together, and arrive one after the other, to one instant.
 *
 * An instant is complete when every feed that closes a bar at it has done so. It waits for those that are late for a grace
 * period after the first, then goes on without them: a strategy must not stand still because one market did.
 */
export class BarBarrier {
  readonly #feeds: readonly AwaitedFeed[]
  readonly #graceMs: number
  /** Our time at which the first bar of an instant came. */
  readonly #firstSeenMs = new Map<TimeMs, TimeMs>()

  constructor(feeds: readonly BarFeed[], graceMs: number) {
    this.#feeds = feeds.map((feed) => ({
      ...feed,
      stepMs: timeframeMs(feed.timeframe),
      pending: [],
      lastCloseMs: -Infinity,
    }))
    this.#graceMs = graceMs
  }

  /** Says what is known already: bars that close up to here are dropped. */
  begin({ instrument, timeframe }: BarFeed, lastCloseMs: TimeMs): void {
    const feed = this.#feeds.find((each) => each.instrument === instrument && each.timeframe === timeframe)
    if (feed !== undefined) feed.lastCloseMs = lastCloseMs
  }

  /** True while there are bars that were not taken out. */
  get isWaiting(): boolean {
    return this.#feeds.some(({ pending }) => pending.length > 0)
  }

  /** Close of the newest bar of a feed that is known; -Infinity where none is. */
  lastCloseMs({ instrument, timeframe }: BarFeed): TimeMs {
    const feed = this.#feeds.find((each) => each.instrument === instrument && each.timeframe === timeframe)
    return feed?.lastCloseMs ?? -Infinity
  }

  /** Takes in a bar. Bars of one feed come in order, each once; an older one is dropped and false is returned. */
  add(instrument: InstrumentId, timeframe: Timeframe, bar: BarRow, nowMs: TimeMs): boolean {
    const feed = this.#feeds.find((each) => each.instrument === instrument && each.timeframe === timeframe)
    if (feed === undefined || bar.openTimeMs < feed.lastCloseMs) return false
    feed.pending.push(bar)
    feed.lastCloseMs = bar.closeTimeMs
    if (!this.#firstSeenMs.has(bar.closeTimeMs)) this.#firstSeenMs.set(bar.closeTimeMs, nowMs)
    return true
  }

  /** Instants that are complete, or have waited long enough, oldest first. */
  *ready(nowMs: TimeMs): Generator<BarInstant> {
    for (;;) {
      const timeMs = Math.min(...this.#feeds.map(({ pending }) => pending[0]?.closeTimeMs ?? Infinity))
      if (timeMs === Infinity) return
      const missing = this.#feeds.filter((feed) => this.#isAwaited(feed, timeMs))
      // A clock that was set back must not make it wait longer.
      const seenMs = Math.min(nowMs, this.#firstSeenMs.get(timeMs) ?? nowMs)
      this.#firstSeenMs.set(timeMs, seenMs)
      if (missing.length > 0 && nowMs - seenMs < this.#graceMs) return
      this.#firstSeenMs.delete(timeMs)
      yield { timeMs, bars: this.#take(timeMs), missing }
    }
  }

  /** True where the feed closes a bar at the instant and has not brought it. */
  #isAwaited({ stepMs, lastCloseMs }: AwaitedFeed, timeMs: TimeMs): boolean {
    return timeMs % stepMs === 0 && lastCloseMs < timeMs
  }

  #take(timeMs: TimeMs): { readonly feed: BarFeed; readonly bar: BarRow }[] {
    return this.#feeds.flatMap((feed) =>
      feed.pending[0]?.closeTimeMs === timeMs ? [{ feed, bar: feed.pending.shift() as BarRow }] : [],
    )
  }
}
