import type { Html } from '../html.ts'
import { atX, atY, dotsPath, plot, type PlotFrame } from './plot.ts'
import type { Scale } from './scale.ts'
import type { Tick } from './ticks.ts'

/** Dots of one colour. Columns of one shape `[n]`. */
interface Dots {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly tone: string
}

export interface ScatterChart {
  readonly x: Scale
  readonly y: Scale
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  readonly height: number
  readonly dots: readonly Dots[]
  /** Horizontal and vertical reference lines. */
  readonly lines?: { readonly x?: number; readonly y?: number }
}

/** Dots in a plane. */
export function scatterChart(chart: ScatterChart): Html {
  const frame: PlotFrame = { x: chart.x, y: chart.y, xTicks: chart.xTicks, yTicks: chart.yTicks, height: chart.height }
  const { x, y } = chart.lines ?? {}
  return plot(frame, [
    ...(y === undefined ? [] : [`<path class="base" d="M0 ${atY(frame, y)}H1000"/>`]),
    ...(x === undefined ? [] : [`<path class="base" d="M${atX(frame, x)} 0V1000"/>`]),
    ...chart.dots.map((dots) => `<path class="dots ${dots.tone}" d="${dotsPath(frame, dots.x, dots.y)}"/>`),
  ])
}
