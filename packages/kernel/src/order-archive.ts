import { type Instrument, stepsToNumber } from '@kestrel/core'
import {
  CLOSED,
  CODE,
  CREATED,
  FILLED,
  GROUP,
  INSTRUMENT,
  LIMIT,
  LOTS,
  NOTIONAL,
  ORDER_WIDTH,
  REASON,
  TAG,
  TRIGGER,
} from './order-row.ts'
import { ORDER_STATES, stateNumber } from './order-state.ts'
import { Order, type OrderTerms } from './order.ts'
import type { OrderRecord, OrderState, OrderType, TimeInForce } from './records.ts'
import { RowStore, TextTable } from './row-store.ts'
import { PLAIN_TERMS, type SpecialTerms } from './special-terms.ts'

const TYPES: readonly OrderType[] = [
  'market',
  'limit',
  'stop-market',
  'stop-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
]
const TIMES_IN_FORCE: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK', 'GTD']

/** Bits of {@link CODE}: two flags, whether it buys, time in force, type, state, and the rest for the strategy. */
const [POST_ONLY, REDUCE_ONLY, BUY] = [1, 2, 4] as const
const [IN_FORCE_BIT, TYPE_BIT, STATE_BIT, STRATEGY_BIT] = [3, 5, 8, 12] as const

/**
 * One order of the newest chunk, kept for its shape, beyond the end of the run. Where no order is alive as memory is
 * collected, V8 forgets what orders look like and throws away all code that was compiled for them: to compile that again
 * takes as long as some hundred thousand orders.
 */
const SPECIMEN: { order?: Order } = {}

/**
 * Every order of a run, kept as rows of numbers and given out as records. Row `id - 1` is order `id`. What changes while
 * an order is open the order itself keeps in its row.
 */
export class OrderArchive {
  readonly #rows = new RowStore(ORDER_WIDTH)
  readonly #texts = new TextTable()
  /** Of the few orders that have any. */
  readonly #special = new Map<number, SpecialTerms>()
  readonly #instruments: readonly Instrument[]
  readonly #strategies: readonly string[]
  readonly #session: string

  constructor(instruments: readonly Instrument[], strategies: readonly string[], session: string) {
    this.#instruments = instruments
    this.#strategies = strategies
    this.#session = session
  }

  /** Makes the next order; ids are 1, 2, 3 ... */
  open(terms: OrderTerms): Order {
    const row = this.#rows.count
    this.#rows.add()
    const start = this.#rows.startOf(row)
    const order = new Order(row + 1, terms, this.#rows.chunkOf(row), start)
    if (start === 0) SPECIMEN.order = order
    return order
  }

  /** Writes down what an order does not keep in its row itself, as it is now, over what was written before. */
  store(order: Order): void {
    const values = this.#rows.chunkOf(order.orderId - 1)
    const start = this.#rows.startOf(order.orderId - 1)
    values[start + INSTRUMENT] = order.instrumentIndex
    values[start + CODE] = codeOf(order)
    values[start + REASON] = this.#texts.idOf(order.reason)
    values[start + TAG] = this.#texts.idOf(order.tag)
    values[start + GROUP] = order.group === undefined ? Number.NaN : order.group.groupId
    if (order.special !== PLAIN_TERMS) this.#special.set(order.orderId, order.special)
  }

  records(): OrderRecord[] {
    return Array.from({ length: this.#rows.count }, (_, index) => this.record(index))
  }

  /** One of them, counted from 0. */
  record(index: number): OrderRecord {
    const at = (column: number): number => this.#rows.at(index, column)
    const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value)
    const instrument = this.#instruments[at(INSTRUMENT)] as Instrument
    const special = this.#special.get(index + 1) ?? PLAIN_TERMS
    const code = at(CODE)
    const filledQuantity = stepsToNumber(at(FILLED), instrument.lot)
    return {
      orderId: index + 1,
      clientOrderId: `${this.#session}-${code >> STRATEGY_BIT}-${index + 1}`,
      instrumentId: instrument.id,
      strategy: this.#strategies[code >> STRATEGY_BIT] as string,
      side: (code & BUY) !== 0 ? 'buy' : 'sell',
      type: TYPES[(code >> TYPE_BIT) & 7] as OrderType,
      timeInForce: TIMES_IN_FORCE[(code >> IN_FORCE_BIT) & 3] as TimeInForce,
      postOnly: (code & POST_ONLY) !== 0,
      reduceOnly: (code & REDUCE_ONLY) !== 0,
      quantity: stepsToNumber(at(LOTS), instrument.lot),
      filledQuantity,
      averagePrice: filledQuantity === 0 ? undefined : at(NOTIONAL) / filledQuantity,
      limitPrice: known(stepsToNumber(at(LIMIT), instrument.tick)),
      triggerPrice: known(stepsToNumber(at(TRIGGER), instrument.tick)),
      triggerBy: special.triggerBy,
      trailingDistance: known(stepsToNumber(special.trailTicks, instrument.tick)),
      trailingRate: known(special.trailRate),
      activationPrice: known(stepsToNumber(special.activationTicks, instrument.tick)),
      displayQuantity:
        special.displayLots === Infinity ? undefined : stepsToNumber(special.displayLots, instrument.lot),
      closePosition: special.closePosition,
      groupId: known(at(GROUP)),
      createdTimeMs: at(CREATED),
      closedTimeMs: known(at(CLOSED)),
      state: ORDER_STATES[(code >> STATE_BIT) & 15] as OrderState,
      reason: this.#texts.textOf(at(REASON)),
      tag: this.#texts.textOf(at(TAG)),
    }
  }
}

function codeOf({ side, type, timeInForce, state, strategyIndex, postOnly, reduceOnly }: Order): number {
  // Both are short lists of texts of which nearly every order has the first or second.
  const fixed = (TYPES.indexOf(type) << TYPE_BIT) | (TIMES_IN_FORCE.indexOf(timeInForce) << IN_FORCE_BIT)
  const flags = (postOnly ? POST_ONLY : 0) | (reduceOnly ? REDUCE_ONLY : 0) | (side === 'buy' ? BUY : 0)
  return (strategyIndex << STRATEGY_BIT) | (stateNumber(state) << STATE_BIT) | fixed | flags
}
