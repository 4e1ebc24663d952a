// Long because: the order of events inside one instant has to be readable in one place.
import type { Instrument, TimeMs } from '@kestrel/core'
import { type BarColumns, createRng, DataError, KestrelError, lowerBound } from '@kestrel/core'
import { legOf } from './account/account-views.ts'
import { FundingDesk } from './account/funding-desk.ts'
import { CurrencyRates } from './account/currency-rates.ts'
import { openPositions } from './account/open-positions.ts'
import { checkedHandlers } from './checked-handlers.ts'
import { buildContext } from './context.ts'
import { DecisionLog } from './decision-log.ts'
import { type Dispatch, dispatchOrder } from './dispatch.ts'
import { EquityRecorder } from './equity-recorder.ts'
import { EventLog } from './event-log.ts'
import { exposureCurve } from './exposure-curve.ts'
import { Feed } from './feed.ts'
import { Growth } from './growth.ts'
import { IndicatorBoard } from './indicator-board.ts'
import { requireInstruments, requirePositionMode } from './instrument-needs.ts'
import type { KernelConfig, RunControl, RunRecords } from './kernel-config.ts'
import { Ledger } from './ledger.ts'
import type { Listener } from './listener.ts'
import { OrderDesk } from './order-desk.ts'
import type { PositionSide } from './order.ts'
import { PlotLog } from './plot-log.ts'
import type { Cursor } from './series-view.ts'
import { QuietEquity } from './quiet-equity.ts'
import { SideData } from './side-data.ts'
import type { StrategyHandlers } from './strategy.ts'
import { StrategyError } from './strategy-error.ts'
import { Timers } from './timers.ts'
import type { Venue } from './venue.ts'

/** How many instants pass between two looks at the stop flag. */
const STOP_CHECK_INSTANTS = 1024

/**
 * The deterministic trading loop. One instant after the other:
 *
 * 1. the venue does what happened before the bars closing now became visible (fills, triggers, expiries), calling
 *    `onFill` and `onOrder` as it goes;
 * 2. funding due now is settled on the positions held before it;
 * 3. every bar closing now, trade and value of a series becomes visible, and the closes mark the positions;
 * 4. `onFunding`, `onTrade`, `onSignal`; timers; then `onBar` by instrument and timeframe (shortest first), then
 *    `onSlice`;
 * 5. the venue settles what those decisions cause at this very instant (fills at the close);
 * 6. equity is recorded where a bar of the run's timeframe closed.
 *
 * It does no input or output, reads no clock and draws no random number of its own, so equal inputs give equal logs.
 */
export class Kernel {
  readonly log = new EventLog()
  readonly ledger: Ledger
  readonly desk: OrderDesk
  readonly funding: FundingDesk
  /** What is derived from a market that grows; undefined where all data is there from the start. */
  readonly growth: Growth | undefined
  readonly board: IndicatorBoard
  readonly plots = new PlotLog()
  readonly decisions: DecisionLog
  readonly timers = new Timers()
  /** Funding, trades and series beside the bars. */
  readonly sideData: SideData
  readonly config: KernelConfig
  readonly feeds: Feed[] = []
  readonly startEquity: number
  /** When playing begins: the end of the warm-up, or the first open. */
  readonly startMs: TimeMs
  /** Time of the present instant and of the next, in an array so that writing them allocates nothing. */
  readonly #now = new Float64Array(2)
  /** Feeds that close together, each group with the cursor that they share. */
  readonly #groups: FeedGroup[] = []
  /** Close of the next bar, and of the newest visible one, by group. */
  #nextCloseMs = new Float64Array(0)
  #lastCloseMs = new Float64Array(0)
  readonly #venue: Venue
  readonly #isProtected: boolean
  readonly #handlers: StrategyHandlers[] = []
  readonly #names: readonly string[]
  #dispatch: Dispatch[] = []
  #starting = true
  #equity: EquityRecorder | undefined
  /** The callback under way, or the last one. */
  #at: Listener | undefined
  #universeIndex = -1
  /** Last instant of a market that grows that was played. */
  #playedMs: TimeMs = -Infinity
  /** Prices of currencies that no instrument of the run prices; undefined where there are none. */
  readonly #rates: CurrencyRates | undefined

