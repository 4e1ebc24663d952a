import { percentResult } from '../elements.ts'
import { day, money, number, percent } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

/** Name, window and the headline numbers. */
export function headerSection(model: ReportModel): Html {
  const { metrics, basis } = model.metrics
  const tiles: readonly (readonly [string, Html | string, string])[] = [
    ['End equity', money(metrics.endEquity), `${basis.currency}, from ${money(metrics.startEquity)}`],
    ['Return', percentResult(metrics.totalReturn), 'after fees, slippage, funding'],
    ['Growth a year', percentResult(metrics.cagr), metrics.cagr === undefined ? 'needs 30 days' : 'CAGR, 365 days'],
    [
      'Sharpe',
      number(metrics.sharpe),
      `${basis.sampling}, n ${basis.observations}, P ${basis.periodsPerYear}, rf ${percent(basis.riskFreeRate, 1)}`,
    ],
    ['Max drawdown', percentResult(metrics.maxDrawdown), 'over every bar'],
    [
      'Trades',
      number(metrics.trades, 0),
      metrics.winRate === undefined ? 'closed' : `closed, ${percent(metrics.winRate, 0)} won`,
    ],
  ]
  return html`<header class="top">
    <div class="title">
      <p class="eyebrow">
        Backtest report${model.synthetic ? html` <strong class="badge">Synthetic data</strong>` : ''}
      </p>
      <h1>${model.strategy}</h1>
      ${model.about === '' ? '' : html`<p class="about">${model.about}</p>`}
      <p class="window">
        ${shortList(model.instruments)} · ${model.timeframe} bars · ${day(model.fromMs)} to ${day(model.toMs)} UTC
      </p>
      ${
        model.params.length === 0
          ? ''
          : html`<ul class="params" aria-label="Parameters">
              ${model.params.map(({ label, text }) => html`<li><span>${label}</span> ${text}</li>`)}
            </ul>`
      }
    </div>
    <button type="button" id="theme" class="theme" title="Switch between light and dark">Light / dark</button>
    <dl class="tiles">
      ${tiles.map(
        ([label, value, note]) =>
          html`<div>
            <dt>${label}</dt>
            <dd><b>${value}</b><small>${note}</small></dd>
          </div>`,
      )}
    </dl>
  </header>`
}

/** Four names at most, then how many more. */
function shortList(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
