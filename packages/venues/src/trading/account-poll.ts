import type {
  AccountStreamHandlers,
  OrderReference,
  TradingGateway,
  VenueFill,
  VenueOrder,
  VenuePosition,
} from '@kestrel/kernel'

type Questions = Pick<TradingGateway, 'openOrders' | 'findOrder' | 'fillsSince' | 'balances' | 'positions'>

/** Orders that are remembered as open; more than any account may have. */
const REMEMBERED = 10_000
/** Fills are asked for from a while before the last one, since venues list them late. */
const OVERLAP_MS = 60_000

/**
 * Looks at the account by requests, for the time in which its stream says nothing. What it tells may have been told before.
 *
 * An order that was open and is not listed any more is looked up, so that its end is told too; a position that was there and
 * is not listed any more is told as flat.
 */
export class AccountPoll {
  readonly #questions: Questions
  readonly #handlers: AccountStreamHandlers
  readonly #open = new Map<string, OrderReference>()
  readonly #held = new Map<string, VenuePosition>()
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

  notePositions(positions: readonly VenuePosition[]): void {
    for (const position of positions) {
      const key = `${position.instrument.id} ${position.side}`
      if (position.signedLots === 0) this.#held.delete(key)
      else this.#held.set(key, position)
    }
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
    const told = [...positions, ...this.#goneFrom(positions)]
    this.notePositions(told)
    this.#handlers.onPosition(told)
  }

  /** Positions that were held and are not listed any more, as flat ones. */
  #goneFrom(positions: readonly VenuePosition[]): readonly VenuePosition[] {
    const listed = new Set(positions.map(({ instrument, side }) => `${instrument.id} ${side}`))
    return [...this.#held]
      .filter(([key]) => !listed.has(key))
      .map(([, position]) => ({ ...position, signedLots: 0, entryPrice: Number.NaN }))
  }

  #tellOrder(order: VenueOrder): void {
    this.noteOrder(order)
    this.#handlers.onOrder(order)
  }
}
