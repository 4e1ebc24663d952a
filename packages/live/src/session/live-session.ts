// Long because: what a session does at its start, at each event and at its end has to be readable in one place.
import {
  type BarColumns,
  type Instrument,
  type InstrumentId,
  KestrelError,
  sliceBars,
  timeframeMs,
  type TimeMs,
  type Timeframe,
} from '@kestrel/core'
import {
  type BarRow,
  type FeedBar,
  isFinal,
  type Order,
  type Subscription,
  type TradingGateway,
  type VenueOrder,
  type VenuePosition,
} from '@kestrel/kernel'
import {
  baselineOf,
  type Difference,
  holdingDifferences,
  type ReconcileRules,
  requireNoRefusal,
} from '../reconcile/difference.ts'
import { heldAtVenue, heldBySession, type Holdings, placeName } from '../reconcile/account-books.ts'
import { isExit, isOpening } from '../risk/order-effect.ts'
import { BarBarrier, type BarFeed } from './bar-barrier.ts'
import { readClientOrderId, sessionCode } from '../sending/client-order-id.ts'
import type { OrderAction } from '../sending/order-action.ts'
import { OrderSender } from '../sending/order-sender.ts'
import { probeNeeds } from './probe-feeds.ts'
import { SessionCore, type SessionPlan } from './session-core.ts'
import type { OrderNews, SessionCommand, SessionInput } from './session-input.ts'
import { orderNamesOf, SessionJournal, type SessionStart } from './session-journal.ts'
import {
  feedName,
  type SessionEvent,
  type SessionFacts,
  type SessionPorts,
  type SessionSetup,
} from './session-ports.ts'

/** How far before a gap fills are asked for again: clocks differ. */
const OVERLAP_MS = 300_000
/** Orders to close that did not do it, after which somebody is told. */
const ATTEMPTS_TO_ALARM = 4
/** How long a start waits for answers about orders. */
const START_WITHIN_MS = 60_000
/** Most bars of a feed that are fetched of the time that a session was away; of longer ones the newest. */
const MOST_MISSED_BARS = 10_000
/** How often late bars, limits and the journal are looked at. */
const TICK_MS = 50
/** Differences that last for so many looks in a row stop the session. */
const LOOKS_TO_STOP = 3
/** What differs is looked at again after so long, where that is sooner than the next look. */
const EARLY_LOOK_MS = 2_000

/** `failed` needs somebody; everything else is as the operator left it. */
export type SessionState = 'recovering' | 'running' | 'ended' | 'failed'

