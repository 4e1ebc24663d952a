import type { TimeMs } from '@kestrel/core'
import type { Kernel, Order } from '@kestrel/kernel'
import type { OrderNews, SessionCommand } from '../session/session-input.ts'
import type { SessionFacts, SessionRisk } from '../session/session-ports.ts'
import { exposureWith, heldExposure, nearestLiquidation, orderMoney } from './account-exposure.ts'
import { isExit, isOpening } from './order-effect.ts'
import type { AccountLimits, RiskAction } from './risk-limits.ts'
import { NEW_RISK_MEMORY, type RiskMemory, type RiskStatus } from './risk-memory.ts'
import { isReadFor, staleFeeds } from './stale-feeds.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Part of a sum by which float64 may miss it: a loss of exactly the limit must fire, an order of exactly the limit pass. */
const ROUNDING = 1e-11

/** A limit that fires, and what it is to do. */
interface Breach {
  readonly reason: string
  readonly action: RiskAction
}

/**
 * Limits of an account, over all strategies of a session. Strategies cannot reach it: it stands between the kernel and the
 * venue, and looks at the account before each order, after each instant and at every tick.
 *
 * An order that makes no position larger passes limits of exposure and status: getting out is always allowed, short of a halt.
 */
export class AccountRisk implements SessionRisk {
  readonly #limits: AccountLimits
  readonly #remember: (memory: RiskMemory) => void
  #memory: RiskMemory
  #facts: SessionFacts | undefined

  /**
   * @param memory - What a former process left; undefined in a new session.
   * @param remember - Keeps what must survive a restart.
   */
  constructor(limits: AccountLimits, memory: RiskMemory | undefined, remember: (memory: RiskMemory) => void) {
    this.#limits = limits
    this.#remember = remember
    this.#memory = memory ?? NEW_RISK_MEMORY
  }

  get status(): RiskStatus {
    return this.#memory.status
  }

  get mustBeFlat(): boolean {
    return this.#memory.status === 'halted'
  }

  get memory(): RiskMemory {
    return this.#memory
  }

