import type { Instrument } from '@kestrel/core'
import type { OutgoingOrder } from '@kestrel/kernel'
import type { CreateAction } from './order-action.ts'

/** The request of an action: what the journal keeps beside it stays here. */
export function outgoingOrder(action: CreateAction, instrument: Instrument): OutgoingOrder {
  const { kind: _, orderId: _id, strategy: _strategy, isExit: _isExit, ...terms } = action
  return { ...terms, instrument }
}
