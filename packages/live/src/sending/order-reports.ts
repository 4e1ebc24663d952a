import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { VenueFill, VenueOrder } from '@kestrel/kernel'
import type { OrderNews } from '../session/session-input.ts'
import type { OrderLink } from './order-link.ts'
import type { OrderLinks } from './order-links.ts'
import { failureOf, TRIES_TO_ALARM } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'

/** How long before an order was made its fills are asked for: clocks differ. */
const OVERLAP_MS = 60_000
/** How often fills of an order that goes on are asked for when the venue says that there are more. */
const TRIES_WHILE_OPEN = 4
/** How many trades of others are remembered. */
const KEPT_TRADES = 1_000

/**
 * Makes news of what a venue says of orders, by stream or in answers: each thing once, in the order in which it must have been.
 *
 * - No fill is booked twice, by the venue's id of the fill.
 * - What the venue says was filled and has not been told yet is fetched. The end of an order is told after its fills.
 */
export class OrderReports {
  readonly #links: OrderLinks
  readonly #events: SenderEvents
  readonly #pace: RequestPace
  /** Trades on the account that are none of the session's, by instrument and the venue's id, oldest first. */
  readonly #others = new Map<string, Pick<VenueFill, 'instrument' | 'tsEventMs'>>()

  constructor(links: OrderLinks, events: SenderEvents, pace: RequestPace) {
    this.#links = links
    this.#events = events
    this.#pace = pace
  }

  /** When somebody else traded an instrument on the account last, as far as we heard; -Infinity where nobody did. */
  othersTradedMs(instrumentId: InstrumentId): TimeMs {
    let latestMs = -Infinity
    for (const { instrument, tsEventMs } of this.#others.values()) {
      if (instrument.id === instrumentId) latestMs = Math.max(latestMs, tsEventMs)
    }
    return latestMs
  }