  /** Makes the account active again, with everything counted from now. Only somebody can do that. */
  reset(equity: number): void {
    const { dayStartMs, countedTrades, sentMs, disconnectedSinceMs } = this.#memory
    this.#keep({
      ...NEW_RISK_MEMORY,
      peakEquity: equity,
      dayStartEquity: equity,
      dayStartMs,
      countedTrades,
      sentMs,
      disconnectedSinceMs,
    })
  }

  gate(order: Order, kernel: Kernel, nowMs: TimeMs, facts: SessionFacts): string | undefined {
    this.#notice(kernel, facts, nowMs)
    const { status, reason, pausedUntilMs } = this.#memory
    const isGuard = isExit(order)
    if (status === 'halted' && !isGuard) return refusal(`halted: ${reason}`)
    const opens = !isGuard && isOpening(order, kernel)
    if (opens && status === 'reducing') return refusal(`only smaller positions: ${reason}`)
    if (opens && nowMs < pausedUntilMs) return refusal('a pause after losses')
    const breach = this.#rateBreach(opens, nowMs) ?? (opens ? this.#breachBy(order, kernel, nowMs) : undefined)
    if (breach !== undefined) {
      this.#act(breach)
      return refusal(breach.reason)
    }
    if (this.#limits.ordersPerMinute !== undefined) this.#keep({ sentMs: [...this.#memory.sentMs, nowMs] })
    return undefined
  }

  /** Counts orders that the venue turned down. What a limit kept back says nothing of the venue. */
  heard({ kind }: OrderNews): void {
    const { rejects } = this.#memory
    if (kind === 'rejected') this.#keep({ rejects: rejects + 1 })
    else if (rejects > 0 && (kind === 'accepted' || kind === 'filled')) this.#keep({ rejects: 0 })
  }

  observe(
    kernel: Kernel,
    facts: SessionFacts,
    nowMs: TimeMs,
  ): { readonly command: SessionCommand; readonly reason: string } | undefined {
    this.#notice(kernel, facts, nowMs)
    if (this.#memory.status !== 'halted') for (const breach of this.#firing(kernel, nowMs)) this.#act(breach)
    const { due, reason } = this.#memory
    if (due === undefined) return undefined
    this.#keep({ due: undefined })
    return { command: due, reason: `risk: ${reason}` }
  }

  /** Decides; the session is told at the next look, also by a process after this one. */
  #act({ reason, action }: Breach): void {
    const { status } = this.#memory
    if (action === 'flatten' && status !== 'halted') this.#keep({ status: 'halted', reason, due: 'flatten' })
    else if (action === 'reduce' && status === 'active') this.#keep({ status: 'reducing', reason, due: 'reduce' })
  }

  /** Brings what is counted up to date. */
  #notice(kernel: Kernel, facts: SessionFacts, nowMs: TimeMs): void {
    this.#facts = facts
    this.#notLaterThan(nowMs)
    const { disconnectedSinceMs } = this.#memory
    if (facts.isConnected !== (disconnectedSinceMs === undefined)) {
      this.#keep({ disconnectedSinceMs: facts.isConnected ? undefined : nowMs })
    }
    this.#countEquity(kernel, nowMs)
    this.#countTrades(kernel, nowMs)
  }

  /** What was counted before the clock was set back counts for as long as it would have without. */
  #notLaterThan(nowMs: TimeMs): void {
    const { sentMs, pausedUntilMs, disconnectedSinceMs = nowMs } = this.#memory
    const { lossStreak } = this.#limits
    if (sentMs.some((each) => each > nowMs)) this.#keep({ sentMs: sentMs.map((each) => Math.min(each, nowMs)) })
    if (disconnectedSinceMs > nowMs) this.#keep({ disconnectedSinceMs: nowMs })
    if (lossStreak !== undefined && pausedUntilMs > nowMs + lossStreak.pauseMs) {
      this.#keep({ pausedUntilMs: nowMs + lossStreak.pauseMs })
    }
  }

  #countEquity({ ledger, startEquity }: Kernel, nowMs: TimeMs): void {
    const { peakEquity, dayStartMs } = this.#memory
    const equity = ledger.equity()
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS
    const isFirst = dayStartMs === -Infinity
    // A day that begins again, since the clock was set back over midnight, keeps its loss.
    if (today > dayStartMs) this.#keep({ dayStartMs: today, dayStartEquity: isFirst ? startEquity : equity })
    const peak = Math.max(peakEquity, equity, isFirst ? startEquity : -Infinity)
    if (peak > peakEquity) this.#keep({ peakEquity: peak })
  }

  #countTrades({ desk: { trips } }: Kernel, nowMs: TimeMs): void {
    const { lossStreak } = this.#limits
    const { countedTrades } = this.#memory
    if (lossStreak === undefined || trips.count === countedTrades) return
    let { losses, pausedUntilMs } = this.#memory
    for (const { profit } of trips.records().slice(countedTrades)) {
      losses = profit < 0 ? losses + 1 : 0
      if (losses < lossStreak.at) continue
      losses = 0
      pausedUntilMs = nowMs + lossStreak.pauseMs
    }
    this.#keep({ countedTrades: trips.count, losses, pausedUntilMs })
  }

  /** Limits on the state of the account that fire now. */
  *#firing(kernel: Kernel, nowMs: TimeMs): Generator<Breach> {
    const { drawdown, dailyLoss, marginDistance, consecutiveRejects } = this.#limits
    const { peakEquity, dayStartEquity, rejects } = this.#memory
    const equity = kernel.ledger.equity()
    if (drawdown !== undefined && hasLost(drawdown.at, peakEquity, equity)) {
      yield { reason: `drawdown of ${percent(1 - equity / peakEquity)} from ${peakEquity}`, action: drawdown.action }
    }
    if (dailyLoss !== undefined && hasLost(dailyLoss.at, dayStartEquity, equity)) {
      yield { reason: `loss of ${percent(1 - equity / dayStartEquity)} today`, action: dailyLoss.action }
    }
    if (marginDistance !== undefined) {
      const distance = nearestLiquidation(kernel)
      if (distance <= marginDistance.at + ROUNDING) {
        yield { reason: `liquidation is ${percent(distance)} away`, action: marginDistance.action }
      }
    }
    if (consecutiveRejects !== undefined && rejects >= consecutiveRejects.at) {
      yield { reason: `${rejects} orders were turned down in a row`, action: consecutiveRejects.action }
    }
    yield* this.#lostTouch(kernel, nowMs)
    yield* this.#exposed(kernel, equity)
  }

  /** Limits on what is known of market, account and time. */
  *#lostTouch(kernel: Kernel, nowMs: TimeMs): Generator<Breach> {
    const { staleDataMs, disconnectedMs, clockSkewMs } = this.#limits
    // One that blocks does so for those who read the feed.
    if (staleDataMs !== undefined && staleDataMs.action !== 'block') yield* this.#stale(kernel, nowMs)
    const downMs = nowMs - (this.#memory.disconnectedSinceMs ?? Infinity)
    if (disconnectedMs !== undefined && downMs >= disconnectedMs.at) {
      yield { reason: `no connection to the account for ${Math.round(downMs)} ms`, action: disconnectedMs.action }
    }
    const skewMs = this.#facts?.clockSkewMs ?? 0
    if (clockSkewMs !== undefined && skewMs >= clockSkewMs.at) {
      yield { reason: `clocks differ by ${Math.round(skewMs)} ms`, action: clockSkewMs.action }
    }
  }

  /** Limits on what is held. */
  *#exposed(kernel: Kernel, equity: number): Generator<Breach> {
    const { grossExposure, netExposure, instrumentExposure, venueExposure, leverage } = this.#limits
    if (!this.#limitsExposure) return
    const held = heldExposure(kernel)
    const each = [
      [grossExposure, held.gross, 'gross exposure'],
      [netExposure, Math.abs(held.longest), 'net exposure'],
      [instrumentExposure, Math.max(0, ...held.byInstrument.values()), 'exposure in one instrument'],
      [venueExposure, Math.max(0, ...held.byVenue.values()), 'exposure at one venue'],
      [leverage, held.levered, 'leverage'],
    ] as const
    for (const [limit, money, name] of each) {
      if (limit === undefined || !isAbove(money, limit.at * equity)) continue
      yield { reason: `${name} of ${percent(money / equity)}`, action: limit.action }
    }
  }

  /** What an order that makes a position larger would break. */
  #breachBy(order: Order, kernel: Kernel, nowMs: TimeMs): Breach | undefined {
    // Whatever a limit does when it fires, nothing is opened while it does.
    for (const breach of this.#firing(kernel, nowMs)) return breach
    for (const breach of this.#stale(kernel, nowMs, order)) return breach
    const { orderNotional, orderQuantity, priceBand } = this.#limits
    const { quantity, instrumentIndex } = order
    const money = orderMoney(order, kernel)
    if (orderNotional !== undefined && isAbove(money, orderNotional.at)) {
      return { reason: `an order of ${money}, at most ${orderNotional.at}`, action: orderNotional.action }
    }
    if (orderQuantity !== undefined && isAbove(quantity, orderQuantity.at)) {
      return { reason: `an order of ${quantity}, at most ${orderQuantity.at}`, action: orderQuantity.action }
    }
    if (priceBand !== undefined) {
      const price = kernel.ledger.mark[instrumentIndex] as number
      const most = priceBand.at * price + ROUNDING * price
      const far = [order.limitPrice, order.triggerPrice].find((each) => Math.abs(each - price) > most)
      if (far !== undefined) {
        const reason = `a price of ${far} is ${percent(Math.abs(far / price - 1))} from ${price}`
        return { reason, action: priceBand.action }
      }
    }
    return this.#overexposedBy(order, kernel)
  }

  #overexposedBy(order: Order, kernel: Kernel): Breach | undefined {
    if (!this.#limitsExposure) return undefined
    const { grossExposure, netExposure, instrumentExposure, venueExposure, leverage } = this.#limits
    const { id, venue, kind } = order.instrument
    const equity = kernel.ledger.equity()
    const after = exposureWith(order, kernel)
    const each = [
      [grossExposure, after.gross, 'gross exposure'],
      [netExposure, order.side === 'buy' ? after.longest : -after.shortest, 'net exposure'],
      [instrumentExposure, after.byInstrument.get(id) ?? 0, `exposure in ${id}`],
      [venueExposure, after.byVenue.get(venue) ?? 0, `exposure at ${venue}`],
      [kind === 'spot' ? undefined : leverage, after.levered, 'leverage'],
    ] as const
    for (const [limit, sum, name] of each) {
      if (limit === undefined || !isAbove(sum, limit.at * equity)) continue
      // What would be held is not held: the order is refused and nothing else has to be done.
      const reason = `${name} would be ${percent(sum / equity)}, at most ${percent(limit.at)}`
      return { reason, action: 'block' }
    }
    return undefined
  }

  get #limitsExposure(): boolean {
    const { grossExposure, netExposure, instrumentExposure, venueExposure, leverage } = this.#limits
    return [grossExposure, netExposure, instrumentExposure, venueExposure, leverage].some((each) => each !== undefined)
  }

  /** Who opened as often as is allowed must still be able to close. */
  #rateBreach(opens: boolean, nowMs: TimeMs): Breach | undefined {
    const { ordersPerMinute } = this.#limits
    if (ordersPerMinute === undefined) return undefined
    const sentMs = this.#memory.sentMs.filter((each) => each > nowMs - MINUTE_MS)
    if (sentMs.length < this.#memory.sentMs.length) this.#keep({ sentMs })
    const most = opens ? ordersPerMinute.at : 2 * ordersPerMinute.at
    if (sentMs.length < most) return undefined
    return { reason: `${most} orders in a minute`, action: ordersPerMinute.action }
  }

  /** Feeds that are late, all or those that an order goes by. */
  *#stale(kernel: Kernel, nowMs: TimeMs, order?: Order): Generator<Breach> {
    const { staleDataMs } = this.#limits
    if (staleDataMs === undefined || this.#facts === undefined) return
    for (const { feed, ageMs } of staleFeeds(kernel, this.#facts.knownToMs, nowMs, staleDataMs.at)) {
      if (order !== undefined && !isReadFor(feed, order)) continue
      const reason = `${feed.instrument.id} ${feed.timeframe} is ${Math.round(ageMs)} ms late`
      yield { reason, action: staleDataMs.action }
    }
  }

  #keep(change: Partial<RiskMemory>): void {
    this.#memory = { ...this.#memory, ...change }
    this.#remember(this.#memory)
  }
}

function refusal(problem: string): string {
  return `risk: ${problem}`
}

/** Whether a part of what there was is gone: that part to the cent, or more. */
function hasLost(part: number, before: number, now: number): boolean {
  return before - now >= part * before - ROUNDING * Math.abs(before)
}

function isAbove(value: number, most: number): boolean {
  return value > most + ROUNDING * Math.abs(most)
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(4))} %`
}
