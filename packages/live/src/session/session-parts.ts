import type { Instrument, TimeMs } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'
import { AccountComparison } from '../reconcile/account-comparison.ts'
import { AccountLooks } from '../reconcile/account-looks.ts'
import { OpenOrders } from '../reconcile/open-orders.ts'
import { StrayOrders } from '../reconcile/stray-orders.ts'
import { OrderSender } from '../sending/order-sender.ts'
import type { SenderEvents } from '../sending/sender-events.ts'
import { AccountStreams } from './account-streams.ts'
import { AccountWatch } from './account-watch.ts'
import type { BarFeed } from './bar-barrier.ts'
import { BarIntake } from './bar-intake.ts'
import { DeadManTimer } from './dead-man-timer.ts'
import { FundingIntake } from './funding-intake.ts'
import { OrderNewsIntake } from './order-news-intake.ts'
import { OutgoingActions } from './outgoing-actions.ts'
import { SessionCore, type SessionPlan } from './session-core.ts'
import type { SessionCommand } from './session-input.ts'
import { orderNamesOf, type SessionJournal, type SessionStart } from './session-journal.ts'
import { SessionLimits } from './session-limits.ts'
import { SessionNotices } from './session-notices.ts'
import type { SessionPorts, SessionSetup } from './session-ports.ts'
import { SessionSteps } from './session-steps.ts'
import { SessionVenues } from './session-venues.ts'
import { StopKeeper } from './stop-keeper.ts'

/**
 * The parts of a session, each the owner of its own state, put together. What comes in takes one way: from the market
 * ({@link BarIntake}, {@link FundingIntake}), the accounts ({@link AccountStreams}, {@link OrderSender},
 * {@link OrderNewsIntake}) or the operator to {@link SessionSteps}; what goes out takes one way from there:
 * {@link OutgoingActions} to {@link OrderSender}.
 */
export class SessionParts {
  readonly feeds: readonly BarFeed[]
  /** What the names of its orders at venues are made from. */
  readonly orderNames: string
  readonly journal: SessionJournal
  readonly core: SessionCore
  readonly notices: SessionNotices
  readonly venues: SessionVenues
  readonly sender: OrderSender
  readonly outgoing: OutgoingActions
  readonly steps: SessionSteps
  readonly funding: FundingIntake
  readonly bars: BarIntake
  readonly strays: StrayOrders
  readonly orders: OpenOrders
  readonly comparison: AccountComparison
  readonly looks: AccountLooks
  readonly stops: StopKeeper
  readonly watch: AccountWatch
  readonly streams: AccountStreams
  readonly limits: SessionLimits
  readonly deadMan: DeadManTimer

  /** @param command - Orders the session to do something: a limit fired, or the account is not what the books say. */
  constructor(
    setup: SessionSetup,
    ports: SessionPorts,
    journal: SessionJournal,
    start: SessionStart,
    command: (command: SessionCommand, reason: string) => void,
  ) {
    const { id, mode, config } = setup
    const { clock } = ports
    const { playFromMs, cash, past } = start
    const isRunning = (): boolean => this.steps.state === 'running'
    const isHalted = (): boolean => ports.isHalted?.() === true
    const isWanted = (orderId: number): boolean => this.outgoing.isCancelled(orderId) || isHalted()
    const gatewayOf = ({ venue }: Instrument): TradingGateway => this.venues.gatewayOf(venue)
    const nowMs = (): TimeMs => clock.nowMs()
    const observe = (): void => this.limits.observe()
    const pause = (reason: string): void => command('pause', reason)
    const write = (act: () => void): void => steps.write(act)
    this.feeds = past.map(({ instrument, timeframe }) => ({ instrument, timeframe }))
    this.orderNames = orderNamesOf(start)
    this.journal = journal

    const { feeds, orderNames } = this
    const plan: SessionPlan = { id, orderNames, mode, config: { ...config, cash, playFromMs }, past }
    const core = new SessionCore(plan, (order, isAmendment) => this.limits.refusalOf(order, isAmendment))
    const notices = new SessionNotices(journal, clock, (event) => ports.listener?.(event), write)
    const venues = new SessionVenues(ports.gateways, config.instruments)

    const events: SenderEvents = {
      news: (orderId, news) => orderNews.hear(orderId, news),
      note: (kind, body) => notices.note(kind, body),
      commit: () => steps.requireCommit(),
      alarm: (code, message) => notices.alarm('critical', code, message),
    }
    const sender = new OrderSender(orderNames, gatewayOf, events, clock, setup.times, isHalted)
    const outgoing = new OutgoingActions(sender, venues)
    const steps = new SessionSteps(core, journal, notices, clock, (action) => outgoing.send(action), ports.risk)
    const orderNews = new OrderNewsIntake(core, steps, notices, clock, isWanted)

    const funding = new FundingIntake(steps, playFromMs)
    const bars = new BarIntake(feeds, setup.barGraceMs, { core, steps, notices, venues, funding, ports, observe })

    const strays = new StrayOrders(venues, notices, isRunning)
    const orders = new OpenOrders(orderNames, venues, sender, strays, clock)
    const comparison = new AccountComparison(setup.rules, cash, { core, venues, orders, notices })
    const watch = new AccountWatch(setup.reconcileMs, notices, clock, isRunning)
    const lookParts = { core, venues, sender, comparison, notices, watch, nowMs, isRunning, pause }
    const looks = new AccountLooks(setup.reconcileMs, lookParts)
    const stops = new StopKeeper({ core, looks, sender, steps, notices, nowMs, isHalted })
    const streams = new AccountStreams(venues, sender, looks, notices, watch)
    const limits = new SessionLimits({ core, steps, venues, sender, bars, watch, ports, command })

    this.core = core
    this.notices = notices
    this.venues = venues
    this.sender = sender
    this.outgoing = outgoing
    this.steps = steps
    this.funding = funding
    this.bars = bars
    this.strays = strays
    this.orders = orders
    this.comparison = comparison
    this.looks = looks
    this.stops = stops
    this.watch = watch
    this.streams = streams
    this.limits = limits
    this.deadMan = new DeadManTimer(venues, notices)
  }
}
