import { type Instrument, stepsToNumber } from '@kestrel/core'
import type { Order } from './order.ts'
import type { FillLiquidity, FillRecord } from './records.ts'
import { RowStore, TextTable } from './row-store.ts'
import type { Execution, FeePayment } from './venue.ts'

const [
  ORDER,
  INSTRUMENT,
  STRATEGY,
  LOTS,
  TIME,
  PRICE,
  FEE,
  LIQUIDITY,
  SLIPPAGE,
  TAG,
  EQUITY_ROW,
  BAR_OPEN,
  LEG,
  WIDTH,
] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const

const LIQUIDITIES: readonly FillLiquidity[] = ['taker', 'maker', 'liquidation']

/** Every fill of a run, kept as rows of numbers and given out as records. */
export class FillBook {
  readonly #rows = new RowStore(WIDTH)
  readonly #tags = new TextTable()
  /** Fees paid in another currency than the settle currency, by fill: most runs have none. */
  readonly #paidIn = new Map<number, FeePayment>()
  readonly #instruments: readonly Instrument[]
  readonly #strategies: readonly string[]
  readonly #isHedged: boolean

  /** @param isHedged - Whether fills tell which position they changed. */
  constructor(instruments: readonly Instrument[], strategies: readonly string[], isHedged = false) {
    this.#isHedged = isHedged
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
    values[start + LIQUIDITY] = LIQUIDITIES.indexOf(execution.liquidity)
    values[start + SLIPPAGE] = execution.slippage
    values[start + TAG] = this.#tags.idOf(order.tag)
    values[start + EQUITY_ROW] = equityRow
    values[start + BAR_OPEN] = execution.barOpenTimeMs
    values[start + LEG] = order.leg
    if (execution.paidIn !== undefined) this.#paidIn.set(row, execution.paidIn)
  }

  /** Fill number `index`, counted from 0. */
  record(index: number): FillRecord {
    const at = (column: number): number => this.#rows.at(index, column)
    const instrument = this.#instruments[at(INSTRUMENT)] as Instrument
    const paidIn = this.#paidIn.get(index)
    return {
      fillId: index + 1,
      orderId: at(ORDER),
      instrumentId: instrument.id,
      strategy: this.#strategies[at(STRATEGY)] as string,
      side: at(LOTS) > 0 ? 'buy' : 'sell',
      tsEventMs: at(TIME),
      price: at(PRICE),
      quantity: stepsToNumber(Math.abs(at(LOTS)), instrument.lot),
      fee: paidIn?.amount ?? at(FEE),
      feeCurrency: paidIn?.currency ?? instrument.settleCurrency,
      feeValue: at(FEE),
      liquidity: LIQUIDITIES[at(LIQUIDITY)] as FillLiquidity,
      slippage: at(SLIPPAGE),
      barOpenTimeMs: at(BAR_OPEN),
      ...(this.#isHedged && instrument.kind !== 'spot' ? { positionSide: at(LEG) === 1 ? 'short' : 'long' } : {}),
      tag: this.#tags.textOf(at(TAG)),
    }
  }

  /** Signed lots of the fills in one position of an instrument, with the first row of the equity that has them in it, in order. */
  lotsOf(instrumentIndex: number, leg: 0 | 1): { readonly lots: number; readonly equityRow: number }[] {
    const found: { lots: number; equityRow: number }[] = []
    for (let index = 0; index < this.count; index++) {
      if (this.#rows.at(index, INSTRUMENT) !== instrumentIndex || this.#rows.at(index, LEG) !== leg) continue
      found.push({ lots: this.#rows.at(index, LOTS), equityRow: this.#rows.at(index, EQUITY_ROW) })
    }
    return found
  }

  records(): FillRecord[] {
    return Array.from({ length: this.count }, (_, index) => this.record(index))
  }
}
