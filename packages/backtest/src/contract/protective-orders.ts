import { isoTime } from '@kestrel/core'
import type { OrderRecord } from '@kestrel/kernel'
import type { Simulation } from '../run/simulate.ts'

/** What the tag of an order begins with that is meant as a protective stop. */
const STOP_TAG = 'stop'

/**
 * Looks for a protective order that has added to a position: one whose tag begins with `stop`, or an exit of a group with
 * an entry. An order that was sent for a position which has since been closed or turned does so unless it is reduce-only.
 *
 * @returns The first one, in words; undefined where every protective order only reduced.
 */
export function findAddingStop({ orders, log }: Simulation): string | undefined {
  const groupsWithEntry = new Set<number>()
  /** Signed lots by instrument. */
  const held = new Map<string, number>()
  for (const { kind, orderId, a, b, timeMs } of log.entries()) {
    if (kind === 'order-grouped' && b === 1) groupsWithEntry.add(orderId)
    const order = orders[orderId - 1]
    if (kind !== 'fill' || order === undefined) continue
    const before = held.get(order.instrumentId) ?? 0
    const after = before + a
    held.set(order.instrumentId, after)
    if (!isProtective(order, groupsWithEntry)) continue
    if (after * before >= 0 && Math.abs(after) <= Math.abs(before)) continue
    const what = order.tag === '' ? order.type : `${order.type} "${order.tag}"`
    return (
      `Order ${orderId} (${what}) took the position in ${order.instrumentId} from ${before} to ${after} lots at ` +
      `${isoTime(timeMs)}. Add reduceOnly: true.`
    )
  }
  return undefined
}

function isProtective({ orderId, groupId, tag }: OrderRecord, groupsWithEntry: ReadonlySet<number>): boolean {
  return tag.startsWith(STOP_TAG) || (groupId !== undefined && groupId !== orderId && groupsWithEntry.has(groupId))
}
