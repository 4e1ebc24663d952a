import { barChart } from '../chart/bar-chart.ts'
import { labelledTicks, niceTicks } from '../chart/ticks.ts'
import { timeChart } from '../chart/time-chart.ts'
import { figure, percentResult, section, table } from '../elements.ts'
import { decimalsFor, number, percent } from '../format.ts'
import { html, type Html, raw } from '../html.ts'
import type { LinePoints, ReportModel } from '../report-model.ts'

/** Rolling ratios, the distribution of returns, and exposure. */
export function riskSection(model: ReportModel): Html {
  return section('risk', 'Risk', [
    rollingFigures(model),
    histogramFigure(model),
    spreadTable(model),
    exposureFigure(model),
  ])
}

function rollingFigures(model: ReportModel): Html {
  const { rolling } = model
  if (rolling === undefined) return raw('')
  const one = (
    title: string,
    points: LinePoints,
    unit: 'number' | 'percent',
    include: readonly number[],
    summary: string,
  ): Html =>
    figure(
      title,
      summary,
      timeChart({
        lines: [{ points, tone: 'own' }],
        fromMs: model.fromMs,
        toMs: model.toMs,
        unit,
        height: 150,
        labels: 4,
        include,
        ...(include[0] === undefined ? {} : { baseline: include[0] }),
      }),
    )
  const span = (points: LinePoints, show: (value: number) => string): string =>
    `between ${show(points.values.reduce((a, b) => Math.min(a, b), Infinity))} and ${show(points.values.reduce((a, b) => Math.max(a, b), -Infinity))}`
  return html`<div class="grid">
    ${[
      one(
        `Sharpe, rolling ${rolling.window} days`,
        rolling.sharpe,
        'number',
        [0],
        `Annualised from daily returns; ${span(rolling.sharpe, (value) => number(value))}.`,
      ),
      one(
        `Volatility, rolling ${rolling.window} days`,
        rolling.volatility,
        'percent',
        [0],
        `Annualised; ${span(rolling.volatility, (value) => percent(value, decimalsFor(value * 100, 1) - 1))}.`,
      ),
      rolling.beta === undefined
        ? raw('')
        : one(
            `Beta, rolling ${rolling.window} days`,
            rolling.beta,
            'number',
            [0],
            `Against ${model.metrics.benchmark?.name ?? 'the benchmark'}; ${span(rolling.beta, (value) => number(value, decimalsFor(Math.abs(value), 2)))}.`,
          ),
    ]}
  </div>`
}

function histogramFigure(model: ReportModel): Html {
  const { histogram } = model
  const { metrics, basis } = model.metrics
  if (histogram === undefined) return raw('')
  const { edges, counts } = histogram
  const low = edges[0] as number
  const width = (edges[1] as number) - low
  const middle = (i: number): number => low + (i + 0.5) * width
  const mark = metrics.var95 === undefined ? undefined : (-metrics.var95 - low) / width
  const span = width * counts.length
  const chart = barChart({
    values: counts,
    ticks: labelledTicks(niceTicks(low, low + span, 7), 'signed-percent').map(({ value, label }) => ({
      value: (value - low) / width,
      label,
    })),
    unit: 'number',
    height: 200,
    tone: (i) => (middle(i) < 0 ? 'loss' : 'gain'),
    fill: 0.86,
    ...(mark === undefined || mark < 0 ? {} : { mark }),
  })
  const idle = histogram.zeros === 0 ? '' : ` ${number(histogram.zeros, 0)} returns of exactly zero are not drawn.`
  return figure(
    'Distribution of returns',
    `${number(basis.observations, 0)} returns at ${basis.sampling}. One in twenty lost ${percent(metrics.var95)} or more (dashed line, historical value at risk), ${percent(metrics.cvar95)} on average. Skew ${number(metrics.skew)}, excess kurtosis ${number(metrics.excessKurtosis)}.${idle}`,
    chart,
  )
}

const PERIODS = { day: 'Day', week: 'Week', month: 'Month' } as const

function spreadTable({ spreads }: ReportModel): Html {
  if (spreads.length === 0) return raw('')
  return table(
    'Spread of returns',
    [
      { head: 'Period', cell: ({ period }) => PERIODS[period], text: true },
      { head: 'n', cell: ({ observations }) => number(observations, 0), wide: true },
      { head: 'Worst', cell: ({ min }) => percentResult(min) },
      { head: 'Lower quarter', cell: ({ q25 }) => percentResult(q25), wide: true },
      { head: 'Median', cell: ({ median }) => percentResult(median) },
      { head: 'Upper quarter', cell: ({ q75 }) => percentResult(q75), wide: true },
      { head: 'Best', cell: ({ max }) => percentResult(max) },
    ],
    spreads,
  )
}

function exposureFigure(model: ReportModel): Html {
  const { metrics } = model.metrics
  const chart = timeChart({
    lines: [{ points: model.leverage, tone: 'own', areaTo: 0 }],
    fromMs: model.fromMs,
    toMs: model.toMs,
    unit: 'percent',
    height: 130,
    include: [0],
  })
  return figure(
    'Exposure',
    `Gross position over equity, averaged over short stretches. Invested at ${percent(metrics.exposure, 1)} of bars; ${percent(metrics.meanLeverage, 0)} of equity on average, ${percent(metrics.maxLeverage, 0)} at most. Turnover ${number(metrics.turnover, 1)} times equity a year.`,
    chart,
  )
}
