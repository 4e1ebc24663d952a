import { KestrelError, type TimeMs } from '@kestrel/core'
import type { OrderSender } from '../sending/order-sender.ts'
import type { SessionVenues } from '../session/session-venues.ts'
import type { AccountComparison } from './account-comparison.ts'
import { type Difference, requireNoRefusal } from './difference.ts'
import type { OpenOrders } from './open-orders.ts'

/** How far before the end of the journal fills are asked for again: clocks differ. */
const OVERLAP_MS = 300_000
/** How often orders of somebody else are cancelled before a start is refused for them. */
const MOST_CANCEL_ROUNDS = 3

/** What a start works with. */
interface StartParts {
  readonly venues: SessionVenues
  readonly sender: OrderSender
  readonly comparison: AccountComparison
  readonly orders: OpenOrders
}

/**
 * Finds out where the orders of the journal stand, fetches the fills since, and compares the accounts with the books. Orders of
 * somebody else that are to be cancelled are so once nothing else keeps the session from its start; then all is looked at again,
 * since a fill may have crossed.
 *
 * @param leftMs - When the journal ends; NaN in a new session.
 * @param withinMs - How long the venues may take to say where orders stand.
 * @param told - Given every difference that a look finds, refused ones among them, before anything follows from it.
 * @throws KestrelError `LIVE_DIFFERENCE` for one that is refused, `LIVE_NO_ANSWER` where venues take longer, and what a gateway
 *   throws. Nothing was sent then but such cancellations.
 */
export async function reconcileAtStart(
  parts: StartParts,
  leftMs: TimeMs,
  withinMs: number,
  told: (differences: readonly Difference[]) => void,
): Promise<void> {
  let cancelled = 0
  for (let look = 1; ; look++) {
    // What is there after so many cancellations is not to be had by them.
    const differences = await lookAtStart(parts, leftMs, withinMs, look > MOST_CANCEL_ROUNDS ? 'refuse' : undefined)
    told(differences)
    requireNoRefusal(differences, cancelled)
    const count = await parts.orders.cancelForeign()
    if (count === 0) return
    cancelled += count
  }
}

async function lookAtStart(
  { venues, sender, comparison }: StartParts,
  leftMs: TimeMs,
  withinMs: number,
  foreignOrders: 'refuse' | undefined,
): Promise<readonly Difference[]> {
  void sender.lookUp(sender.openLinks())
  await answered(sender, withinMs)
  for (const gateway of venues.gateways) {
    await sender.fetchFills(gateway, leftMs - OVERLAP_MS, venues.instrumentsAt(gateway.venue))
  }
  await answered(sender, withinMs)
  const differences: Difference[] = []
  for (const gateway of venues.gateways) differences.push(...(await comparison.atStart(gateway, foreignOrders)))
  return differences
}

async function answered(sender: OrderSender, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => {
      const orders = sender.openLinks().filter(({ status }) => status === 'unknown')
      // What else is under way shows in the comparison.
      if (orders.length === 0) {
        resolve()
        return
      }
      const message = `The venue has not said for ${withinMs} ms where ${orders.length} orders stand. Nothing was sent.`
      const hint = 'Try again when the venue answers: the session goes on where it left.'
      reject(new KestrelError({ code: 'LIVE_NO_ANSWER', message, hint, retry: 'safe' }))
    }, withinMs)
  })
  try {
    await Promise.race([sender.idle(), late])
  } finally {
    clearTimeout(timer)
  }
}
