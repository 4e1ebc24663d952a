import type { BarColumns } from '@kestrel/core'
import type { PlotSeries } from '@kestrel/kernel'
import { linearScale, logScale, type Scale } from '../report/chart/scale.ts'
import { niceTicks, timeTicks } from '../report/chart/ticks.ts'
import { downsample } from '../report/downsample.ts'
import { axisNumber, day, percent, signedPercent } from '../report/format.ts'
import { escapeHtml } from '../report/html.ts'
import { DARK, LIGHT } from '../report/theme.ts'
import type { Backtest } from '../run/run-backtest.ts'
import { type Panel, panelGrid, panelLine, panelTitle, panelX } from './panel.ts'
import { candleLayer, relativeLayer } from './price-marks-layer.ts'

const WIDTH = 760
const LEFT = 56
const RIGHT = 16
const TOP = 62
const PRICE_HEIGHT = 170
const LOWER_HEIGHT = 76
const GAP = 34
/** Points of a line at most. */
const MOST_POINTS = 220
/** Classes of the lines of several instruments. */
const TONES = ['own', 'other', 'loss', 'third']

const STYLE = `svg{${LIGHT};--third:#0e9384;font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}@media (prefers-color-scheme:dark){svg{${DARK};--third:#2ed3b7}}
.ground{fill:var(--card)}text{fill:var(--ink)}.soft{fill:var(--soft)}.head{font-size:14px;font-weight:600}.badge{fill:var(--loss);font-weight:700}
path{fill:none;stroke-linejoin:round}.grid{stroke:var(--grid)}.base{stroke:var(--other);stroke-dasharray:3 3}.line{stroke-width:1.4;stroke:var(--own)}.line.other{stroke:var(--other)}.line.loss{stroke:var(--loss)}.line.third{stroke:var(--third)}
.wick{stroke:var(--candle-up)}.wick.down{stroke:var(--candle-down)}.body{fill:var(--candle-up)}.body.down{fill:var(--candle-down)}.buy{fill:var(--gain)}.sell{fill:var(--loss)}`

export interface RunPictureOptions {
  /** Heading; the strategy's name unless stated. */
  readonly title?: string
  /** Instruments to draw; all of the run unless stated, at most four. */
  readonly instruments?: readonly string[]
  /** Name of a line that the strategy plotted, drawn in a panel of its own. */
  readonly plot?: string
  /** The data are generated: the picture says so. */
  readonly isSynthetic?: boolean
}

/**
 * A run as one SVG that stands alone: prices with every purchase and sale, a line that the strategy plotted where one is
 * named, and equity beside the benchmark. It follows the reader's light or dark setting, needs no script, and equal runs
 * give equal text.
 *
 * One instrument is drawn as candles on a logarithmic scale, several as multiples of their first open.
 */
