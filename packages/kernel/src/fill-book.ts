import type { Instrument } from '@kestrel/core'
import type { Order } from './order.ts'
import type { FillRecord } from './records.ts'
import { RowStore, TextTable } from './row-store.ts'
import type { Execution } from './venue.ts'

const [ORDER, INSTRUMENT, STRATEGY, BUY, TIME, PRICE, QUANTITY, FEE, MAKER, SLIPPAGE, TAG, WIDTH] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const

/** Every fill of a run, kept as rows of numbers and given out as records. */
export class FillBook {
  readonly #rows = new RowStore(WIDTH)
  readonly #tags = new TextTable()
  readonly #instruments: readonly Instrument[]
  readonly #strategies: readonly string[]

  constructor(instruments: readonly Instrument[], strategies: readonly string[]) {
    this.#instruments = instruments
    this.#strategies = strategies
  }

  get count(): number {
    return this.#rows.count
  }

  add(order: Order, execution: Execution, quantity: number): void {
    const row = this.#rows.count
    this.#rows.add()
    const values = this.#rows.chunkOf(row)
    const start = this.#rows.startOf(row)
    values[start + ORDER] = order.orderId
    values[start + INSTRUMENT] = order.instrumentIndex
    values[start + STRATEGY] = order.strategyIndex
    values[start + BUY] = order.side === 'buy' ? 1 : 0
    values[start + TIME] = execution.tsEventMs
    values[start + PRICE] = execution.price
    values[start + QUANTITY] = quantity
    values[start + FEE] = execution.fee
    values[start + MAKER] = execution.liquidity === 'maker' ? 1 : 0
    values[start + SLIPPAGE] = execution.slippage
    values[start + TAG] = this.#tags.idOf(order.tag)
  }

  /** Fill number `index`, counted from 0. */
  record(index: number): FillRecord {
    const at = (column: number): number => this.#rows.at(index, column)
    return {
      fillId: index + 1,
      orderId: at(ORDER),
      instrumentId: (this.#instruments[at(INSTRUMENT)] as Instrument).id,
      strategy: this.#strategies[at(STRATEGY)] as string,
      side: at(BUY) === 1 ? 'buy' : 'sell',
      tsEventMs: at(TIME),
      price: at(PRICE),
      quantity: at(QUANTITY),
      fee: at(FEE),
      liquidity: at(MAKER) === 1 ? 'maker' : 'taker',
      slippage: at(SLIPPAGE),
      tag: this.#tags.textOf(at(TAG)),
    }
  }

  records(): FillRecord[] {
    return Array.from({ length: this.count }, (_, index) => this.record(index))
  }
}
