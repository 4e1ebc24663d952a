import type { Finding } from '@kestrel/backtest'
import { decimalText, durationText, percentText } from '../cli/output/numbers.ts'
import type { Style } from '../cli/output/style.ts'
import { tableText } from '../cli/output/table.ts'
import { wrapText } from '../cli/output/wrap-text.ts'
import type { BacktestOutcome } from './backtest-outcome.ts'

const WIDTH = 80

/** A backtest in one screen of 80 columns: what was run, the result with its basis, the band, the findings, the report. */
export function summaryText(outcome: BacktestOutcome, style: Style): string {
  const blocks = [
    heading(outcome, style),
    headline(outcome, style),
    bandTable(outcome, style),
    findingsText(outcome.findings, style),
    places(outcome, style),
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function heading({ document, bars, elapsedMs }: BacktestOutcome, style: Style): string {
  const label = document.synthetic ? `  ${style.bold(style.warn('SYNTHETIC'))}` : ''
  const instruments =
    document.instruments.length > 3
      ? `${document.instruments.slice(0, 2).join(', ')} and ${document.instruments.length - 2} more`
      : document.instruments.join(', ')
  const params = Object.entries(document.params)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
  return [
    `${style.bold(document.strategy)} on ${instruments} ${document.timeframe}${label}`,
    ...(params === '' ? [] : wrapText(params, WIDTH).map((line) => style.dim(line))),
    style.dim(
      `${document.from} to ${document.to} (exclusive), ${decimalText(bars)} bars in ${durationText(elapsedMs)}`,
    ),
  ].join('\n')
}

/** Two columns of metrics, each with what it rests on below. */
function headline({ document }: BacktestOutcome, style: Style): string {
  const { metrics: m, basis, benchmark } = document
  const money = (value: number | null): string => `${decimalText(value, 2)} ${basis.currency}`
  const signed = (value: number | null): string => {
    const text = percentText(value, 2, true)
    return value === null ? text : value < 0 ? style.bad(text) : style.good(text)
  }
  const left: [string, string][] = [
    ['End equity', money(m.endEquity)],
    ['Total return', signed(m.totalReturn)],
    ['Buy and hold', signed(benchmark?.totalReturn ?? null)],
    ['CAGR', percentText(m.cagr, 2, true)],
    ['Max drawdown', percentText(m.maxDrawdown)],
    ['Sharpe', decimalText(m.sharpe, 2)],
    [
      m.trialCount === null || m.trialCount <= 1 ? 'P(Sharpe > 0)' : `Deflated, ${m.trialCount} trials`,
      percentText(m.dsr, 1),
    ],
    ['Sortino', decimalText(m.sortino, 2)],
  ]
  const right: [string, string][] = [
    ['Trades', decimalText(m.trades)],
    ['Win rate', percentText(m.winRate, 1)],
    ['Profit factor', decimalText(m.profitFactor, 2)],
    ['Exposure', percentText(m.exposure, 1)],
    ['Fees', money(m.fees)],
    ['Slippage', money(m.slippage)],
    ['Turnover a year', `${decimalText(m.turnover, 1)} x`],
    ['Refused, rejected', `${m.refusals}, ${m.rejects}`],
  ]
  // A row that only some runs have.
  if ((m.funding ?? 0) !== 0 || (m.liquidations ?? 0) > 0) {
    left.push(['Funding', money(m.funding)])
    right.push(['Liquidations', decimalText(m.liquidations)])
  }
  const lines = left.map(([name, value], i) => {
    const [otherName, otherValue] = right[i] ?? ['', '']
    return `${cell(name, 20)}${cellEnd(value, 18)}    ${cell(otherName, 18)}${cellEnd(otherValue, 18)}`
  })
  const rest =
    `Basis: equity in ${basis.currency} every ${basis.sampling}, ${basis.observations} returns, ` +
    `${decimalText(basis.periodsPerYear)} a year, risk-free ${percentText(basis.riskFreeRate, 1)}, after fees.`
  return [...lines, ...wrapText(rest, WIDTH).map((line) => style.dim(line))].join('\n')
}

function cell(text: string, width: number): string {
  return text.padEnd(width)
}

/** Pads at the start, not counting colour codes. */
function cellEnd(text: string, width: number): string {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  const shown = text.replaceAll(/\u001B\[\d+m/g, '').length
  return ' '.repeat(Math.max(0, width - shown)) + text
}

function bandTable({ document }: BacktestOutcome, style: Style): string {
  const { band } = document
  if (band === null) return ''
  const rows = (['harsh', 'base', 'kind'] as const).map((name) => {
    const row = band[name]
    return [
      name,
      decimalText(row.endEquity, 2),
      percentText(row.totalReturn, 2, true),
      decimalText(row.sharpe, 2),
      percentText(row.maxDrawdown),
      decimalText(row.trades),
    ]
  })
  const right = { align: 'right' } as const
  const table = tableText(
    [
      { title: 'assumptions' },
      { title: 'end equity', ...right },
      { title: 'return', ...right },
      { title: 'Sharpe', ...right },
      { title: 'max drawdown', ...right },
      { title: 'trades', ...right },
    ],
    rows,
  )
  return `${table}\n${style.dim('Harsh doubles spread and slippage and halves the volume; kind has no slippage.')}`
}

const MARKS = { serious: '!!', caution: '! ', note: '- ' } as const

function findingsText(findings: readonly Finding[], style: Style): string {
  return findings
    .map(({ severity, title, text }) => {
      const [first = '', ...rest] = wrapText(`${title}: ${text}`, WIDTH - 3)
      const mark = severity === 'note' ? MARKS[severity] : style.warn(MARKS[severity])
      return [`${mark} ${first}`, ...rest.map((line) => `   ${line}`)].join('\n')
    })
    .join('\n')
}

function places({ document, report }: BacktestOutcome, style: Style): string {
  const lines = [`${style.dim('Run')}     ${document.runDir}`]
  if (report !== undefined) lines.push(`${style.dim('Report')}  ${style.accent(report)}`)
  return lines.join('\n')
}
