import { KestrelError, type TimeMs } from '@kestrel/core'
import type { OrderSender } from '../sending/order-sender.ts'
import type { SessionVenues } from '../session/session-venues.ts'
import type { AccountComparison } from './account-comparison.ts'
import type { Difference } from './difference.ts'

/** How far before the end of the journal fills are asked for again: clocks differ. */
const OVERLAP_MS = 300_000

/** What a start works with. */
interface StartParts {
  readonly venues: SessionVenues
  readonly sender: OrderSender
  readonly comparison: AccountComparison
}

/**
 * Finds out where the orders of the journal stand, fetches the fills since, and compares the accounts with the books.
 *
 * @param leftMs - When the journal ends; NaN in a new session.
 * @param withinMs - How long the venues may take to say where orders stand.
 * @returns Every difference, refused ones among them.
 * @throws KestrelError `LIVE_NO_ANSWER` where they take longer, and what a gateway throws. Nothing was sent then.
 */
export async function reconcileAtStart(
  { venues, sender, comparison }: StartParts,
  leftMs: TimeMs,
  withinMs: number,
): Promise<readonly Difference[]> {
  for (const link of sender.openLinks()) sender.lookUp(link)
  await answered(sender, withinMs)
  for (const gateway of venues.gateways) {
    await sender.fetchFills(gateway, leftMs - OVERLAP_MS, venues.instrumentsAt(gateway.venue))
  }
  await answered(sender, withinMs)
  const differences: Difference[] = []
  for (const gateway of venues.gateways) differences.push(...(await comparison.atStart(gateway)))
  return differences
}

async function answered(sender: OrderSender, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const orders = sender.openLinks().filter(({ status }) => status === 'unknown')
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
