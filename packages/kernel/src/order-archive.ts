import { type Instrument, stepsToNumber } from '@kestrel/core'
import { ORDER_STATES } from './order-state.ts'
import type { Order } from './order.ts'
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

const numbered = <T extends string>(names: readonly T[]): Record<T, number> =>
  Object.fromEntries(names.map((name, index) => [name, index])) as Record<T, number>
const TYPE_NUMBER = numbered(TYPES)
const IN_FORCE_NUMBER = numbered(TIMES_IN_FORCE)
const STATE_NUMBER = numbered(ORDER_STATES)

const [
  INSTRUMENT,
  STRATEGY,
  BUY,
  TYPE,
  IN_FORCE,
  FLAGS,
  LOTS,
  FILLED,
  NOTIONAL,
  LIMIT,
  TRIGGER,
  CREATED,
  CLOSED,
  STATE,
] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const
const [REASON, TAG, GROUP, WIDTH] = [14, 15, 16, 17] as const

const [POST_ONLY, REDUCE_ONLY] = [1, 2] as const

/** Every order of a run as it ended, kept as rows of numbers and given out as records. Row `id - 1` is order `id`. */
export class OrderArchive {
  readonly #rows = new RowStore(WIDTH)
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

  /** Makes room for the next order and returns its id: 1, 2, 3 ... */
  nextId(): number {
    this.#rows.add()
    return this.#rows.count
  }

  /** Writes down an order as it is now, over what was written before. */
  store(order: Order): void {
    const values = this.#rows.chunkOf(order.orderId - 1)
    const start = this.#rows.startOf(order.orderId - 1)
    values[start + INSTRUMENT] = order.instrumentIndex
    values[start + STRATEGY] = order.strategyIndex
    values[start + BUY] = order.side === 'buy' ? 1 : 0
    values[start + TYPE] = TYPE_NUMBER[order.type]
    values[start + IN_FORCE] = IN_FORCE_NUMBER[order.timeInForce]
    values[start + FLAGS] = (order.postOnly ? POST_ONLY : 0) + (order.reduceOnly ? REDUCE_ONLY : 0)
    values[start + LOTS] = order.quantityLots
    values[start + FILLED] = order.filledLots
    values[start + NOTIONAL] = order.filledNotional
    values[start + LIMIT] = order.limitTicks
    values[start + TRIGGER] = order.triggerTicks
    values[start + CREATED] = order.createdTimeMs
    values[start + CLOSED] = order.closedTimeMs
    values[start + STATE] = STATE_NUMBER[order.state]
    values[start + REASON] = this.#texts.idOf(order.reason)
    values[start + TAG] = this.#texts.idOf(order.tag)
    values[start + GROUP] = order.group === undefined ? Number.NaN : order.group.groupId
    if (order.special !== PLAIN_TERMS) this.#special.set(order.orderId, order.special)
  }

  records(): OrderRecord[] {
    return Array.from({ length: this.#rows.count }, (_, index) => this.#record(index))
  }

  #record(index: number): OrderRecord {
    const at = (column: number): number => this.#rows.at(index, column)
    const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value)
    const instrument = this.#instruments[at(INSTRUMENT)] as Instrument
    const special = this.#special.get(index + 1) ?? PLAIN_TERMS
    const filledQuantity = stepsToNumber(at(FILLED), instrument.lot)
    return {
      orderId: index + 1,
      clientOrderId: `${this.#session}-${at(STRATEGY)}-${index + 1}`,
      instrumentId: instrument.id,
      strategy: this.#strategies[at(STRATEGY)] as string,
      side: at(BUY) === 1 ? 'buy' : 'sell',
      type: TYPES[at(TYPE)] as OrderType,
      timeInForce: TIMES_IN_FORCE[at(IN_FORCE)] as TimeInForce,
      postOnly: (at(FLAGS) & POST_ONLY) !== 0,
      reduceOnly: (at(FLAGS) & REDUCE_ONLY) !== 0,
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
      state: ORDER_STATES[at(STATE)] as OrderState,
      reason: this.#texts.textOf(at(REASON)),
      tag: this.#texts.textOf(at(TAG)),
    }
  }
}
