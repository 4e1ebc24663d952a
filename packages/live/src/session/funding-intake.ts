import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { MarketFeed, Subscription } from '@kestrel/kernel'
import type { SessionInput } from './session-input.ts'
import type { SessionSteps } from './session-steps.ts'
import type { SessionVenues } from './session-venues.ts'

interface Funding {
  /** Fraction of the position's value. */
  readonly rate: number
  /** Quote units per base unit; NaN where it is not known. */
  readonly markPrice: number
  readonly dueMs: TimeMs
  /** The newest time that was taken in. */
  settledMs: TimeMs
}

/** Takes in the funding of perpetuals when it is due: of each time the rate that was last told for it. */
export class FundingIntake {
  readonly #steps: SessionSteps
  readonly #playFromMs: TimeMs
  readonly #next = new Map<InstrumentId, Funding>()

  /** @param playFromMs - When the session began: funding of before is not its own. */
  constructor(steps: SessionSteps, playFromMs: TimeMs) {
    this.#steps = steps
    this.#playFromMs = playFromMs
  }

  /** Takes up what the journal says was settled. */
  restore({ instrument, rate, markPrice, timeMs }: Extract<SessionInput, { kind: 'funding' }>): void {
    this.#next.set(instrument, { rate, markPrice: markPrice ?? Number.NaN, dueMs: timeMs, settledMs: timeMs })
  }

  /** @param feeds - By venue; a venue without one tells no rates. */
  subscribe(venues: SessionVenues, feeds: ReadonlyMap<string, MarketFeed>): Subscription[] {
    return venues.instruments.flatMap((instrument) => {
      const feed = instrument.kind === 'spot' ? undefined : feeds.get(instrument.venue)
      if (feed === undefined) return []
      return feed.marks(instrument, ({ fundingRate, nextFundingTimeMs, markPrice }) => {
        this.onRate(instrument.id, fundingRate, markPrice, nextFundingTimeMs)
      })
    })
  }

  /** True while no funding is known that could fall due between two bars. */
  get isEmpty(): boolean {
    return this.#next.size === 0
  }

  /** Takes in what is known of the next funding of a perpetual. */
  onRate(instrument: InstrumentId, rate: number | undefined, markPrice: number, nextMs: TimeMs | undefined): void {
    if (nextMs === undefined || rate === undefined) return
    const known = this.#next.get(instrument)
    // The rate that was last told for a time is the one that is settled at it.
    if (known !== undefined && known.dueMs < nextMs && known.dueMs > known.settledMs) this.#settle(instrument, known)
    this.#next.set(instrument, { rate, markPrice, dueMs: nextMs, settledMs: known?.settledMs ?? this.#playFromMs })
  }

  /** Settles what is due up to a time. */
  settle(timeMs: TimeMs): void {
    for (const [instrument, due] of this.#next) {
      if (due.dueMs <= timeMs && due.dueMs > due.settledMs) this.#settle(instrument, due)
    }
  }

  #settle(instrument: InstrumentId, due: Funding): void {
    due.settledMs = due.dueMs
    const { rate, markPrice, dueMs: timeMs } = due
    this.#steps.take({ kind: 'funding', instrument, timeMs, rate, markPrice })
  }
}
