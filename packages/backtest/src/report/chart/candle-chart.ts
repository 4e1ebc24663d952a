import type { Candles, PriceMark } from '../candles.ts'
import type { Html } from '../html.ts'
import { axisNumber } from '../format.ts'
import { atX, atY, plot, type PlotFrame } from './plot.ts'
import { logScale } from './scale.ts'
import { logTicks, timeTicks } from './ticks.ts'

/** Candles on a logarithmic scale with fills as triangles: buys point up from below, sells down from above. */
export function candleChart(candles: Candles, marks: readonly PriceMark[], height: number): Html | undefined {
  const n = candles.close.length
  const y = logScale([...candles.low, ...candles.high, ...marks.map(({ price }) => price)])
  if (n === 0 || y === undefined) return undefined
  const fromMs = candles.openTimeMs[0] as number
  const toMs = candles.closeTimeMs[n - 1] as number
  const frame: PlotFrame = {
    x: { low: fromMs, high: toMs, log: false },
    y,
    xTicks: timeTicks(fromMs, toMs, 9),
    yTicks: logTicks(y.low, y.high, 6).map((value) => ({ value, label: axisNumber(value) })),
    height,
  }
  const wicks = { up: '', down: '' }
  const bodies = { up: '', down: '' }
  for (let i = 0; i < n; i += 1) {
    const open = candles.open[i] as number
    const close = candles.close[i] as number
    const way = close >= open ? 'up' : 'down'
    const left = candles.openTimeMs[i] as number
    const width = (candles.closeTimeMs[i] as number) - left
    wicks[way] +=
      `M${atX(frame, left + width / 2)} ${atY(frame, candles.high[i] as number)}V${atY(frame, candles.low[i] as number)}`
    bodies[way] +=
      `M${atX(frame, left + width * 0.15)} ${atY(frame, open)}H${atX(frame, left + width * 0.85)}V${atY(frame, close)}H${atX(frame, left + width * 0.15)}Z`
  }
  const triangles = { buy: '', sell: '' }
  for (const { candle, side, price } of marks) {
    const middle = ((candles.openTimeMs[candle] as number) + (candles.closeTimeMs[candle] as number)) / 2
    const tipX = atX(frame, middle)
    const tipY = atY(frame, price)
    const down = side === 'buy' ? 22 : -22
    triangles[side] += `M${tipX} ${tipY}l-4 ${down}h8Z`
  }
  const drawn = (['down', 'up'] as const).flatMap((way) => [
    `<path class="wick ${way}" d="${wicks[way]}"/>`,
    `<path class="body ${way}" d="${bodies[way]}"/>`,
  ])
  return plot(frame, [
    ...drawn,
    `<path class="fill-mark buy" d="${triangles.buy}"/>`,
    `<path class="fill-mark sell" d="${triangles.sell}"/>`,
  ])
}
