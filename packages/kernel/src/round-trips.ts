import type { Instrument, TimeMs } from '@kestrel/core'
import { stepsToNumber } from '@kestrel/core'
import type { Order } from './order.ts'
import type { TradeRecord } from './records.ts'
import type { Execution } from './venue.ts'

/** A closed trade before its excursions are known; they need the bars and are added after the run. */
export type RoundTrip = Omit<TradeRecord, 'mae' | 'mfe' | 'bars'>

/** One side (entries or exits) of a trade that is still open. */
class Leg {
  lots = 0
  notional = 0
  fee = 0
  #price = Number.NaN
  #samePrice = true

  add(lots: number, quantity: number, price: number, fee: number): void {
    if (this.lots > 0 && price !== this.#price) this.#samePrice = false
    this.#price = price
    this.lots += lots
    this.notional += quantity * price
    this.fee += fee
  }

  /** Quantity-weighted price; the price itself where all fills had the same, free of rounding. */
  price(quantity: number): number {
    return this.#samePrice ? this.#price : this.notional / quantity
  }
}

interface OpenTrade {
  readonly direction: 1 | -1
  readonly entryTimeMs: TimeMs
  readonly entry: Leg
  readonly exit: Leg
  readonly entryTag: string
  readonly firstFill: number
  lots: number
  maxLots: number
  slippage: number
}

const EXIT_REASON = {
  market: 'signal',
  limit: 'limit',
  'stop-market': 'stop',
  'stop-limit': 'stop',
  'take-profit': 'take-profit',
} as const

/** Builds round trips from fills: flat to flat per slot; a fill that reverses closes one trade and opens the next. */
export class RoundTrips {
  readonly closed: RoundTrip[] = []
  readonly #open: (OpenTrade | undefined)[]
  readonly #strategies: readonly string[]

  constructor(slots: number, strategies: readonly string[]) {
    this.#open = Array.from({ length: slots }, () => undefined)
    this.#strategies = strategies
  }

  /** Books one execution; `fillIndex` is its position in the run's list of fills. */
  apply(slot: number, order: Order, execution: Execution, fillIndex: number): void {
    const sign = order.side === 'buy' ? 1 : -1
    const open = this.#open[slot]
    if (open === undefined) {
      this.#open[slot] = this.#start(sign, order, execution, execution.lots, 1, fillIndex)
      return
    }
    if (open.direction === sign) {
      this.#enter(open, order.instrument, execution, execution.lots, 1)
      return
    }
    const closing = Math.min(execution.lots, open.lots)
    const share = closing / execution.lots
    const quantity = stepsToNumber(closing, order.instrument.lot)
    open.exit.add(closing, quantity, execution.price, execution.fee * share)
    open.slippage += execution.slippage * share
    open.lots -= closing
    if (open.lots > 0) return
    this.closed.push(this.#close(open, order, execution.tsEventMs, fillIndex))
    const rest = execution.lots - closing
    this.#open[slot] = rest > 0 ? this.#start(sign, order, execution, rest, 1 - share, fillIndex) : undefined
  }

  #start(
    direction: 1 | -1,
    order: Order,
    execution: Execution,
    lots: number,
    share: number,
    fillIndex: number,
  ): OpenTrade {
    const trade: OpenTrade = {
      direction,
      entryTimeMs: execution.tsEventMs,
      entry: new Leg(),
      exit: new Leg(),
      entryTag: order.tag,
      firstFill: fillIndex,
      lots: 0,
      maxLots: 0,
      slippage: 0,
    }
    this.#enter(trade, order.instrument, execution, lots, share)
    return trade
  }

  #enter(trade: OpenTrade, instrument: Instrument, execution: Execution, lots: number, share: number): void {
    trade.entry.add(lots, stepsToNumber(lots, instrument.lot), execution.price, execution.fee * share)
    trade.slippage += execution.slippage * share
    trade.lots += lots
    trade.maxLots = Math.max(trade.maxLots, trade.lots)
  }

  #close(trade: OpenTrade, order: Order, exitTimeMs: TimeMs, fillIndex: number): RoundTrip {
    const quantity = stepsToNumber(trade.entry.lots, order.instrument.lot)
    const profit =
      trade.direction * (trade.exit.notional - trade.entry.notional) - trade.entry.fee - trade.exit.fee
    return {
      instrumentId: order.instrument.id,
      strategy: this.#strategies[order.strategyIndex] ?? '',
      direction: trade.direction === 1 ? 'long' : 'short',
      entryTimeMs: trade.entryTimeMs,
      exitTimeMs,
      maxQuantity: stepsToNumber(trade.maxLots, order.instrument.lot),
      quantity,
      entryPrice: trade.entry.price(quantity),
      exitPrice: trade.exit.price(quantity),
      entryFee: trade.entry.fee,
      exitFee: trade.exit.fee,
      funding: 0,
      slippage: trade.slippage,
      profit,
      profitRatio: profit / trade.entry.notional,
      entryTag: trade.entryTag,
      exitReason: order.tag === '' ? EXIT_REASON[order.type] : order.tag,
      firstFill: trade.firstFill,
      lastFill: fillIndex,
    }
  }
}
