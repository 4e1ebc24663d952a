import type { TimeMs } from '@kestrel/core'
import type { AmendedTerms, ApprovedGroup, ApprovedOrder, Order, Venue, VenueEvents } from '@kestrel/kernel'
import type { ActionLog } from './action-log.ts'

/** The simulated venue of a paper session, behind the same limits of the account as a real one. */
export class GatedVenue implements Venue {
  readonly #venue: Venue
  readonly #events: VenueEvents
  readonly #actions: ActionLog

  constructor(venue: Venue, events: VenueEvents, actions: ActionLog) {
    this.#venue = venue
    this.#events = events
    this.#actions = actions
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    const refusal = this.#actions.refusalOf(order)
    if (refusal === undefined) this.#venue.submit(order, nowMs)
    else this.#events.rejected(order, refusal, nowMs)
  }

  submitGroup(group: ApprovedGroup, nowMs: TimeMs): void {
    const first = group.entry === undefined ? group.members : [group.entry]
    const refusal = first.map((each) => this.#actions.refusalOf(each)).find((each) => each !== undefined)
    if (refusal === undefined) {
      this.#venue.submitGroup(group, nowMs)
      return
    }
    if (group.entry !== undefined) this.#events.rejected(group.entry, refusal, nowMs)
    for (const member of group.members) {
      if (group.entry === undefined) this.#events.rejected(member, refusal, nowMs)
      else this.#events.cancelled(member, 'its entry was refused', nowMs)
    }
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    this.#venue.cancel(order, reason, nowMs)
  }

  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void {
    // What waits for its entry follows the size of that.
    if (order.state === 'waiting' || this.#actions.refusalAs(order, terms) === undefined) {
      this.#venue.amend(order, terms, nowMs)
    }
  }

  advanceTo(timeMs: TimeMs): void {
    this.#venue.advanceTo(timeMs)
  }

  settle(timeMs: TimeMs): void {
    this.#venue.settle(timeMs)
  }
}
