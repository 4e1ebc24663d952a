import { facts, percentResult, section, table } from '../elements.ts'
import { money, number } from '../format.ts'
import { html, type Html, raw } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

/** The realism band, the assumptions in words, and what no simulation knows. */
export function assumptionsSection(model: ReportModel): Html {
  return section('assumptions', 'How real is it?', [
    bandTable(model),
    html`<h3>What the simulator assumed</h3>`,
    facts(
      model.assumptions.map(({ label, text }) => [label, text] as const),
      'prose',
    ),
    html`<h3>What this simulation cannot know</h3>
      <ul class="plain">
        ${model.limits.map((text) => html`<li>${text}</li>`)}
      </ul>`,
  ])
}

function bandTable({ band, metrics: run }: ReportModel): Html {
  if (band === undefined) return raw('')
  const rows = [
    { name: 'Harsher', ...band.harsh },
    { name: 'As run', ...band.base },
    { name: 'Kinder', ...band.kind },
  ]
  return html`<p>
      The same strategy on the same data, with harsher assumptions (spread and slippage doubled, one more tick through a
      limit, half the volume) and kinder ones (no slippage, limits fill when touched, more volume). The truth is more
      likely below the middle row than above it.
    </p>
    ${table(
      'Realism band',
      [
        { head: 'Assumptions', cell: ({ name }) => name, text: true },
        { head: `End equity, ${run.basis.currency}`, cell: ({ endEquity }) => money(endEquity) },
        { head: 'Return', cell: ({ totalReturn }) => percentResult(totalReturn) },
        { head: 'Sharpe', cell: ({ sharpe }) => number(sharpe) },
        { head: 'Max drawdown', cell: ({ maxDrawdown }) => percentResult(maxDrawdown) },
        { head: 'Trades', cell: ({ trades }) => number(trades, 0) },
      ],
      rows,
    )}`
}
