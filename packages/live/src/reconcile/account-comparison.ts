import type { TradingGateway, VenuePosition } from '@kestrel/kernel'
import type { SessionCore } from '../session/session-core.ts'
import type { SessionNotices } from '../session/session-notices.ts'
import type { SessionVenues } from '../session/session-venues.ts'
import { heldAtVenue, heldBySession, type Holdings, placeName } from './account-books.ts'
import { baselineOf, type Difference, holdingDifferences, type ReconcileRules } from './difference.ts'
import type { OpenOrders } from './open-orders.ts'

/** What accounts are compared with. */
interface ComparisonParts {
  readonly core: SessionCore
  readonly venues: SessionVenues
  readonly orders: OpenOrders
  readonly notices: SessionNotices
}

/** Compares accounts with the books: orders, positions, balances. Keeps what each account has beside the session. */
export class AccountComparison {
  readonly #rules: ReconcileRules
  readonly #startCash: Readonly<Record<string, number>>
  readonly #parts: ComparisonParts
  /** What an account had beside the session when it was looked at first, by venue. */
  readonly #baselines = new Map<string, Holdings>()

  /** @param startCash - What the session began with, by currency. */
  constructor(rules: ReconcileRules, startCash: Readonly<Record<string, number>>, parts: ComparisonParts) {
    this.#rules = rules
    this.#startCash = startCash
    this.#parts = parts
  }

  /** Takes up what the journal says that an account has beside the session. */
  restore(venue: string, baseline: Holdings): void {
    this.#baselines.set(venue, baseline)
  }

  /**
   * Compares an account before the session trades. What the rules allow is taken over, and from there on counted as there.
   *
   * @param foreignOrders - What to do about orders of somebody else.
   * @throws What the gateway throws.
   */
  async atStart(gateway: TradingGateway, foreignOrders = this.#rules.foreignOrders): Promise<readonly Difference[]> {
    const { venue } = gateway
    const differences = await this.#parts.orders.compare(gateway, foreignOrders)
    const found = await this.#foundAt(gateway)
    const session = this.#booksOf(venue)
    const baseline = this.#baselines.get(venue)
    // The first look: money is what it is, positions that are there were opened by somebody else.
    const expected = baseline ?? { ...baselineOf(found, session), positions: {} }
    differences.push(...holdingDifferences(venue, expected, session, found, this.#rules))
    if (baseline === undefined) differences.push(...this.#uncovered(venue, found))
    // Anew only where something is taken over: otherwise small differences would add up unseen from start to start.
    const isNew = baseline === undefined || differences.some(isTakenOver)
    if (isNew && differences.every(({ verdict }) => verdict !== 'refused')) {
      const holdings = baselineOf(found, session)
      this.#baselines.set(venue, holdings)
      this.#parts.notices.note('baseline', { venue, holdings })
    }
    return differences
  }

  /**
   * Compares an account while the session trades. Taken over is what a start finds; what comes later is told.
   *
   * @throws What the gateway throws.
   */
  async whileRunning(gateway: TradingGateway): Promise<readonly Difference[]> {
    const { venue } = gateway
    const differences = await this.#parts.orders.compare(gateway, 'ignore')
    const found = await this.#foundAt(gateway)
    const session = this.#booksOf(venue)
    const baseline = this.#baselines.get(venue) ?? { ...baselineOf(found, session), positions: {} }
    const rules: ReconcileRules = { ...this.#rules, positions: 'refuse', balances: 'refuse' }
    return [...differences, ...holdingDifferences(venue, baseline, session, found, rules)]
  }

  /** Whether positions are what the books expect, as far as they are of the session's instruments. */
  isExpected(venue: string, positions: readonly VenuePosition[]): boolean {
    const books = this.#booksOf(venue).positions
    const others = this.#baselines.get(venue)?.positions ?? {}
    return positions.every(({ instrument, side, signedLots }) => {
      const place = placeName(instrument, side)
      return !this.#parts.venues.trades(instrument.id) || signedLots === (books[place] ?? 0) + (others[place] ?? 0)
    })
  }

  #foundAt(gateway: TradingGateway): Promise<Holdings> {
    const instruments = this.#parts.venues.instrumentsAt(gateway.venue)
    return heldAtVenue(gateway, instruments, Object.keys(this.#startCash))
  }

  #booksOf(venue: string): Holdings {
    const { core } = this.#parts
    const restOf = (id: string): number => core.venue?.restInBase(id) ?? 0
    const unbooked = core.venue?.unbookedFees
    return heldBySession(core.kernel.ledger, core.instruments, this.#startCash, venue, restOf, unbooked)
  }

  /** Cash that the session is to trade with and that the account does not have. */
  #uncovered(venue: string, found: Holdings): Difference[] {
    return Object.entries(this.#startCash).flatMap(([currency, amount]) => {
      const held = found.balances[currency] ?? 0
      if (held >= amount * (1 - 1e-9)) return []
      return [
        {
          venue,
          kind: 'balance' as const,
          what: currency,
          ours: `${amount} for the session`,
          theirs: String(held),
          verdict: 'refused' as const,
          detail: 'the account has less than the session is to trade with',
        },
      ]
    })
  }
}

function isTakenOver({ kind, verdict }: Difference): boolean {
  return (kind === 'position' || kind === 'balance') && verdict === 'adopted'
}
