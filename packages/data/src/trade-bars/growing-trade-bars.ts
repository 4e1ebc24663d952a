import type { TradeColumns } from '@kestrel/core'

/** Bars made of trades, as columns of shape `[n]` on shared memory. */
export interface TradeBarColumns {
  /** Time of the first trade. */
  readonly openTimeUs: Float64Array
  /** Time of the last trade, which is when a bar that ends by what was traded is known. */
  readonly closeTimeUs: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  /** Base units. */
  readonly volume: Float64Array
  /** Volume of trades whose buyer took, base units. */
  readonly buyVolume: Float64Array
  readonly tradeCount: Float64Array
}

const LEAST_ROOM = 64
/** Columns that are filled at least so far are handed out as they are. */
const VIEW_SHARE = 0.9

/**
 * Bars of trades, in columns that grow. The open bar lies behind the complete ones.
 *
 * Volumes are added trade by trade from 0, so a bar is the same to the last bit however the trades came: one by one, in
 * chunks, or all at once.
 */
export class GrowingTradeBars {
  #columns = columnsOf(0)
  #completeCount = 0
  #isOpen = false

  get completeCount(): number {
    return this.#completeCount
  }

  /**
   * Take in a chunk of trades.
   *
   * @param barOf - For each trade how many bars of the chunk are complete before it, and one more for after the last.
   *
   * The loop has no branch that depends on the data, because bars of a few trades would mispredict it at every second
   * trade: it multiplies what stays by 1 and what goes by 0, both of which are exact. `Number` of a comparison compiles to
   * an instruction, `? 1 : 0` and `Math.max` to jumps; this loop takes 6 ns a trade, with jumps 17.
   */
  include(trades: TradeColumns, barOf: Uint32Array): void {
    const { tsEventUs, price, quantity, takerSide } = trades
    const length = tsEventUs.length
    if (length === 0) return
    const complete = barOf[length] as number
    const isLeftOpen = complete === barOf[length - 1]
    this.#reserve(complete + (isLeftOpen ? 1 : 0))
    const columns = this.#columns
    const { openTimeUs, closeTimeUs, open, high, low, close, volume, buyVolume, tradeCount } = columns
    const base = this.#completeCount
    let barBefore = this.#isOpen ? 0 : -1
    // Behind the end of full columns there is nothing, and then no bar is open either.
    let openTime = openTimeUs[base] ?? 0
    let first = open[base] ?? 0
    let highest = high[base] ?? 0
    let lowest = low[base] ?? 0
    let total = volume[base] ?? 0
    let bought = buyVolume[base] ?? 0
    let count = tradeCount[base] ?? 0
    for (let i = 0; i < length; i++) {
      const bar = barOf[i] as number
      const isNew = bar - barBefore
      const isSame = 1 - isNew
      barBefore = bar
      const at = base + bar
      const p = price[i] as number
      const q = quantity[i] as number
      const timeUs = tsEventUs[i] as number
      openTime = openTime * isSame + timeUs * isNew
      first = first * isSame + p * isNew
      const isHigher = Number(p > highest) | isNew
      const isLower = Number(p < lowest) | isNew
      highest = highest * (1 - isHigher) + p * isHigher
      lowest = lowest * (1 - isLower) + p * isLower
      total = total * isSame + q
      bought = bought * isSame + q * Number((takerSide[i] as number) > 0)
      count = count * isSame + 1
      openTimeUs[at] = openTime
      closeTimeUs[at] = timeUs
      open[at] = first
      high[at] = highest
      low[at] = lowest
      close[at] = p
      volume[at] = total
      buyVolume[at] = bought
      tradeCount[at] = count
    }
    this.#completeCount = base + complete
    this.#isOpen = isLeftOpen
  }

  /** Count the open bar, if there is one, among the complete ones. */
  endOpenBar(): void {
    if (!this.#isOpen) return
    this.#completeCount++
    this.#isOpen = false
  }

  /** The complete bars, or with the open one, which then ends; and begin again without them. */
  take(withOpenBar: boolean): TradeBarColumns {
    const full = this.#columns
    const complete = this.#completeCount
    const keepsOpen = this.#isOpen && !withOpenBar
    const count = complete + (this.#isOpen && withOpenBar ? 1 : 0)
    this.#columns = columnsOf(keepsOpen ? LEAST_ROOM : 0)
    if (keepsOpen) copyInto(this.#columns, full, complete, complete + 1)
    this.#completeCount = 0
    this.#isOpen = keepsOpen
    if (count === full.open.length) return full
    // A view where little is left over: memory that was never written takes none of the machine's.
    if (count >= VIEW_SHARE * full.open.length) return mapColumns(full, (column) => column.subarray(0, count))
    const cut = columnsOf(count)
    copyInto(cut, full, 0, count)
    return cut
  }

  /** Make room for so many bars in all, where an estimate saves growing. */
  expect(bars: number): void {
    if (bars > this.#columns.open.length) this.#grow(bars)
  }

  /** Room for so many bars behind the complete ones. */
  #reserve(more: number): void {
    const room = this.#columns.open.length
    const needed = this.#completeCount + more
    if (needed > room) this.#grow(room === 0 ? needed : Math.max(needed, 2 * room, LEAST_ROOM))
  }

  #grow(length: number): void {
    const grown = columnsOf(length)
    copyInto(grown, this.#columns, 0, Math.min(this.#columns.open.length, this.#completeCount + 1))
    this.#columns = grown
  }
}

function columnsOf(length: number): TradeBarColumns {
  const column = (): Float64Array => new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))
  return {
    openTimeUs: column(),
    closeTimeUs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    buyVolume: column(),
    tradeCount: column(),
  }
}

function mapColumns(columns: TradeBarColumns, change: (column: Float64Array) => Float64Array): TradeBarColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, change(column as Float64Array)]),
  ) as unknown as TradeBarColumns
}

function copyInto(target: TradeBarColumns, source: TradeBarColumns, start: number, end: number): void {
  for (const name of Object.keys(source) as (keyof TradeBarColumns)[])
    target[name].set(source[name].subarray(start, end))
}
