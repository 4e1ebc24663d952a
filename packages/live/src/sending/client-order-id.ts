import { createHash } from 'node:crypto'

/** Characters of the session, the order and, at least, the revision; with the first letter 16 in all. */
const SESSION_LENGTH = 6
const ORDER_LENGTH = 7
const REVISION_LENGTH = 2
const SHAPE = /^k([0-9a-z]{6})([0-9a-z]{7})([0-9a-z]{2,4})$/

/**
 * Name of an order at a venue: from session, order and revision alone, so that whoever sends it again names the same order.
 * Small letters and digits, 16 in all and from the 1,296th revision on 17: every venue takes that.
 *
 * @param session - Id of the session.
 * @param orderId - The kernel's number, which counts all strategies of a session.
 * @param revision - Counts how often it was replaced by a new order at the venue.
 */
export function clientOrderId(session: string, orderId: number, revision: number): string {
  const order = orderId.toString(36).padStart(ORDER_LENGTH, '0')
  return `k${sessionCode(session)}${order}${revision.toString(36).padStart(REVISION_LENGTH, '0')}`
}

/** The session that was asked for last: a process names orders of one, and a hash takes longer than all the rest. */
let latest = { session: '', code: '' }

/** First part of the names of all orders of a session. */
export function sessionCode(session: string): string {
  if (latest.session === session && latest.code !== '') return latest.code
  const digest = createHash('sha256').update(session).digest()
  const code = digest.readUIntBE(0, SESSION_LENGTH).toString(36).padStart(SESSION_LENGTH, '0').slice(-SESSION_LENGTH)
  latest = { session, code }
  return code
}

/** What a name says; undefined for one that no session of ours gave. */
export function readClientOrderId(
  id: string | undefined,
): { readonly sessionCode: string; readonly orderId: number; readonly revision: number } | undefined {
  const match = id === undefined ? null : SHAPE.exec(id)
  if (match === null) return undefined
  const [, code = '', order = '', revision = ''] = match
  return { sessionCode: code, orderId: Number.parseInt(order, 36), revision: Number.parseInt(revision, 36) }
}
