import type { TradeRecord } from '@kestrel/kernel'
import type { BreakdownRow } from '../../metrics/breakdown.ts'
import { candleChart } from '../chart/candle-chart.ts'
import { linearScale, type Scale } from '../chart/scale.ts'
import { scatterChart } from '../chart/scatter-chart.ts'
import { labelledTicks, niceTicks } from '../chart/ticks.ts'
import { type Column, figure, moneyResult, percentResult, section, table } from '../elements.ts'
import { compactNumber, duration, minute, money, number, percent } from '../format.ts'
import { html, type Html, raw } from '../html.ts'
import type { ReportModel, TradePoint } from '../report-model.ts'

/** Price with fills, the shape of the trades, and the trades themselves. */
export function tradesSection(model: ReportModel): Html {
  return section('trades', 'Trades', [
    priceFigure(model),
    html`<div class="grid two">${[holdingFigure(model.tradePoints), excursionFigure(model.tradePoints)]}</div>`,
    breakdowns(model),
    tradeTable(model),
    orderTable(model),
  ])
}

function priceFigure({ price, timeframe }: ReportModel): Html {
  if (price === undefined) return raw('')
  const { candles, marks, fills, instrumentId } = price
  return figure(
    `Price of ${instrumentId} and fills`,
    `${candles.close.length} candles merged from ${timeframe} bars, logarithmic scale. ${fills} fills as ${marks.length} marks: fills of one side in one candle are one mark at their mean price.`,
    candleChart(candles, marks, 340),
    [
      ['buy', '▲ Buy'],
      ['sell', '▼ Sell'],
    ],
  )
}

const percentTicks = (scale: Scale) => labelledTicks(niceTicks(scale.low, scale.high, 5), 'percent')

function split(points: readonly TradePoint[], x: (point: TradePoint) => number, y: (point: TradePoint) => number) {
  return (['loss', 'even', 'gain'] as const).map((tone) => {
    const own = points.filter(
      ({ profitRatio }) => (profitRatio > 0 ? 'gain' : profitRatio < 0 ? 'loss' : 'even') === tone,
    )
    return { tone, x: own.map(x), y: own.map(y) }
  })
}

function holdingFigure(points: readonly TradePoint[]): Html {
  if (points.length < 2) return raw('')
  const times = points.map(({ holdingMs }) => Math.max(1_000, holdingMs))
  const x: Scale = {
    low: times.reduce((a, b) => Math.min(a, b)) * 0.8,
    high: times.reduce((a, b) => Math.max(a, b)) * 1.25,
    log: true,
  }
  const y = linearScale(
    points.map(({ profitRatio }) => profitRatio),
    [0],
  )
  const steps = [60, 300, 3_600, 14_400, 86_400, 604_800, 2_592_000, 31_536_000].map((seconds) => seconds * 1_000)
  const chart = scatterChart({
    x,
    y,
    xTicks: steps.filter((step) => step >= x.low && step <= x.high).map((value) => ({ value, label: duration(value) })),
    yTicks: percentTicks(y),
    height: 240,
    dots: split(
      points,
      ({ holdingMs }) => Math.max(1_000, holdingMs),
      ({ profitRatio }) => profitRatio,
    ),
    lines: { y: 0 },
  })
  return figure(
    'Profit and holding time',
    'Each dot is a trade: time held across (logarithmic), return upwards.',
    chart,
  )
}

function excursionFigure(points: readonly TradePoint[]): Html {
  if (points.length < 2 || points.every(({ mae, mfe }) => mae === 0 && mfe === 0)) return raw('')
  const x = linearScale(
    points.map(({ mae }) => mae),
    [0],
  )
  const y = linearScale(
    points.map(({ mfe }) => mfe),
    [0],
  )
  const chart = scatterChart({
    x,
    y,
    xTicks: percentTicks(x),
    yTicks: percentTicks(y),
    height: 240,
    dots: split(
      points,
      ({ mae }) => mae,
      ({ mfe }) => mfe,
    ),
  })
  return figure(
    'Worst and best moment of each trade',
    'Largest loss while open across (MAE), largest gain upwards (MFE). Winners far to the left were saved by luck; losers high up gave profit back.',
    chart,
  )
}