  constructor(config: KernelConfig) {
    this.config = config
    this.growth = config.market.isGrowing === true ? new Growth() : undefined
    this.board = new IndicatorBoard(this.growth)
    for (const { definition } of config.strategies) {
      requireInstruments(definition, config.instruments)
      requirePositionMode(definition, config.margin?.positionMode)
    }
    this.#isProtected = (config.protections ?? []).length > 0
    this.#names = config.strategies.map((each) => each.definition.name)
    const { instruments, strategies, cash, reportingCurrency, margin, currencyBars } = config
    const pricedElsewhere = Object.keys(currencyBars ?? {})
    this.ledger = new Ledger(
      instruments,
      strategies.length,
      cash,
      reportingCurrency,
      margin,
      pricedElsewhere,
      config.borrow,
    )
    this.decisions = new DecisionLog(config.decisions)
    this.desk = new OrderDesk(this)
    this.funding = new FundingDesk(instruments, this.ledger, this.desk.trips, this.log)
    this.#venue = config.venue(this.desk, this.ledger)
    this.desk.connect(this.#venue)
    const base = config.instruments.map((_, index) => this.feed(index, config.timeframe).columns)
    const { playFromMs } = config
    const startMs = playFromMs ?? Math.min(...base.map(({ openTimeMs }) => openTimeMs[0] as number))
    this.startMs = startMs
    this.ledger.openRates((index) => (base[index] === undefined ? undefined : priceAtStart(base[index], startMs)))
    if (currencyBars !== undefined) this.#rates = new CurrencyRates(currencyBars, instruments, this.ledger, startMs)
    this.startEquity = this.ledger.equity()
    this.sideData = new SideData(this)
  }

  get nowMs(): TimeMs {
    return this.#now[0] as number
  }

  /** Rows of equity recorded so far: what happens now is in the next one. */
  get equityRows(): number {
    return this.#equity?.count ?? 0
  }

  /** Moves the clock to a time inside the instant, for the events of a venue. */
  setNow(timeMs: TimeMs): void {
    this.#now[0] = timeMs
  }

  /** The leg of an instrument's position that a side names, see {@link legOf}. */
  legOf(instrumentIndex: number, side: PositionSide | undefined): 0 | 1 {
    const { instruments } = this.config
    return legOf(instruments[instrumentIndex] as Instrument, this.ledger.placeCount > instruments.length, side)
  }

  handlers(strategyIndex: number): StrategyHandlers | undefined {
    return this.#handlers[strategyIndex]
  }

  strategyName(strategyIndex: number): string {
    return this.#names[strategyIndex] ?? ''
  }

  /**
   * The feed of an instrument and timeframe, made on first use.
   *
   * @throws DataError `KERNEL_NO_BARS` where the market has no such bars; StrategyError when asked for after the start.
   */
  feed(instrumentIndex: number, timeframe: string): Feed {
    const found = this.feeds.find((each) => each.instrumentIndex === instrumentIndex && each.timeframe === timeframe)
    if (found !== undefined) return found
    const instrument = this.config.instruments[instrumentIndex] as Instrument
    if (!this.#starting) {
      throw new KestrelError({
        code: 'KERNEL_LATE_SUBSCRIPTION',
        message: `bars(${instrument.id}, ${timeframe}) was called after the start. Subscriptions are made in start().`,
      })
    }
    const columns = this.config.market.bars(instrument.id, timeframe)
    if (columns === undefined || columns.close.length === 0) {
      throw new DataError({
        code: 'KERNEL_NO_BARS',
        message: `There are no ${timeframe} bars of ${instrument.id} in this run. Nothing was run.`,
        hint: `Run on a timeframe that divides ${timeframe}, or import ${timeframe} bars.`,
        meta: { instrument: instrument.id, timeframe },
      })
    }
    const group = this.#groupOf(columns.closeTimeMs)
    const isBase = timeframe === this.config.timeframe
    const feed = new Feed(instrument, instrumentIndex, timeframe, isBase, columns, group.cursor)
    this.feeds.push(feed)
    if (isBase) group.marking.push(feed)
    return feed
  }

  #groupOf(closeTimeMs: Float64Array): FeedGroup {
    // Where columns grow, those that are equal now need not stay so.
    const isFixed = this.growth === undefined
    const found = this.#groups.find(({ cursor }) => isFixed && areEqual(cursor.closeTimeMs, closeTimeMs))
    if (found !== undefined) return found
    const group: FeedGroup = { cursor: { index: -1, closeTimeMs }, marking: [] }
    this.#groups.push(group)
    return group
  }

