import type { BarColumns } from '@kestrel/core'
import type { FillRecord } from '@kestrel/kernel'
import { mergeCandles, priceMarks } from '../report/candles.ts'
import { type Panel, panelLine, panelX, panelY } from './panel.ts'

/** Candles, or points of a line, at most. */
const MOST_CANDLES = 150

/** Candles of one instrument with its fills: purchases point up from below, sales down from above. */
export function candleLayer(panel: Panel, bars: BarColumns, fills: readonly FillRecord[]): string {
  const candles = mergeCandles(bars, MOST_CANDLES)
  const wicks = { up: '', down: '' }
  const bodies = { up: '', down: '' }
  candles.close.forEach((close, i) => {
    const open = candles.open[i] as number
    const way = close >= open ? 'up' : 'down'
    const from = panelX(panel, candles.openTimeMs[i] as number)
    const to = panelX(panel, candles.closeTimeMs[i] as number)
    const middle = ((from + to) / 2).toFixed(1)
    const width = Math.max(1, (to - from) * 0.7)
    const left = ((from + to - width) / 2).toFixed(1)
    wicks[way] += `M${middle} ${panelY(panel, candles.high[i] as number)}V${panelY(panel, candles.low[i] as number)}`
    bodies[way] += `M${left} ${panelY(panel, open)}h${width.toFixed(1)}V${panelY(panel, close)}h-${width.toFixed(1)}Z`
  })
  const marks = triangles(panel, bars, fills, (candle, side) =>
    side === 'buy' ? (candles.low[candle] as number) : (candles.high[candle] as number),
  )
  return (['down', 'up'] as const)
    .map((way) => `<path class="wick ${way}" d="${wicks[way]}"/><path class="body ${way}" d="${bodies[way]}"/>`)
    .join('')
    .concat(marks)
}

/** The close as a line, as a multiple of the first one, with its fills on it. */
export function relativeLayer(panel: Panel, bars: BarColumns, fills: readonly FillRecord[], tone: string): string {
  const candles = mergeCandles(bars, MOST_CANDLES)
  const first = bars.open[0] as number
  const values = candles.close.map((close) => close / first)
  const line = `<path class="line ${tone}" d="${panelLine(panel, candles.closeTimeMs, values)}"/>`
  return line + triangles(panel, bars, fills, (candle) => values[candle] as number)
}

/** One triangle for all fills of a side within a candle. */
function triangles(
  panel: Panel,
  bars: BarColumns,
  fills: readonly FillRecord[],
  valueOf: (candle: number, side: 'buy' | 'sell') => number,
): string {
  const candles = mergeCandles(bars, MOST_CANDLES)
  const paths = { buy: '', sell: '' }
  for (const { candle, side } of priceMarks(candles, fills)) {
    const middle = ((candles.openTimeMs[candle] as number) + (candles.closeTimeMs[candle] as number)) / 2
    const gap = side === 'buy' ? 3 : -3
    const tip = (panelY(panel, valueOf(candle, side)) + gap).toFixed(1)
    paths[side] += `M${panelX(panel, middle)} ${tip}l-4 ${side === 'buy' ? 8 : -8}h8Z`
  }
  return `<path class="buy" d="${paths.buy}"/><path class="sell" d="${paths.sell}"/>`
}
