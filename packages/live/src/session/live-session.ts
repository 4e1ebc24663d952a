import type { BarColumns, Instrument, InstrumentId, TimeMs, Timeframe } from '@kestrel/core'
import type { FeedBar, Subscription } from '@kestrel/kernel'
import { reconcileAtStart } from '../reconcile/reconcile-at-start.ts'
import type { AccountStatus } from './account-watch.ts'
import type { BarFeed } from './bar-barrier.ts'
import { type BarePosition, barePositions } from './bare-positions.ts'
import { replayJournal } from './replay-journal.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionCommand } from './session-input.ts'
import { SessionJournal, type SessionStart } from './session-journal.ts'
import { SessionParts } from './session-parts.ts'
import type { SessionFacts, SessionPorts, SessionSetup } from './session-ports.ts'
import { agreeTerms, connect, newStart, requireSame } from './session-start.ts'
import type { SessionState } from './session-steps.ts'

/** Orders to close that did not do it, after which somebody is told. */
const ATTEMPTS_TO_ALARM = 4
/** How long a start waits for answers about orders. */
const START_WITHIN_MS = 60_000
/** How often late bars, limits and the journal are looked at. */
const TICK_MS = 50
/** How often somebody is told of positions that nothing guards, as long as there are any. */
const BARE_EVERY_MS = 600_000
/** How long an end waits for what is under way. */
const LEAVE_WITHIN_MS = 2_000

/**
 * A paper or live session: brings what happens outside to the deterministic core one thing at a time, and its actions out.
 *
 * A start with an old journal plays it again first; from there on both starts are the same. This class says
 * what happens at a start, at each tick and at an end; {@link SessionParts} says how what happens outside comes in.
 */
export class LiveSession {
  readonly setup: SessionSetup
  readonly core: SessionCore
  readonly feeds: readonly BarFeed[]
  readonly playFromMs: TimeMs
  /** What it began with, by currency. */
  readonly startCash: Readonly<Record<string, number>>
  /** What the names of its orders at venues are made from. */
  readonly orderNames: string
  readonly #ports: SessionPorts
  readonly #parts: SessionParts
  readonly #subscriptions: Subscription[] = []
  readonly #timers: NodeJS.Timeout[] = []
  #toldOfBareMs = -Infinity

  private constructor(setup: SessionSetup, ports: SessionPorts, journal: SessionJournal, start: SessionStart) {
    const parts = new SessionParts(setup, ports, journal, start, (command, reason) => this.command(command, reason))
    this.setup = setup
    this.core = parts.core
    this.feeds = parts.feeds
    this.playFromMs = start.playFromMs
    this.startCash = start.cash
    this.orderNames = parts.orderNames
    this.#ports = ports
    this.#parts = parts
  }

