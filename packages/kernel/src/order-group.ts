import type { Order } from './order.ts'
import type { Side } from './records.ts'

/**
 * What ties the members of a group together. `one-cancels-other`: what one fills is taken off the others, and when one is
 * cancelled all are; in a group without entry also when one ends otherwise. `independent`: each stands for itself.
 */
export type GroupLink = 'one-cancels-other' | 'independent'

/**
 * When members come to the market. `fill`: with the entry's fill, as at a venue that holds the whole group.
 * `next-bar`: from the bar after it, as when they are sent in reply to the fill.
 */
export type MemberStart = 'fill' | 'next-bar'

/** The newest group, kept for its shape: see the order that `OrderArchive` keeps. */
const SPECIMEN: { group?: OrderGroup } = {}

/** Orders that depend on each other: an entry that sets its members off, or members alone. */
export class OrderGroup {
  /** Order id of the first order of the group. */
  readonly groupId: number
  readonly entry: Order | undefined
  readonly members: readonly Order[]
  readonly link: GroupLink
  readonly activeFrom: MemberStart

  constructor(entry: Order | undefined, members: readonly Order[], link: GroupLink, activeFrom: MemberStart) {
    this.groupId = entry?.orderId ?? (members[0] as Order).orderId
    this.entry = entry
    this.members = members
    this.link = link
    this.activeFrom = activeFrom
    SPECIMEN.group = this
  }

  /** The order of this group that has set something aside for all members on its side; undefined where none has. */
  holderOf(side: Side): Order | undefined {
    if (this.link !== 'one-cancels-other') return undefined
    return this.members.find((each) => each.side === side && each.reserved > 0)
  }

  /**
   * Lots that a member's size may be now, what it has filled included: as much as the entry has opened and no other member
   * has closed.
   */
  allowedLots(member: Order): number {
    const { entry, members } = this
    const opened = entry === undefined ? Infinity : entry.filledLots
    let others = 0
    for (const each of members) {
      if (this.link === 'one-cancels-other') others += each === member ? 0 : each.filledLots
      else if (each === member) break
      else others += each.fullLots
    }
    // Independent members are served in their order; those of a one-cancels-other group all cover the same lots.
    return this.link === 'one-cancels-other'
      ? Math.min(member.fullLots, opened) - others
      : Math.max(0, Math.min(member.fullLots, opened - others))
  }
}

declare const approvedGroup: unique symbol

/** A group whose orders passed every pre-trade check; a venue takes no other. */
export type ApprovedGroup = OrderGroup & { readonly [approvedGroup]: true }
