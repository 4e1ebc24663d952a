import { position, type Scale } from '../report/chart/scale.ts'
import type { Tick } from '../report/chart/ticks.ts'

/** A rectangle of a picture with its axes. Lengths in pixels of the picture. */
export interface Panel {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly x: Scale
  readonly y: Scale
}

/** A length with one decimal, which is a tenth of a pixel. */
const round = (value: number): number => Math.round(value * 10) / 10

/** Horizontal place in the picture. */
export const panelX = (panel: Panel, value: number): number =>
  round(panel.left + position(panel.x, value) * panel.width)

/** Vertical place in the picture. */
export const panelY = (panel: Panel, value: number): number =>
  round(panel.top + (1 - position(panel.y, value)) * panel.height)

/** A polyline with relative steps, which are shorter to write. Columns of one shape `[n]`. */
export function panelLine(panel: Panel, xs: readonly number[], ys: readonly number[]): string {
  let path = ''
  let lastX = 0
  let lastY = 0
  for (let i = 0; i < xs.length; i++) {
    const x = panelX(panel, xs[i] as number)
    const y = panelY(panel, ys[i] as number)
    path += i === 0 ? `M${x} ${y}` : `l${round(x - lastX)} ${round(y - lastY)}`
    lastX = x
    lastY = y
  }
  return path
}

/** Grid lines and the numbers at the left of them. */
export function panelGrid(panel: Panel, ticks: readonly Tick[]): string {
  return ticks
    .map(({ value, label }) => {
      const y = panelY(panel, value)
      const line = `<path class="grid" d="M${panel.left} ${y}h${panel.width}"/>`
      return `${line}<text class="soft" x="${panel.left - 6}" y="${round(y + 3.5)}" text-anchor="end">${label}</text>`
    })
    .join('')
}

/** A title above the left edge and a legend at its right: pairs of CSS class and text. */
export function panelTitle(
  panel: Panel,
  title: string,
  legend: readonly (readonly [tone: string, text: string])[],
): string {
  const y = panel.top - 8
  let x = panel.left + panel.width
  const entries = legend.toReversed().map(([tone, text]) => {
    x -= text.length * 6.5 + 32
    return `<path class="line ${tone}" d="M${round(x)} ${y - 4}h14"/><text class="soft" x="${round(x + 18)}" y="${y}">${text}</text>`
  })
  return `<text x="${panel.left}" y="${y}">${title}</text>${entries.join('')}`
}
