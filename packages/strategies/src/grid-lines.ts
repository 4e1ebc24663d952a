import type { Instrument } from '@kestrel/core'
import { isFinal, type OrderView, type StrategyContext } from '@kestrel/kernel'
import { meetsMinimum, quantityFor, type SizingContext } from './order-size.ts'

type Context = SizingContext & Pick<StrategyContext<unknown>, 'submit' | 'cancel' | 'roundPrice'>

/** Where a grid lies and how much it trades. */
export interface GridPlan {
  /** Price that the lines are laid around. */
  readonly centre: number
  /** Distance from one line to the next, a fraction. */
  readonly stepRate: number
  /** Cells below the centre, and above it where it trades both ways. */
  readonly cells: number
  readonly isNeutral: boolean
  /** What each cell trades, reporting currency. */
  readonly money: number
}

/** The room between two lines: it buys at the lower one and sells at the upper one, in turns. */
interface Cell {
  readonly buyPrice: number
  readonly sellPrice: number
  readonly quantity: number
  /** What it does while it holds nothing. */
  readonly home: 'buy' | 'sell'
  next: 'buy' | 'sell'
  order: OrderView | undefined
}

/**
 * The limit orders of one grid. Every cell has one order at a time; when it has filled, the opposite one is rested at the
 * cell's other line. Orders that the venue or the account did not take are tried again at the next {@link rest}.
 */
export class GridLines {
  readonly lowest: number
  readonly highest: number
  readonly #context: Context
  readonly #instrument: Instrument
  readonly #cells: readonly Cell[]

  constructor(context: Context, instrument: Instrument, plan: GridPlan) {
    this.#context = context
    this.#instrument = instrument
    const { centre, stepRate, cells, isNeutral, money } = plan
    const line = (i: number): number => centre * (1 + stepRate) ** i
    const below = Array.from({ length: cells }, (_, i) => this.#cell(line(-i - 1), line(-i), 'buy', money))
    const above = Array.from({ length: isNeutral ? cells : 0 }, (_, i) =>
      this.#cell(line(i), line(i + 1), 'sell', money),
    )
    this.#cells = [...below, ...above].filter(({ quantity, buyPrice }) => meetsMinimum(instrument, quantity, buyPrice))
    this.lowest = line(-cells)
    this.highest = line(isNeutral ? cells : 0)
  }

  /** True while no cell is between its two trades. */
  get isHome(): boolean {
    return this.#cells.every(({ next, home }) => next === home)
  }

  /** Rests the order of each cell that has none. */
  rest(): void {
    for (const cell of this.#cells) this.#rest(cell)
  }

  /** To be called from `onFill` and `onOrder`: takes over what has become of the grid's orders. */
  changed(order: OrderView): void {
    if (!isFinal(order.state)) return
    const cell = this.#cells.find((each) => each.order?.orderId === order.orderId)
    if (cell === undefined) return
    cell.order = undefined
    if (order.state !== 'filled') return
    cell.next = cell.next === 'buy' ? 'sell' : 'buy'
    this.#rest(cell)
  }

  /** Order of the grid with this number, if it is one of its own. */
  find(orderId: number): OrderView | undefined {
    return this.#cells.find(({ order }) => order?.orderId === orderId)?.order
  }

  /** Withdraws every order; what has been bought or sold stays as it is. */
  withdraw(reason: string): void {
    for (const cell of this.#cells) {
      const { order } = cell
      cell.order = undefined
      if (order !== undefined && !isFinal(order.state)) this.#context.cancel(order, reason)
    }
  }

  #rest(cell: Cell): void {
    if (cell.order !== undefined) return
    const { next, quantity } = cell
    const order = this.#context.submit({
      instrument: this.#instrument,
      side: next,
      quantity,
      type: 'limit',
      limitPrice: next === 'buy' ? cell.buyPrice : cell.sellPrice,
      tag: next === cell.home ? 'grid' : 'grid, way back',
    })
    if (!isFinal(order.state)) cell.order = order
  }

  #cell(low: number, high: number, home: 'buy' | 'sell', money: number): Cell {
    const { roundPrice } = this.#context
    const instrument = this.#instrument
    const buyPrice = roundPrice(instrument, low, 'down')
    const sellPrice = roundPrice(instrument, high, 'up')
    const quantity = quantityFor(this.#context, instrument, money, home === 'buy' ? buyPrice : sellPrice)
    return { buyPrice, sellPrice, quantity, home, next: home, order: undefined }
  }
}