export function runPicture(backtest: Backtest, options: RunPictureOptions = {}): string {
  const { config, base, benchmark, metrics } = backtest
  const name = options.title ?? config.strategies[0]?.definition.name ?? ''
  const ids = (options.instruments ?? config.instruments.map(({ id }) => id)).slice(0, TONES.length)
  const endMs = base.equity.timeMs.at(-1) ?? benchmark.startTimeMs
  const x: Scale = { low: benchmark.startTimeMs, high: endMs, log: false }
  const at = (top: number, height: number, y: Scale): Panel => ({
    left: LEFT,
    top,
    width: WIDTH - LEFT - RIGHT,
    height,
    x,
    y,
  })
  const plotted = options.plot === undefined ? undefined : base.plots.find((each) => each.name === options.plot)

  const parts = [pricePanel(backtest, ids, (y) => at(TOP, PRICE_HEIGHT, y))]
  let top = TOP + PRICE_HEIGHT + GAP
  if (plotted !== undefined) {
    parts.push(plotPanel(plotted, (y) => at(top, LOWER_HEIGHT, y)))
    top += LOWER_HEIGHT + GAP
  }
  parts.push(equityPanel(backtest, (y) => at(top, LOWER_HEIGHT, y)))
  const bottom = top + LOWER_HEIGHT
  const labels = timeTicks(x.low, x.high, 7).map(({ value, label }) => {
    const place = panelX(at(top, LOWER_HEIGHT, { low: 0, high: 1, log: false }), value)
    return `<text class="soft" x="${place}" y="${bottom + 16}" text-anchor="middle">${label}</text>`
  })

  const { totalReturn, maxDrawdown, trades } = metrics.metrics
  const names = ids.length > 2 ? `${ids.length} instruments` : ids.map((id) => id.split('.')[0]).join(', ')
  const facts = `${names} · ${config.timeframe} bars, ${day(x.low)} to ${day(x.high)}`
  const result = `${trades} trades, ${signedPercent(totalReturn, 1)}, largest drawdown ${percent(Math.abs(maxDrawdown), 1)}`
  const badge =
    options.isSynthetic === true
      ? `<text class="badge" x="${WIDTH - RIGHT}" y="22" text-anchor="end">SYNTHETIC market</text>`
      : ''
  const height = bottom + 28
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escapeHtml(name)}</title><desc id="d">${escapeHtml(`${facts}. ${result}.`)}</desc>`,
    `<style>${STYLE}</style><rect class="ground" width="${WIDTH}" height="${height}" rx="10"/>`,
    `<text class="head" x="${LEFT}" y="22">${escapeHtml(name)}</text>${badge}`,
    `<text class="soft" x="${WIDTH - RIGHT}" y="40" text-anchor="end">${escapeHtml(result)}</text>`,
    `<text class="soft" x="${LEFT}" y="40">${escapeHtml(facts)}</text>`,
    ...parts,
    ...labels,
    '</svg>',
    '',
  ].join('\n')
}

function pricePanel({ bars, base }: Backtest, ids: readonly string[], panelOf: (y: Scale) => Panel): string {
  const columns = ids.map((id) => [id, bars.get(id) as BarColumns] as const)
  const fillsOf = (id: string) => base.fills.filter(({ instrumentId }) => instrumentId === id)
  const [first] = columns
  if (first === undefined) return ''
  if (columns.length === 1) {
    const [id, own] = first
    const values = [...own.low, ...own.high]
    const panel = panelOf(logScale(values) ?? linearScale(values))
    return panelGrid(panel, ticksOf(panel.y, 5)) + candleLayer(panel, own, fillsOf(id))
  }
  const panel = panelOf(
    linearScale(columns.flatMap(([, own]) => [...own.close].map((each) => each / (own.open[0] as number)))),
  )
  const legend = columns.map(([id], i) => [TONES[i] as string, id.split('.')[0] as string] as const)
  const lines = columns.map(([id, own], i) => relativeLayer(panel, own, fillsOf(id), TONES[i] as string))
  return panelGrid(panel, ticksOf(panel.y, 5)) + panelTitle(panel, '', legend) + lines.join('')
}

function plotPanel({ name, timeMs, value }: PlotSeries, panelOf: (y: Scale) => Panel): string {
  const points = downsample(Float64Array.from(timeMs), Float64Array.from(value), MOST_POINTS)
  const panel = panelOf(linearScale(points.values))
  return [
    panelGrid(panel, ticksOf(panel.y, 4)),
    panelTitle(panel, escapeHtml(name), []),
    `<path class="line" d="${panelLine(panel, points.timeMs, points.values)}"/>`,
  ].join('')
}

function equityPanel({ base, benchmark }: Backtest, panelOf: (y: Scale) => Panel): string {
  const own = downsample(base.equity.timeMs, base.equity.equity, MOST_POINTS)
  const scaled = benchmark.value.map((each) => (each / benchmark.startValue) * base.startEquity)
  const other = downsample(benchmark.timeMs, scaled, MOST_POINTS)
  const panel = panelOf(linearScale([...own.values, ...other.values]))
  const legend = [
    ['own', 'strategy'],
    ['other', 'buy and hold, free of cost'],
  ] as const
  return [
    panelGrid(panel, ticksOf(panel.y, 4)),
    panelTitle(panel, 'Equity', legend),
    `<path class="line other" d="${panelLine(panel, other.timeMs, other.values)}"/>`,
    `<path class="line own" d="${panelLine(panel, own.timeMs, own.values)}"/>`,
  ].join('')
}

function ticksOf(scale: Scale, count: number): { readonly value: number; readonly label: string }[] {
  return niceTicks(scale.low, scale.high, count).map((value) => ({ value, label: axisNumber(value) }))
}
