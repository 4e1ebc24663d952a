import {
  type BarColumns,
  type Instrument,
  type InstrumentId,
  type TimeMs,
  type Timeframe,
  stepsToNumber,
} from '@kestrel/core'
import { type BacktestConfig, sessionKernel } from '@kestrel/backtest'
import { GrowingMarket, type Kernel, type Order, type RunRecords } from '@kestrel/kernel'
import { isOpeningAlone } from '../risk/order-effect.ts'
import { ActionLog, type OrderGate } from './action-log.ts'
import { GatedVenue } from './gated-venue.ts'
import { LiveVenue } from './live-venue.ts'
import type { SessionCommand, SessionInput } from './session-input.ts'
import { isDust, isStop } from './spot-exit.ts'
import { UnguardedGroups } from './unguarded-groups.ts'

/** Wait after an order to close, doubled each time up to the second. */
const CLOSE_WAIT_MS = 1_000
const MOST_CLOSE_WAIT_MS = 60_000
/** How long what is open may take to end before everything is closed all the same. */
const CANCEL_WAIT_MS = 3_000

/** Tag of orders that close everything. */
const CLOSING = 'flatten'

/** Bars that a session warms up with; at least one each. */
export interface PastBars {
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
  readonly bars: BarColumns
}

/** What a session is: fixed at its start and kept in its journal. */
export interface SessionPlan {
  /** Letters, digits and dashes; unique on this machine. */
  readonly id: string
  /** What the names of its orders are made from. */
  readonly orderNames: string
  /** `paper` fills in the simulated venue of the backtest, `live` at real ones. */
  readonly mode: 'paper' | 'live'
  /** As for a backtest; `playFromMs` is when the session began. */
  readonly config: BacktestConfig
  readonly past: readonly PastBars[]
}

/** What strategies may do: all, only what makes positions smaller, or nothing. */
export type TradingMode = 'active' | 'reducing' | 'paused'

const MODE_AFTER: Readonly<Partial<Record<SessionCommand, TradingMode>>> = {
  pause: 'paused',
  resume: 'active',
  reduce: 'reducing',
  flatten: 'paused',
}

/**
 * The deterministic part of a session: kernel, market and venue, driven by inputs alone. The same inputs give the same
 * actions, orders and books.
 */
export class SessionCore {
  readonly kernel: Kernel
  /** Undefined in a paper session. */
  readonly venue: LiveVenue | undefined
  readonly instruments: readonly Instrument[]
  /** What it does to the outside. */
  readonly actions: ActionLog
  mode: TradingMode = 'active'
  readonly #market = new GrowingMarket()
  readonly #unguarded: UnguardedGroups
  #isFlattening = false
  #closeAttempts = 0
  /** Until then no other order to close goes out: the last one may still be told of, or was refused. */
  #closeAfterMs: TimeMs = -Infinity
  /** Since when it wants to be flat. */
  #flatSinceMs: TimeMs = -Infinity
  /** True while it places orders that close everything: these pass where those of strategies do not. */
  isClosing = false