/**
 * A paper or live session: brings what happens outside to the deterministic core one thing at a time, and its actions out.
 *
 * Each input is applied, then written to the journal together with the actions that it led to, then the actions are sent.
 * A start with an old journal plays it again first; from there on both starts are the same.
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
  state: SessionState = 'recovering'
  readonly #ports: SessionPorts
  readonly #journal: SessionJournal
  readonly #sender: OrderSender
  readonly #barrier: BarBarrier
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>
  readonly #baselines = new Map<string, Holdings>()
  readonly #funding = new Map<InstrumentId, { rate: number; markPrice: number; dueMs: TimeMs; settledMs: TimeMs }>()
  readonly #subscriptions: Subscription[] = []
  readonly #timers: NodeJS.Timeout[] = []
  /** Looks in a row at which an account differed, by venue, and by how much the last time. */
  readonly #differing = new Map<string, { readonly looks: number; readonly sizes: string }>()
  #looking: Promise<void> | undefined
  #earlyLook: NodeJS.Timeout | undefined
  /** Ours, open at the venue and ended in the books: cancelled once the session may send. */
  readonly #leftOpen: VenueOrder[] = []
  /** True while bars are played that closed while it was away: their prices are gone. */
  #isCatchingUp = false
  /** Live bars of feeds that still miss the ones before. */
  readonly #heldBars = new Map<string, (() => void)[]>()
  /** Orders that end because somebody here wanted it. */
  readonly #cancelAsked = new Set<number>()
  readonly #unknownFees = new Set<string>()
  /** True once the journal belongs to somebody else. */
  #hasLeft = false
  #toldFills = 0
  readonly #disconnected = new Set<string>()
  /** When the journal that is gone on with ends; not a time in a new session. */
  #leftMs: TimeMs = Number.NaN
  /** Cancels and amendments that the journal has and the venue has not answered: sent again, which changes nothing twice. */
  readonly #unanswered = new Map<string, OrderAction>()
  /** What strategies replied to what a start found out: sent once the account is known to be right. */
  readonly #held: OrderAction[] = []

  private constructor(setup: SessionSetup, ports: SessionPorts, journal: SessionJournal, start: SessionStart) {
    this.setup = setup
    this.#ports = ports
    this.#journal = journal
    this.#instruments = new Map(setup.config.instruments.map((each) => [each.id, each]))
    this.playFromMs = start.playFromMs
    this.startCash = start.cash
    this.orderNames = orderNamesOf(start)
    const plan: SessionPlan = {
      id: setup.id,
      orderNames: this.orderNames,
      mode: setup.mode,
      config: { ...setup.config, cash: start.cash, playFromMs: start.playFromMs },
      past: start.past,
    }
    const { risk } = ports
    this.core = new SessionCore(plan, (order, isAmendment) => {
      const { mode } = this.core
      if (this.state === 'ended' || this.state === 'failed') return `the session has ${this.state}`
      if (ports.isHalted?.() === true) return 'the session was halted from outside'
      if (this.core.isClosing) return undefined
      const { kernel } = this.core
      const gate = (): string | undefined => risk?.gate(order, kernel, ports.clock.nowMs(), this.facts())
      // What protects an open position goes out whatever else may not, unless everything is being closed. Its entry let it
      // out; what a strategy does beside that is counted.
      if (isExit(order) && !this.core.isFlattening) return isReleased(order) && !isAmendment ? undefined : gate()
      if (this.#isCatchingUp) return 'the session was away at this bar'
      if (mode === 'paused') return 'the session is paused'
      const refusal = gate()
      if (refusal !== undefined) return refusal
      return mode === 'reducing' && isOpening(order, kernel) ? 'the session only makes positions smaller' : undefined
    })
    this.feeds = start.past.map(({ instrument, timeframe }) => ({ instrument, timeframe }))
    this.#barrier = new BarBarrier(this.feeds, setup.barGraceMs)
    const gatewayOf = (instrument: Instrument): TradingGateway => this.#gatewayOf(instrument.venue)
    this.#sender = new OrderSender(
      this.orderNames,
      gatewayOf,
      {
        news: (orderId, news) => this.#hear(orderId, news),
        note: (kind, body) => this.#note(kind, body),
        commit: () => journal.commit(),
        alarm: (code, message) => this.#alarm('critical', code, message),
      },
      ports.clock,
      setup.times,
      () => ports.isHalted?.() === true,
    )
  }

  /**
   * Starts a session, or goes on with one whose journal is there: connects, plays the journal again, compares the account with
   * the books, and begins to trade.
   *
   * @throws KestrelError `LIVE_DIFFERENCE` for an account that the books cannot explain, `LIVE_JOURNAL_DIVERGED` and
   *   `LIVE_IDENTITY` for a journal of another program, `LIVE_KEY_RIGHTS` for keys that may withdraw; nothing was sent then.
   */
  static async open(setup: SessionSetup, ports: SessionPorts): Promise<LiveSession> {
    for (const gateway of ports.gateways.values()) await connect(gateway, setup)
    const journal = new SessionJournal(ports.journal)
    const written = journal.start()
    if (written !== undefined) requireSame(written, setup)
    const start = written ?? (await newStart(setup, ports))
    const session = new LiveSession(setup, ports, journal, start)
    session.core.begin()
    if (written === undefined) journal.begin(ports.clock.nowMs(), start)
    else {
      ports.journal.verify()
      session.#replay()
    }
    for (const feed of session.feeds) session.#barrier.begin(feed, session.core.lastCloseMs(feed))
    try {
      if (written !== undefined) {
        await Promise.all(session.feeds.map(async (feed) => session.#addMissedBars(feed)))
        session.#catchUp()
      }
      await session.#reconcileAtStart()
      for (const gateway of ports.gateways.values()) await agreeTerms(gateway, setup)
    } catch (error) {
      session.#sender.close()
      throw error
    }
    return session
  }

  /** Subscribes to the market and the accounts. From here on it trades. */
  run(): void {
    if (this.state !== 'recovering') return
    this.state = 'running'
    this.#note('running', { seq: this.#journal.lastSeq })
    this.#sender.begin()
    for (const action of this.#unanswered.values()) {
      if (this.#sender.linkOf(action.orderId)?.status !== 'done') this.#do(action)
    }
    this.#unanswered.clear()
    for (const order of this.#leftOpen.splice(0)) void this.#cancelLeft(order)
    for (const action of this.#held.splice(0)) this.#do(action)
    const { gateways, feeds } = this.#ports
    for (const gateway of gateways.values()) this.#subscriptions.push(this.#watch(gateway))
    for (const { instrument: id, timeframe } of this.feeds) {
      const instrument = this.#instrumentOf(id)
      const feed = feeds.get(instrument.venue)
      if (feed === undefined) continue
      this.#subscriptions.push(
        feed.bars(instrument, timeframe, (bar) => this.#whenCaughtUp(instrument, timeframe, bar)),
      )
      void this.#closeGap({ instrument: id, timeframe })
    }
    for (const instrument of this.#instruments.values()) {
      if (instrument.kind === 'spot') continue
      const feed = feeds.get(instrument.venue)
      if (feed === undefined) continue
      this.#subscriptions.push(
        feed.marks(instrument, ({ fundingRate, nextFundingTimeMs, markPrice }) => {
          this.onFundingRate(instrument.id, fundingRate, markPrice, nextFundingTimeMs)
        }),
      )
    }
    this.#timers.push(setInterval(() => this.tick(), TICK_MS))
    if (gateways.size > 0) {
      this.#timers.push(setInterval(() => void this.#look(), this.setup.reconcileMs))
      const { deadManMs } = this.setup
      if (deadManMs !== undefined) {
        this.#armDeadMan(deadManMs)
        this.#timers.push(setInterval(() => this.#armDeadMan(deadManMs), deadManMs / 3))
      }
    }
  }

  /** Bars that closed between the last one known and now, in order, for the barrier. */
  async #addMissedBars(feed: BarFeed): Promise<void> {
    const { clock } = this.#ports
    const nowMs = clock.nowMs()
    const fromMs = this.#barrier.lastCloseMs(feed)
    const missed = Math.floor((nowMs - fromMs) / timeframeMs(feed.timeframe))
    if (!(missed > 0)) return
    const instrument = this.#instrumentOf(feed.instrument)
    const count = Math.min(missed, MOST_MISSED_BARS)
    try {
      const bars = await this.#ports.pastBars(instrument, feed.timeframe, count, nowMs)
      for (const row of barRows(bars)) {
        if (row.openTimeMs < this.#barrier.lastCloseMs(feed) || row.closeTimeMs > nowMs || !isUsable(row)) continue
        this.#barrier.add(feed.instrument, feed.timeframe, row, nowMs)
      }
    } catch (error) {
      const message = `${missed} ${feed.timeframe} bars of ${feed.instrument} are missing: ${String(error)}`
      this.#alarm('warning', 'LIVE_BARS_MISSING', message)
    }
  }

  /** Plays what closed while it was away: strategies see it, and open nothing on prices that are gone. */
  #catchUp(): void {
    this.#isCatchingUp = true
    try {
      this.#playReady(Infinity)
    } finally {
      this.#isCatchingUp = false
    }
  }

  /** A bar may close between the start's look and the subscription. */
  async #closeGap(feed: BarFeed): Promise<void> {
    const name = feedName(feed)
    this.#heldBars.set(name, [])
    await this.#addMissedBars(feed)
    this.#playReady()
    const held = this.#heldBars.get(name) ?? []
    this.#heldBars.delete(name)
    for (const take of held) take()
  }

  #whenCaughtUp(instrument: Instrument, timeframe: Timeframe, bar: FeedBar): void {
    const held = this.#heldBars.get(feedName({ instrument: instrument.id, timeframe }))
    const take = (): void => this.onBar(instrument, timeframe, bar)
    if (held === undefined) take()
    else held.push(take)
  }

  /** Takes in a closed bar of the market. */
  onBar(instrument: Instrument, timeframe: string, bar: FeedBar): void {
    const { tsRecvMs: _, ...row } = bar
    if (!isUsable(row)) {
      const message = `A ${timeframe} bar of ${instrument.id} was left out: ${JSON.stringify(row)}`
      this.#alarm('warning', 'LIVE_BAD_BAR', message)
      return
    }
    if (!this.#barrier.add(instrument.id, timeframe, row, this.#ports.clock.nowMs())) return
    this.#playReady()
  }

  /** Takes in what is known of the next funding of a perpetual. */
  onFundingRate(
    instrument: InstrumentId,
    rate: number | undefined,
    markPrice: number,
    nextMs: TimeMs | undefined,
  ): void {
    const known = this.#funding.get(instrument)
    if (nextMs === undefined || rate === undefined) return
    // The rate that was last told for a time is the one that is settled at it.
    if (known !== undefined && known.dueMs < nextMs && known.dueMs > known.settledMs) this.#settleFunding(instrument)
    this.#funding.set(instrument, {
      rate,
      markPrice,
      dueMs: nextMs,
      settledMs: known?.settledMs ?? this.playFromMs,
    })
  }

  /** Does what time brings: bars that wait, limits of the account. Called by itself; for tests also by hand. */
  tick(): void {
    if (this.state !== 'running') return
    this.#playReady()
    this.#observe()
    this.#closeAgain()
    this.#commit()
  }

  /** Does what limits of the account decide. */
  #observe(): void {
    if (this.state !== 'running') return
    const { risk, clock } = this.#ports
    const decision = risk?.observe(this.core.kernel, this.facts(), clock.nowMs())
    if (decision !== undefined) this.command(decision.command, decision.reason)
  }

  /** Goes on closing what is still held: a venue may have turned the first orders down. */
  #closeAgain(): void {
    const { core } = this
    const nowMs = this.#ports.clock.nowMs()
    if (!core.isFlattening || !core.mayClose(nowMs)) return
    if (core.closeAttempts === ATTEMPTS_TO_ALARM) {
      this.#alarm('critical', 'LIVE_NOT_FLAT', `After ${core.closeAttempts} attempts something is still held.`)
    }
    this.#take({ kind: 'command', timeMs: nowMs, command: 'flatten', reason: 'still held' })
  }

  /** What limits are told. */
  facts(): SessionFacts {
    const skews = [...this.#ports.gateways.values()].map((each) => Math.abs(each.clockSkewMs()))
    return {
      newestBarMs: new Map(this.feeds.map((feed) => [feedName(feed), this.#barrier.lastCloseMs(feed)])),
      hasUnknownOrders: this.#sender.hasUnknown,
      clockSkewMs: Math.max(0, ...skews),
      isConnected: this.#disconnected.size === 0,
    }
  }

  /** Orders the session to do something; written down, so that a restart does not forget it. */
  command(command: SessionCommand, reason: string): void {
    if (command === 'pause' || command === 'flatten') this.#sender.holdBack()
    if (command === 'resume') this.#differing.clear()
    this.#take({ kind: 'command', timeMs: this.#ports.clock.nowMs(), command, reason })
    this.#commit()
    this.#tell({ kind: 'mode', mode: this.core.mode, reason })
  }

  /** True when no request to a venue is under way. */
  async settled(): Promise<void> {
    await this.#sender.idle()
  }

  /** Ends the session: no more orders; what is open or held stays as it is. */
  async stop(): Promise<void> {
    const isRunning = this.state === 'running'
    if (isRunning) {
      // What strategies cancel at their end still goes out.
      this.state = 'ended'
      this.#take({ kind: 'end', timeMs: this.#ports.clock.nowMs() })
    }
    await this.#leave()
    this.#noteEnd('stopped')
  }

  /** Leaves without ending, as a crash would: the journal is gone on with at the next start. */
  async #leave(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    await Promise.all(this.#subscriptions.splice(0).map((each) => each.close()))
    clearTimeout(this.#earlyLook)
    const underWay = Promise.all([this.#sender.idle(), this.#looking])
    await Promise.race([underWay, new Promise((resolve) => setTimeout(resolve, 2_000))])
    this.#sender.close()
    if (this.setup.deadManMs !== undefined) await this.#disarmDeadMan()
  }

  /** Stops without an end: the next start goes on where this one left. */
  async suspend(): Promise<void> {
    await this.#leave()
    this.#noteEnd('suspended')
    this.state = 'ended'
  }

  #noteEnd(kind: string): void {
    if (this.state !== 'failed') {
      this.#note(kind, {})
      this.#commit()
    }
    this.#hasLeft = true
  }

  #playReady(nowMs = this.#ports.clock.nowMs()): void {
    for (const { timeMs, bars, missing } of this.#barrier.ready(nowMs)) {
      for (const [id, { dueMs, settledMs }] of this.#funding) {
        if (dueMs <= timeMs && dueMs > settledMs) this.#settleFunding(id)
      }
      for (const { feed, bar } of bars) {
        this.#take({ kind: 'bar', instrument: feed.instrument, timeframe: feed.timeframe, bar })
      }
      if (missing.length > 0) this.#note('late-bars', { timeMs, feeds: missing.map(feedName) })
      this.#take({ kind: 'play', untilMs: timeMs })
      this.#tell({ kind: 'equity', timeMs, equity: this.core.kernel.ledger.equity() })
      this.#observe()
    }
  }

  #settleFunding(instrument: InstrumentId): void {
    const due = this.#funding.get(instrument)
    if (due === undefined) return
    due.settledMs = due.dueMs
    const { rate, markPrice, dueMs: timeMs } = due
    this.#take({ kind: 'funding', instrument, timeMs, rate, markPrice })
  }

  #hear(orderId: number, news: OrderNews): void {
    const order = this.core.venue?.orderOf(orderId)
    const hadEnded = order !== undefined && isFinal(order.state)
    this.#take({ kind: 'order', timeMs: this.#ports.clock.nowMs(), orderId, news })
    if (order === undefined || this.state === 'failed') return
    if (!this.#hasLeft) this.#tell({ kind: 'order', order: this.core.kernel.desk.record(order) })
    if (news.kind === 'filled') {
      this.#tellFeeUnknown(order.instrument, news.fee)
      if (hadEnded) this.#alarmOfLateFill(order, news.lots)
    } else this.#alarmOfBarePosition(order, news)
  }

  #alarmOfLateFill({ orderId, group, instrument, tag }: Order, lots: number): void {
    const isEntry = group !== undefined && group.entry?.orderId === orderId
    const bare = isEntry ? ' Its stop and target are gone: nothing guards what it opened.' : ''
    const what = `${lots} lots of ${instrument.id}${tag === '' ? '' : ` (${tag})`}`
    const message = `Order ${orderId} was filled after its end: ${what} are in the books.${bare}`
    this.#alarm(isEntry ? 'critical' : 'warning', 'LIVE_LATE_FILL', message)
  }

  /** What was to guard a position does not, and nobody here wanted that. */
  #alarmOfBarePosition(order: Order, news: Exclude<OrderNews, { kind: 'filled' }>): void {
    const { orderId, instrument, type } = order
    if (!isGuard(order) || this.#cancelAsked.has(orderId) || this.#ports.isHalted?.() === true) return
    const what = `Order ${orderId} (${type} of ${instrument.id})`
    if (news.kind === 'amend-refused') {
      if (news.quantityLots === undefined) return
      this.#alarm('critical', 'LIVE_GUARD', `${what} could not be changed and stands as it was: ${news.reason}`)
    } else if (news.kind === 'rejected' || news.kind === 'cancelled' || news.kind === 'expired') {
      const { ledger } = this.core.kernel
      const place = order.leg * this.setup.config.instruments.length + order.instrumentIndex
      if (ledger.lots[order.strategyIndex * ledger.placeCount + place] === 0) return
      this.#alarm('critical', 'LIVE_GUARD', `${what} does not guard its position any more: ${news.reason}`)
    }
  }

  /** A fee in a currency that the books do not keep is paid and not counted. */
  #tellFeeUnknown({ kind, base, settleCurrency }: Instrument, { currency, amount }: VenueFee): void {
    const { currencies } = this.core.kernel.ledger
    const isKnown =
      currency === settleCurrency || (kind === 'spot' && currency === base) || currencies.includes(currency)
    if (amount === 0 || isKnown || this.#unknownFees.has(currency)) return
    this.#unknownFees.add(currency)
    this.#alarm('warning', 'LIVE_FEE_CURRENCY', `The venue takes fees in ${currency}, which the books do not keep.`)
  }

  /** The one way in: applied, written, sent. */
  #take(input: SessionInput): void {
    // What is heard after the end is found again by the next start.
    const isOver = this.state === 'ended' && input.kind !== 'end'
    if (this.state === 'failed' || isOver || this.#hasLeft) return
    const nowMs = this.#ports.clock.nowMs()
    try {
      this.core.apply(input)
    } catch (error) {
      this.#fail(input, error)
      return
    }
    const actions = this.core.actions.take()
    try {
      this.#journal.step(nowMs, input, actions)
    } catch (error) {
      // What is not written down is not sent: after a restart nobody would know of it.
      this.#journal.giveUp()
      this.#fail(input, error)
      return
    }
    for (const action of actions) this.#do(action)
    if (input.kind === 'order') this.#ports.risk?.heard?.(input.news)
    this.#tellFills()
  }

  #commit(): void {
    if (this.state === 'failed' || this.#hasLeft) return
    try {
      this.#journal.commit()
    } catch (error) {
      this.#journal.giveUp()
      this.#fail(undefined, error)
    }
  }

  #fail(input: SessionInput | undefined, error: unknown): void {
    this.state = 'failed'
    const message = error instanceof Error ? error.message : String(error)
    try {
      this.#note('failed', { input, message })
      this.#journal.commit()
    } catch {
      // It may be the journal that cannot be written.
    }
    this.#alarm('critical', 'LIVE_SESSION_FAILED', `The session has stopped trading: ${message}`)
  }

  #do(action: OrderAction): void {
    if (action.kind === 'cancel') this.#cancelAsked.add(action.orderId)
    if (this.state === 'recovering') {
      this.#held.push(action)
      return
    }
    if (action.kind === 'create') this.#sender.create(action, this.#instrumentOf(action.instrument))
    else if (action.kind === 'cancel') this.#sender.cancel(action)
    else if (action.kind === 'amend') this.#sender.amend(action)
  }

  /** Plays the journal again, then takes up the orders that may be at the venue. */
  #replay(): void {
    const { core } = this
    for (const { timeMs, input, actions } of this.#journal.steps()) {
      this.#leftMs = timeMs
      if (input.kind !== 'end') {
        core.actions.replay(actions)
        core.apply(input)
        core.actions.endReplay()
      }
      for (const action of actions) {
        if (action.kind === 'cancel') this.#cancelAsked.add(action.orderId)
        if (action.kind === 'create') this.#sender.restore(action, this.#instrumentOf(action.instrument), timeMs)
        else if (action.kind !== 'refused') this.#unanswered.set(`${action.kind} ${action.orderId}`, action)
      }
      if (input.kind === 'order') {
        this.#sender.restoreNews(input.orderId, input.news)
        if (input.news.kind.startsWith('amend')) this.#unanswered.delete(`amend ${input.orderId}`)
      }
      if (input.kind === 'funding') {
        this.#funding.set(input.instrument, {
          rate: input.rate,
          markPrice: input.markPrice ?? Number.NaN,
          dueMs: input.timeMs,
          settledMs: input.timeMs,
        })
      }
    }
    for (const { venue, holdings } of this.#journal.notes('baseline')) {
      this.#baselines.set(venue as string, holdings as Holdings)
    }
    for (const note of this.#journal.notes('replaced')) {
      this.#sender.restoreReplacement(note['orderId'] as number, note as never)
    }
    this.#toldFills = core.kernel.desk.fills.count
  }

  /** @throws KestrelError `LIVE_NO_ANSWER` where the venue does not say for too long where orders stand. */
  async #answered(): Promise<void> {
    const { startWithinMs = START_WITHIN_MS } = this.setup
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const orders = this.#sender.openLinks().filter(({ status }) => status === 'unknown')
        const message = `The venue has not said for ${startWithinMs} ms where ${orders.length} orders stand. Nothing was sent.`
        const hint = 'Try again when the venue answers: the session goes on where it left.'
        reject(new KestrelError({ code: 'LIVE_NO_ANSWER', message, hint, retry: 'safe' }))
      }, startWithinMs)
    })
    try {
      await Promise.race([this.#sender.idle(), late])
    } finally {
      clearTimeout(timer)
    }
  }

  async #reconcileAtStart(): Promise<void> {
    const { gateways } = this.#ports
    if (gateways.size === 0) return
    for (const link of this.#sender.openLinks()) this.#sender.lookUp(link)
    await this.#answered()
    for (const gateway of gateways.values()) await this.#fetchFills(gateway, this.#leftMs - OVERLAP_MS)
    await this.#answered()
    const differences: Difference[] = []
    for (const gateway of gateways.values()) differences.push(...(await this.#compare(gateway, true)))
    if (differences.length > 0) this.#tell({ kind: 'differences', differences })
    this.#note('reconciled', { differences })
    this.#journal.commit()
    requireNoRefusal(differences)
  }

  /** Compares one account with the books. At a start, what a rule allows is adopted. */
  async #compare(gateway: TradingGateway, isStart: boolean): Promise<readonly Difference[]> {
    const { config } = this.setup
    // Taken over is what a start finds; what comes later is told.
    const rules: ReconcileRules = isStart
      ? this.setup.rules
      : { ...this.setup.rules, positions: 'refuse', balances: 'refuse' }
    const { venue } = gateway
    const instruments = config.instruments.filter((each) => each.venue === venue)
    const out: Difference[] = await this.#compareOrders(gateway, instruments, isStart)
    const found = await heldAtVenue(gateway, instruments, Object.keys(this.startCash))
    const session = this.#booksOf(venue)
    const baseline = this.#baselines.get(venue)
    if (baseline === undefined) {
      // The first look: money is what it is, positions that are there were opened by somebody else.
      const first: Holdings = { ...baselineOf(found, session), positions: {} }
      out.push(...holdingDifferences(venue, first, session, found, rules), ...this.#uncovered(venue, found))
    } else out.push(...holdingDifferences(venue, baseline, session, found, rules))
    // Anew only where something is taken over: otherwise small differences would add up unseen from start to start.
    const isNew = baseline === undefined || out.some(({ kind, verdict }) => isHolding(kind) && verdict === 'adopted')
    if (isStart && isNew && out.every(({ verdict }) => verdict !== 'refused')) {
      const holdings = baselineOf(found, session)
      this.#baselines.set(venue, holdings)
      this.#note('baseline', { venue, holdings })
    }
    return out
  }

  #booksOf(venue: string): Holdings {
    const { core, setup } = this
    return heldBySession(
      core.kernel.ledger,
      setup.config.instruments,
      this.startCash,
      venue,
      (id) => core.venue?.restInBase(id) ?? 0,
      core.venue?.unbookedFees,
    )
  }

  /** Cash that the session is to trade with and that the account does not have. */
  #uncovered(venue: string, found: Holdings): Difference[] {
    return Object.entries(this.startCash).flatMap(([currency, amount]) => {
      const held = found.balances[currency] ?? 0
      if (held >= amount * (1 - 1e-9)) return []
      return [
        {
          venue,
          kind: 'balance' as const,
          what: currency,
          ours: `${amount} for the session`,
          theirs: String(held),
          verdict: 'refused' as const,
          detail: 'the account has less than the session is to trade with',
        },
      ]
    })
  }

  async #compareOrders(
    gateway: TradingGateway,
    instruments: readonly Instrument[],
    isStart: boolean,
  ): Promise<Difference[]> {
    const { rules } = this.setup
    const out: Difference[] = []
    const askedMs = this.#ports.clock.nowMs()
    const openBefore = new Set(this.#sender.openLinks().map(({ action }) => action.orderId))
    const open = await gateway.openOrders(instruments)
    for (const order of open) {
      const named = readClientOrderId(order.clientOrderId)
      const isOurs = named?.sessionCode === sessionCode(this.orderNames)
      const link = isOurs ? this.#sender.linkOf(named.orderId) : undefined
      if (link !== undefined) {
        const hadEnded = link.status === 'done' && !openBefore.has(link.action.orderId) && link.createdMs < askedMs
        if (hadEnded) out.push(this.#leaveOut(gateway.venue, order))
        else this.#sender.hearOrder(order)
        continue
      }
      out.push(foreign(gateway.venue, order, isStart ? rules.foreignOrders : 'ignore'))
      if (isStart && rules.foreignOrders === 'cancel') {
        await gateway.cancelOrder({
          clientOrderId: order.clientOrderId ?? '',
          venueOrderId: order.venueOrderId,
          instrument: order.instrument,
        })
      }
    }
    const there = new Set(open.map(({ clientOrderId }) => clientOrderId))
    for (const link of this.#sender.openLinks()) {
      if (link.gateway === gateway && link.status === 'open' && !there.has(link.clientOrderId))
        this.#sender.lookUp(link)
    }
    await this.#sender.idle()
    return out
  }

  /** An order that the books call ended and the venue open: whatever it fills nobody asked for. */
  #leaveOut(venue: string, order: VenueOrder): Difference {
    if (this.state === 'running') void this.#cancelLeft(order)
    else this.#leftOpen.push(order)
    const { instrument, side, type, quantityLots, filledLots, venueOrderId } = order
    return {
      venue,
      kind: 'foreign-order',
      what: `${venueOrderId} ${instrument.id}`,
      ours: 'has ended',
      theirs: `${side} ${type} ${quantityLots - filledLots} lots open`,
      verdict: 'explained',
      detail: "the session's own, ended in its books: it is cancelled",
    }
  }

  async #cancelLeft(order: VenueOrder): Promise<void> {
    const { instrument, venueOrderId, clientOrderId = '', type } = order
    try {
      await this.#gatewayOf(instrument.venue).cancelOrder({ clientOrderId, venueOrderId, instrument, type })
      this.#alarm('warning', 'LIVE_ORDER_LEFT', `Order ${venueOrderId} was open at the venue and ended in the books.`)
    } catch (error) {
      // It has ended since, or the next look finds it again.
      this.#note('cancel-failed', { venueOrderId, reason: String(error), why: 'ended in the books' })
    }
  }

  /** One look at a time: one that takes longer than the time between them would count for two. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  #lookSoon(): void {
    if (this.#earlyLook !== undefined || this.state !== 'running') return
    this.#earlyLook = setTimeout(
      () => {
        this.#earlyLook = undefined
        void this.#look()
      },
      Math.min(EARLY_LOOK_MS, this.setup.reconcileMs),
    )
  }

  /** Looks at the accounts again. What stays different stops the session: it no longer knows what it holds. */
  async #lookAgain(): Promise<void> {
    for (const gateway of this.#ports.gateways.values()) {
      if (this.state !== 'running') return
      const { fills } = this.core.kernel.desk
      try {
        await this.#fetchFills(gateway, this.#ports.clock.nowMs() - 3 * this.setup.reconcileMs)
        const fillsBefore = fills.count
        const differences = (await this.#compare(gateway, false)).filter(({ verdict }) => verdict === 'refused')
        // While orders are under way books and account may differ for a moment.
        this.#judge(gateway.venue, differences, fills.count === fillsBefore && !this.#sender.isBusy)
      } catch (error) {
        this.#note('reconcile-failed', { reason: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  /** @param isQuiet - Nothing happened while it was looked; otherwise only what differs by as much as the last time counts. */
  #judge(venue: string, differences: readonly Difference[], isQuiet: boolean): void {
    if (this.state !== 'running') return
    if (differences.length === 0) {
      this.#differing.delete(venue)
      return
    }
    const sizes = sizesOf(differences)
    const before = this.#differing.get(venue) ?? { looks: 0, sizes: '' }
    const counts = isQuiet || (sizes !== '' && sizes === before.sizes)
    const looks = before.looks + (counts ? 1 : 0)
    this.#differing.set(venue, { looks, sizes })
    this.#lookSoon()
    if (!counts || looks !== LOOKS_TO_STOP) return
    this.#tell({ kind: 'differences', differences })
    this.#note('reconciled', { differences })
    this.command('pause', 'the account is not what the books say')
    this.#alarm('critical', 'LIVE_DIFFERENCE', 'The account is not what the books say. The session is paused.')
  }

  /** What the stream says of positions is as old as it is: where it differs, it is asked for. */
  #hearPositions(venue: string, positions: readonly VenuePosition[]): void {
    const books = this.#booksOf(venue).positions
    const others = this.#baselines.get(venue)?.positions ?? {}
    const isKnown = positions.every(({ instrument, side, signedLots }) => {
      const place = placeName(instrument, side)
      return !this.#instruments.has(instrument.id) || signedLots === (books[place] ?? 0) + (others[place] ?? 0)
    })
    if (!isKnown) this.#lookSoon()
  }

  /** Takes in fills that the stream did not bring. What is known already changes nothing. */
  async #fetchFills(gateway: TradingGateway, fromMs: TimeMs): Promise<void> {
    if (Number.isNaN(fromMs)) return
    const instruments = this.setup.config.instruments.filter((each) => each.venue === gateway.venue)
    for (const fill of await gateway.fillsSince(fromMs, instruments)) this.#sender.hearFill(fill)
  }

  #watch(gateway: TradingGateway): Subscription {
    // Until its stream says that it is there.
    this.#disconnected.add(gateway.venue)
    const fetchAll = (fromMs: TimeMs): void => {
      this.#fetchFills(gateway, fromMs - OVERLAP_MS).catch((error: unknown) => {
        this.#note('fills-failed', { venue: gateway.venue, reason: String(error) })
      })
      for (const link of this.#sender.openLinks()) if (link.gateway === gateway) this.#sender.lookUp(link)
    }
    return gateway.streamAccount({
      onOrder: (order) => this.#sender.hearOrder(order),
      onFill: (fill) => this.#sender.hearFill(fill),
      onBalance: () => undefined,
      onPosition: (positions) => this.#hearPositions(gateway.venue, positions),
      onGap: (fromMs, toMs, reason) => {
        this.#note('account-gap', { venue: gateway.venue, fromMs, toMs, reason })
        fetchAll(fromMs)
      },
      onStatus: ({ isConnected, detail }) => {
        if (isConnected) this.#disconnected.delete(gateway.venue)
        else this.#disconnected.add(gateway.venue)
        this.#note('account-stream', { venue: gateway.venue, isConnected, detail })
      },
    })
  }

  /** The venue's timer is for a session that died: what is left on purpose stays as it is. */
  async #disarmDeadMan(): Promise<void> {
    for (const gateway of this.#ports.gateways.values()) {
      if (!gateway.abilities.hasDeadManTimer) continue
      const instruments = this.setup.config.instruments.filter((each) => each.venue === gateway.venue)
      await gateway.armDeadManTimer(0, instruments).catch((error: unknown) => {
        this.#alarm('warning', 'LIVE_DEAD_MAN', `The venue's timer was not taken off: ${String(error)}`)
      })
    }
  }

  #armDeadMan(deadManMs: number): void {
    for (const gateway of this.#ports.gateways.values()) {
      if (!gateway.abilities.hasDeadManTimer) continue
      const instruments = this.setup.config.instruments.filter((each) => each.venue === gateway.venue)
      gateway.armDeadManTimer(deadManMs, instruments).catch((error: unknown) => {
        this.#alarm('warning', 'LIVE_DEAD_MAN', `The venue's timer was not renewed: ${String(error)}`)
      })
    }
  }

  #tellFills(): void {
    const { fills } = this.core.kernel.desk
    for (; this.#toldFills < fills.count; this.#toldFills++) {
      this.#tell({ kind: 'fill', fill: fills.record(this.#toldFills) })
    }
  }

  #gatewayOf(venue: string): TradingGateway {
    const gateway = this.#ports.gateways.get(venue)
    if (gateway !== undefined) return gateway
    throw new KestrelError({
      code: 'LIVE_NO_GATEWAY',
      message: `The session has no account at ${venue}. Nothing was sent.`,
    })
  }

  #instrumentOf(id: InstrumentId): Instrument {
    return this.#instruments.get(id) as Instrument
  }

  #note(kind: string, body: Readonly<Record<string, unknown>>): void {
    if (this.#hasLeft) return
    this.#journal.note(this.#ports.clock.nowMs(), kind, body)
  }

  #alarm(severity: 'info' | 'warning' | 'critical', code: string, message: string): void {
    try {
      this.#note('alarm', { severity, code, message })
    } catch {
      // Whoever listens has to hear of it all the more.
    }
    this.#tell({ kind: 'alarm', severity, code, message })
  }

  #tell(event: SessionEvent): void {
    this.#ports.listener?.(event)
  }
}

