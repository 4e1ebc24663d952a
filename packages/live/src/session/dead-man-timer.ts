import type { TradingGateway } from '@kestrel/kernel'
import type { SessionNotices } from './session-notices.ts'
import type { SessionVenues } from './session-venues.ts'

/** The venues' own timers, where they have one: each cancels all orders of an account unless it is renewed in time. */
export class DeadManTimer {
  readonly #venues: SessionVenues
  readonly #notices: SessionNotices

  constructor(venues: SessionVenues, notices: SessionNotices) {
    this.#venues = venues
    this.#notices = notices
  }

  /** Orders are cancelled after so long from now, in milliseconds. A venue that does not answer is told of. */
  renew(afterMs: number): void {
    for (const gateway of this.#venues.gateways) void this.#set(gateway, afterMs, 'renewed')
  }

  /** The timer is for a session that died: what is left on purpose stays as it is. */
  async takeOff(): Promise<void> {
    for (const gateway of this.#venues.gateways) {
      await this.#set(gateway, 0, 'taken off')
      const { hasDeadManTimer, deadManStaysMs } = gateway.abilities
      if (!hasDeadManTimer || deadManStaysMs === undefined) continue
      const message = `The timer of ${gateway.venue} cannot be taken off: ${deadManStaysMs / 1_000} s from now it cancels all orders, protective ones too, unless the session is back before.`
      this.#notices.alarm('critical', 'LIVE_DEAD_MAN_STAYS', message)
    }
  }

  async #set(gateway: TradingGateway, afterMs: number, what: string): Promise<void> {
    if (!gateway.abilities.hasDeadManTimer) return
    try {
      await gateway.armDeadManTimer(afterMs, this.#venues.instrumentsAt(gateway.venue))
    } catch (error) {
      this.#notices.alarm('warning', 'LIVE_DEAD_MAN', `The venue's timer was not ${what}: ${String(error)}`)
    }
  }
}
