import type { TimeMs } from '@kestrel/core'
import { GroupKeeper, isFinal, type Order, type OrderGroup, type VenueEvents } from '@kestrel/kernel'
import type { BarPlay } from './bar-play.ts'
import type { ExecutorVenue } from './executor.ts'
import type { Lane } from './lane.ts'
import { RestingOrder } from './resting-order.ts'

/** One resting order, kept for its shape: see the order that the kernel's `OrderArchive` keeps. */
const SPECIMEN: { resting?: RestingOrder } = {}
const SPECIMEN_EVERY = 1_024

/** The orders that a simulated venue has: how they come to it and how they leave it, alone and in groups. */
export class VenueOrders implements ExecutorVenue {
  /** Orders at the market; members that wait for their entry are not among them. */
  activeCount = 0
  readonly #events: VenueEvents
  readonly #lanes: readonly Lane[]
  readonly #throughTicks: number
  readonly #groups: GroupKeeper
  #play!: BarPlay
  /** By their `venueIndex`, with holes that are filled again. */
  readonly #known: (RestingOrder | undefined)[] = []
  readonly #holes: number[] = []
  #sequence = 0
  /** Price of the fill that is being booked, without spread and slippage. */
  #fillPrice = Number.NaN

  constructor(events: VenueEvents, lanes: readonly Lane[], throughTicks: number) {
    this.#events = events
    this.#lanes = lanes
    this.#throughTicks = throughTicks
    this.#groups = new GroupKeeper(events, {
      release: (member, lots, timeMs) => this.#release(member, lots, timeMs),
      grew: (member, lots) => this.#grew(member, lots),
      cancelNow: (order, reason, timeMs) => this.cancelNow(order, reason, timeMs),
      remove: (order) => this.remove(order),
    })
  }

  /** Names what plays bars, which members of groups join in the middle of. */
  connect(play: BarPlay): void {
    this.#play = play
  }

  laneOf(order: Order): Lane {
    return this.#lanes[order.instrumentIndex] as Lane
  }

  /** An order at the market; undefined where it is not there. */
  restingOf({ venueIndex }: Order): RestingOrder | undefined {
    // No list has a place -1, and V8 searches for a property of that name: twenty times as long.
    return venueIndex < 0 ? undefined : this.#known[venueIndex]
  }

  /** Age of the next order. */
  nextSequence(): number {
    return this.#sequence++
  }

  /** Takes an order in; it is still to be put on a shelf. */
  keep(order: Order, activeFromMs: TimeMs): RestingOrder {
    const resting = new RestingOrder(order, this.#sequence++, activeFromMs, this.#throughTicks)
    order.venueIndex = this.#holes.pop() ?? this.#known.length
    this.#known[order.venueIndex] = resting
    if (resting.sequence % SPECIMEN_EVERY === 0) SPECIMEN.resting = resting
    this.activeCount++
    return resting
  }

  remove(order: Order): boolean {
    const resting = this.restingOf(order)
    if (resting === undefined) return false
    this.#known[order.venueIndex] = undefined
    this.#holes.push(order.venueIndex)
    order.venueIndex = -1
    this.laneOf(order).orders.remove(resting)
    this.activeCount--
    return true
  }

  cancelNow(order: Order, reason: string, timeMs: TimeMs, isAlone = false): void {
    if (isFinal(order.state)) return
    this.remove(order)
    this.#events.cancelled(order, reason, timeMs)
    if (!isAlone || order === order.group?.entry) this.#ended(order, timeMs, false)
  }

  /** Cancels what a strategy does not want any more, with what ends when it ends. */
  cancelWanted(order: Order, reason: string, timeMs: TimeMs): void {
    if (isFinal(order.state)) return
    this.remove(order)
    this.#events.cancelled(order, reason, timeMs)
    this.#ended(order, timeMs, true)
  }

  /** Turns an order down that has not been taken in. */
  reject(order: Order, reason: string, timeMs: TimeMs): void {
    this.#events.rejected(order, reason, timeMs)
    this.#ended(order, timeMs, false)
  }

  /** Ends an order whose time is up. */
  lapse(order: Order, timeMs: TimeMs): void {
    if (!this.remove(order)) return
    this.#events.expired(order, 'good-till-date has passed', timeMs)
    this.#ended(order, timeMs, false)
  }

  /** Takes every order of a position off the market, oldest first; members of their groups on another position stand. */
  cancelAll(lane: Lane, leg: 0 | 1, reason: string, timeMs: TimeMs): void {
    const own = this.#known.filter((each) => each !== undefined).filter(({ order }) => this.laneOf(order) === lane)
    for (const { order } of own.sort((a, b) => a.sequence - b.sequence)) {
      if (order.leg === leg) this.cancelNow(order, reason, timeMs, true)
    }
  }

  afterFill(order: Order, group: OrderGroup, price: number, timeMs: TimeMs): void {
    this.#fillPrice = price
    this.#groups.filled(order, group, timeMs)
  }

  #ended(order: Order, timeMs: TimeMs, isWanted: boolean): void {
    if (order.group !== undefined) this.#groups.ended(order, order.group, timeMs, isWanted)
  }

  /** The venue knows the members of a group, so they are at the market as soon as their entry fills. */
  #release(member: Order, lots: number, timeMs: TimeMs): void {
    const lane = this.laneOf(member)
    if (lots < member.quantityLots) this.#events.reduced(member, lots, 'as large as its entry has filled', timeMs)
    const isNextBar = member.group?.activeFrom === 'next-bar'
    const resting = this.keep(member, isNextBar && lane.isOpen ? lane.lastCloseMs : timeMs)
    this.#events.accepted(member, timeMs)
    if (this.#play.isPlaying(lane)) this.#play.join(lane, resting, this.#fillPrice)
    else lane.orders.add(resting)
  }

  #grew(member: Order, lots: number): void {
    const lane = this.laneOf(member)
    const resting = this.restingOf(member)
    if (resting !== undefined && this.#play.isPlaying(lane)) this.#play.grew(lane, resting, lots, this.#fillPrice)
  }
}
