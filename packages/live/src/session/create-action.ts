import type { Order } from '@kestrel/kernel'
import { clientOrderId } from '../sending/client-order-id.ts'
import type { CreateAction } from '../sending/order-action.ts'

/** The action that brings an order to the venue for the first time. */
export function createAction(order: Order, session: string, strategy: string, isHedged: boolean): CreateAction {
  const { special, instrument } = order
  return {
    kind: 'create',
    orderId: order.orderId,
    clientOrderId: clientOrderId(session, order.orderId, 0),
    strategy,
    instrument: instrument.id,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    ...(order.expireTimeMs < Infinity ? { expireTimeMs: order.expireTimeMs } : {}),
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    closePosition: special.closePosition,
    ...(isHedged && instrument.kind !== 'spot' ? { positionSide: order.leg === 1 ? 'short' : 'long' } : {}),
    quantityLots: order.quantityLots,
    ...finite({ limitTicks: order.limitTicks, triggerTicks: order.triggerTicks }),
    triggerBy: special.triggerBy,
    ...finite({
      trailingTicks: special.trailTicks,
      trailingRate: special.trailRate,
      activationTicks: special.activationTicks,
      displayLots: special.displayLots,
    }),
    ...(order.group === undefined || order.group.entry === undefined || order === order.group.entry
      ? {}
      : { isExit: true as const }),
  }
}

/** Leaves out what an order does not have. */
export function finite<T extends Readonly<Record<string, number>>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value))) as Partial<T>
}
