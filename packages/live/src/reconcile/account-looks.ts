import type { TradingGateway, VenuePosition } from '@kestrel/kernel'
import type { OrderSender } from '../sending/order-sender.ts'
import type { AccountWatch } from '../session/account-watch.ts'
import type { SessionCore } from '../session/session-core.ts'
import type { SessionNotices } from '../session/session-notices.ts'
import type { SessionVenues } from '../session/session-venues.ts'
import type { AccountComparison } from './account-comparison.ts'
import type { Difference } from './difference.ts'

/** Differences that last for so many looks in a row stop the session. */
const LOOKS_TO_STOP = 3
/** What differs is looked at again after so long, where that is sooner than the next look. */
const EARLY_LOOK_MS = 2_000

/** What accounts are looked at with. */
interface LookParts {
  readonly core: SessionCore
  readonly venues: SessionVenues
  readonly sender: OrderSender
  readonly comparison: AccountComparison
  readonly notices: SessionNotices
  readonly watch: AccountWatch
  nowMs(): number
  isRunning(): boolean
  /** Stops trading. */
  pause(reason: string): void
}

/**
 * Looks at the accounts again while a session trades. What stays different stops the session: it no longer knows what it
 * holds.
 */
export class AccountLooks {
  readonly #everyMs: number
  readonly #parts: LookParts
  /** Looks in a row at which an account differed, by venue, and by how much the last time. */
  readonly #differing = new Map<string, { readonly looks: number; readonly sizes: string }>()
  /** Venues whose last look failed. */
  readonly #unseen = new Set<string>()
  /** Looks that are under way, by venue. */
  readonly #looking = new Map<string, Promise<void>>()
  #earlyLook: NodeJS.Timeout | undefined

  /** @param everyMs - The time between looks. Whoever owns the looks calls {@link look} as often. */
  constructor(everyMs: number, parts: LookParts) {
    this.#everyMs = everyMs
    this.#parts = parts
  }

  /** Looks at all accounts; one that does not answer keeps nobody from the others. */
  async look(): Promise<void> {
    await Promise.all(this.#parts.venues.gateways.map(async (gateway) => this.#lookOnce(gateway)))
  }

  /** A look at one account that begins from here on: one that is under way may have seen what was before. */
  async lookAnew(venue: string): Promise<void> {
    await this.#looking.get(venue)
    await this.#lookOnce(this.#parts.venues.gatewayOf(venue))
  }

  /** True where the last look at an account succeeded and found what the books say. */
  isAgreedAt(venue: string): boolean {
    return !this.#differing.has(venue) && !this.#unseen.has(venue)
  }

  /** What the stream says of positions is as old as it is: where it differs, it is asked for. */
  hearPositions(venue: string, positions: readonly VenuePosition[]): void {
    if (!this.#parts.comparison.isExpected(venue, positions)) this.#lookSoon()
  }

  /** Counts differences from the beginning: somebody had a look. */
  forget(): void {
    this.#differing.clear()
  }

  /** Looks no more by itself. Resolves when the look under way is over. */
  async close(): Promise<void> {
    clearTimeout(this.#earlyLook)
    await Promise.all(this.#looking.values())
  }

  #lookSoon(): void {
    if (this.#earlyLook !== undefined || !this.#parts.isRunning()) return
    this.#earlyLook = setTimeout(
      () => {
        this.#earlyLook = undefined
        void this.look()
      },
      Math.min(EARLY_LOOK_MS, this.#everyMs),
    )
  }

  /** One look at a time: one that takes longer than the time between them would count for two. */
  #lookOnce(gateway: TradingGateway): Promise<void> {
    const { venue } = gateway
    const underWay = this.#looking.get(venue)
    if (underWay !== undefined) return underWay
    const look = this.#tryToLookAt(gateway).finally(() => this.#looking.delete(venue))
    this.#looking.set(venue, look)
    return look
  }

  async #tryToLookAt(gateway: TradingGateway): Promise<void> {
    const { notices, watch } = this.#parts
    const { venue } = gateway
    if (!this.#parts.isRunning()) return
    watch.looking(venue)
    try {
      await this.#lookAt(gateway)
      watch.looked(venue, undefined)
      this.#unseen.delete(venue)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      notices.note('reconcile-failed', { reason })
      this.#unseen.add(venue)
      watch.looked(venue, reason)
    }
  }

  async #lookAt(gateway: TradingGateway): Promise<void> {
    const { core, venues, sender, comparison } = this.#parts
    const { fills } = core.kernel.desk
    const { venue } = gateway
    await sender.fetchFills(gateway, this.#parts.nowMs() - 3 * this.#everyMs, venues.instrumentsAt(venue))
    const fillsBefore = fills.count
    const differences = await comparison.whileRunning(gateway)
    const refused = differences.filter(({ verdict }) => verdict === 'refused')
    // While orders are under way books and account may differ for a moment.
    this.#judge(venue, refused, fills.count === fillsBefore && !sender.isBusy)
  }

  /** @param isQuiet - Nothing happened while it was looked; otherwise only what differs by as much as the last time counts. */
  #judge(venue: string, differences: readonly Difference[], isQuiet: boolean): void {
    const { notices } = this.#parts
    if (!this.#parts.isRunning()) return
    if (differences.length === 0) {
      this.#differing.delete(venue)
      return
    }
    const sizes = sizesOf(differences)
    const before = this.#differing.get(venue) ?? { looks: 0, sizes: '' }
    const counts = isQuiet || (sizes !== '' && sizes === before.sizes)
    const looks = before.looks + (counts ? 1 : 0)
    this.#differing.set(venue, { looks, sizes })
    this.#lookSoon()
    if (!counts || looks !== LOOKS_TO_STOP) return
    notices.tell({ kind: 'differences', differences })
    notices.note('reconciled', { differences })
    this.#parts.pause('the account is not what the books say')
    notices.alarm('critical', 'LIVE_DIFFERENCE', 'The account is not what the books say. The session is paused.')
  }
}

/** By how many lots positions differ; empty where none does. */
function sizesOf(differences: readonly Difference[]): string {
  return differences
    .filter(({ kind }) => kind === 'position')
    .map(({ what, ours, theirs }) => `${what} ${Number.parseFloat(theirs) - Number.parseFloat(ours)}`)
    .join()
}