  /** Instruments of the universe in force now. */
  members(): readonly Instrument[] {
    const universe = this.config.universe
    if (universe === undefined) return this.config.instruments
    while ((universe[this.#universeIndex + 1]?.fromMs ?? Infinity) <= this.nowMs) this.#universeIndex++
    const members = universe[this.#universeIndex]?.members ?? []
    return this.config.instruments.filter((each) => members.includes(each.id))
  }

  /**
   * Runs from the first bar to the last.
   *
   * @throws StrategyError `KERNEL_STRATEGY_FAILED` when a strategy throws; its cause is what was thrown.
   */
  run(control?: RunControl): RunRecords {
    this.begin()
    const stopped = this.play(Infinity, control)
    return this.end(stopped)
  }

  /** Starts the strategies. Then {@link play} as often as there is something to play, and {@link end}. */
  begin(): void {
    this.#start()
    const { closeTimeMs } = (this.feeds[0] as Feed).columns
    if (this.#playsTogether && this.ledger.isQuiet) {
      const closes = this.#baseFeeds().map(({ columns }) => columns.close)
      this.ledger.marks.follow(closes)
      this.#equity = new EquityRecorder(closeTimeMs, new QuietEquity(this.ledger, closes))
    } else this.#equity = new EquityRecorder(closeTimeMs)
  }

  /** True where all bars of the run close together, and nothing happens between them. */
  get #playsTogether(): boolean {
    const together = this.#groups.length === 1 && this.sideData.timelines.count === 0 && this.#rates === undefined
    return together && this.growth === undefined && this.config.playFromMs === undefined
  }

  /**
   * Plays every instant up to `untilMs`, with what has been appended to a market that grows.
   *
   * @returns True when it was stopped before the end of the data.
   * @throws StrategyError as {@link run}.
   */
  play(untilMs: TimeMs, control?: RunControl): boolean {
    const equity = this.#equity as EquityRecorder
    return this.#guarded(() => {
      if (this.growth !== undefined) this.#extend(this.growth)
      return this.#playsTogether ? this.#playTogether(equity, control) : this.#playMerged(equity, untilMs, control)
    })
  }

  /**
   * Does what happens between two instants: answers of a venue that arrive when they arrive.
   *
   * @param timeMs - Not before the last instant played, and before the next.
   * @throws StrategyError as {@link run}.
   */
  between(timeMs: TimeMs, act: () => void): void {
    this.#now[0] = Math.max(timeMs, this.nowMs)
    this.#guarded(act)
  }

  /** Ends the run: strategies are told, and no order passes any more. */
  end(stopped = false): RunRecords {
    this.#guarded(() => this.#stop())
    // Views are for the run: from here on they show nothing, since the columns behind them are used again.
    for (const { cursor } of this.#groups) cursor.index = -1
    this.sideData.end()
    this.board.release()
    return this.#records(this.#equity as EquityRecorder, stopped)
  }

  /** What there is so far, while the run goes on. */
  records(): RunRecords {
    return this.#records(this.#equity as EquityRecorder, false)
  }

  #guarded<T>(act: () => T): T {
    try {
      return act()
    } catch (error) {
      throw StrategyError.during(error, this.#at?.strategy ?? this.strategyName(0), this.nowMs, this.#at?.instrumentId)
    }
  }

  /** Takes up what has been appended. */
  #extend(growth: Growth): void {
    growth.extend()
    this.sideData.timelines.extend()
    this.#groups.forEach(({ cursor }, g) => {
      // A bar that comes after its instant was played is there from now on, and nobody is called for it.
      while ((cursor.closeTimeMs[cursor.index + 1] ?? Infinity) <= this.#playedMs) cursor.index++
      this.#nextCloseMs[g] = cursor.closeTimeMs[cursor.index + 1] ?? Infinity
    })
    // Rows that come late are taken in with the next instant.
    const rowsMs = this.sideData.timelines.nextMs
    this.#now[1] = Math.min(...this.#nextCloseMs, rowsMs > this.#playedMs ? rowsMs : Infinity)
  }

