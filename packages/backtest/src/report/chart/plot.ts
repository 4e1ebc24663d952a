import { html, type Html, raw } from '../html.ts'
import { position, type Scale } from './scale.ts'
import type { Tick } from './ticks.ts'

/** Width and height of the stretched drawing; the page scales it to whatever room there is. */
const SIZE = 1_000

/** The frame of a chart: scales, labels and height, shared by every mark inside. */
export interface PlotFrame {
  readonly x: Scale
  readonly y: Scale
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  /** Pixels. */
  readonly height: number
  /** How a read-out writes y: `percent`, `number`, `money`. Left out, the chart has no read-out. */
  readonly readOut?: 'percent' | 'number' | 'money'
}

/** Horizontal place, 0 to 1000. */
export const atX = (frame: PlotFrame, value: number): number => round(position(frame.x, value) * SIZE)

/** Vertical place, 0 (top) to 1000. */
export const atY = (frame: PlotFrame, value: number): number => round((1 - position(frame.y, value)) * SIZE)

const round = (value: number): number => Math.round(value * 10) / 10

/** A polyline through the points, as path data with relative steps to keep it short. */
export function linePath(frame: PlotFrame, xs: readonly number[], ys: readonly number[]): string {
  let path = ''
  let lastX = 0
  let lastY = 0
  for (let i = 0; i < xs.length; i += 1) {
    const x = atX(frame, xs[i] as number)
    const y = atY(frame, ys[i] as number)
    path += i === 0 ? `M${x} ${y}` : `l${round(x - lastX)} ${round(y - lastY)}`
    lastX = x
    lastY = y
  }
  return path
}

/** The area between a line and a horizontal value. */
export function areaPath(frame: PlotFrame, xs: readonly number[], ys: readonly number[], base: number): string {
  if (xs.length === 0) return ''
  const bottom = atY(frame, base)
  return `${linePath(frame, xs, ys)}V${bottom}H${atX(frame, xs[0] as number)}Z`
}

/** Round dots that keep their shape when the drawing is stretched: lines of no length with round caps. */
export function dotsPath(frame: PlotFrame, xs: readonly number[], ys: readonly number[]): string {
  return xs.map((x, i) => `M${atX(frame, x)} ${atY(frame, ys[i] as number)}h0`).join('')
}

/**
 * Grid, axis labels and marks. Labels are text of the page, so they keep their size at any width; marks are drawn in a
 * stretched SVG with strokes that do not scale. Decorative for screen readers: the figure around it carries the words.
 */
export function plot(frame: PlotFrame, marks: readonly string[]): Html {
  const grid = frame.yTicks.map(({ value }) => `<path class="grid" d="M0 ${atY(frame, value)}H${SIZE}"/>`).join('')
  const read =
    frame.readOut === undefined
      ? ''
      : ` data-read="${frame.readOut}" data-x="${frame.x.low},${frame.x.high}" data-y="${frame.y.low},${frame.y.high},${frame.y.log ? 1 : 0}"`
  return html`<div class="plot" aria-hidden="true" style="--h:${frame.height}px" ${raw(read)}>
    <div class="ys">
      ${frame.yTicks.map((tick) => html`<span style="top:${atY(frame, tick.value) / 10}%">${tick.label}</span>`)}
    </div>
    <div class="box">
      <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" focusable="false">${raw(grid)}${raw(marks.join(''))}</svg>
    </div>
    <div class="xs">${frame.xTicks.map((tick, i) => xLabel(frame, tick, i))}</div>
  </div>`
}

function xLabel(frame: PlotFrame, tick: Tick, index: number): Html {
  const at = atX(frame, tick.value) / 10
  const side = at < 3 ? 'start' : at > 97 ? 'end' : ''
  return html`<span class="${index % 2 === 1 ? 'odd ' : ''}${side}" style="left:${at}%">${tick.label}</span>`
}