async function connect(gateway: TradingGateway, { config }: SessionSetup): Promise<void> {
  await gateway.connect()
  const { canWithdraw, canTrade } = await gateway.keyRights()
  if (canWithdraw === true || !canTrade) {
    throw new KestrelError({
      code: 'LIVE_KEY_RIGHTS',
      message: `The key of ${gateway.venue} ${canTrade ? 'may withdraw money' : 'may not trade'}. Nothing was sent.`,
      hint: 'Make a key at the venue that may trade and may not withdraw.',
      meta: { venue: gateway.venue },
    })
  }
  gateway.know(config.instruments.filter((each) => each.venue === gateway.venue))
}

/** Has the account trade on the terms that the books count with, where the setup states them. */
async function agreeTerms(gateway: TradingGateway, { config }: SessionSetup): Promise<void> {
  const { margin } = config
  const perpetuals = config.instruments.filter(({ venue, kind }) => venue === gateway.venue && kind === 'perpetual')
  if (margin === undefined || perpetuals.length === 0) return
  const { leverage, mode = 'isolated', positionMode } = margin
  if (positionMode !== undefined) await gateway.setPositionMode(positionMode)
  if (leverage === undefined && margin.mode === undefined) return
  for (const instrument of perpetuals) {
    const stated = typeof leverage === 'number' ? leverage : leverage?.[instrument.id]
    await gateway.setLeverage(instrument, stated ?? 1, mode)
  }
}

