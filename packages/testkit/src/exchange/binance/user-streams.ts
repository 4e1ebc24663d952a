import type { ExchangeEvent } from '../core/exchange-event.ts'
import type { BinanceContext } from './binance-context.ts'
import { executionReport, spotMoneyMessages } from './spot-user-events.ts'
import { accountUpdate, algoUpdate, configUpdate, orderTradeUpdate } from './usdm-user-events.ts'

/** Takes the messages of one account. */
export type UserListener = (message: object) => void

/** Turns the exchange's events into user-data messages and hands them to who listens to the account. */
export class UserStreams {
  readonly #context: BinanceContext
  readonly #listeners = new Map<string, Set<UserListener>>()

  constructor(context: BinanceContext) {
    this.#context = context
    context.core.on((event) => {
      this.#onEvent(event)
    })
  }

  /** Listens to an account until the returned function is called. */
  listen(accountId: string, listener: UserListener): () => void {
    const known = this.#listeners.get(accountId)
    const listeners = known ?? new Set()
    if (known === undefined) this.#listeners.set(accountId, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  #onEvent(event: ExchangeEvent): void {
    if (!('accountId' in event)) return
    const listeners = this.#listeners.get(event.accountId)
    if (listeners === undefined || listeners.size === 0) return
    for (const message of this.#messages(event)) for (const listener of listeners) listener(message)
  }

  #messages(event: ExchangeEvent): readonly object[] {
    const isSpot = this.#context.kind === 'spot'
    switch (event.type) {
      case 'account':
        if ((event.wallet === 'spot') !== isSpot) return []
        return isSpot ? spotMoneyMessages(event) : [accountUpdate(event, this.#context)]
      case 'order': {
        if (event.order.marketId.startsWith('spot:') !== isSpot) return []
        const format = this.#context.format(event.order.marketId)
        if (isSpot) return [executionReport(event, format)]
        if (event.order.conditionalId === undefined) return [orderTradeUpdate(event, format)]
        return this.#conditional(event)
      }
      case 'settings': {
        const update = isSpot ? undefined : configUpdate(event, this.#context)
        return update === undefined ? [] : [update]
      }
      default:
        return []
    }
  }

  /** A conditional order lives in the algo service until it goes off, and in both from then on. */
  #conditional(event: Extract<ExchangeEvent, { type: 'order' }>): readonly object[] {
    const { order } = event
    const format = this.#context.format(order.marketId)
    if (order.triggeredMs === undefined || order.status === 'rejected') return [algoUpdate(event, format)]
    if (event.execution === 'triggered') {
      return [
        algoUpdate(event, format, 'TRIGGERING'),
        algoUpdate(event, format, 'TRIGGERED'),
        orderTradeUpdate(event, format),
      ]
    }
    const isOver = order.status !== 'open' && order.status !== 'partly-filled'
    const update = orderTradeUpdate(event, format)
    return isOver ? [update, algoUpdate(event, format)] : [update]
  }
}