  /** @param gate - Asked for each order before it goes out. */
  constructor(plan: SessionPlan, gate: OrderGate) {
    const { id, config, past } = plan
    this.instruments = config.instruments
    for (const { instrument, timeframe, bars } of past) this.#market.addBars(instrument, timeframe, bars)
    for (const { id: instrument, kind } of config.instruments) {
      if (kind === 'perpetual') this.#market.addFunding(instrument)
    }
    this.actions = new ActionLog(gate)
    const isHedged = config.margin?.positionMode === 'hedge'
    const nameOf = (strategyIndex: number): string => config.strategies[strategyIndex]?.definition.name ?? ''
    let live: LiveVenue | undefined
    this.kernel = sessionKernel(config, this.#market, id, (events, account, simulated) => {
      if (plan.mode === 'paper') return new GatedVenue(simulated(), events, this.actions)
      live = new LiveVenue(events, account, {
        orderNames: plan.orderNames,
        actions: this.actions,
        isHedged,
        strategyName: nameOf,
        heldBy: (order) => this.heldBy(order),
        needsCoins: (instrument) => this.#unguarded.needsCoins(instrument),
      })
      return live
    })
    this.venue = live
    this.#unguarded = new UnguardedGroups(this.kernel, config.instruments)
  }

  begin(): void {
    this.kernel.begin()
  }

  /** Close of the newest bar of a feed; -Infinity where there is none. */
  lastCloseMs({ instrument, timeframe }: Pick<PastBars, 'instrument' | 'timeframe'>): TimeMs {
    return this.#market.bars(instrument, timeframe)?.closeTimeMs.at(-1) ?? -Infinity
  }

  /**
   * Takes in what happened.
   *
   * @throws DataError for a bar that does not follow, StrategyError when a strategy throws.
   */
  apply(input: SessionInput): void {
    const { kernel } = this
    switch (input.kind) {
      case 'bar':
        this.#market.appendBar(input.instrument, input.timeframe, input.bar)
        return
      case 'bars':
        this.#market.appendBars(input.instrument, input.timeframe, input.bars)
        return
      case 'funding':
        this.#market.appendFunding(input.instrument, input.timeMs, input.rate, input.markPrice)
        return
      case 'signal':
        this.#market.appendSignal(input.name, input.instrument, input.eventTimeMs, input.knowableTimeMs, input.values)
        return
      case 'play':
        kernel.play(input.untilMs)
        break
      case 'order':
        kernel.between(input.timeMs, () => this.venue?.hear(input.orderId, input.news, kernel.nowMs))
        break
      case 'command':
        kernel.between(input.timeMs, () => this.#obey(input))
        break
      case 'end':
        kernel.end()
        return
    }
    // Of two orders that each close the position the one that is left would open another.
    if (this.mode === 'reducing') kernel.between(kernel.nowMs, () => this.#cancelOpening('only smaller positions'))
    if (this.venue?.missing.isEmpty === false) {
      kernel.between(kernel.nowMs, () => this.venue?.dropMissing(kernel.nowMs))
    }
    this.venue?.takeUnguarded().forEach((group) => this.#unguarded.add(group))
    if (this.#isFlattening) {
      this.#unguarded.clear()
      kernel.between(kernel.nowMs, () => this.#closeAll())
    } else if (!this.#unguarded.isEmpty) {
      kernel.between(kernel.nowMs, () => this.#close(() => this.#unguarded.close()))
    }
    // What they waited for may have ended, or been left to somebody, without news of an order.
    if (this.venue?.hasWaiting === true) kernel.between(kernel.nowMs, () => this.venue?.sendWaiting(kernel.nowMs))
  }

  /** Records of the session so far. */
  records(): RunRecords {
    return this.kernel.records()
  }

  #obey({ command, reason, instrument }: Extract<SessionInput, { kind: 'command' }>): void {
    if (command === 'flatten' && !this.#isFlattening) {
      this.#closeAttempts = 0
      this.#closeAfterMs = -Infinity
      this.#flatSinceMs = this.kernel.nowMs
    }
    // What was begun is brought to its end: its stops are gone already. Only somebody who resumes trading ends it.
    this.#isFlattening = command === 'flatten' || (this.#isFlattening && command !== 'resume')
    if (command === 'flatten' || !this.#isFlattening) this.mode = MODE_AFTER[command] ?? this.mode
    if (command === 'resume') this.venue?.missing.resume()
    if (instrument !== undefined) {
      if (command === 'put-back') this.venue?.putBack(instrument, this.kernel.nowMs)
      if (command === 'leave-stops') this.venue?.missing.leaveAll(instrument)
    }
    const { desk } = this.kernel
    const [cancelsAll, reduces] = [command === 'flatten' || command === 'cancel-all', command === 'reduce']
    if (!cancelsAll && !reduces) return
    this.#eachStrategy((strategyIndex) => {
      for (const order of desk.openOrders(strategyIndex, undefined)) {
        // What rests would open a position later, when nobody asks any more.
        if (cancelsAll || isOpeningAlone(order, this.kernel)) desk.cancel(order, reason)
      }
    })
  }

  #cancelOpening(reason: string): void {
    const { desk } = this.kernel
    this.#eachStrategy((strategyIndex) => {
      for (const order of desk.openOrders(strategyIndex, undefined)) {
        if (isOpeningAlone(order, this.kernel)) desk.cancel(order, reason)
      }
    })
  }

  /** True while it wants to be flat and is not. */
  get isFlattening(): boolean {
    return this.#isFlattening
  }

  /** True while it holds something that a venue would take an order for. */
  get isHolding(): boolean {
    const { ledger } = this.kernel
    return ledger.lots.some((lots, slot) => {
      const index = (slot % ledger.placeCount) % this.instruments.length
      return lots !== 0 && !isDust(this.instruments[index] as Instrument, lots, ledger.mark[index] as number)
    })
  }

  /** Signed lots that the strategy of an order holds where the order would trade. */
  heldBy({ strategyIndex, instrumentIndex, leg }: Order): number {
    const { ledger } = this.kernel
    const place = leg * this.instruments.length + instrumentIndex
    return ledger.lots[strategyIndex * ledger.placeCount + place] as number
  }

  /** True where a stop that the venue has lost is to be put back. */
  mustPutBack(nowMs: TimeMs): boolean {
    return !this.#isFlattening && this.venue?.missing.isDue(nowMs) === true
  }

  /** True where the next order to close may go out. */
  mayClose(nowMs: TimeMs): boolean {
    return nowMs >= this.#closeAfterMs
  }

  /** True where what a stop was to guard that the venue turned down has to be closed, and may be. */
  mustCloseUnguarded(nowMs: TimeMs): boolean {
    return this.#unguarded.isDue(nowMs)
  }

  /** How often it tried to close what is held since it was told to. */
  get closeAttempts(): number {
    return this.#closeAttempts
  }

  /**
   * Closes what is held by market orders, once nothing is open that could get in the way. What the venue does not let go of in
   * time, or whose fills it does not list, gets in the way no longer: a loss waits for nobody.
   */
  #closeAll(): void {
    const { desk, ledger, nowMs } = this.kernel
    const isHedged = ledger.placeCount > this.instruments.length
    let isDone = true
    let hasTried = false
    this.#eachStrategy((strategyIndex) => {
      const open = desk.openOrders(strategyIndex, undefined)
      const isBusy = open.length > 0
      // Of one that closes already a second one would close more than there is.
      const mustWait = isBusy && (nowMs - this.#flatSinceMs < CANCEL_WAIT_MS || open.some(({ tag }) => tag === CLOSING))
      for (let place = 0; place < ledger.placeCount; place++) {
        const lots = ledger.lots[strategyIndex * ledger.placeCount + place] as number
        const instrumentIndex = place % this.instruments.length
        const instrument = this.instruments[instrumentIndex] as Instrument
        if (lots === 0 || isDust(instrument, lots, ledger.mark[instrumentIndex] as number)) continue
        isDone = false
        if (mustWait || nowMs < this.#closeAfterMs) continue
        const free = Math.abs(lots) - coinsIn(open, instrument)
        if (free <= 0) continue
        hasTried = true
        this.#close(() =>
          desk.submit(strategyIndex, instrumentIndex, {
            instrument,
            side: lots > 0 ? 'sell' : 'buy',
            quantity: stepsToNumber(free, instrument.lot),
            // The venue may have closed it already: an order to close must never open.
            reduceOnly: instrument.kind !== 'spot',
            tag: CLOSING,
            ...(isHedged && instrument.kind !== 'spot' ? { positionSide: lots > 0 ? 'long' : 'short' } : {}),
          }),
        )
      }
      isDone &&= !isBusy
    })
    if (hasTried) this.#closeAfterMs = nowMs + Math.min(MOST_CLOSE_WAIT_MS, CLOSE_WAIT_MS * 2 ** this.#closeAttempts++)
    if (isDone) this.#isFlattening = false
  }

  #close(submit: () => void): void {
    this.isClosing = true
    try {
      submit()
    } finally {
      this.isClosing = false
    }
  }

  #eachStrategy(act: (strategyIndex: number) => void): void {
    this.kernel.config.strategies.forEach((_, index) => act(index))
  }
}

/** Lots of spot that orders which are still open may sell: nobody says that a venue lets them go. */
function coinsIn(open: readonly Order[], instrument: Instrument): number {
  if (instrument.kind !== 'spot') return 0
  const most = { stop: 0, other: 0 }
  for (const order of open) {
    if (order.instrument.id !== instrument.id || order.side !== 'sell' || order.state === 'waiting') continue
    most[isStop(order) ? 'stop' : 'other'] += order.remainingLots
  }
  // A stop and a target beside it are for the same coins.
  return Math.max(most.stop, most.other)
}