  /** What the venue says of an order; may come again and out of order. */
  hearOrder(order: VenueOrder): void {
    const link = this.#links.ofVenue(order.clientOrderId, order.venueOrderId)
    if (link === undefined || link.status === 'done') return
    if (order.clientOrderId !== undefined && order.clientOrderId !== link.clientOrderId) return
    this.#links.learnId(link, order.venueOrderId)
    link.status = 'open'
    if (order.state !== 'rejected') this.#accepted(link)
    if (order.isTriggered && !link.isTriggered) {
      link.isTriggered = true
      this.#events.news(link.action.orderId, { kind: 'triggered' })
    }
    const { state, reason, filledLots } = order
    if (state === 'open') {
      this.#catchUp(link, filledLots + link.earlierLots)
      return
    }
    const isByVenue = state === 'rejected' ? { isByVenue: true as const } : {}
    const news: OrderNews =
      state === 'filled' ? { kind: 'accepted' } : { kind: state, reason: reason || state, ...isByVenue }
    link.ending = { news, filledLots: filledLots + link.earlierLots }
    if (link.isReplacing) return
    if (!this.endIfBooked(link)) {
      this.#links.enqueue(link, async () => {
        await this.fetchMissingFills(link)
        this.endIfBooked(link)
      })
    }
  }

  /** An execution, by stream or fetched. */
  hearFill(fill: VenueFill): void {
    const link = this.#links.ofVenue(fill.clientOrderId, fill.venueOrderId, (each) => each.mayHave(fill))
    if (link === undefined) this.#hearOthers(fill)
    // A report without its fee is followed by one that has it; what is fetched always does.
    if (link === undefined || fill.fee === undefined || link.fillIds.has(fill.fillId)) return
    link.fillIds.add(fill.fillId)
    const isEarlier = link.wasNamed(fill)
    if (!isEarlier) {
      if (link.venueOrderId === undefined) this.#links.learnId(link, fill.venueOrderId)
      if (!link.isKnown) link.status = 'open'
    }
    link.bookedLots += fill.lots
    // It may have been listed without a name before it was known whose it is.
    this.#others.delete(keyOf(fill))
    const { fillId, lots, price, fee, liquidity, tsEventMs } = fill
    // That one of an earlier name was there does not say that the one in its place is.
    if (!isEarlier) this.#accepted(link)
    const told = { kind: 'filled', fillId, lots, price, fee, liquidity, tsEventMs } as const
    // What took its place is asked for to be cancelled, and ends when that is answered.
    const hasSuccessor = isEarlier && !link.isReplacing && !link.hasEnded
    this.#events.news(link.action.orderId, hasSuccessor ? { ...told, isEarlier: true } : told)
    if (hasSuccessor) return
    if (link.ending !== undefined && !link.isReplacing) this.endIfBooked(link)
    else if (link.isFilled && !link.isReplacing) this.#links.end(link)
  }

  /** Trades that are none of the session's. What it booked itself a venue may list without its name. */
  #hearOthers(fill: VenueFill): void {
    const { fillId, instrument, tsEventMs } = fill
    for (const link of this.#links.all()) {
      if (link.instrument.id === instrument.id && link.fillIds.has(fillId)) return
    }
    this.#others.delete(keyOf(fill))
    this.#others.set(keyOf(fill), { instrument, tsEventMs })
    const [oldest = ''] = this.#others.keys()
    if (this.#others.size > KEPT_TRADES) this.#others.delete(oldest)
  }

  /**
   * Asks for the fills that the end of an order waits for. Resolves when all are booked, or when the venue has not listed them
   * for so long that somebody is told; they are asked for on, and nothing else waits for it.
   */
  async fetchMissingFills(link: OrderLink): Promise<void> {
    if (link.isOverdue) return
    for (let tried = 1; link.lacksFills && !this.#pace.isClosed; tried++) {
      if (tried === TRIES_TO_ALARM) {
        const message = `Order ${link.action.orderId}: the venue says more was filled than it lists.`
        this.#events.alarm('LIVE_FILLS_MISSING', message)
        void this.#fetchOverdue(link)
        return
      }
      await this.#fetchAfterPause(link, tried)
    }
  }

  /**
   * Asks for fills of an order that is open. Nothing waits for it but who wants to know that all is quiet: where the venue does
   * not list them soon, the next time that the order is heard of they are asked for again.
   */
  #catchUp(link: OrderLink, filledLots: number): void {
    link.heardLots = Math.max(link.heardLots, filledLots)
    if (!link.isBehind || link.catchingUp !== undefined) return
    link.catchingUp = this.#fetchHeard(link).finally(() => {
      link.catchingUp = undefined
    })
  }

  async #fetchHeard(link: OrderLink): Promise<void> {
    for (let tried = 1; tried <= TRIES_WHILE_OPEN; tried++) {
      // The stream is mostly faster.
      await this.#pace.pause(tried)
      if (!link.isBehind || this.#pace.isClosed) return
      await this.fetchFills(link)
    }
  }

  async #fetchOverdue(link: OrderLink): Promise<void> {
    link.isOverdue = true
    for (let tried = TRIES_TO_ALARM; link.lacksFills && !this.#pace.isClosed; tried++) {
      await this.#fetchAfterPause(link, tried)
    }
    link.isOverdue = false
  }

  async #fetchAfterPause(link: OrderLink, tried: number): Promise<void> {
    // The stream is mostly faster.
    await this.#pace.pause(tried)
    if (link.lacksFills && !this.#pace.isClosed) await this.fetchFills(link)
  }

  /** @returns False where the venue could not be asked, so that nothing is known. */
  async fetchFills(link: OrderLink): Promise<boolean> {
    try {
      const fills = await link.gateway.fillsSince(link.createdMs - OVERLAP_MS, [link.instrument])
      for (const fill of fills) this.hearFill(fill)
      return true
    } catch (error) {
      this.#events.note('fills-failed', { orderId: link.action.orderId, reason: failureOf(error).reason })
      return false
    }
  }

  /** Tells the end of an order once all of its fills are booked. */
  endIfBooked(link: OrderLink): boolean {
    const { ending } = link
    if (ending === undefined || link.lacksFills) return false
    this.end(link, ending.news)
    return true
  }

  /** Tells how an order ended, unless that is known. */
  end(link: OrderLink, news: OrderNews): void {
    if (link.status === 'done' && link.ending === undefined) return
    link.ending = undefined
    this.#links.end(link)
    this.#events.news(link.action.orderId, news)
  }

  #accepted(link: OrderLink): void {
    if (link.isAccepted) return
    link.isAccepted = true
    const { venueOrderId } = link
    const news = { kind: 'accepted', ...(venueOrderId === undefined ? {} : { venueOrderId }) } as const
    this.#events.news(link.action.orderId, news)
  }
}

/** Venues number the trades of each instrument by themselves. */
function keyOf({ instrument, fillId }: VenueFill): string {
  return `${instrument.id} ${fillId}`
}