async function newStart(setup: SessionSetup, ports: SessionPorts): Promise<SessionStart> {
  const { config, id, mode, identity, warmupBars } = setup
  const needs = probeNeeds(config)
  const unknown = needs.series.find(({ name }) => name !== 'funding')
  if (unknown !== undefined) {
    throw new KestrelError({
      code: 'LIVE_SERIES',
      message: `The strategy reads the series ${unknown.name}, which no live source gives yet. Nothing was started.`,
    })
  }
  const nowMs = ports.clock.nowMs()
  const instruments = new Map(config.instruments.map((each) => [each.id, each]))
  const past = await Promise.all(
    needs.feeds.map(async ({ instrument, timeframe }) => {
      const bars = await ports.pastBars(instruments.get(instrument) as Instrument, timeframe, warmupBars, nowMs)
      const count = bars.close.length
      if (count > 0) return { instrument, timeframe, bars: sliceBars(bars, Math.max(0, count - warmupBars), count) }
      throw new KestrelError({
        code: 'LIVE_NO_PAST',
        message: `There are no past ${timeframe} bars of ${instrument} to warm up with. Nothing was started.`,
      })
    }),
  )
  const playFromMs = Math.max(...past.map(({ bars }) => bars.closeTimeMs.at(-1) ?? 0))
  const reporting = config.reportingCurrency ?? config.instruments[0]?.quote ?? ''
  const cash = typeof config.cash === 'number' ? { [reporting]: config.cash } : config.cash
  return { id, mode, identity, playFromMs, startedMs: nowMs, cash, past }
}

