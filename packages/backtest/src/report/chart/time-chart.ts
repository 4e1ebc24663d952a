import type { Html } from '../html.ts'
import { axisNumber } from '../format.ts'
import type { LinePoints } from '../report-model.ts'
import { areaPath, atY, linePath, plot, type PlotFrame } from './plot.ts'
import { linearScale, logScale } from './scale.ts'
import { labelledTicks, logTicks, niceTicks, timeTicks } from './ticks.ts'

/** One line of a chart over time. */
interface TimeLine {
  readonly points: LinePoints
  /** CSS class that gives the colour: `own`, `other`, `loss`. */
  readonly tone: string
  /** Fill the area down (or up) to this value. */
  readonly areaTo?: number
}

export interface TimeChart {
  readonly lines: readonly TimeLine[]
  readonly fromMs: number
  readonly toMs: number
  readonly unit: 'percent' | 'number' | 'money'
  readonly height: number
  /** Values that must be visible, such as 0. */
  readonly include?: readonly number[]
  /** A horizontal line, such as the start balance. */
  readonly baseline?: number
  readonly log?: boolean
  /** Labels of time at most; default 9. */
  readonly labels?: number
}

/** Lines over time; undefined where there is nothing to draw or no logarithm of it. */
export function timeChart(chart: TimeChart): Html | undefined {
  const values = chart.lines.flatMap(({ points }) => points.values)
  if (values.length < 2) return undefined
  const y = chart.log === true ? logScale(values) : linearScale(values, chart.include)
  if (y === undefined) return undefined
  const ticks =
    chart.log === true
      ? logTicks(y.low, y.high, 5).map((value) => ({ value, label: axisNumber(value) }))
      : labelledTicks(niceTicks(y.low, y.high, 5), chart.unit === 'percent' ? 'percent' : 'number')
  const frame: PlotFrame = {
    x: { low: chart.fromMs, high: chart.toMs, log: false },
    y,
    xTicks: timeTicks(chart.fromMs, chart.toMs, chart.labels ?? 9),
    yTicks: ticks,
    height: chart.height,
    readOut: chart.unit,
  }
  const marks = chart.lines.flatMap(({ points, tone, areaTo }) => [
    ...(areaTo === undefined
      ? []
      : [`<path class="area ${tone}" d="${areaPath(frame, points.timeMs, points.values, areaTo)}"/>`]),
    `<path class="line ${tone}" d="${linePath(frame, points.timeMs, points.values)}"/>`,
  ])
  const base = chart.baseline === undefined ? [] : [`<path class="base" d="M0 ${atY(frame, chart.baseline)}H1000"/>`]
  return plot(frame, [...base, ...marks])
}
