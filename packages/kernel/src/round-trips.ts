import type { Instrument, TimeMs } from '@kestrel/core'
import { stepsToNumber } from '@kestrel/core'
import { contractNotional } from './margin/contract-value.ts'
import type { Order } from './order.ts'
import type { TradeRecord } from './records.ts'
import { RowStore, TextTable } from './row-store.ts'
import type { Execution } from './venue.ts'

/**
 * A closed trade whose `mae`, `mfe` and `bars` may still be missing: they need the bars, and whoever has these fills them
 * in after the run. The places are there from the start, NaN, because an object that grows afterwards is made twice.
 */
export type RoundTrip = Omit<TradeRecord, 'mae' | 'mfe' | 'bars'> & { mae: number; mfe: number; bars: number }

/** One side (entries or exits) of a trade that is still open. */
class Leg {
  lots = 0
  /** Value of the fills, settle currency. */
  notional = 0
  fee = 0
  #price = Number.NaN
  #samePrice = true

  clear(): void {
    this.lots = 0
    this.notional = 0
    this.fee = 0
    this.#samePrice = true
  }

  add(lots: number, notional: number, price: number, fee: number): void {
    if (this.lots > 0 && price !== this.#price) this.#samePrice = false
    this.#price = price
    this.lots += lots
    this.notional += notional
    this.fee += fee
  }

  /**
   * Quantity-weighted price, harmonic for an inverse contract; the price itself where all fills had the same, free of
   * rounding.
   */
  price(quantity: number, { settlement, contractSize }: Instrument): number {
    if (this.#samePrice) return this.#price
    const face = quantity * contractSize
    return settlement === 'linear' ? this.notional / face : face / this.notional
  }
}

/** The trade under way in one slot; a slot has one object for all of its trades. */
class OpenTrade {
  readonly entry = new Leg()
  readonly exit = new Leg()
  direction: 1 | -1 = 1
  entryTimeMs: TimeMs = Number.NaN
  entryTag = ''
  firstFill = 0
  /** Lots held; 0 while the slot is flat. */
  lots = 0
  maxLots = 0
  slippage = 0
  funding = 0

  begin(direction: 1 | -1, entryTimeMs: TimeMs, entryTag: string, firstFill: number): void {
    this.entry.clear()
    this.exit.clear()
    this.direction = direction
    this.entryTimeMs = entryTimeMs
    this.entryTag = entryTag
    this.firstFill = firstFill
    this.lots = 0
    this.maxLots = 0
    this.slippage = 0
    this.funding = 0
  }
}

const [INSTRUMENT, STRATEGY, DIRECTION, ENTRY_TIME, EXIT_TIME, MAX_LOTS, LOTS, ENTRY_PRICE, EXIT_PRICE, ENTRY_FEE] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const
const [EXIT_FEE, SLIPPAGE, GROSS, NOTIONAL, ENTRY_TAG, EXIT_REASON_TEXT, FIRST_FILL, LAST_FILL, FUNDING, WIDTH] = [
  10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
] as const

/** Why a trade ended, by the type of the order that ended it. */
export const EXIT_REASON = {
  market: 'signal',
  limit: 'limit',
  'stop-market': 'stop',
  'stop-limit': 'stop',
  'take-profit': 'take-profit',
  'take-profit-limit': 'take-profit',
  'trailing-stop': 'stop',
} as const

/** Value of a fill, settle currency. */
function notionalOf({ settlement, contractSize }: Instrument, quantity: number, price: number): number {
  return contractNotional(settlement, quantity, contractSize, price)
}

/** Builds round trips from fills: flat to flat per slot; a fill that reverses closes one trade and opens the next. */
export class RoundTrips {
  readonly #open: readonly OpenTrade[]
  readonly #rows = new RowStore(WIDTH)
  readonly #texts = new TextTable()
  readonly #instruments: readonly Instrument[]
  readonly #strategies: readonly string[]

  /** @param placeCount - Positions that one strategy can have; the number of instruments, twice that in hedge mode. */
  constructor(instruments: readonly Instrument[], strategies: readonly string[], placeCount = instruments.length) {
    this.#open = Array.from({ length: placeCount * strategies.length }, () => new OpenTrade())
    this.#instruments = instruments
    this.#strategies = strategies
  }

  /** Closed trades so far. */
  get count(): number {
    return this.#rows.count
  }

  /** Closed trades in order of closing. */
  records(): RoundTrip[] {
    return Array.from({ length: this.#rows.count }, (_, index) => this.#record(index))
  }

  /** Books one execution; `fillIndex` is its position in the run's list of fills. */
  apply(slot: number, order: Order, execution: Execution, fillIndex: number): void {
    const sign = order.side === 'buy' ? 1 : -1
    const open = this.#open[slot] as OpenTrade
    if (open.lots === 0) {
      open.begin(sign, execution.tsEventMs, order.tag, fillIndex)
      this.#enter(open, order.instrument, execution, execution.lots, 1)
      return
    }
    if (open.direction === sign) {
      this.#enter(open, order.instrument, execution, execution.lots, 1)
      return
    }
    const closing = Math.min(execution.lots, open.lots)
    const share = closing / execution.lots
    const quantity = stepsToNumber(closing, order.instrument.lot)
    open.exit.add(
      closing,
      notionalOf(order.instrument, quantity, execution.price),
      execution.price,
      execution.fee * share,
    )
    open.slippage += execution.slippage * share
    open.lots -= closing
    if (open.lots > 0) return
    this.#close(open, order, execution.tsEventMs, fillIndex)
    const rest = execution.lots - closing
    if (rest === 0) return
    open.begin(sign, execution.tsEventMs, order.tag, fillIndex)
    this.#enter(open, order.instrument, execution, rest, 1 - share)
  }

  /** Adds a payment on the position to the trade that is open in the slot, above 0 received; none where it is flat. */
  pay(slot: number, amount: number): void {
    const open = this.#open[slot] as OpenTrade
    if (open.lots !== 0) open.funding += amount
  }

  #enter(trade: OpenTrade, instrument: Instrument, execution: Execution, lots: number, share: number): void {
    const notional = notionalOf(instrument, stepsToNumber(lots, instrument.lot), execution.price)
    trade.entry.add(lots, notional, execution.price, execution.fee * share)
    trade.slippage += execution.slippage * share
    trade.lots += lots
    trade.maxLots = Math.max(trade.maxLots, trade.lots)
  }

  #close(trade: OpenTrade, order: Order, exitTimeMs: TimeMs, fillIndex: number): void {
    const { entry, exit } = trade
    const quantity = stepsToNumber(entry.lots, order.instrument.lot)
    const row = this.#rows.count
    this.#rows.add()
    const values = this.#rows.chunkOf(row)
    const start = this.#rows.startOf(row)
    values[start + INSTRUMENT] = order.instrumentIndex
    values[start + STRATEGY] = order.strategyIndex
    values[start + DIRECTION] = trade.direction
    values[start + ENTRY_TIME] = trade.entryTimeMs
    values[start + EXIT_TIME] = exitTimeMs
    values[start + MAX_LOTS] = trade.maxLots
    values[start + LOTS] = entry.lots
    values[start + ENTRY_PRICE] = entry.price(quantity, order.instrument)
    values[start + EXIT_PRICE] = exit.price(quantity, order.instrument)
    values[start + ENTRY_FEE] = entry.fee
    values[start + EXIT_FEE] = exit.fee
    values[start + SLIPPAGE] = trade.slippage
    // An inverse contract gains what its face is worth less of the base currency.
    const gain = exit.notional - entry.notional
    values[start + GROSS] = trade.direction * (order.instrument.settlement === 'linear' ? gain : -gain)
    values[start + NOTIONAL] = entry.notional
    values[start + ENTRY_TAG] = this.#texts.idOf(trade.entryTag)
    values[start + EXIT_REASON_TEXT] = this.#texts.idOf(order.tag === '' ? EXIT_REASON[order.type] : order.tag)
    values[start + FIRST_FILL] = trade.firstFill
    values[start + LAST_FILL] = fillIndex
    values[start + FUNDING] = trade.funding
  }

  /** Profit of the trade that was closed last, after fees and funding, settle currency; NaN before the first. */
  newestProfit(): number {
    return this.#rows.count === 0 ? Number.NaN : this.#profit(this.#rows.count - 1)
  }

  #profit(index: number): number {
    const values = this.#rows.chunkOf(index)
    const start = this.#rows.startOf(index)
    return (
      (values[start + GROSS] as number) -
      (values[start + ENTRY_FEE] as number) -
      (values[start + EXIT_FEE] as number) +
      (values[start + FUNDING] as number)
    )
  }

  #record(index: number): RoundTrip {
    const values = this.#rows.chunkOf(index)
    const start = this.#rows.startOf(index)
    const { id, lot } = this.#instruments[values[start + INSTRUMENT] as number] as Instrument
    const profit = this.#profit(index)
    return {
      instrumentId: id,
      strategy: this.#strategies[values[start + STRATEGY] as number] as string,
      direction: (values[start + DIRECTION] as number) === 1 ? 'long' : 'short',
      entryTimeMs: values[start + ENTRY_TIME] as number,
      exitTimeMs: values[start + EXIT_TIME] as number,
      maxQuantity: stepsToNumber(values[start + MAX_LOTS] as number, lot),
      quantity: stepsToNumber(values[start + LOTS] as number, lot),
      entryPrice: values[start + ENTRY_PRICE] as number,
      exitPrice: values[start + EXIT_PRICE] as number,
      entryFee: values[start + ENTRY_FEE] as number,
      exitFee: values[start + EXIT_FEE] as number,
      funding: values[start + FUNDING] as number,
      slippage: values[start + SLIPPAGE] as number,
      profit,
      profitRatio: profit / (values[start + NOTIONAL] as number),
      mae: Number.NaN,
      mfe: Number.NaN,
      bars: Number.NaN,
      entryTag: this.#texts.textOf(values[start + ENTRY_TAG] as number),
      exitReason: this.#texts.textOf(values[start + EXIT_REASON_TEXT] as number),
      firstFill: values[start + FIRST_FILL] as number,
      lastFill: values[start + LAST_FILL] as number,
    }
  }
}
