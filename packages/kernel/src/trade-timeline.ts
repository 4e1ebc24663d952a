import type { Instrument, TradeColumns } from '@kestrel/core'
import type { CallFrame, Listener } from './listener.ts'
import { showTrade, TradeRow } from './public-trade.ts'
import type { Timeline } from './timeline.ts'

/** Public trades of one instrument, told to every strategy with `onTrade`. They mark the position as closes of bars do. */
export class TradeTimeline implements Timeline {
  readonly kind = 'trade'
  readonly timeMs: Float64Array
  readonly #prices: Float64Array
  readonly #mark: (prices: Float64Array, row: number) => void
  readonly #view: TradeRow
  readonly #listeners: readonly Listener[]
  readonly #frame: CallFrame

  constructor(
    instrument: Instrument,
    trades: TradeColumns,
    mark: (prices: Float64Array, row: number) => void,
    listeners: readonly Listener[],
    frame: CallFrame,
  ) {
    this.timeMs = visibleFromMs(trades)
    this.#prices = trades.price
    this.#mark = mark
    this.#view = new TradeRow(instrument, trades)
    this.#listeners = listeners
    this.#frame = frame
  }

  happen(_from: number, to: number): void {
    this.#mark(this.#prices, to - 1)
  }

  tell(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      showTrade(this.#view, row)
      for (let l = 0; l < this.#listeners.length; l++) {
        const listener = this.#listeners[l] as Listener
        this.#frame.enter(listener)
        listener.handlers.onTrade?.(this.#view)
        this.#frame.leave()
      }
    }
  }
}

/**
 * A trade is visible at the end of the millisecond in which it happened, as a bar is at its close: a bar that closes at an
 * instant and the trades that are visible at it end together, and no order decided at it can meet any of them.
 */
function visibleFromMs({ tsEventUs }: TradeColumns): Float64Array {
  const timeMs = new Float64Array(tsEventUs.length)
  for (let i = 0; i < timeMs.length; i++) timeMs[i] = Math.floor((tsEventUs[i] as number) / 1_000) + 1
  return timeMs
}
