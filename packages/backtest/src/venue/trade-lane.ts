import { type BarColumns, type Instrument, lowerBound, stepsToNumber, type TimeMs } from '@kestrel/core'
import { Lane } from './lane.ts'
import type { PrintBars } from './print-bars.ts'
import { PrintQueue } from './print-queue.ts'
import type { QueueAhead } from './queue-ahead.ts'
import type { RestingOrder } from './resting-order.ts'
import { VolumeBudget } from './volume-budget.ts'

/** Public trades and orders of one instrument: a {@link Lane} whose bars last a millisecond, and which knows the queue. */
export class TradeLane extends Lane {
  readonly #prints: PrintBars
  readonly #queue: PrintQueue | undefined
  /** Bars of the run, whose closes are what orders that fill at a close share the volume of. */
  readonly #runBars: BarColumns
  readonly #lot: Instrument['lot']
  /** Close at which orders fill now, and the bar of the run that it ends or is in; -1 while prints are played. */
  #settledMs = Number.NaN
  #runBar = -1
  readonly #runBudget: VolumeBudget

  /** @param ahead - Undefined where the queue is not estimated. */
  constructor(
    instrument: Instrument,
    instrumentIndex: number,
    prints: PrintBars,
    runBars: BarColumns,
    ahead: QueueAhead | undefined,
  ) {
    super(prints.bars, instrumentIndex)
    this.#prints = prints
    this.#runBars = runBars
    this.#runBudget = new VolumeBudget(runBars.volume)
    this.#lot = instrument.lot
    this.#queue = ahead === undefined ? undefined : new PrintQueue(prints, ahead)
  }

  /** At the close of a bar of the run, or with a trade that has just become visible: at the price of the last trade. */
  override closesAt(timeMs: TimeMs): boolean {
    if (this.isOpen || this.bar < 0) return false
    const { closeTimeMs } = this.#runBars
    const row = lowerBound(closeTimeMs, timeMs)
    this.#settledMs = timeMs
    this.#runBar = row
    return closeTimeMs[row] === timeMs || this.lastCloseMs === timeMs
  }

  /** At a close, of the volume of the bar of the run so far: that is what traded before it. */
  override budgetLots(volumeShare: number | undefined, instrument: Instrument, gain: number): number {
    const lots = super.budgetLots(volumeShare, instrument, gain)
    if (volumeShare === undefined) return lots
    this.#runBudget.ask(volumeShare, instrument.lot)
    if (!this.#isSettling) return lots
    return this.#runBudget.left(this.#runBar, this.#volumeOfRunBar(), volumeShare, instrument.lot)
  }

  override use(lots: number): void {
    super.use(lots)
    const runBar = this.#isSettling ? this.#runBar : lowerBound(this.#runBars.closeTimeMs, this.openTimeMs + 1)
    this.#runBudget.use(runBar, lots)
  }

  override queuedLots(resting: RestingOrder): number {
    if (this.#queue === undefined) return Infinity
    const { scale, mantissa } = this.#lot
    return Math.floor((this.#queue.offered(resting, this.bar) * scale) / mantissa + 1e-9)
  }

  override serve(resting: RestingOrder, lots: number): void {
    this.#queue?.use(resting, this.bar, stepsToNumber(lots, this.#lot))
  }

  /** Whoever trades with a resting order pays its price, however far the trade went through it. */
  override makerPrice({ limitPrice }: RestingOrder): number {
    return limitPrice
  }

  /**
   * The present trade for an order that took in the last millisecond with trades, or is set off by this one: it goes on
   * taking. One that rests pays its own price, wherever price goes.
   */
  override closeBefore(resting: RestingOrder): number {
    return resting.takingBar >= this.bar - 1 ? this.price : Number.NaN
  }

  override openNext(): void {
    super.openNext()
    this.#settledMs = Number.NaN
  }

  override skipTo(timeMs: TimeMs): void {
    super.skipTo(timeMs)
    this.#settledMs = Number.NaN
  }

  get #isSettling(): boolean {
    return !this.isOpen && !Number.isNaN(this.#settledMs)
  }

  /** Base units traded in the bar of the run up to the present close. */
  #volumeOfRunBar(): number {
    const { openTimeMs, closeTimeMs, volume } = this.#runBars
    if (closeTimeMs[this.#runBar] === this.#settledMs) return volume[this.#runBar] as number
    const { bars, volumeBefore } = this.#prints
    const start = lowerBound(bars.openTimeMs, openTimeMs[this.#runBar] ?? Infinity)
    return Math.max(0, (volumeBefore[this.bar + 1] as number) - (volumeBefore[start] as number))
  }
}
