// Long because: every rule of docs/orders.md stands in one place and in the plainest form, to be read beside it.
import type { ScriptAction, ScriptBar, ScriptFill, ScriptOrder, ScriptOutcome, ScriptRules } from './order-script.ts'

interface Group {
  readonly entry: Live | undefined
  readonly members: Live[]
  readonly link: 'one-cancels-other' | 'independent'
  readonly activeFrom: 'fill' | 'next-bar'
}

/** An order, wherever it is in its life. */
interface Live {
  readonly id: number
  readonly spec: ScriptOrder
  limit: number
  trigger: number
  /** Lots asked for, and lots that it is large now. */
  readonly full: number
  size: number
  filled: number
  state: string
  age: number
  /** Bar at whose open it first acts, counted in bars, with a fraction. */
  activeFrom: number
  arrived: boolean
  triggered: boolean
  lapsed: boolean
  level: number
  group: Group | undefined
  joinedBar: number
  fresh: { bar: number; lots: number }
  shown: { bar: number; lots: number }
  /** Price at which the bar being played lets it act. */
  reach: number
  /** What a unit gains against the close of the present bar. */
  gain: number
  /** Last bar in which the mark price set off another member of its group. */
  rivalBar: number
}

/** An order with its prices, as it stands or as it would. */
type Priced = Pick<Live, 'spec' | 'limit' | 'trigger'>

const FINAL = new Set(['refused', 'rejected', 'filled', 'cancelled', 'expired'])
const isFinal = (order: Live): boolean => FINAL.has(order.state)
const isSell = (order: Live): boolean => order.spec.side === 'sell'
const legOf = ({ spec }: Live): 'long' | 'short' => spec.leg ?? 'long'
const left = (order: Live): number => order.size - order.filled
const closes = (order: Live): boolean => order.spec.quantity === undefined
const isStop = ({ spec }: Pick<Live, 'spec'>): boolean =>
  ['stop-market', 'stop-limit', 'trailing-stop'].includes(spec.type)
const isImmediate = ({ spec }: Live): boolean => spec.timeInForce === 'IOC' || spec.timeInForce === 'FOK'
const isLimitNow = ({ spec, triggered }: Live): boolean =>
  spec.type === 'limit' || (triggered && (spec.type === 'stop-limit' || spec.type === 'take-profit-limit'))
const takesAny = ({ spec, triggered }: Live): boolean =>
  spec.type === 'market' || (triggered && ['stop-market', 'take-profit', 'trailing-stop'].includes(spec.type))
const byMark = ({ spec, triggered }: Live): boolean => spec.triggerBy === 'mark' && !triggered
const mayGrow = (order: Live): boolean => {
  const entry = order.group?.entry
  return entry !== undefined && entry !== order && !isFinal(entry)
}

/**
 * A slow matcher written from the rules of docs/orders.md: it keeps one list of orders and looks at all of them all the
 * time. It shares no code with the simulated venue, and is what the venue is compared with.
 */
export function referenceMatch(
  bars: readonly ScriptBar[],
  script: readonly (readonly ScriptAction[])[],
  rules: ScriptRules,
): ScriptOutcome {
  const matcher = new ReferenceMatcher(bars, rules)
  bars.forEach((_, bar) => {
    matcher.playBar(bar)
    for (const action of script[bar] ?? []) matcher.act(action, bar)
    matcher.settle(bar)
  })
  return matcher.outcome()
}

class ReferenceMatcher {
  readonly #bars: readonly ScriptBar[]
  readonly #rules: ScriptRules
  readonly #orders: Live[] = []
  readonly #fills: ScriptFill[] = []
  #age = 0
  /** Of the only position, or of the long and the short one. */
  readonly #positions = { long: 0, short: 0 }
  #bar = -1
  /** Lots traded in the present bar, and lots by which those before it went beyond their share. */
  #used = 0
  #owed = 0
  #price = Number.NaN
  #where: 'open' | 'inside' | 'close' = 'close'
  /** Position as the range of the present bar begins, what may take it, and what reduce-only orders have taken of it. */
  readonly #held = { long: 0, short: 0 }
  /** Orders that the bar reached and that may turn a position, with the lots that they came to. */
  #rivals: { readonly order: Live; readonly lots: number }[] = []
  /** Reduce-only fills of the bar, save those of members that came within it. */
  #reductions: { readonly order: Live; readonly lots: number }[] = []
  /** Orders that the range of the present bar reached and that have not had their turn. */
  #queue: Live[] = []

