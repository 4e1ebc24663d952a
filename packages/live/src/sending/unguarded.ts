import type { OrderLink } from './order-link.ts'

/** Begins an alarm about an exit that the venue does not have. */
export function unguarded({ action: { orderId, type, instrument } }: OrderLink): string {
  return `Order ${orderId} (${type} of ${instrument}) does not guard its position yet and is tried on`
}
