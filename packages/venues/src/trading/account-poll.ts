import type { AccountStreamHandlers, OrderReference, TradingGateway, VenueFill, VenueOrder } from '@kestrel/kernel'

type Questions = Pick<TradingGateway, 'openOrders' | 'findOrder' | 'fillsSince' | 'balances' | 'positions'>

/** Orders that are remembered as open; more than any account may have. */
const REMEMBERED = 10_000
/** Fills are asked for from a while before the last one, since venues list them late. */
const OVERLAP_MS = 60_000

/**
 * Looks at the account by requests, for the time in which its stream says nothing. What it tells may have been told before.
 *
 * An order that was open and is not listed any more is looked up, so that its end is told too.
 */
export class AccountPoll {
  readonly #questions: Questions
  readonly #handlers: AccountStreamHandlers
  readonly #open = new Map<string, OrderReference>()
  #fillsFromMs: number

  constructor(questions: Questions, handlers: AccountStreamHandlers, nowMs: number) {
    this.#questions = questions
    this.#handlers = handlers
    this.#fillsFromMs = nowMs - OVERLAP_MS
  }

  /** Notes an order of the stream. */
  noteOrder(order: VenueOrder): void {
    const { clientOrderId, instrument, type, venueOrderId } = order
    if (clientOrderId === undefined) return
    if (order.state !== 'open') this.#open.delete(clientOrderId)
    else if (this.#open.size < REMEMBERED)
      this.#open.set(clientOrderId, { clientOrderId, venueOrderId, instrument, type })
  }

  noteFill(fill: VenueFill): void {
    this.#fillsFromMs = Math.max(this.#fillsFromMs, fill.tsEventMs - OVERLAP_MS)
  }

  /**
   * One look.
   *
   * @param isWanted - False once nobody listens any more.
   * @throws What the gateway throws; what was seen until then has been told.
   */
  async look(instruments: Parameters<TradingGateway['fillsSince']>[1], isWanted: () => boolean): Promise<void> {
    const before = new Map(this.#open)
    const open = await this.#questions.openOrders()
    if (!isWanted()) return
    for (const order of open) {
      if (order.clientOrderId !== undefined) before.delete(order.clientOrderId)
      this.#tellOrder(order)
    }
    for (const reference of before.values()) {
      const order = await this.#questions.findOrder(reference)
      if (!isWanted()) return
      if (order !== undefined) this.#tellOrder(order)
    }
    const fills = await this.#questions.fillsSince(this.#fillsFromMs, instruments)
    if (!isWanted()) return
    for (const fill of fills) {
      this.noteFill(fill)
      this.#handlers.onFill(fill)
    }
    const [balances, positions] = [await this.#questions.balances(), await this.#questions.positions()]
    if (!isWanted()) return
    this.#handlers.onBalance(balances)
    this.#handlers.onPosition(positions)
  }

  #tellOrder(order: VenueOrder): void {
    this.noteOrder(order)
    this.#handlers.onOrder(order)
  }
}
