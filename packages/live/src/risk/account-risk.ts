// Long because: every limit of an account, where it fires and what it does, has to be readable in one place.
import { type Instrument, stepsToNumber, type TimeMs, timeframeMs } from '@kestrel/core'
import { contractNotional, type Kernel, type Order, placeLiquidationPrice } from '@kestrel/kernel'
import { isOpening } from './order-effect.ts'
import type { OrderNews, SessionCommand } from '../session/session-input.ts'
import type { SessionFacts, SessionRisk } from '../session/session-ports.ts'
import type { AccountLimits, RiskAction } from './risk-limits.ts'

/** `halted` is left by an explicit reset alone. */
export type RiskStatus = 'active' | 'reducing' | 'halted'

/** What survives a restart. */
export interface RiskMemory {
  readonly status: RiskStatus
  /** Why it is not active. */
  readonly reason: string
  readonly peakEquity: number
  readonly dayStartMs: TimeMs
  readonly dayStartEquity: number
  readonly pausedUntilMs: TimeMs
  /** Trades that were counted, and how many of the newest of them were lost in a row. */
  readonly countedTrades: number
  readonly losses: number
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * Limits of an account, over all strategies of a session. Strategies cannot reach it: it stands between the kernel and the
 * venue, and looks at the account at every tick.
 *
 * An order that makes no position larger passes limits of exposure and status: getting out is always allowed, short of a halt.
 */
export class AccountRisk implements SessionRisk {
  readonly #limits: AccountLimits
  readonly #remember: (memory: RiskMemory) => void
  #memory: RiskMemory
  /** Times of orders that went out in the last minute. */
  readonly #sentMs: number[] = []
  #disconnectedSinceMs: TimeMs | undefined
  #facts: SessionFacts | undefined
  #rejects = 0

  /**
   * @param memory - What a former process left; undefined in a new session.
   * @param remember - Keeps what must survive a restart.
   */
  constructor(limits: AccountLimits, memory: RiskMemory | undefined, remember: (memory: RiskMemory) => void) {
    this.#limits = limits
    this.#remember = remember
    this.#memory = memory ?? {
      status: 'active',
      reason: '',
      peakEquity: -Infinity,
      dayStartMs: -Infinity,
      dayStartEquity: Number.NaN,
      pausedUntilMs: -Infinity,
      countedTrades: 0,
      losses: 0,
    }
  }

  get status(): RiskStatus {
    return this.#memory.status
  }

  get memory(): RiskMemory {
    return this.#memory
  }

