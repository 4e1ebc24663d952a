import type { CancelAction, OrderAction } from '../sending/order-action.ts'
import type { OrderSender } from '../sending/order-sender.ts'
import type { OrderNews } from './session-input.ts'
import type { RecordedStep } from './session-journal.ts'
import type { SessionVenues } from './session-venues.ts'

/** Hands what strategies want of venues to the sender, once the session may send. */
export class OutgoingActions {
  readonly #sender: OrderSender
  readonly #venues: SessionVenues
  /** What strategies replied to what a start found out: sent once the account is known to be right. */
  readonly #held: OrderAction[] = []
  /** Cancels and amendments that the journal has and the venue has not answered: sent again, which changes nothing twice. */
  readonly #unanswered = new Map<string, OrderAction>()
  readonly #cancelled = new Set<number>()
  #maySend = false

  constructor(sender: OrderSender, venues: SessionVenues) {
    this.#sender = sender
    this.#venues = venues
  }

  /** Whether an order ends because somebody here wanted it. */
  isCancelled(orderId: number): boolean {
    return this.#cancelled.has(orderId)
  }

  /** Takes up what the journal says was asked for, and answered. */
  restore({ timeMs, input, actions }: RecordedStep): void {
    for (const action of actions) {
      if (action.kind === 'cancel') this.#restoreCancel(action)
      if (action.kind === 'create') this.#sender.restore(action, this.#venues.instrument(action.instrument), timeMs)
      else if (action.kind !== 'refused') this.#unanswered.set(`${action.kind} ${action.orderId}`, action)
    }
    if (input.kind !== 'order') return
    this.#sender.restoreNews(input.orderId, input.news)
    this.#restoreAnswer(input.orderId, input.news)
  }

  /** An answer to an amendment is none to a later one. */
  #restoreAnswer(orderId: number, news: OrderNews): void {
    const name = `amend ${orderId}`
    const asked = this.#unanswered.get(name)
    if (asked?.kind !== 'amend') return
    if ((news.kind === 'amended' || news.kind === 'amend-refused') && news.isAskedAgain === true) return
    const isOther =
      news.kind === 'amended' &&
      (news.quantityLots !== asked.quantityLots ||
        news.limitTicks !== asked.limitTicks ||
        news.triggerTicks !== asked.triggerTicks)
    if (news.kind === 'amend-refused' || (news.kind === 'amended' && !isOther)) this.#unanswered.delete(name)
  }

  /** What nobody wants is not sent again where it never arrived. */
  #restoreCancel({ orderId }: CancelAction): void {
    this.#cancelled.add(orderId)
    const link = this.#sender.linkOf(orderId)
    if (link !== undefined) link.isUnwanted = true
  }

  /** From here on actions go out: first what was left without an answer, then what was held back. */
  begin(): void {
    this.#maySend = true
    this.#sender.begin()
    for (const action of this.#unanswered.values()) {
      if (this.#sender.linkOf(action.orderId)?.status !== 'done') this.send(action)
    }
    this.#unanswered.clear()
    for (const action of this.#held.splice(0)) this.send(action)
  }

  /** Sends an action that is in the journal. */
  send(action: OrderAction): void {
    if (action.kind === 'cancel') this.#cancelled.add(action.orderId)
    if (!this.#maySend) this.#held.push(action)
    else if (action.kind === 'create') this.#sender.create(action, this.#venues.instrument(action.instrument))
    else if (action.kind === 'cancel') this.#sender.cancel(action)
    else if (action.kind === 'amend') this.#sender.amend(action)
  }
}
