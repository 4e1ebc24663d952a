import { allocateBars, type BarColumns, DataError, isoTime, sliceBars, type TradeColumns } from '@kestrel/core'

/**
 * Public trades as bars of one millisecond, against which orders are played. All trades of a millisecond make one bar:
 * nobody can act between them, so their order inside it is not used, as inside any other bar.
 */
export interface PrintBars {
  readonly trades: TradeColumns
  /** A bar for every millisecond with a trade; it opens at that millisecond and closes at the next. */
  readonly bars: BarColumns
  /** First trade of each bar, and the number of trades at the end. Shape `[bars + 1]`. */
  readonly firstTrade: Uint32Array
  /** Base units traded before each bar, and in all. Shape `[bars + 1]`. */
  readonly volumeBefore: Float64Array
}

/**
 * Makes bars of one millisecond from trades.
 *
 * @param what - Names the instrument in errors.
 * @throws DataError `BACKTEST_TRADES` for trades that are out of order or come twice: a fill at them would be made up.
 *
 * Two passes over the trades; at most one bar a trade.
 */
export function printBars(trades: TradeColumns, what: string): PrintBars {
  const count = checkTrades(trades, what)
  const { tsEventUs, price, quantity } = trades
  const bars = allocateBars(count)
  const firstTrade = new Uint32Array(count + 1)
  const volumeBefore = new Float64Array(count + 1)
  let bar = -1
  let endUs = -Infinity
  let total = 0
  for (let i = 0; i < tsEventUs.length; i++) {
    const timeUs = tsEventUs[i] as number
    const traded = price[i] as number
    if (timeUs >= endUs) {
      bar++
      const openTimeMs = Math.floor(timeUs / 1_000)
      endUs = (openTimeMs + 1) * 1_000
      bars.openTimeMs[bar] = openTimeMs
      bars.closeTimeMs[bar] = openTimeMs + 1
      bars.open[bar] = bars.high[bar] = bars.low[bar] = traded
      firstTrade[bar] = i
      volumeBefore[bar] = total
    } else if (traded > (bars.high[bar] as number)) bars.high[bar] = traded
    else if (traded < (bars.low[bar] as number)) bars.low[bar] = traded
    bars.close[bar] = traded
    bars.volume[bar] = (bars.volume[bar] as number) + (quantity[i] as number)
    total += quantity[i] as number
  }
  firstTrade[count] = tsEventUs.length
  volumeBefore[count] = total
  return { trades, bars: sliceBars(bars, 0, count), firstTrade, volumeBefore }
}

/** Number of milliseconds with a trade. */
function checkTrades({ tsEventUs, id, price, quantity }: TradeColumns, what: string): number {
  let count = 0
  let endUs = -Infinity
  for (let i = 0; i < tsEventUs.length; i++) {
    const timeUs = tsEventUs[i] as number
    const isUsable = (price[i] as number) > 0 && (quantity[i] as number) > 0
    if (!isUsable || (i > 0 && !(timeUs >= (tsEventUs[i - 1] as number)))) throw badTrade(tsEventUs, id, i, what)
    if (i > 0 && id[i] === id[i - 1]) throw badTrade(tsEventUs, id, i, what)
    if (timeUs < endUs) continue
    endUs = (Math.floor(timeUs / 1_000) + 1) * 1_000
    count++
  }
  return count
}

function badTrade(tsEventUs: Float64Array, id: Float64Array, row: number, what: string): DataError {
  const text = (at: number): string => {
    const timeUs = tsEventUs[at] as number
    return `trade ${id[at]} of ${Number.isFinite(timeUs) ? isoTime(Math.floor(timeUs / 1_000)) : String(timeUs)}`
  }
  const isEarlier = row > 0 && (tsEventUs[row] as number) < (tsEventUs[row - 1] as number)
  const isTwice = row > 0 && id[row] === id[row - 1]
  const problem = isEarlier
    ? `${text(row)} comes after ${text(row - 1)}`
    : isTwice
      ? `${text(row)} comes twice`
      : `${text(row)} has no usable time, price or quantity`
  return new DataError({
    code: 'BACKTEST_TRADES',
    message: `The trades of ${what} cannot be replayed: ${problem}. Nothing was run.`,
    hint: 'Importing them into a lake puts them in order and drops repetitions.',
    meta: { instrument: what, row, id: id[row], tsEventUs: tsEventUs[row] },
  })
}
