import { type Instrument, stepsToNumber } from '@kestrel/core'
import type { Order } from './order.ts'
import type { FillRecord } from './records.ts'
import { RowStore, TextTable } from './row-store.ts'
import type { Execution } from './venue.ts'

const [ORDER, INSTRUMENT, STRATEGY, LOTS, TIME, PRICE, FEE, MAKER, SLIPPAGE, TAG, EQUITY_ROW, BAR_OPEN, WIDTH] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
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

  /** @param equityRow - First row of the equity that has this fill in it. */
  add(order: Order, execution: Execution, equityRow: number): void {
    const row = this.#rows.count
    this.#rows.add()
    const values = this.#rows.chunkOf(row)
    const start = this.#rows.startOf(row)
    values[start + ORDER] = order.orderId
    values[start + INSTRUMENT] = order.instrumentIndex
    values[start + STRATEGY] = order.strategyIndex
    values[start + LOTS] = order.side === 'buy' ? execution.lots : -execution.lots
    values[start + TIME] = execution.tsEventMs
    values[start + PRICE] = execution.price
    values[start + FEE] = execution.fee
    values[start + MAKER] = execution.liquidity === 'maker' ? 1 : 0
    values[start + SLIPPAGE] = execution.slippage
    values[start + TAG] = this.#tags.idOf(order.tag)
    values[start + EQUITY_ROW] = equityRow
    values[start + BAR_OPEN] = execution.barOpenTimeMs
  }

  /** Fill number `index`, counted from 0. */
  record(index: number): FillRecord {
    const at = (column: number): number => this.#rows.at(index, column)
    const instrument = this.#instruments[at(INSTRUMENT)] as Instrument
    return {
      fillId: index + 1,
      orderId: at(ORDER),
      instrumentId: instrument.id,
      strategy: this.#strategies[at(STRATEGY)] as string,
      side: at(LOTS) > 0 ? 'buy' : 'sell',
      tsEventMs: at(TIME),
      price: at(PRICE),
      quantity: stepsToNumber(Math.abs(at(LOTS)), instrument.lot),
      fee: at(FEE),
      liquidity: at(MAKER) === 1 ? 'maker' : 'taker',
      slippage: at(SLIPPAGE),
      barOpenTimeMs: at(BAR_OPEN),
      tag: this.#tags.textOf(at(TAG)),
    }
  }

  /** Signed lots of one instrument's fills with the first row of the equity that has them in it, in order. */
  lotsOf(instrumentIndex: number): { readonly lots: number; readonly equityRow: number }[] {
    const found: { lots: number; equityRow: number }[] = []
    for (let index = 0; index < this.count; index++) {
      if (this.#rows.at(index, INSTRUMENT) !== instrumentIndex) continue
      found.push({ lots: this.#rows.at(index, LOTS), equityRow: this.#rows.at(index, EQUITY_ROW) })
    }
    return found
  }

  records(): FillRecord[] {
    return Array.from({ length: this.count }, (_, index) => this.record(index))
  }
}
