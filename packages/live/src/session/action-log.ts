import { KestrelError } from '@kestrel/core'
import type { AmendedTerms, Order } from '@kestrel/kernel'
import type { OrderAction } from '../sending/order-action.ts'

/** Says why an order may not go out now, or not stand on other terms; undefined where it may. */
export type OrderGate = (order: Order, isAmendment: boolean) => string | undefined

/**
 * What a session does to the outside, to be written down before it is sent. While a journal is played again, each action
 * is compared with the one that was written, and limits answer what they answered then.
 */
export class ActionLog {
  readonly #gate: OrderGate
  #actions: OrderAction[] = []
  /** What the journal says came next; undefined while nothing is replayed. */
  #recorded: OrderAction[] | undefined

  constructor(gate: OrderGate) {
    this.#gate = gate
  }

  /** What came up since the last time. */
  take(): readonly OrderAction[] {
    const actions = this.#actions
    this.#actions = []
    return actions
  }

  /** From here on actions are compared with these, in their order, until {@link endReplay}. */
  replay(recorded: readonly OrderAction[]): void {
    this.#recorded = [...recorded]
  }

  /** @throws KestrelError `LIVE_JOURNAL_DIVERGED` where an action that was written did not come again. */
  endReplay(): void {
    const missing = this.#recorded?.[0]
    this.#recorded = undefined
    if (missing !== undefined) throw diverged(missing, undefined)
  }

  /** Why an order is kept back; written down where it is. */
  refusalOf(order: Order, isAmendment = false): string | undefined {
    const next = this.#recorded?.[0]
    const isRecorded = next?.kind === 'refused' && next.orderId === order.orderId
    const reason = this.#recorded === undefined ? this.#gate(order, isAmendment) : isRecorded ? next.reason : undefined
    if (reason !== undefined) this.add({ kind: 'refused', orderId: order.orderId, reason })
    return reason
  }

  /** Why an order may not stand on other terms. It keeps its own, whatever the answer. */
  refusalAs(order: Order, terms: AmendedTerms): string | undefined {
    const { quantityLots, limitTicks, triggerTicks } = order
    const isMoved = !Object.is(limitTicks, terms.limitTicks) || !Object.is(triggerTicks, terms.triggerTicks)
    // Smaller where it stands: no limit speaks against that.
    if (!isMoved && terms.quantityLots <= quantityLots) return undefined
    Object.assign(order, terms)
    try {
      return this.refusalOf(order, true)
    } finally {
      Object.assign(order, { quantityLots, limitTicks, triggerTicks })
    }
  }

  add(action: OrderAction): void {
    if (this.#recorded === undefined) {
      this.#actions.push(action)
      return
    }
    const written = this.#recorded.shift()
    if (written === undefined || !areEqual(written, action)) throw diverged(written, action)
  }
}

/** Whether an action is what was written of it as JSON. */
function areEqual(written: OrderAction, action: OrderAction): boolean {
  const names = Object.keys(action) as (keyof OrderAction)[]
  // Mostly they are equal value by value; what JSON cannot say is compared as it says it.
  const areAlike = names.length === Object.keys(written).length && names.every((name) => written[name] === action[name])
  return areAlike || JSON.stringify(written) === JSON.stringify(action)
}

function diverged(written: OrderAction | undefined, again: OrderAction | undefined): KestrelError {
  return new KestrelError({
    code: 'LIVE_JOURNAL_DIVERGED',
    message: `The session cannot be recovered: the journal says ${textOf(written)}, played again it came to ${textOf(again)}. Nothing was sent.`,
    hint: 'The strategy, its parameters or this program have changed since. End the session (kestrel bot flatten or stop) and start a new one.',
    meta: { written, again },
  })
}

function textOf(action: OrderAction | undefined): string {
  return action === undefined ? 'nothing' : `${action.kind} of order ${action.orderId}`
}
