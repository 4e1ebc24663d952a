import { stepsToNumber } from '@kestrel/core'
import type { ExactBar } from '../flow/tape/exact-bar.ts'
import type { Desk } from './market-desk.ts'

const DAY_MS = 86_400_000

/** The last 24 hours of a market as tickers show them, every number as text of the wire. */
export interface DayStatistics {
  readonly bar: ExactBar
  readonly openTimeMs: number
  readonly closeTimeMs: number
  readonly priceChange: string
  readonly priceChangePercent: string
  readonly weightedAvgPrice: string
  readonly openPrice: string
  readonly highPrice: string
  readonly lowPrice: string
  readonly lastPrice: string
  readonly lastQty: string
  readonly volume: string
  readonly quoteVolume: string
  readonly firstId: number
  readonly lastId: number
  readonly count: number
}

/** Statistics of the last day, or of another span, rolled to the minute as the venue does it. */
export function dayStatistics({ tape, format }: Desk, nowMs: number, spanMs = DAY_MS): DayStatistics {
  const bar = tape.last(spanMs, nowMs)
  const { tick, lot } = tape.market
  const open = stepsToNumber(bar.openTicks, tick)
  const volume = stepsToNumber(bar.lots, lot)
  const change = bar.closeTicks - bar.openTicks
  const average =
    bar.lots === 0 ? open : (Number(bar.quote) * tick.mantissa * lot.mantissa) / (tick.scale * lot.scale) / volume
  return {
    bar,
    openTimeMs: nowMs - spanMs,
    closeTimeMs: nowMs,
    priceChange: change < 0 ? `-${format.price(-change)}` : format.price(change),
    priceChangePercent: ((100 * change) / bar.openTicks).toFixed(3),
    weightedAvgPrice: format.number(average, format.priceDecimals),
    openPrice: format.price(bar.openTicks),
    highPrice: format.price(bar.highTicks),
    lowPrice: format.price(bar.lowTicks),
    lastPrice: format.price(bar.closeTicks),
    lastQty: format.qty(tape.trades.latest(1)[0]?.qtyLots ?? 0),
    volume: format.qty(bar.lots),
    quoteVolume: format.quote(bar.quote),
    firstId: bar.firstId,
    lastId: bar.lastId,
    count: bar.trades,
  }
}