function requireSame(written: SessionStart, { id, mode, identity }: SessionSetup): void {
  const differs = Object.keys({ ...written.identity, ...identity }).find(
    (key) => JSON.stringify(written.identity[key]) !== JSON.stringify(identity[key]),
  )
  if (written.id === id && written.mode === mode && differs === undefined) return
  throw new KestrelError({
    code: 'LIVE_IDENTITY',
    message: `The session ${written.id} was begun as ${written.mode}${differs === undefined ? '' : ` with another ${differs}`}. Nothing was sent.`,
    hint: 'Go on with the same strategy, parameters and instruments, or start a session with another name.',
    meta: { differs, written: differs === undefined ? undefined : written.identity[differs] },
  })
}

function* barRows(bars: BarColumns): Generator<BarRow> {
  for (let i = 0; i < bars.close.length; i++) {
    const at = (name: keyof BarColumns): number => bars[name][i] as number
    yield {
      openTimeMs: at('openTimeMs'),
      closeTimeMs: at('closeTimeMs'),
      open: at('open'),
      high: at('high'),
      low: at('low'),
      close: at('close'),
      volume: at('volume'),
    }
  }
}

function isUsable({ open, high, low, close, volume, openTimeMs, closeTimeMs }: BarRow): boolean {
  const isFinite = [open, high, low, close, volume, openTimeMs, closeTimeMs].every(Number.isFinite)
  return isFinite && low > 0 && high >= Math.max(open, close) && low <= Math.min(open, close) && volume >= 0
}

