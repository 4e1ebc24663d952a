import type { FeedStatus, RiskMode, RiskState, Session } from '@kestrel/contracts'
import type { Clock } from '@kestrel/core'
import { Gauge, type Registry } from 'prom-client'
import type { SessionDirectory } from '../session-directory.ts'

const RISK_MODES: readonly RiskMode[] = ['active', 'reducing', 'halted']

interface Snapshot {
  readonly session: Session
  readonly feeds: readonly FeedStatus[]
  readonly risk: RiskState
}

/**
 * Gauges of sessions. A session that is gone leaves none behind.
 *
 * @returns a function that reads the sessions again, to be called before the registry is
 */
export function observeSessions(registry: Registry, directory: SessionDirectory, clock: Clock): () => Promise<void> {
  const registers = [registry]
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> =>
    new Gauge({ name: `kestrel_${name}`, help, labelNames, registers })
  const state = gauge('session_info', 'Always 1; mode and state are labels.', ['session', 'mode', 'state'])
  const equity = gauge('session_equity', 'Equity, reporting currency.', ['session', 'currency'])
  const result = gauge('session_result', 'Parts of the result, reporting currency.', ['session', 'currency', 'part'])
  const orders = gauge('session_open_orders', 'Orders that are open.', ['session'])
  const positions = gauge('session_open_positions', 'Positions that are not flat.', ['session'])
  const heartbeat = gauge('session_heartbeat_age_seconds', 'Since the session did something last.', ['session'])
  const feedLabels = ['session', 'venue', 'instrument', 'feed'] as const
  const age = gauge('feed_age_seconds', 'Since the last event of a feed; absent before the first.', feedLabels)
  const connected = gauge('feed_connected', '1 where a feed is connected and fresh, else 0.', feedLabels)
  const resubscriptions = gauge('feed_resubscriptions', 'How often a feed subscribed again.', feedLabels)
  const risk = gauge('risk_mode', '1 for the mode that is in force.', ['session', 'mode'])
  const limit = gauge('risk_limit_used_ratio', 'Used part of a limit; 1 is reached.', ['session', 'limit'])
  const all = [state, equity, result, orders, positions, heartbeat, age, connected, resubscriptions, risk, limit]
  function put({ session, feeds, risk: riskState }: Snapshot, nowMs: number): void {
    const { id, reportingCurrency: currency } = session
    state.set({ session: id, mode: session.mode, state: session.state }, 1)
    if (session.equity !== null) equity.set({ session: id, currency }, Number(session.equity))
    for (const part of ['realised', 'unrealised', 'fees', 'funding'] as const) {
      const value = session[part]
      if (value !== null) result.set({ session: id, currency, part }, Number(value))
    }
    orders.set({ session: id }, session.openOrders)
    positions.set({ session: id }, session.openPositions)
    heartbeat.set({ session: id }, (nowMs - session.heartbeatTimeMs) / 1000)
    for (const feed of feeds) {
      const labels = { session: id, venue: feed.venue, instrument: feed.instrumentId ?? '', feed: feed.feed }
      if (feed.lastEventTimeMs !== null) age.set(labels, (nowMs - feed.lastEventTimeMs) / 1000)
      connected.set(labels, feed.isConnected && !feed.isStale ? 1 : 0)
      resubscriptions.set(labels, feed.resubscriptions)
    }
    for (const mode of RISK_MODES) risk.set({ session: id, mode }, riskState.mode === mode ? 1 : 0)
    for (const { name, used, limit: most } of riskState.limits) {
      if (used !== null && Number(most) !== 0) limit.set({ session: id, limit: name }, Number(used) / Number(most))
    }
  }

  return async () => {
    const found = await snapshots(directory)
    // In one go, so that no other reader sees half of it.
    for (const each of all) each.reset()
    const nowMs = clock.nowMs()
    for (const snapshot of found) put(snapshot, nowMs)
  }
}

/** Sessions with their feeds and risk; one that ends while it is asked is left out. */
async function snapshots(directory: SessionDirectory): Promise<Snapshot[]> {
  const found = await Promise.allSettled(
    (await directory.list()).map(async (handle) => ({
      session: await handle.session(),
      feeds: await handle.feeds(),
      risk: await handle.risk(),
    })),
  )
  return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}