  /** Makes the account active again, with the highest equity counted from now. Only somebody can do that. */
  reset(equity: number): void {
    this.#rejects = 0
    this.#keep({
      status: 'active',
      reason: '',
      peakEquity: equity,
      dayStartEquity: equity,
      pausedUntilMs: -Infinity,
      losses: 0,
    })
  }

  gate(order: Order, kernel: Kernel, nowMs: TimeMs): string | undefined {
    const { status, reason, pausedUntilMs } = this.#memory
    if (status === 'halted') return refusal(`halted: ${reason}`)
    const opens = isOpening(order, kernel)
    if (opens && status === 'reducing') return refusal(`only smaller positions: ${reason}`)
    if (opens && nowMs < pausedUntilMs) return refusal('a pause after losses')
    const broken = opens ? this.#brokenBy(order, kernel, nowMs) : this.#rateProblem(nowMs)
    if (broken !== undefined) return refusal(broken)
    this.#sentMs.push(nowMs)
    return undefined
  }

  /** Counts orders that the venue turned down. What a limit kept back says nothing of the venue. */
  heard({ kind }: OrderNews): void {
    if (kind === 'rejected') this.#rejects++
    else if (kind === 'accepted' || kind === 'filled') this.#rejects = 0
  }

  observe(
    kernel: Kernel,
    facts: SessionFacts,
    nowMs: TimeMs,
  ): { readonly command: SessionCommand; readonly reason: string } | undefined {
    this.#facts = facts
    this.#disconnectedSinceMs = facts.isConnected ? undefined : (this.#disconnectedSinceMs ?? nowMs)
    const equity = kernel.ledger.equity()
    this.#count(equity, nowMs)
    this.#countTrades(kernel, nowMs)
    if (this.#memory.status === 'halted') return undefined
    for (const [reason, action] of this.#firing(kernel, equity, nowMs)) {
      if (action === 'flatten') {
        this.#keep({ status: 'halted', reason })
        return { command: 'flatten', reason: `risk: ${reason}` }
      }
      if (action === 'reduce' && this.#memory.status === 'active') {
        this.#keep({ status: 'reducing', reason })
        return { command: 'reduce', reason: `risk: ${reason}` }
      }
    }
    return undefined
  }

  #count(equity: number, nowMs: TimeMs): void {
    const { peakEquity, dayStartMs } = this.#memory
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS
    if (today !== dayStartMs) this.#keep({ dayStartMs: today, dayStartEquity: equity })
    if (equity > peakEquity) this.#keep({ peakEquity: equity })
  }

  #countTrades(kernel: Kernel, nowMs: TimeMs): void {
    const { lossStreak } = this.#limits
    const { trips } = kernel.desk
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

  /** Limits on the state of the account that fire now, with what they do. `block` ones speak at the gate alone. */
  *#firing(kernel: Kernel, equity: number, nowMs: TimeMs): Generator<readonly [reason: string, action: RiskAction]> {
    const { drawdown, dailyLoss, marginDistance, consecutiveRejects, staleDataMs, disconnectedMs, clockSkewMs } =
      this.#limits
    const { grossExposure, netExposure, instrumentExposure, venueExposure } = this.#limits
    const { peakEquity, dayStartEquity } = this.#memory
    if (drawdown !== undefined && equity <= peakEquity * (1 - drawdown.at)) {
      yield [`drawdown of ${percent(1 - equity / peakEquity)} from ${peakEquity}`, drawdown.action]
    }
    if (dailyLoss !== undefined && equity <= dayStartEquity * (1 - dailyLoss.at)) {
      yield [`loss of ${percent(1 - equity / dayStartEquity)} today`, dailyLoss.action]
    }
    if (marginDistance !== undefined) {
      const distance = nearestLiquidation(kernel)
      if (distance <= marginDistance.at) yield [`liquidation is ${percent(distance)} away`, marginDistance.action]
    }
    if (consecutiveRejects !== undefined && this.#rejects >= consecutiveRejects.at) {
      yield [`${this.#rejects} orders were turned down in a row`, consecutiveRejects.action]
    }
    const stale = staleDataMs === undefined ? undefined : this.#staleFeed(kernel, nowMs, staleDataMs.at)
    if (staleDataMs !== undefined && stale !== undefined) yield [stale, staleDataMs.action]
    const downMs = this.#disconnectedSinceMs === undefined ? 0 : nowMs - this.#disconnectedSinceMs
    if (disconnectedMs !== undefined && downMs >= disconnectedMs.at) {
      yield [`no connection to the account for ${downMs} ms`, disconnectedMs.action]
    }
    const skewMs = this.#facts?.clockSkewMs ?? 0
    if (clockSkewMs !== undefined && skewMs >= clockSkewMs.at) {
      yield [`clocks differ by ${Math.round(skewMs)} ms`, clockSkewMs.action]
    }
    const held = exposures(kernel)
    const each = [
      [grossExposure, held.gross, 'gross exposure'],
      [netExposure, Math.abs(held.net), 'net exposure'],
      [instrumentExposure, Math.max(0, ...held.byInstrument.values()), 'exposure in one instrument'],
      [venueExposure, Math.max(0, ...held.byVenue.values()), 'exposure at one venue'],
    ] as const
    for (const [limit, money, name] of each) {
      if (limit !== undefined && money > limit.at * equity)
        yield [`${name} of ${percent(money / equity)}`, limit.action]
    }
  }

  /** What an order that makes a position larger would break. */
  #brokenBy(order: Order, kernel: Kernel, nowMs: TimeMs): string | undefined {
    const { instrument, instrumentIndex } = order
    const { orderNotional, orderQuantity, priceBand, staleDataMs, disconnectedMs, clockSkewMs } = this.#limits
    const price = kernel.ledger.mark[instrumentIndex] as number
    const money = notional(kernel, instrument, instrumentIndex, order.quantity, price)
    const rate = this.#rateProblem(nowMs)
    if (rate !== undefined) return rate
    // Whatever a limit does when it fires, nothing is opened while it does.
    for (const [reason] of this.#firing(kernel, kernel.ledger.equity(), nowMs)) return reason
    if (orderNotional !== undefined && money > orderNotional.at)
      return `an order of ${money}, at most ${orderNotional.at}`
    if (orderQuantity !== undefined && order.quantity > orderQuantity.at) {
      return `an order of ${order.quantity}, at most ${orderQuantity.at}`
    }
    if (priceBand !== undefined) {
      const far = [order.limitPrice, order.triggerPrice].find((each) => Math.abs(each / price - 1) > priceBand.at)
      if (far !== undefined) return `a price of ${far} is ${percent(Math.abs(far / price - 1))} from ${price}`
    }
    if (staleDataMs !== undefined) {
      const stale = this.#staleFeed(kernel, nowMs, staleDataMs.at)
      if (stale !== undefined) return stale
    }
    const downMs = this.#disconnectedSinceMs === undefined ? 0 : nowMs - this.#disconnectedSinceMs
    if (disconnectedMs !== undefined && downMs >= disconnectedMs.at) return 'no connection to the account'
    if (clockSkewMs !== undefined && (this.#facts?.clockSkewMs ?? 0) >= clockSkewMs.at) return 'the clocks differ'
    return this.#exposureProblem(order, kernel, money)
  }

  #exposureProblem(order: Order, kernel: Kernel, money: number): string | undefined {
    const { grossExposure, netExposure, instrumentExposure, venueExposure } = this.#limits
    const equity = kernel.ledger.equity()
    const held = exposures(kernel, order)
    const { id, venue } = order.instrument
    const after = [
      [grossExposure, held.gross + money, 'gross exposure'],
      [netExposure, Math.abs(held.net + (order.side === 'buy' ? money : -money)), 'net exposure'],
      [instrumentExposure, (held.byInstrument.get(id) ?? 0) + money, `exposure in ${id}`],
      [venueExposure, (held.byVenue.get(venue) ?? 0) + money, `exposure at ${venue}`],
    ] as const
    for (const [limit, sum, name] of after) {
      if (limit !== undefined && sum > limit.at * equity) {
        return `${name} would be ${percent(sum / equity)}, at most ${percent(limit.at)}`
      }
    }
    return undefined
  }

  #rateProblem(nowMs: TimeMs): string | undefined {
    const { ordersPerMinute } = this.#limits
    if (ordersPerMinute === undefined) return undefined
    while ((this.#sentMs[0] ?? Infinity) <= nowMs - MINUTE_MS) this.#sentMs.shift()
    return this.#sentMs.length >= ordersPerMinute.at ? `${ordersPerMinute.at} orders in a minute` : undefined
  }

  #staleFeed(kernel: Kernel, nowMs: TimeMs, atMs: number): string | undefined {
    for (const [feed, newestMs] of this.#facts?.newestBarMs ?? []) {
      const timeframe = feed.split(' ')[1] ?? kernel.config.timeframe
      const ageMs = nowMs - newestMs - timeframeMs(timeframe)
      if (ageMs >= atMs) return `${feed} is ${Math.round(ageMs)} ms late`
    }
    return undefined
  }

  #keep(change: Partial<RiskMemory>): void {
    this.#memory = { ...this.#memory, ...change }
    this.#remember(this.#memory)
  }
}

