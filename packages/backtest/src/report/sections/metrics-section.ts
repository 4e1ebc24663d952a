import { facts, moneyResult, percentResult, section } from '../elements.ts'
import { duration, money, number, percent } from '../format.ts'
import { html, type Html, raw } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

type Rows = readonly (readonly [label: string, text: Html | string])[]

/** All metrics in groups, with what they rest on. */
export function metricsSection(model: ReportModel): Html {
  const { metrics: m, basis } = model.metrics
  const groups: readonly (readonly [string, Rows])[] = [
    [
      'Return and risk',
      [
        ['Total return', percentResult(m.totalReturn)],
        ['CAGR', percentResult(m.cagr)],
        ['Volatility a year', percent(m.volatility)],
        ['Sharpe', number(m.sharpe)],
        ['Sortino', number(m.sortino)],
        ['Calmar', number(m.calmar)],
        ['Martin', number(m.martin)],
        ['Omega', number(m.omega)],
        ['Ulcer index', percent(m.ulcerIndex)],
        ['Max drawdown', percentResult(m.maxDrawdown)],
        [`Max drawdown, ${basis.currency}`, money(m.maxDrawdownAbs)],
        ['Longest under water', duration(m.longestUnderwaterMs)],
      ],
    ],
    [
      'Is it luck?',
      [
        ['Sharpe above zero, probability', percent(m.psr, 1)],
        [
          'Deflated by trials',
          m.dsr === undefined ? 'n/a (trials unknown)' : `${percent(m.dsr, 1)} (${number(m.trialCount, 0)} trials)`,
        ],
        [
          'Returns needed at 95%',
          m.minTrackRecord === undefined ? 'n/a' : `${number(m.minTrackRecord, 0)} (have ${basis.observations})`,
        ],
        ['Value at risk 95%', percent(m.var95)],
        ['Mean beyond it', percent(m.cvar95)],
        ['Tail ratio', number(m.tailRatio)],
        ['Skew', number(m.skew)],
        ['Excess kurtosis', number(m.excessKurtosis)],
        ['Best day', percentResult(m.bestDay)],
        ['Worst day', percentResult(m.worstDay)],
        ['Best month', percentResult(m.bestMonth)],
        ['Worst month', percentResult(m.worstMonth)],
      ],
    ],
    [
      'Trades',
      [
        ['Trades (won, lost, even)', `${number(m.trades, 0)} (${m.wins}, ${m.losses}, ${m.draws})`],
        ['Win rate', percent(m.winRate, 1)],
        ['Profit factor', number(m.profitFactor)],
        ['Payoff ratio', number(m.payoffRatio)],
        [`Expectancy, ${basis.currency}`, moneyResult(m.expectancy)],
        ['Expectancy, R', number(m.expectancyR)],
        ['SQN', number(m.sqn)],
        ['Kelly', percent(m.kelly, 1)],
        ['Mean holding (won, lost)', `${duration(m.meanWinHoldingMs)}, ${duration(m.meanLossHoldingMs)}`],
        ['Longest runs (won, lost)', `${m.maxConsecutiveWins}, ${m.maxConsecutiveLosses}`],
        ['Long, short', `${number(m.longTrades, 0)}, ${number(m.shortTrades, 0)}`],
        ['Exposure', percent(m.exposure, 1)],
      ],
    ],
    [
      `Costs, ${basis.currency}`,
      [
        ['Fees', money(m.fees)],
        ['Fees of notional', m.feesBps === undefined ? 'n/a' : `${number(m.feesBps)} bp`],
        ['Spread and slippage', money(m.slippage)],
        ['Slippage of notional', m.slippageBps === undefined ? 'n/a' : `${number(m.slippageBps)} bp`],
        ['Funding', moneyResult(m.funding)],
        ['Notional traded', money(m.tradedNotional)],
        ['Turnover a year', `${number(m.turnover, 1)}×`],
        ['Orders, fills', `${number(m.orders, 0)}, ${number(m.fills, 0)}`],
        ['Rejected, refused', `${m.rejects}, ${m.refusals}`],
        ['Liquidations', number(m.liquidations, 0)],
        ['Market change', percentResult(m.marketChange)],
        ['Alpha a year, beta', `${percent(m.alpha)}, ${number(m.beta)}`],
      ],
    ],
  ]
  return section('metrics', 'Metrics', [
    html`<p class="quiet">
      Ratios: equity at ${basis.sampling} (00:00 UTC), ${basis.observations} returns, ${basis.periodsPerYear} a year,
      risk-free rate ${percent(basis.riskFreeRate, 2)}, sample deviation (n − 1). Drawdown, ulcer index and exposure:
      every bar. Undefined is n/a, never zero.
    </p>`,
    html`<div class="groups">
      ${groups.map(
        ([title, rows]) =>
          html`<div>
            <h3>${title}</h3>
            ${facts(rows, 'dense')}
          </div>`,
      )}
    </div>`,
    compatTable(model),
  ])
}

function compatTable({ compat }: ReportModel): Html {
  if (compat === undefined) return raw('')
  const rows = Object.entries(compat.values).map(([name, value]) => [name, number(value, 4)] as const)
  return html`<h3>As ${compat.mode} computes them</h3>
    <p class="quiet">Formulas of ${compat.source}: ${compat.basis}. Fractions, not percent.</p>
    ${facts(rows, 'dense')}`
}