  #start(): void {
    const { strategies, seed } = this.config
    this.log.append('run-start', 0, 0, this.config.session, seed, this.startEquity, strategies.length)
    strategies.forEach(({ definition, params }, index) => {
      const rng = createRng(seed).stream(definition.name)
      try {
        this.#handlers.push(checkedHandlers(definition.start(buildContext(this, index, params, rng))))
      } catch (error) {
        throw StrategyError.during(this.board.failure ?? error, definition.name, undefined, undefined)
      }
      // Also when the strategy caught it: whether later data is usable is itself something that it cannot know.
      const failure = this.board.failure ?? this.sideData.failure
      if (failure !== undefined) throw StrategyError.during(failure, definition.name, undefined, undefined)
    })
    this.sideData.close(this.#handlers)
    this.#starting = false
    this.board.close()
    if (this.config.playFromMs !== undefined) this.#warmUp(this.config.playFromMs)
    this.#nextCloseMs = Float64Array.from(
      this.#groups,
      ({ cursor }) => cursor.closeTimeMs[cursor.index + 1] ?? Infinity,
    )
    this.#lastCloseMs = new Float64Array(this.#groups.length).fill(-Infinity)
    const groupIndex = (feed: Feed): number => this.#groups.findIndex(({ cursor }) => cursor === feed.cursor)
    this.#dispatch = dispatchOrder(this.feeds, groupIndex, this.#handlers, this.#names)
    this.#now[1] = Math.min(...this.#nextCloseMs, this.sideData.timelines.nextMs)
  }

  /** Makes bars of the past visible and takes over their prices. */
  #warmUp(playFromMs: TimeMs): void {
    for (const { cursor, marking } of this.#groups) {
      cursor.index = lowerBound(cursor.closeTimeMs, playFromMs + 1) - 1
      if (cursor.index < 0) continue
      markAll(this.ledger, marking, cursor.index)
    }
    this.#now[0] = playFromMs
  }

  /** Everything that a strategy does until {@link leave} is put down to this one. */
  enter(listener: Listener): void {
    this.#at = listener
  }

  leave(): void {
    const at = this.#at
    if (at !== undefined) this.decisions.endCallback(this.nowMs, at.strategy, at.instrumentId)
  }

  /**
   * Plays every instant of feeds that all close together, as most runs have them: what {@link #playMerged} does, without
   * the search for the instant that comes next.
   *
   * @returns True when it was stopped before the end of the data.
   */
  #playTogether(equity: EquityRecorder, control: RunControl | undefined): boolean {
    const { cursor, marking } = this.#groups[0] as FeedGroup
    const { ledger } = this
    const { marks, isQuiet } = ledger
    const venue = this.#venue
    const times = cursor.closeTimeMs
    for (let index = 0; index < times.length; index++) {
      const timeMs = times[index] as number
      venue.advanceTo(timeMs)
      this.#now[0] = timeMs
      cursor.index = index
      this.#lastCloseMs[0] = timeMs
      if (isQuiet) marks.row = index
      else markAll(ledger, marking, index)
      this.#decide(timeMs)
      venue.settle(timeMs)
      equity.record(timeMs, ledger)
      if (control !== undefined && isStopped(control, index + 1, timeMs)) return true
    }
    return false
  }

  /**
   * Plays every instant of feeds with closes of their own and of timelines. Returns true when it was stopped before the
   * end of the data.
   */
  #playMerged(equity: EquityRecorder, untilMs: TimeMs, control: RunControl | undefined): boolean {
    const { timelines } = this.sideData
    for (let instants = 1; ; instants++) {
      const timeMs = this.#now[1] as number
      if (timeMs === Infinity || timeMs > untilMs) return false
      this.#venue.advanceTo(timeMs)
      this.#now[0] = timeMs
      const alsoRows = timelines.nextMs <= timeMs
      if (alsoRows) timelines.happen(timeMs)
      const base = this.#reveal(timeMs)
      this.#rates?.advanceTo(timeMs)
      if (alsoRows) timelines.tell()
      this.#decide(timeMs)
      this.#venue.settle(timeMs)
      if (base) equity.record(timeMs, this.ledger)
      this.#playedMs = timeMs
      if (control !== undefined && isStopped(control, instants, timeMs)) return true
    }
  }

  /** Timers and strategies, in their order, on what is visible now. */
  #decide(timeMs: TimeMs): void {
    if (this.#isProtected) this.desk.protect(timeMs)
    if (this.timers.dueMs <= timeMs) this.#runTimers(timeMs)
    const dispatch = this.#dispatch
    for (let d = 0; d < dispatch.length; d++) {
      const each = dispatch[d] as Dispatch
      if (each.groupIndex < 0 ? !this.#lastCloseMs.includes(timeMs) : this.#lastCloseMs[each.groupIndex] !== timeMs)
        continue
      this.#at = each
      if (each.bar === undefined) each.handlers.onSlice?.(timeMs)
      else each.handlers.onBar?.(each.bar)
      this.decisions.endCallback(timeMs, each.strategy, each.instrumentId)
    }
  }

  /**
   * Moves every cursor whose bar closes now and finds the instant that comes next; says whether a bar of the run's
   * timeframe closed.
   */
  #reveal(timeMs: TimeMs): boolean {
    const next = this.#nextCloseMs
    let earliest = Infinity
    let base = false
    for (let g = 0; g < next.length; g++) {
      if (next[g] === timeMs) {
        const { cursor, marking } = this.#groups[g] as FeedGroup
        const index = ++cursor.index
        const closes = cursor.closeTimeMs
        next[g] = index + 1 < closes.length ? (closes[index + 1] as number) : Infinity
        this.#lastCloseMs[g] = timeMs
        if (marking.length > 0) base = true
        markAll(this.ledger, marking, index)
      }
      if ((next[g] as number) < earliest) earliest = next[g] as number
    }
    this.#now[1] = Math.min(earliest, this.sideData.timelines.nextMs)
    return base
  }

  #runTimers(timeMs: TimeMs): void {
    for (const { strategyIndex, name } of this.timers.takeDue(timeMs)) {
      this.#at = this.#dispatch.find((each) => each.strategyIndex === strategyIndex)
      this.#handlers[strategyIndex]?.onTimer?.(name, timeMs)
      this.decisions.endCallback(timeMs, this.strategyName(strategyIndex), undefined)
    }
  }

  #stop(): void {
    this.desk.close()
    this.#handlers.forEach((handlers) => handlers.onStop?.())
    this.log.append('run-stop', this.nowMs, 0, '', this.ledger.equity(), this.desk.fills.count, 0)
  }

  #records(equity: EquityRecorder, stopped: boolean): RunRecords {
    const { desk } = this
    return {
      fills: () => desk.fills.records(),
      orders: () => desk.records(),
      trades: () => desk.trips.records(),
      funding: () => this.funding.records(),
      interest: () => this.sideData.interest?.records() ?? [],
      equity: equity.columns((timeMs) => exposureCurve(timeMs, desk.fills, this.#baseFeeds(), this.ledger)),
      decisions: () => this.decisions.records(),
      plots: this.plots.series(),
      openPositions: openPositions(this.ledger, this.config.instruments, this.#names),
      log: this.log,
      startEquity: this.startEquity,
      endEquity: this.ledger.equity(),
      stopped,
      lacksTrades: this.sideData.lacksTrades,
    }
  }

  #baseFeeds(): Feed[] {
    return this.config.instruments.map((_, index) => this.feed(index, this.config.timeframe))
  }
}

