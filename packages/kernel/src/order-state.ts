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

/** States that may follow each state, as bits by {@link stateNumber}. */
const FOLLOWERS = Int32Array.from(ORDER_STATES, (from) =>
  ORDER_TRANSITIONS[from].reduce((bits, to) => bits | (1 << stateNumber(to)), 0),
)

/**
 * Index of a state in {@link ORDER_STATES}, the frequent ones first. Comparing with texts one by one takes a few
 * nanoseconds; a table read by text is searched for through the engine's global cache at every call.
 */
export function stateNumber(state: OrderState): number {
  switch (state) {
    case 'accepted':
      return 5
    case 'submitted':
      return 3
    case 'filled':
      return 8
    case 'cancelled':
      return 9
    case 'waiting':
      return 2
    case 'partially-filled':
      return 7
    case 'created':
      return 0
    case 'triggered':
      return 6
    case 'refused':
      return 1
    case 'rejected':
      return 4
    case 'expired':
      return 10
  }
}

/** True once nothing more can happen to an order. */
export function isFinal(state: OrderState): boolean {
  return FOLLOWERS[stateNumber(state)] === 0
}

/**
 * The next state, checked.
 *
 * @throws OrderTransitionError `KERNEL_ORDER_TRANSITION` when `to` may not follow `from`.
 */
export function transition(orderId: number, from: OrderState, to: OrderState): OrderState {
  if (((FOLLOWERS[stateNumber(from)] as number) & (1 << stateNumber(to))) === 0) throw notAllowed(orderId, from, to)
  return to
}

function notAllowed(orderId: number, from: OrderState, to: OrderState): OrderTransitionError {
  return new OrderTransitionError({
    code: 'KERNEL_ORDER_TRANSITION',
    message: `Order ${orderId} cannot go from ${from} to ${to}. Nothing was booked.`,
    meta: { orderId, from, to },
  })
}
