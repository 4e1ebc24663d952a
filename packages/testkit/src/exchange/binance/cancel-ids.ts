import { createHash } from 'node:crypto'

/** The name that the venue gives to a cancel that came without one: 22 characters that follow from the order's own name. */
export function cancelIdOf(clientOrderId: string): string {
  return createHash('sha256').update(`cancel ${clientOrderId}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, 22)
}
