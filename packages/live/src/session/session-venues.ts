import { type Instrument, type InstrumentId, KestrelError } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'

/** The accounts that a session trades on, and what it trades there. */
export class SessionVenues {
  readonly instruments: readonly Instrument[]
  readonly #gateways: ReadonlyMap<string, TradingGateway>
  readonly #byId: ReadonlyMap<InstrumentId, Instrument>

  /** @param gateways - By venue; empty in a paper session. */
  constructor(gateways: ReadonlyMap<string, TradingGateway>, instruments: readonly Instrument[]) {
    this.#gateways = gateways
    this.instruments = instruments
    this.#byId = new Map(instruments.map((each) => [each.id, each]))
  }

  get gateways(): readonly TradingGateway[] {
    return [...this.#gateways.values()]
  }

  /** @throws KestrelError `LIVE_NO_GATEWAY` where the session has no account at the venue. */
  gatewayOf(venue: string): TradingGateway {
    const gateway = this.#gateways.get(venue)
    if (gateway !== undefined) return gateway
    throw new KestrelError({
      code: 'LIVE_NO_GATEWAY',
      message: `The session has no account at ${venue}. Nothing was sent.`,
    })
  }

  /** Time of an instrument's venue less our time, as last measured; undefined on paper, where nobody measures it. */
  clockSkewMs(id: InstrumentId): number | undefined {
    return this.#gateways.get(this.instrument(id).venue)?.clockSkewMs()
  }

  instrumentsAt(venue: string): readonly Instrument[] {
    return this.instruments.filter((each) => each.venue === venue)
  }

  /** One of the session's instruments. */
  instrument(id: InstrumentId): Instrument {
    return this.#byId.get(id) as Instrument
  }

  trades(id: InstrumentId): boolean {
    return this.#byId.has(id)
  }
}
