import type { TradeColumns } from '@kestrel/core'
import { barBounds } from './bar-bounds.ts'

/** Bought less sold volume, base units. Columns of shape `[bars]`. */
export interface DeltaColumns {
  /** Of the bar's trades. */
  readonly delta: Float64Array
  /** Since the first trade, at the end of the bar. */
  readonly cumulativeDelta: Float64Array
  /** Highest delta of the bar on its way, at least 0. */
  readonly highestDelta: Float64Array
  /** Lowest delta of the bar on its way, at most 0. */
  readonly lowestDelta: Float64Array
}

/** Delta of the open bar, trade by trade. Trades of an unknown side count for nothing. */
export class DeltaMeter {
  /** Bought less sold since the bar began. */
  delta = 0
  highestDelta = 0
  lowestDelta = 0
  /** Bought less sold since the first trade. */
  cumulativeDelta = 0

  add(quantity: number, takerSide: number): void {
    const signed = quantity * takerSide
    this.delta += signed
    this.cumulativeDelta += signed
    if (this.delta > this.highestDelta) this.highestDelta = this.delta
    if (this.delta < this.lowestDelta) this.lowestDelta = this.delta
  }

  /** Begin the next bar. The cumulative delta goes on. */
  beginBar(): void {
    this.delta = 0
    this.highestDelta = 0
    this.lowestDelta = 0
  }
}

/**
 * Delta and cumulative delta of each bar.
 *
 * @param trades - The trades that the bars were made of.
 * @param tradeCount - Trades of each bar, as `barsFromTrades` or `informationBars` give them. Shape `[bars]`.
 * @throws UsageError `DATA_BAR_TRADES` where bars and trades do not belong together.
 *
 * O(trades). What {@link DeltaMeter} reads at the end of each bar.
 */
export function tradeDeltas(trades: TradeColumns, tradeCount: Float64Array): DeltaColumns {
  const { quantity, takerSide } = trades
  const bounds = barBounds(tradeCount, quantity.length)
  const column = (): Float64Array => new Float64Array(tradeCount.length)
  const out = { delta: column(), cumulativeDelta: column(), highestDelta: column(), lowestDelta: column() }
  const meter = new DeltaMeter()
  for (let b = 0; b < tradeCount.length; b++) {
    meter.beginBar()
    const end = bounds[b + 1] as number
    for (let i = bounds[b] as number; i < end; i++) meter.add(quantity[i] as number, takerSide[i] as number)
    out.delta[b] = meter.delta
    out.cumulativeDelta[b] = meter.cumulativeDelta
    out.highestDelta[b] = meter.highestDelta
    out.lowestDelta[b] = meter.lowestDelta
  }
  return out
}
