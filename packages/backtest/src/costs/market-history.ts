import type { BarColumns, SeriesColumns } from '@kestrel/core'
import { crossedQuote, noQuotes } from './quote-errors.ts'
import type { SlippageModel } from './slippage-model.ts'
import { spreadColumn, type SpreadModel } from './spread-model.ts'
import { trailingDay } from './trailing-day.ts'

/** What the cost models of a run know of one instrument, by the time at which it was known. */
export interface MarketHistory {
  /** Full spread in basis points from `timeMs[i]` on; undefined where the spread is fixed. */
  readonly spread: SpreadHistory | undefined
  /** Volume and volatility of the day that ended at each close; undefined where slippage is fixed. */
  readonly day: DayHistory | undefined
}

interface SpreadHistory {
  readonly timeMs: Float64Array
  readonly bps: Float64Array
  /** Age from which a row no longer counts; infinite for estimates from bars. */
  readonly maxAgeMs: number
  /** While there is no row that counts. */
  readonly fallbackBps: number
}

interface DayHistory {
  readonly closeTimeMs: Float64Array
  /** Bars of the run: their length is the stretch in which our trades add up to one order. */
  readonly openTimeMs: Float64Array
  readonly volume: Float64Array
  readonly volatility: Float64Array
}

/**
 * History of an instrument for the cost models of a run, worked out once before it. Row `i` reads what was known at its time.
 *
 * @param bars - Bars of the run's timeframe: estimates count in them, whatever finer bars orders are played against.
 * @param quotes - For the model `quotes`: a series with the values `bid` and `ask`.
 * @throws DataError `BACKTEST_QUOTES` where the model needs quotes and they are missing, or ask is below bid.
 *
 * O(n * bars of the estimate).
 */
export function marketHistory(
  spread: SpreadModel | undefined,
  slippage: SlippageModel | undefined,
  bars: BarColumns,
  quotes?: SeriesColumns,
): MarketHistory {
  const { openTimeMs, closeTimeMs } = bars
  return {
    spread: spread === undefined ? undefined : spreadHistory(spread, bars, quotes),
    day: slippage === undefined ? undefined : { openTimeMs, closeTimeMs, ...trailingDay(bars) },
  }
}

function spreadHistory(model: SpreadModel, bars: BarColumns, quotes: SeriesColumns | undefined): SpreadHistory {
  if (model.model !== 'quotes') {
    const fallbackBps = model.model === 'fixed' ? model.bps : model.minBps
    return { timeMs: bars.closeTimeMs, bps: spreadColumn(model, bars), maxAgeMs: Infinity, fallbackBps }
  }
  const { maxAgeMs, fallbackBps } = model
  const bid = quotes?.values['bid']
  const ask = quotes?.values['ask']
  if (quotes === undefined || bid === undefined || ask === undefined) throw noQuotes()
  const bps = bid.map((low, i) => {
    const high = ask[i] as number
    if (!(low > 0 && high >= low)) throw crossedQuote(quotes.tsEventMs[i] as number, low, high)
    return ((high - low) / ((high + low) / 2)) * 10_000
  })
  return { timeMs: quotes.knowableTimeMs, bps, maxAgeMs, fallbackBps }
}