  constructor(bars: readonly ScriptBar[], rules: ScriptRules) {
    this.#bars = bars
    this.#rules = rules
  }

  outcome(): ScriptOutcome {
    return { fills: this.#fills, states: this.#orders.map((each) => each.state) }
  }

  // --- What a strategy asks for at the close of a bar.

  act(action: ScriptAction, bar: number): void {
    if (action.kind === 'submit') {
      const order = this.#make(action.order)
      if (this.#isRefused(order)) order.state = 'refused'
      else this.#accept(order, bar + 1)
    } else if (action.kind === 'group') this.#submitGroup(action, bar + 1)
    else {
      const order = this.#orders[action.order]
      if (order === undefined || isFinal(order)) return
      if (action.kind === 'cancel') this.#end(order, 'cancelled', true)
      else this.#amend(order, action, bar + 1)
    }
  }

  #make(spec: ScriptOrder): Live {
    const order: Live = {
      id: this.#orders.length,
      spec,
      limit: spec.limit ?? Number.NaN,
      trigger: spec.trigger ?? Number.NaN,
      full: spec.quantity ?? 0,
      size: spec.quantity ?? 0,
      filled: 0,
      state: 'created',
      age: 0,
      activeFrom: 0,
      arrived: false,
      triggered: false,
      lapsed: false,
      level: Number.NaN,
      group: undefined,
      joinedBar: -1,
      fresh: { bar: -1, lots: 0 },
      shown: { bar: -1, lots: 0 },
      reach: Number.NaN,
      gain: 0,
      rivalBar: -1,
    }
    this.#orders.push(order)
    return order
  }

  /**
   * A reduce-only order needs a position on the other side when it is sent; of two positions none is closed beyond what it
   * is.
   */
  #isRefused(order: Live, lots = left(order)): boolean {
    if (closes(order)) return false
    if (order.spec.reduceOnly === true) return this.#reducible(order) === 0
    return this.#isReducing(order) && lots > this.#reducible(order)
  }

