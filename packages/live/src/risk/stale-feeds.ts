import { type TimeMs, timeframeMs } from '@kestrel/core'
import type { Kernel, Order } from '@kestrel/kernel'
import { feedName } from '../session/session-ports.ts'

type Feed = Kernel['feeds'][number]

/**
 * Feeds whose next bar should have been there for `atMs` or longer.
 *
 * @param knownToMs - By feed, until when it is known, by the same clock as `nowMs`.
 */
export function* staleFeeds(
  { feeds }: Kernel,
  knownToMs: ReadonlyMap<string, TimeMs>,
  nowMs: TimeMs,
  atMs: number,
): Generator<{ readonly feed: Feed; readonly ageMs: number }> {
  for (const feed of feeds) {
    const { instrument, timeframe } = feed
    const toMs = knownToMs.get(feedName({ instrument: instrument.id, timeframe }))
    if (toMs === undefined) continue
    const ageMs = nowMs - toMs - timeframeMs(timeframe)
    if (ageMs >= atMs) yield { feed, ageMs }
  }
}

/** True where an order is decided on the bars of a feed: its strategy reads them, or they are of what it trades. */
export function isReadFor({ instrumentIndex, subscribers }: Feed, order: Order): boolean {
  return instrumentIndex === order.instrumentIndex || subscribers.includes(order.strategyIndex)
}