type VenueFee = Extract<OrderNews, { kind: 'filled' }>['fee']

/** A member of a group that comes to the venue when its entry fills. */
function isReleased({ group, orderId }: Pick<Order, 'group' | 'orderId'>): boolean {
  return group?.entry !== undefined && group.entry.orderId !== orderId
}

/** Whether it is there to get out of a position. */
function isGuard({ group, reduceOnly, special, type, orderId }: Order): boolean {
  return isReleased({ group, orderId }) || special.closePosition || (reduceOnly && type !== 'market')
}

function isHolding(kind: Difference['kind']): boolean {
  return kind === 'position' || kind === 'balance'
}

/** By how many lots positions differ; empty where none does. */
function sizesOf(differences: readonly Difference[]): string {
  return differences
    .filter(({ kind }) => kind === 'position')
    .map(({ what, ours, theirs }) => `${what} ${Number.parseFloat(theirs) - Number.parseFloat(ours)}`)
    .join()
}

function foreign(venue: string, order: VenueOrder, rule: 'refuse' | 'ignore' | 'cancel'): Difference {
  const { instrument, side, type, quantityLots, clientOrderId, venueOrderId } = order
  return {
    venue,
    kind: 'foreign-order',
    what: `${venueOrderId} ${instrument.id}`,
    ours: 'not ours',
    theirs: `${side} ${type} ${quantityLots} lots`,
    verdict: rule === 'refuse' ? 'refused' : rule === 'cancel' ? 'explained' : 'adopted',
    detail: `placed by somebody else${clientOrderId === undefined ? '' : ` (${clientOrderId})`}`,
  }
}