  /** True for what can only reduce a position. */
  #isReducing(order: Live): boolean {
    const { leg } = order.spec
    return order.spec.reduceOnly === true || closes(order) || (leg !== undefined && isSell(order) === (leg === 'long'))
  }

  /** Lots of the position that an order trades which it would reduce. */
  #reducible(order: Live, positions: Readonly<Record<'long' | 'short', number>> = this.#positions): number {
    const position = positions[legOf(order)]
    return Math.max(0, isSell(order) ? position : -position)
  }

  #submitGroup(action: Extract<ScriptAction, { kind: 'group' }>, now: number): void {
    const entry = action.entry === undefined ? undefined : this.#make(action.entry)
    const members = action.members.map((each) => this.#make(each))
    const group: Group = { entry, members, link: action.link, activeFrom: action.activeFrom }
    const live = entry === undefined ? members : [entry]
    const all = entry === undefined ? members : [entry, ...members]
    const isMisplaced = entry !== undefined && members.some((each) => this.#isOnWrongSide(each, entry))
    if (isMisplaced || live.some((each) => this.#isRefused(each))) {
      for (const each of all) each.state = 'refused'
      return
    }
    for (const each of all) each.group = group
    if (entry !== undefined) {
      for (const member of members) member.state = 'waiting'
      this.#accept(entry, now)
      return
    }
    const turnedDown = members.find((each) => this.#wouldCross(each))
    if (turnedDown !== undefined) this.#accept(turnedDown, now)
    for (const member of members) if (!isFinal(member)) this.#accept(member, now)
  }

  #wouldCross(order: Live): boolean {
    return order.spec.postOnly === true && this.#wouldTake(order, this.#price)
  }

  #accept(order: Live, now: number): void {
    if (this.#wouldCross(order)) {
      order.state = 'rejected'
      this.#afterEnd(order)
      return
    }
    order.state = 'accepted'
    order.age = this.#age++
    order.activeFrom = now + this.#rules.latency
  }

  #amend(order: Live, action: Extract<ScriptAction, { kind: 'amend' }>, now: number): void {
    const size = action.quantity ?? order.size
    if (order.group !== undefined && size !== order.size) return
    if (closes(order) && action.quantity !== undefined) return
    if (size <= order.filled && !closes(order) && order.group === undefined) {
      this.#end(order, 'cancelled')
      return
    }
    const isEmpty = size === order.filled && !closes(order)
    const limit = action.limit ?? order.limit
    const trigger = action.trigger ?? order.trigger
    if (this.#isMisplaced(order, limit, trigger)) return
    if (order.state !== 'waiting' && !isEmpty && this.#isRefused(order, size - order.filled)) return
    order.size = size
    order.limit = limit
    order.trigger = trigger
    if (order.state === 'waiting') return
    if (this.#wouldCross(order)) {
      this.#end(order, 'cancelled')
      return
    }
    order.age = this.#age++
    order.activeFrom = now + this.#rules.latency
    order.arrived = false
  }

  /** While an entry may still fill, it and the members that wait for it stay on their sides of each other. */
  #isMisplaced(order: Live, limit: number, trigger: number): boolean {
    const { group } = order
    const entry = group?.entry
    if (group === undefined || entry === undefined || isFinal(entry)) return false
    const amended = { spec: order.spec, limit, trigger }
    if (order !== entry) return order.state === 'waiting' && this.#isOnWrongSide(amended, entry)
    return group.members.some((each) => !isFinal(each) && this.#isOnWrongSide(each, amended))
  }

  /** A stop of a long lies below all prices that its entry states, a target above them; a short is the mirror image. */
  #isOnWrongSide(member: Priced, entry: Priced): boolean {
    if (member.spec.type === 'trailing-stop') return false
    const price = Number.isNaN(member.trigger) ? member.limit : member.trigger
    const isLong = entry.spec.side === 'buy'
    const isAbove = isStop(member) !== isLong
    return this.#statedPrices(entry, isStop(member)).some((each) => (isAbove ? price <= each : price >= each))
  }

  /** Prices that an entry fills at as far as it says: of one that trails its first level, for one at the market the last. */
  #statedPrices({ spec, limit, trigger }: Priced, forStop: boolean): number[] {
    if (spec.type === 'market') return [this.#price]
    if (spec.type !== 'trailing-stop') return [limit, trigger].filter((each) => !Number.isNaN(each))
    if (!forStop) return []
    const { activation = this.#price, trailBy, trailRate = 0 } = spec
    const isBuy = spec.side === 'buy'
    const from = isBuy ? Math.min(activation, this.#price) : Math.max(activation, this.#price)
    const behind = trailBy ?? from * trailRate
    return [isBuy ? from + behind : from - behind]
  }

  // --- Bars.

  playBar(bar: number): void {
    const { open, high, low, close } = this.#bars[bar] as ScriptBar
    this.#carryOver(this.#bar)
    this.#bar = bar
    this.#used = 0
    this.#price = open
    this.#where = 'open'
    this.#expire(bar)
    for (const each of this.#orders) if (each.arrived && this.#trails(each)) this.#trailAtOpen(each, open)
    for (let isFirst = true; ; isFirst = false) {
      const acting = this.#byAge(this.#orders.filter((each) => this.#actsAtOpen(each, isFirst)))
      if (acting.length === 0 && !isFirst) break
      const sellsFirst = [...acting.filter(isSell), ...acting.filter((each) => !isSell(each))]
      // Newcomers of one pass come to the market together, before any of them trades.
      for (const each of sellsFirst) if (!each.arrived && this.#trails(each)) this.#trailAtOpen(each, open)
      for (const each of sellsFirst) this.#meet(each)
    }
    this.#where = 'inside'
    this.#playInside(this.#bars[bar] as ScriptBar)
    for (const each of this.#orders) {
      if (each.arrived && this.#trails(each) && each.joinedBar !== bar) this.#trailAtEnd(each, high, low)
    }
    for (const each of this.#byAge(this.#orders)) if (each.lapsed && !isFinal(each)) this.#end(each, 'expired')
    this.#where = 'close'
    this.#price = close
  }

  /** Market orders at the close, where these fill there. */
  settle(bar: number): void {
    if (this.#rules.marketFill !== 'close') return
    const acting = this.#byAge(
      this.#orders.filter(
        (each) => this.#isAtMarket(each) && each.spec.type === 'market' && each.activeFrom <= bar + 1,
      ),
    )
    for (const each of acting) if (isSell(each)) this.#meet(each)
    for (const each of acting) if (!isSell(each)) this.#meet(each)
  }

  #byAge(orders: readonly Live[]): Live[] {
    return [...orders].sort((a, b) => a.age - b.age)
  }

  #isAtMarket(order: Live): boolean {
    return !isFinal(order) && order.state !== 'waiting' && order.state !== 'created'
  }

  /** Orders whose time is up go; those whose time ends inside the bar do nothing in it. */
  #expire(bar: number): void {
    for (const each of this.#byAge(this.#orders)) {
      if (!this.#isAtMarket(each) || each.spec.expires === undefined) continue
      if (each.spec.expires <= bar) this.#end(each, 'expired')
      else each.lapsed = each.spec.expires < bar + 1
    }
  }

  #actsAtOpen(order: Live, isFirst: boolean): boolean {
    if (!this.#isAtMarket(order) || order.lapsed) return false
    if (order.spec.type === 'market' && this.#rules.marketFill === 'close') return false
    if (!order.arrived) return order.activeFrom <= this.#bar
    return isFirst && (takesAny(order) || this.#isReachedAtOpen(order))
  }

  #isReachedAtOpen(order: Live): boolean {
    const { open, mark } = this.#bars[this.#bar] as ScriptBar
    return this.#isBeyond(order, byMark(order) ? (mark?.open ?? open) : open)
  }

  // --- Prices.

  /** Price that sets it off, or beyond which it fills as a maker. */
  #reachOf(order: Live): number {
    if (isLimitNow(order)) return order.limit + (isSell(order) ? 1 : -1) * this.#rules.throughTicks
    return order.spec.type === 'trailing-stop' ? order.level : order.trigger
  }

  /** True for what waits for a rise: limits to sell, stops to buy, take-profits to sell. */
  #waitsForRise(order: Live): boolean {
    return isLimitNow(order) || !isStop(order) ? isSell(order) : !isSell(order)
  }

  #isBeyond(order: Live, price: number): boolean {
    const reach = this.#reachOf(order)
    return this.#waitsForRise(order) ? price >= reach : price <= reach
  }

  #wouldTake(order: Live, price: number): boolean {
    const half = (price * this.#rules.spreadBps) / 20_000
    return isSell(order) ? order.limit <= price - half : order.limit >= price + half
  }

  // --- Trailing stops.

  #trails(order: Live): boolean {
    return order.spec.type === 'trailing-stop' && !order.triggered && this.#isAtMarket(order)
  }

  #behind({ spec }: Live, best: number): number {
    const sign = spec.side === 'sell' ? -1 : 1
    if (spec.trailBy !== undefined) return best + sign * spec.trailBy
    const exact = best * (1 + sign * (spec.trailRate as number))
    const nearest = Math.round(exact)
    if (Math.abs(exact - nearest) <= Math.abs(exact) * 1e-12) return nearest
    return sign < 0 ? Math.floor(exact) : Math.ceil(exact)
  }

  #tighten(order: Live, best: number): void {
    const level = this.#behind(order, best)
    if (Number.isNaN(order.level)) order.level = level
    else order.level = isSell(order) ? Math.max(order.level, level) : Math.min(order.level, level)
  }

  #isActivated({ spec }: Live, price: number): boolean {
    if (spec.activation === undefined) return true
    return spec.side === 'sell' ? price >= spec.activation : price <= spec.activation
  }

  #trailAtOpen(order: Live, open: number): void {
    const isActive = !Number.isNaN(order.level)
    if (isActive && this.#isBeyond(order, open)) return
    if (isActive || this.#isActivated(order, open)) this.#tighten(order, open)
  }

  #trailAtEnd(order: Live, high: number, low: number): void {
    const best = isSell(order) ? high : low
    if (!Number.isNaN(order.level) || this.#isActivated(order, best)) this.#tighten(order, best)
  }

  /** Worst price at which a range from `from` on can have met the stop; NaN where it cannot have. */
  #worstTrail(order: Live, level: number, from: number, high: number, low: number): number {
    const start = this.#behind(order, from)
    if (isSell(order)) {
      const floor = Number.isNaN(level) ? start : Math.max(level, start)
      if (low <= floor) return floor
      return low <= this.#behind(order, high) ? low : Number.NaN
    }
    const ceiling = Number.isNaN(level) ? start : Math.min(level, start)
    if (high >= ceiling) return ceiling
    return high >= this.#behind(order, low) ? high : Number.NaN
  }

  /** The same for one that rests from the bar's open. */
  #trailInside(order: Live): number {
    const { open, high, low } = this.#bars[this.#bar] as ScriptBar
    return Number.isNaN(order.level) ? this.#wokenTrail(order) : this.#worstTrail(order, order.level, open, high, low)
  }

  /** The same for one that sleeps until the range gets to its activation price: all that is worst came after that. */
  #wokenTrail(order: Live): number {
    const { high, low } = this.#bars[this.#bar] as ScriptBar
    if (!this.#isActivated(order, isSell(order) ? high : low)) return Number.NaN
    return this.#worstTrail(order, Number.NaN, order.spec.activation as number, high, low)
  }

  // --- Inside a bar.

  /** Lots that may trade now: not those that joined inside this bar without being certain to trade in it. */
  #tradable(order: Live, rests: boolean): number {
    const lots = left(order) - (order.fresh.bar === this.#bar ? order.fresh.lots : 0)
    if (!rests || order.spec.display === undefined) return lots
    return Math.min(lots, order.spec.display - (order.shown.bar === this.#bar ? order.shown.lots : 0))
  }

  #canTrade(order: Live): boolean {
    return this.#tradable(order, false) > 0 || (closes(order) && !order.triggered)
  }

  #playInside({ high, low, close }: ScriptBar): void {
    const resting = this.#orders.filter((each) => this.#isAtMarket(each) && each.arrived && !each.lapsed)
    this.#queue = []
    for (const each of resting) {
      if (takesAny(each) || byMark(each)) continue
      if (this.#trails(each)) {
        each.reach = this.#trailInside(each)
        if (!Number.isNaN(each.reach) && this.#canTrade(each)) this.#queue.push(each)
      } else if (this.#isBeyond(each, this.#waitsForRise(each) ? high : low)) {
        // Jumped at the open, and price never came back to it.
        const price = isLimitNow(each) ? each.limit : this.#reachOf(each)
        if (!each.spec.postOnly && (price < low || price > high)) continue
        each.reach = this.#reachOf(each)
        this.#queue.push(each)
      }
    }
    this.#setOffByMark(resting)
    const gain = (order: Live): number => {
      const price = isLimitNow(order) ? order.limit : order.reach
      return isSell(order) ? price - close : close - price
    }
    for (const leg of ['long', 'short'] as const) this.#held[leg] = this.#positions[leg]
    for (const each of this.#queue) each.gain = gain(each)
    this.#reductions = []
    this.#rivals = this.#queue
      .filter((each) => !this.#isReducing(each) && !isFinal(each))
      .map((order) => ({ order, lots: left(order) }))
    const wanted = this.#queue.reduce((sum, each) => sum + left(each) * (each === each.group?.entry ? 2 : 1), 0)
    const isAmple = this.#budget(0) >= wanted
    const rank = (order: Live): number => (isAmple ? Math.min(gain(order), this.#worstExit(order)) : gain(order))
    while (this.#queue.length > 0) {
      const next = this.#queue.reduce((worst, each) => {
        const difference = rank(each) - rank(worst)
        return difference < 0 || (difference === 0 && each.age < worst.age) ? each : worst
      })
      this.#queue = this.#queue.filter((each) => each !== next)
      if (isFinal(next) || !this.#canTrade(next)) continue
      next.gain = gain(next)
      // The mark price may have set off another of its group before, and where that is worse it did.
      if (next.rivalBar === this.#bar && next.gain >= 0) continue
      this.#price = isSell(next) ? Math.min(next.reach, high) : Math.max(next.reach, low)
      if (isLimitNow(next)) this.#trade(next, next.limit, true)
      else {
        next.arrived = false
        this.#meet(next)
        // A limit that was set off inside the bar and did not trade at once arrives at the next open.
        if (isLimitNow(next) && next.filled === 0) next.arrived = false
      }
    }
  }

  /** What a unit loses of the worst reduce-only stop that an entry may bring within the bar. */
  #worstExit(order: Live): number {
    const { group } = order
    if (group === undefined || order !== group.entry || group.activeFrom === 'next-bar') return Infinity
    const { high, low, close } = this.#bars[this.#bar] as ScriptBar
    const losses = group.members
      .filter((each) => each.spec.reduceOnly === true && !byMark(each))
      .map((each) => {
        const extreme = isSell(each) ? low : high
        if (each.spec.type !== 'stop-market' && each.spec.type !== 'trailing-stop') return Infinity
        const price = each.spec.type === 'stop-market' ? each.trigger : extreme
        if (isSell(each) ? price < low : price > high) return Infinity
        return isSell(each) ? price - close : close - price
      })
    return Math.min(Infinity, ...losses.filter((each) => each < 0))
  }

  /** Set off by the mark price inside a bar: it comes to the market at the next open. */
  #setOffByMark(resting: readonly Live[]): void {
    const { high, low, mark } = this.#bars[this.#bar] as ScriptBar
    for (const each of this.#byAge(resting)) {
      if (!byMark(each) || isFinal(each) || !this.#canTrade(each) || each.joinedBar === this.#bar) continue
      if (!this.#isBeyond(each, this.#waitsForRise(each) ? (mark?.high ?? high) : (mark?.low ?? low))) continue
      each.triggered = true
      each.state = 'triggered'
      each.arrived = false
      if (each.group?.link !== 'one-cancels-other') continue
      for (const other of each.group.members) if (other !== each) other.rivalBar = this.#bar
    }
  }

  #keepFresh(order: Live, lots: number): void {
    if (!this.#isAtMarket(order)) return
    order.fresh = { bar: this.#bar, lots: (order.fresh.bar === this.#bar ? order.fresh.lots : 0) + lots }
  }

  // --- Trading.

  /** An order meets the present price. */
  #meet(order: Live): void {
    if (isFinal(order)) return
    if (!this.#canTrade(order)) {
      order.arrived = true
      return
    }
    const isAtMarket = this.#where !== 'inside'
    if (order.spec.postOnly && this.#rules.latency > 0 && !order.arrived && this.#wouldTake(order, this.#price)) {
      this.#end(order, 'cancelled')
      return
    }
    if (!takesAny(order) && !isLimitNow(order) && this.#isSetOffHere(order)) {
      order.triggered = true
      order.state = 'triggered'
    }
    if (takesAny(order)) this.#takeAny(order, isAtMarket)
    else if (isLimitNow(order)) this.#meetAsLimit(order, isAtMarket)
    order.arrived = true
    if (!isFinal(order) && isImmediate(order) && (isLimitNow(order) || takesAny(order))) this.#end(order, 'cancelled')
  }

  #isSetOffHere(order: Live): boolean {
    if (this.#where === 'inside') return true
    return this.#isReachedAtOpen(order)
  }

  #takeAny(order: Live, isAtMarket: boolean): void {
    if (closes(order) && order.size === 0) {
      order.size = this.#reducible(order)
      if (order.size === 0) {
        this.#end(order, 'cancelled')
        return
      }
    }
    if (isAtMarket && this.#meetsItself(order, this.#price)) return
    if (this.#isCovered(order)) this.#take(order, Number.NaN)
  }

  #meetAsLimit(order: Live, isAtMarket: boolean): void {
    const { arrived, limit } = order
    const price = this.#price
    if (!this.#isCovered(order)) return
    // Price gaps to no order that was beyond the last close already.
    const stands = arrived && !this.#wouldTake(order, this.#bars[this.#bar - 1]?.close ?? Number.NaN)
    if (!stands && !order.spec.postOnly && price !== limit && this.#wouldTake(order, price)) {
      if (isAtMarket && this.#meetsItself(order, price)) return
      this.#take(order, limit)
    } else if ((arrived || price === limit) && this.#isBeyond(order, price)) {
      this.#trade(order, order.spec.postOnly ? limit : price, true)
    }
    if (isAtMarket && !arrived && !isImmediate(order)) this.#meetsItself(order, limit)
  }

  /** Fill-or-kill goes where the bar's volume does not cover all of it. */
  #isCovered(order: Live): boolean {
    if (order.spec.timeInForce !== 'FOK' || this.#budget(order.gain) >= left(order)) return true
    this.#end(order, 'cancelled')
    return false
  }

  /** True when the order itself had to go. */
  #meetsItself(order: Live, price: number): boolean {
    const { selfTrade } = this.#rules
    if (selfTrade === 'allow' || isFinal(order)) return isFinal(order)
    const met = this.#orders.filter(
      (each) =>
        this.#isAtMarket(each) &&
        each.arrived &&
        !each.lapsed &&
        isLimitNow(each) &&
        each.spec.side !== order.spec.side &&
        (isSell(each) ? each.limit <= price : each.limit >= price) &&
        !this.#isBeyond(each, this.#price),
    )
    if (met.length === 0) return false
    if (selfTrade !== 'cancel-newest') for (const each of met) if (!isFinal(each)) this.#end(each, 'cancelled')
    if (selfTrade !== 'cancel-oldest' && !isFinal(order)) this.#end(order, 'cancelled')
    return isFinal(order)
  }

  #take(order: Live, limit: number): void {
    const rate = this.#rules.spreadBps / 20_000 + this.#rules.slippageBps / 10_000
    const exact = this.#price * (isSell(order) ? 1 - rate : 1 + rate)
    const nearest = Math.round(exact)
    const isOnTick = Math.abs(exact - nearest) <= Math.abs(exact) * 1e-12
    let price = isOnTick ? nearest : isSell(order) ? Math.floor(exact) : Math.ceil(exact)
    if (!Number.isNaN(limit)) price = isSell(order) ? Math.max(price, limit) : Math.min(price, limit)
    this.#trade(order, price, false)
  }

  /**
   * Lots of the present bar that are still to be had. Until it ends its volume is not known, only that of the one before; what
   * gains against its close gets no more than its own share. Where anything trades at all it is a lot at least.
   */
  #budget(gain: number): number {
    const { volumeShare } = this.#rules
    if (volumeShare === undefined) return Infinity
    let { volume } = this.#bars[this.#bar] as ScriptBar
    if (this.#where !== 'close') {
      const { high, low } = this.#bars[this.#bar] as ScriptBar
      const before = this.#bars.slice(0, this.#bar).findLast((each) => each.volume > 0)?.volume ?? 0
      const most = this.#where === 'inside' && gain >= 0 ? Math.min(volume, before) : before
      volume = volume === 0 && high === low ? 0 : most
    }
    let offered = Math.floor(volume * volumeShare + 1e-9)
    if (volume > 0) offered = Math.max(1, offered)
    return Math.floor(offered - this.#used - this.#owed + 1e-9)
  }

  /** What a bar gave beyond its share, because at its open nobody knew its volume, is owed by the next. */
  #carryOver(bar: number): void {
    const { volumeShare } = this.#rules
    if (volumeShare === undefined || bar < 0) return
    const share = (this.#bars[bar] as ScriptBar).volume * volumeShare
    this.#owed = Math.max(0, this.#owed + this.#used - share)
  }

  /** What a reduce-only order may take inside a bar: where it gains against the close, only what is certain. */
  #certain(order: Live): number {
    if (this.#where !== 'inside' || !this.#isReducing(order) || order.gain < 0) return Infinity
    const held = this.#held[legOf(order)] * (isSell(order) ? 1 : -1)
    // A member that came within the bar has besides what its entry brought.
    const brought = order.joinedBar === this.#bar ? left(order) : 0
    const taken = [...this.#rivals, ...this.#reductions]
      .filter((each) => legOf(each.order) === legOf(order) && each.order.spec.side === order.spec.side)
      .reduce((sum, each) => sum + each.lots, 0)
    return Math.max(0, held + brought - taken)
  }

  #trade(order: Live, price: number, isMaker: boolean): void {
    const rests = isMaker || order.arrived
    const offered = Math.min(this.#tradable(order, rests), this.#budget(order.gain), this.#certain(order))
    if (offered <= 0) return
    const lots = this.#isReducing(order) ? Math.min(offered, this.#reducible(order)) : offered
    if (lots === 0 || (order.spec.timeInForce === 'FOK' && lots < left(order))) {
      order.state = 'cancelled'
      // A member that finds nothing to do leaves the others alone; with an entry go its members.
      if (order === order.group?.entry) this.#afterEnd(order)
      return
    }
    if (lots < offered) order.size = order.filled + lots
    order.filled += lots
    this.#used += lots
    if (this.#isReducing(order) && order.joinedBar !== this.#bar) this.#reductions.push({ order, lots })
    this.#positions[legOf(order)] += isSell(order) ? -lots : lots
    if (rests) {
      order.shown = { bar: this.#bar, lots: (order.shown.bar === this.#bar ? order.shown.lots : 0) + lots }
    }
    order.state = order.filled >= order.size && !mayGrow(order) ? 'filled' : 'partially-filled'
    const at = this.#where === 'open' ? 'open' : 'close'
    this.#fills.push({ order: order.id, lots, price, isMaker, bar: this.#bar, at })
    if (order.group !== undefined) this.#afterFill(order, order.group, isMaker ? price : this.#price)
  }

  // --- Groups.

  #afterFill(order: Live, group: Group, price: number): void {
    if (order !== group.entry && group.link === 'independent') return
    for (const member of group.members) if (member !== order) this.#adjust(member, group, price)
  }

  #end(order: Live, state: 'cancelled' | 'expired', isWanted = false): void {
    order.state = state
    this.#afterEnd(order, isWanted)
  }

  #afterEnd(order: Live, isWanted = false): void {
    const { group } = order
    if (group === undefined) return
    if (order === group.entry) for (const member of group.members) this.#adjust(member, group, Number.NaN)
    else if (group.link === 'one-cancels-other' && (isWanted || group.entry === undefined)) {
      for (const member of group.members) if (!isFinal(member)) this.#end(member, 'cancelled')
    }
  }

  /** As much as the entry has opened and no other member has closed. */
  #allowed(member: Live, { entry, members, link }: Group): number {
    const opened = entry === undefined ? Infinity : entry.filled
    const others = members.filter((each) => each !== member)
    if (link === 'one-cancels-other') {
      return Math.min(member.full, opened) - others.reduce((sum, each) => sum + each.filled, 0)
    }
    const before = members.slice(0, members.indexOf(member)).reduce((sum, each) => sum + each.full, 0)
    return Math.max(0, Math.min(member.full, opened - before))
  }

  #adjust(member: Live, group: Group, price: number): void {
    if (isFinal(member)) return
    const allowed = this.#allowed(member, group)
    if (member.state === 'waiting') {
      if (allowed > 0) this.#release(member, group, allowed, price)
      else if (!mayGrow(member)) this.#end(member, 'cancelled')
      return
    }
    if (allowed <= member.filled && !mayGrow(member)) {
      if (member.filled === 0) this.#end(member, 'cancelled')
      else member.state = 'filled'
      return
    }
    const more = allowed - member.size
    member.size = Math.max(allowed, member.filled)
    if (more > 0 && this.#where === 'inside') this.#grewInside(member, group, more, price)
  }

  /** A waiting member comes to the market. */
  #release(member: Live, group: Group, lots: number, entryPrice: number): void {
    const isLater = group.activeFrom === 'next-bar'
    member.size = lots
    member.state = 'accepted'
    member.age = this.#age++
    member.activeFrom = this.#where === 'open' && !isLater ? this.#bar : this.#bar + 1
    if (this.#where !== 'inside') return
    member.arrived = true
    member.joinedBar = this.#bar
    if (isLater || byMark(member)) return
    const { high, low, close } = this.#bars[this.#bar] as ScriptBar
    if (member.spec.type === 'trailing-stop') {
      if (this.#isActivated(member, entryPrice)) {
        const best = isSell(member) ? Math.max(entryPrice, close) : Math.min(entryPrice, close)
        member.level = this.#behind(member, best)
        member.reach = this.#worstTrail(member, Number.NaN, entryPrice, high, low)
      } else member.reach = this.#wokenTrail(member)
      if (!Number.isNaN(member.reach)) this.#queue.push(member)
      return
    }
    if (this.#isBeyond(member, entryPrice)) {
      this.#joinBeyond(member, entryPrice)
      return
    }
    // A stop counts as met where the range reaches it, a target only where the close is beyond it.
    const worst = this.#waitsForRise(member) ? high : low
    if (!this.#isBeyond(member, isStop(member) ? worst : close)) return
    member.reach = this.#reachOf(member)
    this.#queue.push(member)
  }

  /** Price is past a member as its entry fills: it takes the entry's price, a limit comes to the market at the next open. */
  #joinBeyond(member: Live, entryPrice: number): void {
    if (member.spec.limit !== undefined) {
      if (!isLimitNow(member)) {
        member.triggered = true
        member.state = 'triggered'
      }
      member.arrived = false
      return
    }
    member.reach = isSell(member) ? Math.min(entryPrice, this.#price) : Math.max(entryPrice, this.#price)
    this.#queue.push(member)
  }

  /** Lots that join a member inside a bar: a stop has its turn again where the range reaches it, a target rests. */
  #grewInside(member: Live, group: Group, lots: number, entryPrice: number): void {
    if (group.activeFrom === 'next-bar' || byMark(member)) {
      this.#keepFresh(member, lots)
      return
    }
    if (!member.arrived || takesAny(member)) return
    const { high, low, close } = this.#bars[this.#bar] as ScriptBar
    const asStop = isStop(member) && !member.triggered
    let reach = this.#reachOf(member)
    const met = this.#queue.includes(member) ? member.reach : reach
    const isPast = this.#waitsForRise(member) ? entryPrice >= met : entryPrice <= met
    // Price went past it on its way to the entry: what joins trades from the next open.
    if (isPast) {
      this.#keepFresh(member, lots)
      return
    }
    let isMet = this.#isBeyond(member, asStop ? (this.#waitsForRise(member) ? high : low) : close)
    if (this.#trails(member)) {
      reach = member.joinedBar === this.#bar ? Number.NaN : this.#trailInside(member)
      isMet = !Number.isNaN(reach)
    }
    if (isMet && !this.#queue.includes(member)) {
      member.reach = reach
      this.#queue.push(member)
    } else if (!isMet && !asStop) this.#keepFresh(member, lots)
  }
}
