import { type BarColumns, allocateBars, DataError, isoTime, type TradeColumns } from '@kestrel/core'
import type { BarSpec } from './bar-rule.ts'
import type { TradeBarColumns } from './growing-trade-bars.ts'
import { InformationBarBuilder } from './information-bar-builder.ts'

/**
 * Bars that end by what was traded and not by the clock. Columns of shape `[n]` on shared memory, oldest first.
 *
 * Several bars may begin in one instant: an order that is filled in parts can complete a bar with each.
 */
export interface InformationBars extends TradeBarColumns {
  /** How many of the bars are complete: all, or all but the last. */
  readonly completeCount: number
}

/** Trades that are read at once: what they need stays in the processor's cache over the passes. */
const CHUNK = 16_384
/** Room beyond what the first chunk lets one expect. */
const SPARE = 1.02

function sliceTrades(trades: TradeColumns, start: number, end: number): TradeColumns {
  return {
    tsEventUs: trades.tsEventUs.subarray(start, end),
    id: trades.id.subarray(start, end),
    price: trades.price.subarray(start, end),
    quantity: trades.quantity.subarray(start, end),
    takerSide: trades.takerSide.subarray(start, end),
  }
}

/**
 * Information bars of trades: tick, volume, dollar, imbalance and run bars.
 *
 * @param trades - Ordered by time.
 * @param spec - When a bar is complete. See {@link BarSpec}.
 * @returns All bars; the last may be incomplete. What {@link InformationBarBuilder} gives trade by trade, to the last bit.
 * @throws UsageError `DATA_BAR_SPEC` for numbers that cannot be.
 * @throws DataError `DATA_TRADES_UNORDERED` or `DATA_TRADE_TWICE` for trades that cannot be used.
 *
 * Causal. O(trades); memory for the result.
 * Source: López de Prado, Advances in Financial Machine Learning (2018), section 2.3.
 */
export function informationBars(trades: TradeColumns, spec: BarSpec): InformationBars {
  const builder = new InformationBarBuilder(spec)
  const length = trades.tsEventUs.length
  for (let start = 0; start < length; start += CHUNK) {
    const end = Math.min(length, start + CHUNK)
    builder.add(sliceTrades(trades, start, end))
    if (start === 0 && end < length) builder.expect(Math.ceil((builder.completeCount / end) * length * SPARE))
  }
  return builder.finish()
}

/**
 * Complete information bars as bars of a strategy: times in whole milliseconds, visible from the millisecond after the last
 * trade.
 *
 * @throws DataError `DATA_BARS_TOO_SHORT` where two bars begin, or two end, in one millisecond: the replay by time cannot tell them
 *   apart.
 */
export function barColumnsOf(information: InformationBars): BarColumns {
  const { completeCount: count, openTimeUs, closeTimeUs } = information
  const bars = allocateBars(count)
  for (let b = 0; b < count; b++) {
    const openTimeMs = Math.floor((openTimeUs[b] as number) / 1_000)
    const closeTimeMs = Math.floor((closeTimeUs[b] as number) / 1_000) + 1
    const isDistinct = openTimeMs > (bars.openTimeMs[b - 1] ?? -1) && closeTimeMs > (bars.closeTimeMs[b - 1] ?? -1)
    if (!isDistinct) {
      throw new DataError({
        code: 'DATA_BARS_TOO_SHORT',
        message: `Two information bars begin or end in one millisecond at ${isoTime(openTimeMs)}; a run cannot tell them apart.`,
        hint: 'Make the bars larger.',
        meta: { bar: b, openTimeMs },
      })
    }
    bars.openTimeMs[b] = openTimeMs
    bars.closeTimeMs[b] = closeTimeMs
  }
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
    bars[name].set(information[name].subarray(0, count))
  return bars
}
