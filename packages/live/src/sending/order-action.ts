import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { OrderType, PositionSide, Side, TimeInForce, TriggerSource } from '@kestrel/kernel'

/** What a session wants of a venue: written to the journal before anything is sent. */
export type OrderAction = CreateAction | CancelAction | AmendAction | RefusedAction

/** An order as it is to be sent; numbers as in `OutgoingOrder`. */
export interface CreateAction {
  readonly kind: 'create'
  readonly orderId: number
  readonly clientOrderId: string
  readonly strategy: string
  readonly instrument: InstrumentId
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly expireTimeMs?: TimeMs
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly closePosition: boolean
  readonly positionSide?: PositionSide
  readonly quantityLots: number
  readonly limitTicks?: number
  readonly triggerTicks?: number
  readonly triggerBy: TriggerSource
  readonly trailingTicks?: number
  readonly trailingRate?: number
  readonly activationTicks?: number
  readonly displayLots?: number
  /** True for the stop or target of a bracket: what its entry opened is bare without it. */
  readonly isExit?: true
}

export interface CancelAction {
  readonly kind: 'cancel'
  readonly orderId: number
  readonly reason: string
}

export interface AmendAction {
  readonly kind: 'amend'
  readonly orderId: number
  readonly quantityLots: number
  readonly limitTicks?: number
  readonly triggerTicks?: number
}

/** An order that a limit of the account kept back; nothing is sent. */
interface RefusedAction {
  readonly kind: 'refused'
  readonly orderId: number
  readonly reason: string
}
