import { barChart } from '../chart/bar-chart.ts'
import { timeChart } from '../chart/time-chart.ts'
import { figure, percentResult, section, table, toneOf } from '../elements.ts'
import { day, duration, money, number, percent, signedPercent } from '../format.ts'
import { html, type Html, raw } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Equity, drawdown and the calendar of returns. */
export function performanceSection(model: ReportModel): Html {
  return section('performance', 'Performance', [
    equityFigure(model),
    underwaterFigure(model),
    benchmarkTable(model),
    monthTable(model),
    yearFigure(model),
    drawdownTable(model),
  ])
}

function equityFigure(model: ReportModel): Html {
  const { metrics, basis, benchmark } = model.metrics
  const lines = [
    ...(model.benchmark === undefined ? [] : [{ points: model.benchmark, tone: 'other' }]),
    { points: model.equity, tone: 'own' },
  ]
  const chart = {
    lines,
    fromMs: model.fromMs,
    toMs: model.toMs,
    unit: 'money',
    height: 320,
    baseline: metrics.startEquity,
  } as const
  const linear = timeChart(chart)
  const log = timeChart({ ...chart, log: true })
  const both =
    linear === undefined || log === undefined
      ? linear
      : html`<fieldset class="switch">
            <legend class="hidden">Scale of equity</legend>
            <label><input type="radio" name="scale" value="linear" checked /><span>Linear</span></label
            ><label><input type="radio" name="scale" value="log" /><span>Log</span></label>
          </fieldset>
          <div class="linear">${linear}</div>
          <div class="log">${log}</div>`
  const summary = `Account equity in ${basis.currency}, marked to market after costs: ${money(metrics.startEquity)} became ${money(metrics.endEquity)} (${signedPercent(metrics.totalReturn)}).${
    benchmark === undefined ? '' : ` ${benchmark.name} returned ${signedPercent(benchmark.totalReturn)}.`
  } Dates are UTC.`
  return figure('Equity', summary, both, [
    ['own', 'Strategy'],
    ...(benchmark === undefined ? [] : [['other', benchmark.name] as const]),
  ])
}

function underwaterFigure(model: ReportModel): Html {
  const { metrics } = model.metrics
  const recovery =
    metrics.maxDrawdownRecoveryMs === undefined
      ? 'not recovered by the end'
      : `recovered ${day(metrics.maxDrawdownRecoveryMs)}`
  const summary =
    metrics.maxDrawdownPeakMs === undefined
      ? 'Equity never fell below an earlier peak.'
      : `Deepest ${percent(metrics.maxDrawdown)}, from ${day(metrics.maxDrawdownPeakMs)} to ${day(metrics.maxDrawdownTroughMs)}, ${recovery}. Longest time below a peak: ${duration(metrics.longestUnderwaterMs)}.`
  const chart = timeChart({
    lines: [{ points: model.underwater, tone: 'loss', areaTo: 0 }],
    fromMs: model.fromMs,
    toMs: model.toMs,
    unit: 'percent',
    height: 160,
    include: [0],
  })
  return figure('Under water', summary, chart)
}

function benchmarkTable({ metrics: run }: ReportModel): Html {
  const { metrics, benchmark } = run
  if (benchmark === undefined) return raw('')
  const rows: readonly (readonly [string, Html | string, Html | string])[] = [
    ['Return', percentResult(metrics.totalReturn), percentResult(benchmark.totalReturn)],
    ['Growth a year', percentResult(metrics.cagr), percentResult(benchmark.cagr)],
    ['Volatility', percent(metrics.volatility), percent(benchmark.volatility)],
    ['Sharpe', number(metrics.sharpe), number(benchmark.sharpe)],
    ['Max drawdown', percentResult(metrics.maxDrawdown), percentResult(benchmark.maxDrawdown)],
    ['Beta', number(metrics.beta), '1.00'],
    ['Alpha a year', percentResult(metrics.alpha), '0.00%'],
    ['Information ratio', number(metrics.informationRatio), 'n/a'],
  ]
  return table(
    `Against ${benchmark.name}`,
    [
      { head: 'Measure', cell: ([name]) => name, text: true },
      { head: 'Strategy', cell: ([, own]) => own },
      { head: 'Benchmark', cell: ([, , other]) => other },
    ],
    rows,
  )
}

