import type { TimeMs } from '@kestrel/core'
import type { OrderGroup } from './order-group.ts'
import { isFinal } from './order-state.ts'
import type { Order } from './order.ts'
import type { VenueEvents } from './venue.ts'

/** What a group needs of the venue. */
export interface GroupVenue {
  /** Brings a waiting member to the market as large as `lots`. */
  release(member: Order, lots: number, timeMs: TimeMs): void
  /** A member at the market has become larger by `lots`. */
  grew(member: Order, lots: number, timeMs: TimeMs): void
  /** A member at the market has become smaller. */
  shrank?(member: Order, timeMs: TimeMs): void
  /** Takes an order off the market and cancels it. */
  cancelNow(order: Order, reason: string, timeMs: TimeMs): void
  /** Takes an order off the market. */
  remove(order: Order): boolean
}

/** Keeps the members of groups in step with their entry and with each other. */
export class GroupKeeper {
  readonly #events: VenueEvents
  readonly #venue: GroupVenue

  constructor(events: VenueEvents, venue: GroupVenue) {
    this.#events = events
    this.#venue = venue
  }

  /**
   * An order of a group has been filled, in part or whole. Of a member that the account or its position has cut short, the
   * others lose what it filled and no more: what it was asked for tells nothing of what it does.
   */
  filled(order: Order, group: OrderGroup, timeMs: TimeMs): void {
    if (order !== group.entry && group.link === 'independent') return
    for (const member of group.members) if (member !== order) this.#adjust(member, group, timeMs)
  }

  /**
   * An order of a group has ended: it was cancelled, has expired or was rejected. What an entry has opened stays guarded:
   * an exit that the venue turns down or takes away leaves the others as they are.
   *
   * @param isWanted - Whether somebody on this side asked for it: then the others of a one-cancels-other group go with it.
   */
  ended(order: Order, group: OrderGroup, timeMs: TimeMs, isWanted: boolean): void {
    if (order === group.entry) {
      for (const member of group.members) this.#adjust(member, group, timeMs)
    } else if (group.link === 'one-cancels-other' && (isWanted || group.entry === undefined)) {
      for (const member of group.members) {
        if (!isFinal(member.state)) this.#venue.cancelNow(member, 'the other order of its group ended', timeMs)
      }
    }
  }

  /** Makes a member as large as it may be now, and ends it when nothing is left for it to do. */
  #adjust(member: Order, group: OrderGroup, timeMs: TimeMs): void {
    if (isFinal(member.state)) return
    const allowed = group.allowedLots(member)
    if (member.state === 'waiting') {
      if (allowed > 0) this.#venue.release(member, allowed, timeMs)
      else if (!member.mayGrow) this.#venue.cancelNow(member, 'its entry ended without a fill for it', timeMs)
      return
    }
    const isOver = allowed <= member.filledLots && !member.mayGrow
    if (isOver && member.filledLots === 0) {
      this.#venue.cancelNow(member, 'the other order of its group filled', timeMs)
      return
    }
    const more = allowed - member.quantityLots
    if (more > 0) {
      this.#events.grown(member, allowed, timeMs)
      this.#venue.grew(member, more, timeMs)
    } else if (more < 0) {
      this.#events.reduced(member, Math.max(allowed, member.filledLots), 'reduced by fills of its group', timeMs)
      if (!isOver) this.#venue.shrank?.(member, timeMs)
    }
    if (isOver && this.#venue.remove(member)) this.#events.completed(member, timeMs)
  }
}
