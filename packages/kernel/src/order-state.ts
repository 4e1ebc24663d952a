import { KestrelError } from '@kestrel/core'
import type { OrderState } from './records.ts'

/**
 * Life cycle of an order. Each state lists the states that may follow it; a state with none is final.
 *
 * `created` and `refused` happen before anything is sent; `submitted` means that the venue has not answered yet;
 * `waiting` that it holds the order back until the entry of its group fills.
 */
export const ORDER_TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  created: ['refused', 'submitted', 'waiting'],
  refused: [],
  waiting: ['accepted', 'cancelled', 'expired'],
  submitted: ['accepted', 'rejected', 'partially-filled', 'filled', 'cancelled', 'expired'],
  rejected: [],
  accepted: ['triggered', 'partially-filled', 'filled', 'cancelled', 'expired'],
  triggered: ['partially-filled', 'filled', 'cancelled', 'expired', 'rejected'],
  'partially-filled': ['partially-filled', 'filled', 'cancelled', 'expired'],
  filled: [],
  cancelled: [],
  expired: [],
}

/** Every state. */
export const ORDER_STATES = Object.keys(ORDER_TRANSITIONS) as readonly OrderState[]

/** An event for an order that its state does not allow: a defect of a venue adapter or of the kernel. */
export class OrderTransitionError extends KestrelError {
  override name = 'OrderTransitionError'
}

const FINAL: Readonly<Record<OrderState, boolean>> = mapStates((state) => ORDER_TRANSITIONS[state].length === 0)

/** Whether the inner state may follow the outer one. */
const MAY_FOLLOW: Readonly<Record<OrderState, Readonly<Record<OrderState, boolean>>>> = mapStates((from) =>
  mapStates((to) => ORDER_TRANSITIONS[from].includes(to)),
)

function mapStates<T>(valueOf: (state: OrderState) => T): Record<OrderState, T> {
  return Object.fromEntries(ORDER_STATES.map((state) => [state, valueOf(state)])) as Record<OrderState, T>
}

/** True once nothing more can happen to an order. */
export function isFinal(state: OrderState): boolean {
  return FINAL[state]
}

/**
 * The next state, checked.
 *
 * @throws OrderTransitionError `KERNEL_ORDER_TRANSITION` when `to` may not follow `from`.
 */
export function transition(orderId: number, from: OrderState, to: OrderState): OrderState {
  if (!MAY_FOLLOW[from][to]) {
    throw new OrderTransitionError({
      code: 'KERNEL_ORDER_TRANSITION',
      message: `Order ${orderId} cannot go from ${from} to ${to}. Nothing was booked.`,
      meta: { orderId, from, to },
    })
  }
  return to
}
