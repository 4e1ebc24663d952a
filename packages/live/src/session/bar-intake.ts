import {
  type BarColumns,
  type Instrument,
  type InstrumentId,
  timeframeMs,
  type TimeMs,
  type Timeframe,
} from '@kestrel/core'
import type { FeedBar, Subscription } from '@kestrel/kernel'
import { BarBarrier, type BarFeed } from './bar-barrier.ts'
import { batchesOf, isSound } from './bar-batch.ts'
import { barRows, isUsable } from './bar-rows.ts'
import type { FundingIntake } from './funding-intake.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionNotices } from './session-notices.ts'
import { feedName, type SessionPorts } from './session-ports.ts'
import type { SessionSteps } from './session-steps.ts'
import type { SessionVenues } from './session-venues.ts'

/** Most bars of a feed that are fetched of the time that a session was away; of longer ones the newest. */
const MOST_MISSED_BARS = 10_000

/** A bar is late from when the next one has closed too, and after so long at the latest. */
const LATE_MS = 60_000
/** But not before the grace of its instant is over so many times. */
const LATE_IN_GRACES = 2

/** What bars are taken in with. */
interface BarIntakeParts {
  readonly core: SessionCore
  readonly steps: SessionSteps
  readonly notices: SessionNotices
  readonly venues: SessionVenues
  readonly funding: FundingIntake
  readonly ports: Pick<SessionPorts, 'clock' | 'feeds' | 'pastBars' | 'risk'>
  /** Called after each instant: has limits look at the account. */
  observe(): void
}

/**
 * Takes in bars of the market and plays each instant once all of its bars are there, its funding before them. Bars that closed
 * while nobody listened are fetched first: no feed has a hole.
 */
export class BarIntake {
  readonly #feeds: readonly BarFeed[]
  readonly #barrier: BarBarrier
  readonly #parts: BarIntakeParts
  /** Live bars of feeds that still miss the ones before. */
  readonly #held = new Map<string, (() => void)[]>()
  /** By feed: the venue has no bars that close after those known and by here, for want of trades. */
  readonly #quietMs = new Map<string, TimeMs>()
  readonly #lateMs: number
  #isCatchingUp = false
  #isLate = false
  #wasLate = false

  /** @param graceMs - How long an instant waits for bars that are late. */
  constructor(feeds: readonly BarFeed[], graceMs: number, parts: BarIntakeParts) {
    this.#feeds = feeds
    this.#barrier = new BarBarrier(feeds, graceMs)
    this.#parts = parts
    const stepMs = Math.min(...feeds.map(({ timeframe }) => timeframeMs(timeframe)))
    this.#lateMs = Math.max(Math.min(LATE_MS, stepMs), LATE_IN_GRACES * graceMs)
  }

  /** Why nothing is opened on the bars that are being played: their prices are gone. Undefined where they are not. */
  get refusal(): string | undefined {
    if (this.#isCatchingUp) return 'the session was away at this bar'
    return this.#isLate ? 'the bar came too late: its price is gone' : undefined
  }

  /** Until when each feed is known, by our clock: its newest bar, or none for want of trades; -Infinity where it is not. */
  knownToMs(): ReadonlyMap<string, TimeMs> {
    const { venues } = this.#parts
    return new Map(
      this.#feeds.map((feed) => {
        const name = feedName(feed)
        const knownMs = Math.max(this.#barrier.lastCloseMs(feed), this.#quietMs.get(name) ?? -Infinity)
        return [name, knownMs - (venues.clockSkewMs(feed.instrument) ?? 0)]
      }),
    )
  }

  /** Goes on after the bars that the core has. */
  begin(): void {
    for (const feed of this.#feeds) this.#barrier.begin(feed, this.#parts.core.lastCloseMs(feed))
  }

  /** Plays what closed while the session was away: strategies see it, and open nothing on prices that are gone. */
  async catchUp(): Promise<void> {
    await Promise.all(this.#feeds.map(async (feed) => this.#addMissed(feed)))
    this.#isCatchingUp = true
    try {
      this.play(Infinity)
    } finally {
      this.#isCatchingUp = false
    }
  }

  subscribe(): Subscription[] {
    const { ports, venues } = this.#parts
    return this.#feeds.flatMap((each) => {
      const instrument = venues.instrument(each.instrument)
      const feed = ports.feeds.get(instrument.venue)
      if (feed === undefined) return []
      const subscription = feed.bars(
        instrument,
        each.timeframe,
        (bar) => this.#whenCaughtUp(instrument, each.timeframe, bar),
        (untilMs) => this.onQuiet(instrument, each.timeframe, untilMs),
      )
      void this.#closeGap(each)
      return subscription
    })
  }

