import type { AccountRecord } from './account-record.ts'
import { isOpen, type OrderRecord } from './order-record.ts'

/**
 * Forgets the oldest closed orders, fills and income rows of an account once it has twice as many as are kept, so that an
 * exchange which runs for days does not grow for ever. Open orders are never forgotten.
 */
export function keepRecent(account: AccountRecord, keptRows: number): void {
  const { fills, income, movements, orders } = account
  if (fills.length >= 2 * keptRows) fills.splice(0, fills.length - keptRows)
  if (income.length >= 2 * keptRows) income.splice(0, income.length - keptRows)
  if (movements.length >= 2 * keptRows) movements.splice(0, movements.length - keptRows)
  if (orders.length - account.open.size < 2 * keptRows) return
  const kept: OrderRecord[] = []
  let tooMany = orders.length - account.open.size - keptRows
  for (const order of orders) {
    if (tooMany <= 0 || isOpen(order.status)) {
      kept.push(order)
      continue
    }
    tooMany--
    account.byId.delete(order.orderId)
    if (order.conditionalId !== undefined) account.byConditionalId.delete(order.conditionalId)
    const name = `${order.market.id}|${order.clientOrderId}`
    if (account.byClientId.get(name) === order) account.byClientId.delete(name)
  }
  orders.splice(0, orders.length, ...kept)
}