function refusal(problem: string): string {
  return `risk: ${problem}`
}

interface Exposures {
  readonly gross: number
  readonly net: number
  readonly byInstrument: ReadonlyMap<string, number>
  readonly byVenue: ReadonlyMap<string, number>
}

/**
 * Money in positions, reporting currency.
 *
 * @param asked - An order that is asked for: what rests beside it, and would make positions larger, counts as filled.
 */
function exposures(kernel: Kernel, asked?: Order): Exposures {
  const { ledger } = kernel
  const { instruments } = kernel.config
  const byInstrument = new Map<string, number>()
  const byVenue = new Map<string, number>()
  let [gross, net] = [0, 0]
  for (let slot = 0; slot < ledger.lots.length; slot++) {
    const lots = ledger.lots[slot] as number
    if (lots === 0) continue
    const index = (slot % ledger.placeCount) % instruments.length
    const instrument = instruments[index] as Instrument
    const quantity = stepsToNumber(Math.abs(lots), instrument.lot)
    const money = notional(kernel, instrument, index, quantity, ledger.mark[index] as number)
    gross += money
    net += Math.sign(lots) * money
    byInstrument.set(instrument.id, (byInstrument.get(instrument.id) ?? 0) + money)
    byVenue.set(instrument.venue, (byVenue.get(instrument.venue) ?? 0) + money)
  }
  if (asked === undefined) return { gross, net, byInstrument, byVenue }
  kernel.config.strategies.forEach((_, strategyIndex) => {
    for (const order of kernel.desk.openOrders(strategyIndex, undefined)) {
      if (order === asked || !isOpening(order, kernel)) continue
      const { instrument, instrumentIndex, side } = order
      const price = ledger.mark[instrumentIndex] as number
      const money = notional(kernel, instrument, instrumentIndex, order.remainingQuantity, price)
      gross += money
      net += side === 'buy' ? money : -money
      byInstrument.set(instrument.id, (byInstrument.get(instrument.id) ?? 0) + money)
      byVenue.set(instrument.venue, (byVenue.get(instrument.venue) ?? 0) + money)
    }
  })
  return { gross, net, byInstrument, byVenue }
}

function notional(kernel: Kernel, instrument: Instrument, index: number, quantity: number, price: number): number {
  const { settlement, contractSize } = instrument
  return contractNotional(settlement, quantity, contractSize, price) * kernel.ledger.quoteRate(index)
}

/** Least distance of a price from a liquidation, as a fraction of the price; infinite without a position that can be. */
function nearestLiquidation(kernel: Kernel): number {
  const { margin, mark } = kernel.ledger
  if (margin === undefined) return Infinity
  let nearest = Infinity
  margin.positions.forEach((_, place) => {
    if (margin.lots[place] === 0) return
    const price = mark[place % kernel.config.instruments.length] as number
    const liquidation = placeLiquidationPrice(margin, place)
    if (liquidation !== undefined && liquidation > 0) nearest = Math.min(nearest, Math.abs(price - liquidation) / price)
  })
  return nearest
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(4))} %`
}