  /** Takes in a closed bar of the market. One that cannot be is left out and told. */
  onBar(instrument: Instrument, timeframe: string, bar: FeedBar): void {
    const { notices, ports } = this.#parts
    const { tsRecvMs: _, ...row } = bar
    if (!isUsable(row)) {
      const message = `A ${timeframe} bar of ${instrument.id} was left out: ${JSON.stringify(row)}`
      notices.alarm('warning', 'LIVE_BAD_BAR', message)
      return
    }
    if (this.#barrier.add(instrument.id, timeframe, row, ports.clock.nowMs())) this.play()
  }

  /** Takes in that the venue has no bars that close by `untilMs` beside those that came. */
  onQuiet(instrument: Instrument, timeframe: Timeframe, untilMs: TimeMs): void {
    this.#quietMs.set(feedName({ instrument: instrument.id, timeframe }), untilMs)
  }

  /** Takes in closed bars, oldest first: many at once where that comes to the same, else one after the other. */
  onBars(instrument: Instrument, timeframe: Timeframe, bars: BarColumns): void {
    const feed = { instrument: instrument.id, timeframe }
    for (const batch of batchesOf(bars)) {
      if (this.#mayPlayWhole() && isSound(batch, this.#barrier.lastCloseMs(feed))) this.#playWhole(feed, batch)
      else {
        const tsRecvMs = this.#parts.ports.clock.nowMs()
        for (const row of barRows(batch)) this.onBar(instrument, timeframe, { ...row, tsRecvMs })
      }
    }
  }

  /** Whether nothing comes between two bars: no other feed, funding, limit, venue, and nothing that is being closed. */
  #mayPlayWhole(): boolean {
    const { core, steps, funding, ports } = this.#parts
    const isAlone = this.#feeds.length === 1 && funding.isEmpty && core.venue === undefined
    const isWatched = ports.risk !== undefined || core.isFlattening
    return steps.state === 'running' && isAlone && !isWatched && !this.#barrier.isWaiting
  }

  #playWhole(feed: BarFeed, bars: BarColumns): void {
    const { core, steps, notices } = this.#parts
    const timeMs = bars.closeTimeMs.at(-1) as TimeMs
    this.#barrier.begin(feed, timeMs)
    steps.take({ kind: 'bars', ...feed, bars })
    steps.take({ kind: 'play', untilMs: timeMs })
    notices.tell({ kind: 'equity', timeMs, equity: core.kernel.ledger.equity() })
  }

  /** Plays the instants that are complete, or have waited long enough. */
  play(nowMs = this.#parts.ports.clock.nowMs()): void {
    const { core, steps, notices, funding } = this.#parts
    for (const { timeMs, bars, missing } of this.#barrier.ready(nowMs)) {
      funding.settle(timeMs)
      for (const { feed, bar } of bars) {
        steps.take({ kind: 'bar', instrument: feed.instrument, timeframe: feed.timeframe, bar })
      }
      if (missing.length > 0) notices.note('late-bars', { timeMs, feeds: missing.map(feedName) })
      this.#judge(timeMs, bars[0]?.feed.instrument)
      steps.take({ kind: 'play', untilMs: timeMs })
      this.#isLate = false
      notices.tell({ kind: 'equity', timeMs, equity: core.kernel.ledger.equity() })
      this.#parts.observe()
    }
  }

  /**
   * Says whether an instant is played too late to open anything on it, by the venue's clock where it is known; somebody is told
   * of the first of several.
   */
  #judge(timeMs: TimeMs, instrument: InstrumentId | undefined): void {
    const { notices, ports, venues } = this.#parts
    const skewMs = instrument === undefined ? undefined : venues.clockSkewMs(instrument)
    const behindMs = ports.clock.nowMs() + (skewMs ?? 0) - timeMs
    this.#isLate = !this.#isCatchingUp && behindMs >= this.#lateMs
    if (this.#isLate && !this.#wasLate) {
      const clock = skewMs === undefined ? 'the clock of this machine: see that it is right' : "the venue's clock"
      const message = `Bars came ${Math.round(behindMs)} ms after their close by ${clock}. Nothing is opened on those that come after ${this.#lateMs} ms.`
      notices.alarm('warning', 'LIVE_BARS_LATE', message)
    }
    this.#wasLate = this.#isLate
  }

  /** Bars that closed between the last one known and now, in order, for the barrier. */
  async #addMissed(feed: BarFeed): Promise<void> {
    const { notices, ports, venues } = this.#parts
    const nowMs = ports.clock.nowMs()
    const fromMs = this.#barrier.lastCloseMs(feed)
    const missed = Math.floor((nowMs - fromMs) / timeframeMs(feed.timeframe))
    if (!(missed > 0)) return
    const instrument = venues.instrument(feed.instrument)
    const count = Math.min(missed, MOST_MISSED_BARS)
    try {
      const bars = await ports.pastBars(instrument, feed.timeframe, count, nowMs)
      for (const row of barRows(bars)) {
        if (row.openTimeMs < this.#barrier.lastCloseMs(feed) || row.closeTimeMs > nowMs || !isUsable(row)) continue
        this.#barrier.add(feed.instrument, feed.timeframe, row, nowMs)
      }
    } catch (error) {
      const message = `${missed} ${feed.timeframe} bars of ${feed.instrument} are missing: ${String(error)}`
      notices.alarm('warning', 'LIVE_BARS_MISSING', message)
    }
  }

  /** A bar may close between the start's look and the subscription. */
  async #closeGap(feed: BarFeed): Promise<void> {
    const name = feedName(feed)
    this.#held.set(name, [])
    await this.#addMissed(feed)
    this.play()
    const held = this.#held.get(name) ?? []
    this.#held.delete(name)
    for (const take of held) take()
  }

  #whenCaughtUp(instrument: Instrument, timeframe: Timeframe, bar: FeedBar): void {
    const held = this.#held.get(feedName({ instrument: instrument.id, timeframe }))
    const take = (): void => this.onBar(instrument, timeframe, bar)
    if (held === undefined) take()
    else held.push(take)
  }
}
