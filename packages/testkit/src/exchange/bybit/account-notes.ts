import type { AccountSideOfExchange } from '../core/exchange-port.ts'
import type { ExchangeEvent } from '../core/exchange-event.ts'
import type { Fill, OrderState } from '../core/order-types.ts'

/** An order that the venue acknowledged and then did not let into its book. */
export interface TurnedAwayOrder {
  readonly order: OrderState
  readonly rejectReason: string
}

/** Most orders that were turned away and are still remembered. */
const KEPT = 10_000

/**
 * What this venue tells its accounts beyond what the matching engine keeps: orders that were acknowledged and turned away, how
 * much of a fill closed a position, sums of realised profit, and the window of the dead-man timer.
 */
export class AccountNotes {
  readonly #turnedAway = new Map<number, TurnedAwayOrder>()
  readonly #closedLots = new Map<string, number>()
  readonly #heldLots = new Map<string, number>()
  readonly #realizedAtoms = new Map<string, bigint>()
  readonly #deadManMs = new Map<string, number>()
  readonly #lastTicks = new Map<number, number>()
  readonly #marginModes = new Map<string, string>()
  readonly #listeners: ((order: OrderState) => void)[] = []
  // Far above the numbers of the engine's own orders.
  #nextTurnedAwayId = 1_000_000_000
  #nextHiddenName = 1

  constructor(exchange: AccountSideOfExchange & { on(listener: (event: ExchangeEvent) => void): () => void }) {
    exchange.on((event) => {
      if (event.type === 'order' && event.fill !== undefined) this.#noteFill(event.fill)
    })
  }

  /** Hears of each order that is turned away. */
  onTurnedAway(listener: (order: OrderState) => void): void {
    this.#listeners.push(listener)
  }

  /** A client order id for an order without one; no client can send it. */
  hiddenName(): string {
    return `#${this.#nextHiddenName++}`
  }

  /** Remembers the last price at the moment of an order, which the venue shows with it. */
  noteCreation(orderId: number, lastTicks: number): void {
    this.#lastTicks.set(orderId, lastTicks)
  }

  /** Last price in ticks when the order was made; undefined for an order that came from elsewhere. */
  lastTicksAtCreation(orderId: number): number | undefined {
    return this.#lastTicks.get(orderId)
  }

  turnAway(order: (orderId: number) => OrderState, rejectReason: string): TurnedAwayOrder {
    const orderId = this.#nextTurnedAwayId++
    const entry = { order: order(orderId), rejectReason }
    this.#turnedAway.set(orderId, entry)
    for (const listener of this.#listeners) listener(entry.order)
    if (this.#turnedAway.size > KEPT) this.#turnedAway.delete(this.#turnedAway.keys().next().value as number)
    return entry
  }

  /** Why an order was turned away; undefined where it was not. */
  turnedAwayReason(orderId: number): string | undefined {
    return this.#turnedAway.get(orderId)?.rejectReason
  }

  turnedAway(accountId: string): TurnedAwayOrder[] {
    return [...this.#turnedAway.values()].filter(({ order }) => order.accountId === accountId)
  }

  /** Lots of a fill that made a position smaller. */
  closedLots(fill: Fill): number {
    return this.#closedLots.get(fillKey(fill)) ?? 0
  }

  /** Profit realised on a market since the account was opened, before fees. */
  realizedAtoms(accountId: string, marketId: string): bigint {
    return this.#realizedAtoms.get(`${accountId}|${marketId}`) ?? 0n
  }

  /** Seconds of the dead-man timer in ms; 0 where it is off. */
  deadManMs(accountId: string, product: string): number {
    return this.#deadManMs.get(`${accountId}|${product}`) ?? 0
  }

  setDeadMan(accountId: string, product: string, windowMs: number): void {
    this.#deadManMs.set(`${accountId}|${product}`, windowMs)
  }

  marginMode(accountId: string): string {
    return this.#marginModes.get(accountId) ?? 'REGULAR_MARGIN'
  }

  setMarginMode(accountId: string, mode: string): void {
    this.#marginModes.set(accountId, mode)
  }

  #noteFill(fill: Fill): void {
    if (!fill.marketId.startsWith('linear:')) return
    const leg = legOf(fill.accountId, fill.marketId, fill.positionSide)
    const before = this.#heldLots.get(leg) ?? 0
    const change = fill.side === 'buy' ? fill.qtyLots : -fill.qtyLots
    this.#heldLots.set(leg, before + change)
    if (Math.sign(before) * Math.sign(change) < 0)
      this.#closedLots.set(fillKey(fill), Math.min(Math.abs(before), fill.qtyLots))
    const name = `${fill.accountId}|${fill.marketId}`
    this.#realizedAtoms.set(name, (this.#realizedAtoms.get(name) ?? 0n) + fill.realizedAtoms)
  }
}

function legOf(accountId: string, marketId: string, positionSide: string): string {
  return `${accountId}|${marketId}|${positionSide}`
}

function fillKey(fill: Fill): string {
  return `${fill.marketId}|${fill.tradeId}|${fill.side}`
}
