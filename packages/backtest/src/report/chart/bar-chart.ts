import type { Html } from '../html.ts'
import { atX, atY, plot, type PlotFrame } from './plot.ts'
import { linearScale } from './scale.ts'
import { labelledTicks, niceTicks, type Tick } from './ticks.ts'

export interface BarChart {
  /** Shape `[n]`. */
  readonly values: readonly number[]
  /** Labels across, placed in bars from the left edge: 0.5 is the middle of the first bar. */
  readonly ticks: readonly Tick[]
  readonly unit: 'percent' | 'number'
  readonly height: number
  /** CSS class of each bar. */
  readonly tone: (index: number) => string
  /** Part of the room between bars that a bar takes. */
  readonly fill?: number
  /** A vertical line at a fractional place between bars, in bars from the left edge. */
  readonly mark?: number
}

/** Upright bars from zero. */
export function barChart({ values, ticks, unit, height, tone, fill = 0.7, mark }: BarChart): Html {
  const y = linearScale(values, [0])
  const frame: PlotFrame = {
    x: { low: 0, high: values.length, log: false },
    y,
    xTicks: ticks,
    yTicks: labelledTicks(niceTicks(y.low, y.high, 4), unit),
    height,
  }
  const bars = values.map((value, i) => {
    const left = atX(frame, i + (1 - fill) / 2)
    const right = atX(frame, i + (1 + fill) / 2)
    return `<path class="bar ${tone(i)}" d="M${left} ${atY(frame, 0)}V${atY(frame, value)}H${right}V${atY(frame, 0)}Z"/>`
  })
  const line = mark === undefined ? [] : [`<path class="mark" d="M${atX(frame, mark)} 0V1000"/>`]
  return plot(frame, [...bars, `<path class="axis" d="M0 ${atY(frame, 0)}H1000"/>`, ...line])
}