function breakdowns({ metrics: run }: ReportModel): Html {
  const columns = (head: string): readonly Column<BreakdownRow>[] => [
    { head, cell: ({ key }) => (key === '' ? 'none' : key), text: true },
    { head: 'Trades', cell: ({ statistics }) => number(statistics.trades, 0) },
    { head: 'Won', cell: ({ statistics }) => percent(statistics.winRate, 0) },
    { head: `Profit, ${run.basis.currency}`, cell: ({ statistics }) => moneyResult(statistics.netProfit) },
    { head: 'Mean return', cell: ({ statistics }) => percentResult(statistics.meanTradeRatio), wide: true },
    { head: 'Profit factor', cell: ({ statistics }) => number(statistics.profitFactor), wide: true },
    { head: 'Mean holding', cell: ({ statistics }) => duration(statistics.meanHoldingMs), wide: true },
  ]
  const shown = (caption: string, head: string, rows: readonly BreakdownRow[]): Html =>
    rows.length === 0 ? raw('') : table(caption, columns(head), rows.slice(0, 30))
  return html`${[
    run.byInstrument.length > 1 ? shown('By instrument', 'Instrument', run.byInstrument) : raw(''),
    run.byDirection.length > 1 ? shown('By direction', 'Direction', run.byDirection) : raw(''),
    shown('By exit reason', 'Exit reason', run.byExitReason),
    run.byEntryTag.length > 1 ? shown('By entry tag', 'Entry tag', run.byEntryTag) : raw(''),
  ]}`
}

function tradeTable(model: ReportModel): Html {
  const { metrics: run, firstTrades, lastTrades, instruments } = model
  if (firstTrades.length === 0) return raw('')
  const columns: readonly Column<TradeRecord>[] = [
    { head: 'Closed, UTC', cell: ({ exitTimeMs }) => minute(exitTimeMs), text: true },
    ...(instruments.length > 1
      ? [{ head: 'Instrument', cell: (trade: TradeRecord) => trade.instrumentId, text: true }]
      : []),
    { head: 'Side', cell: ({ direction }) => direction, text: true, wide: true },
    { head: 'Held', cell: ({ entryTimeMs, exitTimeMs }) => duration(exitTimeMs - entryTimeMs) },
    { head: 'Quantity', cell: ({ quantity }) => compactNumber(quantity), wide: true },
    { head: 'Entry', cell: ({ entryPrice }) => compactNumber(entryPrice), wide: true },
    { head: 'Exit', cell: ({ exitPrice }) => compactNumber(exitPrice), wide: true },
    { head: 'Return', cell: ({ profitRatio }) => percentResult(profitRatio) },
    { head: `Profit, ${run.basis.currency}`, cell: ({ profit }) => moneyResult(profit) },
    { head: 'Fees', cell: ({ entryFee, exitFee }) => money(entryFee + exitFee), wide: true },
    { head: 'MAE', cell: ({ mae }) => percent(mae), wide: true },
    { head: 'MFE', cell: ({ mfe }) => percent(mfe), wide: true },
    { head: 'Exit reason', cell: ({ exitReason }) => exitReason, text: true, wide: true },
  ]
  const all = run.metrics.trades
  const note = lastTrades.length === 0 ? '' : ` The file trades.csv in the run folder has all ${number(all, 0)}.`
  return html`<details>
    <summary>
      ${lastTrades.length === 0 ? `All ${all} trades` : `First ${firstTrades.length} and last ${lastTrades.length} of ${number(all, 0)} trades`}
    </summary>
    <p class="quiet">${moneyText(model)}${note}</p>
    ${table(lastTrades.length === 0 ? 'Trades' : 'First trades', columns, firstTrades)}
    ${lastTrades.length === 0 ? '' : table('Last trades', columns, lastTrades)}
  </details>`
}

function moneyText({ metrics: run, areTradesConverted }: ReportModel): string {
  const { currency } = run.basis
  if (!areTradesConverted) return `Profit and fees are in ${currency}, after fees and funding.`
  return `Profit and fees are in ${currency}, converted at the price of the exit, after fees and funding; trades.csv has them as they were settled.`
}

function orderTable({ orderReasons, metrics: run }: ReportModel): Html {
  const { orders, fills } = run.metrics
  if (orderReasons.length === 0) {
    return html`<p class="quiet">
      ${number(orders, 0)} orders, ${number(fills, 0)} fills; none was refused, rejected, cancelled or expired.
    </p>`
  }
  return table(
    `Orders that did not fill in full (of ${number(orders, 0)})`,
    [
      { head: 'State', cell: ({ state }) => state, text: true },
      { head: 'Orders', cell: ({ count }) => number(count, 0) },
      { head: 'Reason', cell: ({ reason }) => (reason === '' ? 'none given' : reason), text: true },
    ],
    orderReasons,
  )
}
