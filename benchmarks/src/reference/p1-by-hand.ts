import type { BarColumns } from '@kestrel/core'
import { createHash } from 'node:crypto'

/** When a market order decided at a bar's close fills. */
export type FillRule = 'close' | 'next-open'

/** What case P1 asks of every engine. */
export interface P1Outcome {
  readonly closedTrades: number
  readonly openTrades: number
  readonly endEquity: number
  readonly maxDrawdown: number
  readonly sharpe: number
  readonly tradesHash: string
}

/** Result of the loop before it is described: statistics and closed trades as rows of five numbers. */
export interface P1Run extends Omit<P1Outcome, 'tradesHash'> {
  readonly equity: Float64Array
  /** Entry time, exit time, quantity, entry price, exit price of each closed trade. */
  readonly trades: Float64Array
}

const FAST = 20
const SLOW = 50
const CASH = 1e9
const FEE_RATE = 0.001
const TRADE_FIELDS = 5

/**
 * Case P1 as one loop written by hand for this rule alone: the answer that engines are checked against at any number of
 * bars, and the floor of what V8 can do. Shares no code with the kernel.
 *
 * Fast and slow average of the close (window sum divided by the window); one unit while fast is above slow, from the
 * first bar with both; fee 0.1 % of notional; an open position is valued at the last close.
 */
export function p1ByHand(bars: BarColumns, fill: FillRule): P1Run {
  const { open, close, openTimeMs, closeTimeMs } = bars
  const n = close.length
  const atOpen = fill === 'next-open'
  const equity = new Float64Array(n)
  const trades = new TradeRows()
  let fastSum = 0
  let slowSum = 0
  let wanted = 0
  let held = 0
  let cash = CASH
  let peak = CASH
  let depth = 0
  for (let i = 0; i < n; i++) {
    if (atOpen && wanted !== held) {
      const price = open[i] as number
      cash -= (wanted - held) * price + price * FEE_RATE
      held = wanted
      trades.add(held, openTimeMs[i] as number, price)
    }
    const price = close[i] as number
    fastSum += price
    slowSum += price
    if (i >= FAST) fastSum -= close[i - FAST] as number
    if (i >= SLOW) slowSum -= close[i - SLOW] as number
    if (i >= SLOW - 1) wanted = fastSum / FAST > slowSum / SLOW ? 1 : 0
    if (!atOpen && wanted !== held) {
      cash -= (wanted - held) * price + price * FEE_RATE
      held = wanted
      trades.add(held, closeTimeMs[i] as number, price)
    }
    const value = cash + held * price
    equity[i] = value
    if (value > peak) peak = value
    else if (1 - value / peak > depth) depth = 1 - value / peak
  }
  return {
    closedTrades: trades.closed,
    openTrades: held,
    endEquity: equity[n - 1] as number,
    maxDrawdown: depth,
    sharpe: sharpeOf(equity),
    equity,
    trades: trades.rows(),
  }
}

/** Closed trades as rows of five numbers, in an array that doubles when full. */
class TradeRows {
  closed = 0
  #rows = new Float64Array(TRADE_FIELDS * 1_024)

  /** Books a fill that left `held` units. */
  add(held: number, timeMs: number, price: number): void {
    const at = this.closed * TRADE_FIELDS
    if (held === 1) {
      if (at === this.#rows.length) {
        const grown = new Float64Array(this.#rows.length * 2)
        grown.set(this.#rows)
        this.#rows = grown
      }
      this.#rows[at] = timeMs
      this.#rows[at + 3] = price
      return
    }
    this.#rows[at + 1] = timeMs
    this.#rows[at + 2] = 1
    this.#rows[at + 4] = price
    this.closed++
  }

  rows(): Float64Array {
    return this.#rows.subarray(0, this.closed * TRADE_FIELDS)
  }
}

/** Mean over sample deviation of the returns of every bar, the first against the cash. */
function sharpeOf(equity: Float64Array): number {
  const n = equity.length
  let previous = CASH
  let sum = 0
  for (let i = 0; i < n; i++) {
    const value = equity[i] as number
    sum += value / previous - 1
    previous = value
  }
  const mean = sum / n
  let squares = 0
  previous = CASH
  for (let i = 0; i < n; i++) {
    const value = equity[i] as number
    squares += (value / previous - 1 - mean) ** 2
    previous = value
  }
  return mean / Math.sqrt(squares / (n - 1))
}

/** SHA-256 of closed trades in the format of the command line's contract, written here anew as a second witness. */
export function hashTradeRows(trades: Float64Array): string {
  const bytes = new DataView(new ArrayBuffer(trades.length * 8))
  trades.forEach((value, index) => {
    if (index % TRADE_FIELDS < 2) bytes.setBigInt64(index * 8, BigInt(value), true)
    else bytes.setFloat64(index * 8, value, true)
  })
  return createHash('sha256').update(bytes).digest('hex')
}

/** What the case compares, of a run. */
export function outcomeOf(run: P1Run): P1Outcome {
  const { closedTrades, openTrades, endEquity, maxDrawdown, sharpe } = run
  return { closedTrades, openTrades, endEquity, maxDrawdown, sharpe, tradesHash: hashTradeRows(run.trades) }
}
