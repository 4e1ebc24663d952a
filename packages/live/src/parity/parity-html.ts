import { isoTime } from '@kestrel/core'
import { type Html, reportKit } from '@kestrel/backtest'
import { STILL_OPEN } from './open-trades.ts'
import type { ParityReport, ParityRow } from './parity-report.ts'

const { html, table, moneyResult, money, compactNumber, page } = reportKit

const CAUSE_WORDS = {
  data: 'data: bars came late or not, or funding was settled otherwise',
  latency: 'latency: filled later, at the price that was there then',
  fee: 'fee: other fees than assumed',
  'fill-rule': 'fill rule: another price or quantity than the simulator assumes, or no fill',
  filter: 'filter: refused by a rule of the instrument',
  reject: 'reject: turned down by the venue',
  risk: 'risk: kept back or closed by a limit of the account',
  manual: 'manual: an operator stepped in',
  consequence: 'consequence: follows from an earlier difference',
  unexplained: 'unexplained: nothing that was recorded says why',
} as const

/** A parity report as one HTML page that needs nothing else. */
export function parityHtml(report: ParityReport): string {
  const { sessionId, mode, fromMs, toMs, trades, endEquity } = report
  const head = html`<header class="top">
    <div>
      <p class="eyebrow">Parity of a ${mode} session</p>
      <h1>${sessionId}</h1>
      <p class="about">${report.isExplained ? 'Every trade is matched or attributed.' : shortcoming(report)}</p>
      <p class="window">${isoTime(fromMs)} to ${isoTime(toMs)}</p>
    </div>
    <dl class="tiles">
      ${tile('Trades in the session', String(trades.session), `${trades.backtest} in the backtest`)}
      ${tile('Equal', String(trades.equal), 'time, price, size, fee')}
      ${tile('Matched', String(trades.matched), 'with differences')}
      ${tile('On one side alone', String(trades.attributed), 'attributed to a cause')}
      ${tile('Unexplained', String(trades.unexplained), 'nothing recorded says why')}
      ${tile('End equity', money(endEquity.session), `backtest ${money(endEquity.backtest)}`)}
      ${tile('Difference', money(endEquity.session - endEquity.backtest), 'session less backtest')}
    </dl>
  </header>`
  return page(`Parity · ${sessionId}`, head, [
    { id: 'causes', name: 'Where the difference comes from', body: causes(report) },
    { id: 'trades', name: 'Trade by trade', body: tradeTable(report.rows) },
    { id: 'reading', name: 'How to read this', body: READING },
  ])
}

function shortcoming({ trades: { unexplained }, rest }: ParityReport): string {
  const what = unexplained === 1 ? 'trade or position is' : 'trades or positions are'
  return unexplained > 0 ? `${unexplained} ${what} not explained.` : `${money(rest)} of the difference is in no trade.`
}

function tile(name: string, value: string, note: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><b>${value}</b><small>${note}</small></dd>
  </div>`
}

function causes({ causes: all }: ParityReport): Html {
  if (all.length === 0) return html`<p class="quiet">There is none: both made the same trades at the same prices.</p>`
  const money = table(
    'Money by cause, session less backtest, settle currency',
    [
      { head: 'Cause', text: true, cell: ({ cause }) => cause },
      { head: 'Money', cell: ({ money: amount }) => moneyResult(amount) },
      { head: 'Count', cell: ({ count }) => String(count) },
    ],
    all,
  )
  return html`${money}
    <p class="quiet">${all.map(({ cause }) => CAUSE_WORDS[cause]).join('. ')}.</p>`
}

function tradeTable(rows: readonly ParityRow[]): Html {
  if (rows.length === 0) return html`<p class="quiet">Neither made a trade.</p>`
  const either = ({ session, backtest }: ParityRow) => session ?? backtest
  const differs = (pick: (row: ParityRow) => string | undefined): boolean => new Set(rows.map(pick)).size > 1
  const instrument = (row: ParityRow): string => either(row)?.instrumentId ?? ''
  const strategy = (row: ParityRow): string => either(row)?.strategy ?? ''
  const trades = table<ParityRow>(
    'Trades of both, by entry',
    [
      {
        head: 'Entry',
        text: true,
        cell: (row) => isoTime(Math.floor((either(row)?.entryTimeMs ?? 0) / 1_000) * 1_000),
      },
      ...(differs(instrument) ? [{ head: 'Instrument', text: true, cell: instrument }] : []),
      ...(differs(strategy) ? [{ head: 'Strategy', text: true, wide: true, cell: strategy }] : []),
      { head: 'Difference', cell: ({ difference }) => moneyResult(difference) },
      { head: 'Because of', text: true, cell: becauseOf },
      { head: 'Session', wide: true, cell: ({ session }) => pricesOf(session) },
      { head: 'Backtest', wide: true, cell: ({ backtest }) => pricesOf(backtest) },
    ],
    rows,
  )
  const explained = rows.filter(({ attributions }) => attributions.length > 0)
  if (explained.length === 0) return trades
  return html`${trades}
    <details>
      <summary>Every difference in full</summary>
      ${explained.map(
        (row) =>
          html`<h3>${isoTime(either(row)?.entryTimeMs ?? 0)} ${either(row)?.direction ?? ''} ${instrument(row)}</h3>
            <ul>
              ${row.attributions.map(({ cause, money: amount, detail }) => html`<li>${cause} ${money(amount)}: ${detail}</li>`)}
            </ul>`,
      )}
    </details>`
}

function pricesOf(trade: ParityRow['session']): string {
  if (trade === undefined) return 'none'
  const { quantity, entryPrice, exitPrice, exitReason } = trade
  const end = exitReason === STILL_OPEN ? `open at ${compactNumber(exitPrice)}` : compactNumber(exitPrice)
  return `${compactNumber(quantity)}: ${compactNumber(entryPrice)} → ${end}`
}

function becauseOf({ attributions, verdict }: ParityRow): string {
  if (verdict === 'equal') return 'equal'
  return [...new Set(attributions.map(({ cause }) => cause))].join(', ')
}

const READING = html`<p class="quiet">
  The session was recorded: every bar, funding rate, answer of the venue and command. The same window was then run in
  the backtester, with the same strategy, parameters, cash and warm-up. Trades are matched by instrument, strategy and
  direction, entries at most two bars apart. What is held at the end counts as a trade that ends there. What differs is
  split into parts that add up to the difference in profit. A part is put down to a cause where the recording shows it:
  an order that was turned down, a command, bars that came late, an earlier difference in what was held. Everything else
  is unexplained.
</p>`