  /**
   * Starts a session, or goes on with one whose journal is there: connects, plays the journal again, compares the account with
   * the books, and begins to trade.
   *
   * @throws KestrelError `LIVE_DIFFERENCE` for an account that the books cannot explain, `LIVE_JOURNAL_DIVERGED` and
   *   `LIVE_IDENTITY` for a journal of another program, `LIVE_KEY_RIGHTS` for keys that may withdraw; nothing was sent then.
   */
  static async open(setup: SessionSetup, ports: SessionPorts): Promise<LiveSession> {
    const unread: string[] = []
    for (const gateway of ports.gateways.values()) {
      const { canWithdraw } = await connect(gateway, setup)
      if (canWithdraw === 'unknown') unread.push(gateway.venue)
    }
    const journal = new SessionJournal(ports.journal)
    const written = journal.start()
    if (written !== undefined) requireSame(written, setup)
    const start = written ?? (await newStart(setup, ports))
    const session = new LiveSession(setup, ports, journal, start)
    session.core.begin()
    let leftMs = Number.NaN
    if (written === undefined) journal.begin(ports.clock.nowMs(), start)
    else leftMs = replayJournal(journal, session.#parts)
    session.#parts.bars.begin()
    try {
      if (written !== undefined) await session.#parts.bars.catchUp()
      await session.#reconcile(leftMs)
      for (const gateway of ports.gateways.values()) await agreeTerms(gateway, setup)
    } catch (error) {
      session.#parts.sender.close()
      throw error
    }
    for (const venue of unread) session.#parts.notices.alarm('warning', 'LIVE_KEY_RIGHTS_UNREAD', unreadRights(venue))
    return session
  }

  get state(): SessionState {
    return this.#parts.steps.state
  }

  /** Subscribes to the market and the accounts. From here on it trades. */
  run(): void {
    if (this.state !== 'recovering') return
    const { steps, notices, journal, strays, outgoing, streams, bars, funding, venues, looks, deadMan } = this.#parts
    const { deadManMs, reconcileMs } = this.setup
    steps.run()
    notices.note('running', { seq: journal.lastSeq })
    strays.begin()
    outgoing.begin()
    this.#subscriptions.push(...streams.subscribe())
    this.#subscriptions.push(...bars.subscribe())
    this.#subscriptions.push(...funding.subscribe(venues, this.#ports.feeds))
    this.#every(TICK_MS, () => this.tick())
    if (venues.gateways.length === 0) return
    this.#alarmOfBarePositions()
    this.#every(reconcileMs, () => void looks.look())
    if (deadManMs === undefined) return
    deadMan.renew(deadManMs)
    this.#every(deadManMs / 3, () => deadMan.renew(deadManMs))
  }

  /** Takes in a closed bar of the market. */
  onBar(instrument: Instrument, timeframe: string, bar: FeedBar): void {
    this.#parts.bars.onBar(instrument, timeframe, bar)
  }

  /** Takes in that nobody trades: the venue has no bars that close by `untilMs` beside those that came. */
  onQuiet(instrument: Instrument, timeframe: Timeframe, untilMs: TimeMs): void {
    this.#parts.bars.onQuiet(instrument, timeframe, untilMs)
  }

  /**
   * Takes in closed bars of a feed, oldest first, as fast as they come: those of a file. It comes to the same as one
   * {@link onBar} after the other. On paper, where nothing has to look at the account between two bars, many are played and
   * written down at once, and equity is told after each such lot.
   */
  onBars(instrument: Instrument, timeframe: Timeframe, bars: BarColumns): void {
    this.#parts.bars.onBars(instrument, timeframe, bars)
  }

  /** Takes in what is known of the next funding of a perpetual. */
  onFundingRate(
    instrument: InstrumentId,
    rate: number | undefined,
    markPrice: number,
    nextMs: TimeMs | undefined,
  ): void {
    this.#parts.funding.onRate(instrument, rate, markPrice, nextMs)
  }

  /** Does what time brings: bars that wait, limits of the account. Called by itself; for tests also by hand. */
  tick(): void {
    if (this.state !== 'running') return
    this.#parts.bars.play()
    this.#parts.watch.observe()
    this.#parts.limits.observe()
    this.#closeAgain()
    this.#parts.stops.tick()
    if (this.#ports.clock.nowMs() - this.#toldOfBareMs >= BARE_EVERY_MS) this.#alarmOfBarePositions()
    this.#parts.steps.commit()
  }

  /** What limits are told. */
  facts(): SessionFacts {
    return this.#parts.limits.facts()
  }

  /** How well it knows its accounts; none on paper, and before {@link run}. */
  accounts(): readonly AccountStatus[] {
    return this.#parts.watch.status()
  }

  /** Positions that lost their stops; none on paper. */
  bare(): readonly BarePosition[] {
    return barePositions(this.core)
  }

  /** Orders the session to do something; written down, so that a restart does not forget it. */
  command(command: SessionCommand, reason: string): void {
    // Orders that close the account wait for nobody's pause.
    if (command === 'flatten' || (command === 'pause' && !this.core.isFlattening)) this.#parts.sender.holdBack()
    if (command === 'resume') {
      this.#parts.looks.forget()
      this.#parts.stops.resume()
    }
    this.#parts.steps.take({ kind: 'command', timeMs: this.#ports.clock.nowMs(), command, reason })
    this.#parts.steps.commit()
    this.#parts.notices.tell({ kind: 'mode', mode: this.core.mode, reason })
    if (command === 'resume') this.#alarmOfBarePositions()
  }

  /** True when no request to a venue is under way. */
  async settled(): Promise<void> {
    await this.#parts.sender.idle()
  }

  /** Ends the session: no more orders; what is open or held stays as it is. */
  async stop(): Promise<void> {
    if (this.state === 'running') {
      // What strategies cancel at their end still goes out.
      this.#parts.steps.end()
      this.#parts.steps.take({ kind: 'end', timeMs: this.#ports.clock.nowMs() })
    }
    await this.#close()
    this.#parts.steps.leave('stopped')
  }

  /** Stops without an end: the next start goes on where this one left. */
  async suspend(): Promise<void> {
    await this.#close()
    this.#parts.steps.leave('suspended')
    this.#parts.steps.end()
  }

  async #reconcile(leftMs: TimeMs): Promise<void> {
    if (this.#ports.gateways.size === 0) return
    const { notices, journal } = this.#parts
    await reconcileAtStart(this.#parts, leftMs, this.setup.startWithinMs ?? START_WITHIN_MS, (differences) => {
      if (differences.length > 0) notices.tell({ kind: 'differences', differences })
      notices.note('reconciled', { differences })
      journal.commit()
    })
  }

  /** What lost its stop: whoever begins or resumes has to know, and is told again and again. */
  #alarmOfBarePositions(): void {
    if (this.state !== 'running') return
    this.#toldOfBareMs = this.#ports.clock.nowMs()
    for (const { text } of barePositions(this.core)) this.#parts.notices.alarm('critical', 'LIVE_GUARD', text)
  }

  /** Goes on closing what is still held: a venue may have turned the first orders down. */
  #closeAgain(): void {
    const { core } = this
    const nowMs = this.#ports.clock.nowMs()
    if (core.mustCloseUnguarded(nowMs)) {
      this.#parts.steps.take({
        kind: 'command',
        timeMs: nowMs,
        command: 'close-unguarded',
        reason: 'a stop was refused',
      })
    }
    if (!core.isFlattening || !core.mayClose(nowMs)) return
    if (core.closeAttempts === ATTEMPTS_TO_ALARM) {
      const message = `After ${core.closeAttempts} attempts something is still held.`
      this.#parts.notices.alarm('critical', 'LIVE_NOT_FLAT', message)
    }
    this.#parts.steps.take({ kind: 'command', timeMs: nowMs, command: 'flatten', reason: 'still held' })
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms))
  }

  /** Hears and sends nothing any more. What is under way has a moment to end. */
  async #close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    await Promise.all(this.#subscriptions.splice(0).map((each) => each.close()))
    const underWay = Promise.all([this.#parts.sender.idle(), this.#parts.looks.close()])
    await Promise.race([underWay, new Promise((resolve) => setTimeout(resolve, LEAVE_WITHIN_MS))])
    this.#parts.sender.close()
    if (this.setup.deadManMs !== undefined) await this.#parts.deadMan.takeOff()
  }
}

/** Where the right to withdraw could not be looked at, somebody has to. */
function unreadRights(venue: string): string {
  return `${venue} does not say whether its key may withdraw money. Look at the key's permissions there and see that withdrawing is off.`
}
