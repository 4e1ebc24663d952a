import type { TimeMs } from '@kestrel/core'
import type { Subscription, TradingGateway } from '@kestrel/kernel'
import type { AccountLooks } from '../reconcile/account-looks.ts'
import type { OrderSender } from '../sending/order-sender.ts'
import type { AccountWatch } from './account-watch.ts'
import type { SessionNotices } from './session-notices.ts'
import type { SessionVenues } from './session-venues.ts'

/** How far before a gap fills are asked for again: clocks differ. */
const OVERLAP_MS = 300_000

/** Listens to the accounts, and asks for what a stream may have missed. */
export class AccountStreams {
  readonly #venues: SessionVenues
  readonly #sender: OrderSender
  readonly #looks: AccountLooks
  readonly #notices: SessionNotices
  readonly #watch: AccountWatch

  constructor(
    venues: SessionVenues,
    sender: OrderSender,
    looks: AccountLooks,
    notices: SessionNotices,
    watch: AccountWatch,
  ) {
    this.#venues = venues
    this.#sender = sender
    this.#looks = looks
    this.#notices = notices
    this.#watch = watch
  }

  subscribe(): Subscription[] {
    return this.#venues.gateways.map((gateway) => this.#subscribe(gateway))
  }

  #subscribe(gateway: TradingGateway): Subscription {
    const { venue } = gateway
    let wasConnected = false
    this.#watch.begin(venue)
    return gateway.streamAccount({
      onOrder: (order) => this.#sender.hearOrder(order),
      onFill: (fill) => this.#sender.hearFill(fill),
      onBalance: () => undefined,
      onPosition: (positions) => this.#looks.hearPositions(venue, positions),
      onGap: (fromMs, toMs, reason) => {
        this.#notices.note('account-gap', { venue, fromMs, toMs, reason })
        this.#closeGap(gateway, fromMs)
      },
      onStatus: (status) => {
        const { isConnected, detail } = status
        this.#notices.note('account-stream', { venue, isConnected, detail })
        this.#watch.hearStream(venue, status)
        // What happened between the start's look at the account and here no stream has told; later on a gap says so.
        if (isConnected && !wasConnected) void this.#looks.look()
        wasConnected ||= isConnected
      },
    })
  }

  #closeGap(gateway: TradingGateway, fromMs: TimeMs): void {
    const { venue } = gateway
    const instruments = this.#venues.instrumentsAt(venue)
    this.#sender.fetchFills(gateway, fromMs - OVERLAP_MS, instruments).catch((error: unknown) => {
      this.#notices.note('fills-failed', { venue, reason: String(error) })
    })
    this.#sender.lookUpAt(gateway)
  }
}