/** Takes over the closes of row `row`. */
function markAll(ledger: Ledger, feeds: readonly Feed[], row: number): void {
  for (let f = 0; f < feeds.length; f++) {
    const { instrumentIndex, columns } = feeds[f] as Feed
    ledger.markFrom(instrumentIndex, columns.close, row)
  }
}

/** Price at the start of a run: the last close before it, or the open of a bar that opens with it. */
function priceAtStart({ openTimeMs, closeTimeMs, open, close }: BarColumns, startMs: TimeMs): number | undefined {
  const closed = lowerBound(closeTimeMs, startMs + 1)
  return closed > 0 ? close[closed - 1] : openTimeMs[0] === startMs ? open[0] : undefined
}

/** Reports an instant as done; true when the run shall end here. */
function isStopped(control: RunControl, instants: number, timeMs: TimeMs): boolean {
  control.beat(instants, timeMs)
  return instants % STOP_CHECK_INSTANTS === 0 && control.stopRequested()
}

/** Feeds whose bars close at the same times. */
interface FeedGroup {
  readonly cursor: Cursor
  /** Those of the run's timeframe: their closes mark positions. */
  readonly marking: Feed[]
}

function areEqual(one: Float64Array, other: Float64Array): boolean {
  return one === other || bytesOf(one).equals(bytesOf(other))
}

function bytesOf(column: Float64Array): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength)
}
