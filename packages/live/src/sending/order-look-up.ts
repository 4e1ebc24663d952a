import type { TimeMs } from '@kestrel/core'
import type { VenueOrder } from '@kestrel/kernel'
import type { OrderLink } from './order-link.ts'
import type { OrderReports } from './order-reports.ts'
import { failureOf } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'
import { unguarded } from './unguarded.ts'

/** How often an exit is sent again before somebody is told that its position is bare. */
const TIMES_TO_ALARM = 2

/**
 * Finds out where orders stand of which nobody knows, by their client order ids.
 *
 * "No such order" soon after sending is not believed; an order counts as never received once the venue has said so for
 * `settleMs`.
 */
export class OrderLookUp {
  readonly #reports: OrderReports
  readonly #events: SenderEvents
  readonly #pace: RequestPace
  readonly #bringBack: (link: OrderLink) => Promise<void>

  /** @param bringBack - What is done about an exit that never arrived: it leaves a position bare. */
  constructor(
    reports: OrderReports,
    events: SenderEvents,
    pace: RequestPace,
    bringBack: (link: OrderLink) => Promise<void>,
  ) {
    this.#reports = reports
    this.#events = events
    this.#pace = pace
    this.#bringBack = bringBack
  }

  /** Asks for an order until the venue knows it, or has denied it for long enough. */
  async resolve(link: OrderLink): Promise<void> {
    // What was under way when it was asked for has ended it: whoever wants it anew sends another one.
    if (link.hasEnded) return
    link.status = 'unknown'
    let deniedSinceMs: TimeMs | undefined
    for (let tried = 1; !this.#pace.isClosed; tried++) {
      try {
        const found = await link.gateway.findOrder(link)
        // A stream may have told meanwhile.
        if (link.isKnown) return
        if (found !== undefined) {
          this.#events.note('looked-up', { orderId: link.action.orderId, state: found.state })
          this.#reports.hearOrder(found)
          return
        }
        const nowMs = this.#pace.nowMs()
        deniedSinceMs ??= nowMs
        if (nowMs - deniedSinceMs >= this.#pace.times.settleMs && (await this.#deny(link))) return
      } catch (error) {
        // The venue did not answer, so nothing is known: what it denied before counts no more.
        deniedSinceMs = undefined
        this.#noteFailure(link, error, { tried })
      }
      await this.#pace.pause(tried)
      if (link.isKnown) return
    }
  }

  /** @returns True where the venue has it; what it says is taken in. */
  async isThere(link: OrderLink): Promise<boolean> {
    try {
      return (await this.find(link)) !== undefined
    } catch (error) {
      this.#noteFailure(link, error)
      return false
    }
  }

  /** @returns True where it turned out to have ended. */
  async hasEnded(link: OrderLink): Promise<boolean> {
    try {
      const found = await this.find(link)
      if (found === undefined && this.#pace.nowMs() - link.createdMs > this.#pace.times.settleMs) await this.#deny(link)
    } catch (error) {
      this.#noteFailure(link, error)
    }
    return link.hasEnded
  }

  /**
   * What the venue says of an order, taken in; undefined where it knows none.
   *
   * @throws What the gateway throws where it cannot be asked.
   */
  async find(link: OrderLink): Promise<VenueOrder | undefined> {
    const found = await link.gateway.findOrder(link)
    if (found !== undefined) this.#reports.hearOrder(found)
    return found
  }

  /**
   * The venue does not know the order. It may have filled and left its list: fills have the last word.
   *
   * @returns False where they could not be asked for, so that nothing is known.
   */
  async #deny(link: OrderLink): Promise<boolean> {
    const { status } = link
    if (!(await this.#reports.fetchFills(link))) return false
    // A stream has told of it meanwhile, or no more than fills have: then the venue is asked once more.
    if (link.status !== status && link.isKnown && (link.hasEnded || (await this.find(link)) !== undefined)) return true
    if (link.bookedLots > 0) {
      link.ending ??= { news: { kind: 'cancelled', reason: 'gone at the venue' }, filledLots: link.bookedLots }
      this.#reports.endIfBooked(link)
      return true
    }
    const wasThere = link.venueOrderId !== undefined
    if (!wasThere && link.isUnwanted) {
      this.#reports.end(link, {
        kind: 'cancelled',
        reason: 'the venue never received it, and nobody wants it any more',
      })
      return true
    }
    if (!wasThere && link.isProtective) {
      if (++link.timesSentAgain === TIMES_TO_ALARM)
        this.#events.alarm('LIVE_GUARD', `${unguarded(link)}: it never arrives.`)
      await this.#bringBack(link)
      return true
    }
    this.#reports.end(link, {
      kind: wasThere ? 'cancelled' : 'rejected',
      reason: wasThere ? 'the venue does not know it any more' : 'the venue never received it',
    })
    return true
  }

  #noteFailure(link: OrderLink, error: unknown, details: Readonly<Record<string, unknown>> = {}): void {
    this.#events.note('look-up-failed', { orderId: link.action.orderId, reason: failureOf(error).reason, ...details })
  }
}