/** Background strength in steps of ten, by the size of the return beside the largest one. */
function shade(value: number, largest: number): string {
  const tone = toneOf(value, 0.00005)
  if (tone === 'even' || largest === 0) return 'even'
  return `${tone}-${Math.max(1, Math.min(5, Math.ceil((Math.abs(value) / largest) * 5)))}`
}

function monthTable({ metrics: run }: ReportModel): Html {
  if (run.months.length < 2) return raw('')
  const years = run.years.map(({ year, totalReturn }) => ({ year, totalReturn }))
  const byMonth = new Map(run.months.map((month) => [`${month.year}-${month.month ?? 0}`, month.totalReturn]))
  const sizes = run.months.map(({ totalReturn }) => Math.abs(totalReturn)).toSorted((a, b) => a - b)
  const largest = sizes[Math.floor((sizes.length - 1) * 0.95)] ?? 0
  const cell = (value: number | undefined, scale: number): Html =>
    value === undefined
      ? html`<td class="none"></td>`
      : html`<td class="${shade(value, scale)}">${signedPercent(value, 1).replace('%', '')}</td>`
  const whole = years.reduce((size, { totalReturn }) => Math.max(size, Math.abs(totalReturn)), 0)
  return html`<h3>Returns by month, percent</h3>
    <div class="scroll" role="region" tabindex="0" aria-label="Returns by month, percent">
      <table class="months">
        <caption class="hidden">
          Returns by calendar month (UTC), percent; the first and the last may be partial
        </caption>
        <thead>
          <tr>
            <th scope="col">Year</th>
            ${MONTHS.map((name) => html`<th scope="col">${name}</th>`)}
            <th scope="col">Year</th>
          </tr>
        </thead>
        <tbody>
          ${years.map(
            ({ year, totalReturn }) =>
              html`<tr>
                <th scope="row">${year}</th>
                ${MONTHS.map((_, i) => cell(byMonth.get(`${year}-${i + 1}`), largest))}${cell(totalReturn, whole)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

function yearFigure({ metrics: run }: ReportModel): Html {
  const { years } = run
  if (years.length < 2) return raw('')
  const values = years.map(({ totalReturn }) => totalReturn)
  const won = values.filter((value) => value > 0).length
  const chart = barChart({
    values,
    ticks: years.map(({ year }, i) => ({ value: i + 0.5, label: String(year) })),
    unit: 'percent',
    height: 180,
    tone: (i) => toneOf(values[i]),
    fill: 0.6,
  })
  return figure(
    'Returns by year',
    `${won} of ${values.length} calendar years ended higher; the first and the last may be partial.`,
    chart,
  )
}

function drawdownTable({ metrics: run }: ReportModel): Html {
  if (run.worstDrawdowns.length === 0) return raw('')
  return table(
    'Worst drawdowns (UTC)',
    [
      { head: 'Depth', cell: ({ depth }) => percentResult(depth), text: true },
      { head: 'Peak', cell: ({ peakTimeMs }) => day(peakTimeMs) },
      { head: 'Trough', cell: ({ troughTimeMs }) => day(troughTimeMs), wide: true },
      {
        head: 'Recovered',
        cell: ({ recoveryTimeMs }) => (recoveryTimeMs === undefined ? 'not yet' : day(recoveryTimeMs)),
      },
      { head: 'Lasted', cell: ({ durationMs }) => duration(durationMs), wide: true },
      { head: `Amount, ${run.basis.currency}`, cell: ({ amount }) => money(-amount), wide: true },
    ],
    run.worstDrawdowns,
  )
}
