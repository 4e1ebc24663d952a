import type { Backtest, Finding } from '@kestrel/backtest'
import { DEFAULT_MARGIN_TABLE, type OrderRecord } from '@kestrel/kernel'
import { countText } from '../cli/output/numbers.ts'
import type { RunWarning } from './backtest-document.ts'
import type { BacktestRequest } from './backtest-request.ts'
import type { LoadedMarket } from './load-market.ts'
import { missingBars } from './refuse-gaps.ts'
import { windowWarnings } from './window-edges.ts'

/** Different reasons for which orders did not pass, most frequent first, that a warning names. */
const REASONS_SHOWN = 3

/** Venue names under which people keep bars of perpetuals as if they were spot. */
const DERIVATIVES = /(USDM|COINM|PERP|SWAP|FUTURES)$/

/** What the reader of a run must know beside the findings: what was allowed, assumed and refused. */
export function runWarnings(backtest: Backtest, request: BacktestRequest, market: LoadedMarket): RunWarning[] {
  const warnings: RunWarning[] = windowWarnings(market.spans, market.timeframe, request)
  const missing = missingBars(market.gaps)
  if (request.allowGaps && missing > 0) {
    const gaps = market.gaps.reduce((sum, each) => sum + each.gaps.length, 0)
    const bars = `${countText(missing, 'bar')} ${missing === 1 ? 'is' : 'are'} missing`
    warnings.push({ code: 'gaps-allowed', message: `${bars} inside the window, in ${countText(gaps, 'gap')}.` })
  }
  const derived = market.instruments.filter(({ venue }) => DERIVATIVES.test(venue)).map(({ id }) => id)
  const [first] = derived
  if (first !== undefined) {
    const names = derived.length === 1 ? `${first} is` : `${first} and ${derived.length - 1} more are`
    const message = `${names} treated as spot: no funding, margin or liquidation, and no short positions.`
    warnings.push({ code: 'treated-as-spot', message })
  }
  if (backtest.base.lacksTrades) {
    const message = 'The strategy listens to trades, but a run on bars has none to tell: add --ticks.'
    warnings.push({ code: 'no-trades-told', message })
  }
  warnings.push(...withoutVolume(backtest, market))
  if (backtest.base.orders.length === 0) warnings.push(noOrders(backtest, request))
  return [...warnings, ...perpetualWarnings(backtest), ...orderWarnings(backtest.base.orders)]
}

/** Where no bar has a volume, a share of it is nothing, and no order ever fills. */
function withoutVolume({ config, base }: Backtest, market: LoadedMarket): RunWarning[] {
  if (base.fill.volumeShare === undefined) return []
  const empty = config.instruments
    .map(({ id }) => id)
    .filter((id) => market.data.bars(id, market.timeframe)?.volume.every((each) => each === 0) === true)
  if (empty.length === 0) return []
  const message = `No bar of ${empty.join(', ')} has a volume, so that no order can fill: at most ${base.fill.volumeShare * 100} % of it is ours. Import a volume, or lift the cap with --volume-share none.`
  return [{ code: 'no-volume', message }]
}

/** A run of nothing looks like one of a strategy that keeps its money: where to see why it never traded. */
function noOrders({ base }: Backtest, { decisions }: BacktestRequest): RunWarning {
  const bars = countText(base.equity.equity.length, 'bar')
  const where =
    decisions === 'all'
      ? 'What it saw at each stands in decisions.ndjson of the run folder.'
      : 'Add --decisions all: decisions.ndjson of the run folder then says what it saw at each.'
  return { code: 'no-orders', message: `In ${bars} the strategy sent no order. ${where}` }
}

/** What is assumed of perpetuals for want of data, or because it was asked for. */
function perpetualWarnings({ config, base }: Backtest): RunWarning[] {
  const { margin, instruments, funding } = config
  const warnings: RunWarning[] = []
  if (config.borrow !== undefined) {
    const loans = countText(base.interest.length, 'hour')
    const message = `Spot may borrow up to ${config.borrow.leverage - 1} times the equity; interest was paid for ${loans} of loans and is part of equity, not of the fees.`
    warnings.push({ code: 'spot-borrowed', message })
  }
  if (margin === undefined) return warnings
  if (funding === 'none') {
    warnings.push({
      code: 'funding-none',
      message: 'Funding is LEFT OUT (--funding none): the result is not that of a perpetual.',
    })
  }
  const unmarked = base.funding.filter(({ isMarkMissing }) => isMarkMissing)
  if (unmarked.length > 0) {
    const ids = [...new Set(unmarked.map(({ instrumentId }) => instrumentId))].join(', ')
    const message = `At ${countText(unmarked.length, 'settlement')} of ${ids} no mark price is recorded; the close stands in.`
    warnings.push({ code: 'mark-missing', message })
  }
  const assumed = instruments.filter((_, index) => margin.contracts[index]?.hasDefaultTiers === true)
  if (assumed.length > 0) {
    const message = `No margin table of ${assumed.map(({ id }) => id).join(', ')} is known; one is assumed: ${DEFAULT_MARGIN_TABLE.source.replace('assumed: ', '')}.`
    warnings.push({ code: 'margin-tiers-assumed', message })
  }
  return warnings
}

/** Findings that {@link runWarnings} tells with an example. */
const TOLD_OTHERWISE: ReadonlySet<string> = new Set(['rejected-orders'])

/** The findings that are more than a note, as warnings; none that is a warning in other words. */
export function findingWarnings(findings: readonly Finding[]): RunWarning[] {
  return findings
    .filter(({ code, severity }) => severity !== 'note' && !TOLD_OTHERWISE.has(code))
    .map(({ code, title, text }) => ({ code, message: `${title}: ${text}` }))
}

function orderWarnings(orders: readonly OrderRecord[]): RunWarning[] {
  return (['refused', 'rejected'] as const).flatMap((state) => {
    const failed = orders.filter((order) => order.state === state)
    if (failed.length === 0) return []
    const counts = new Map<string, number>()
    for (const { reason } of failed) {
      // Reasons that differ in their numbers alone are one reason.
      const kind = reason.replaceAll(/-?\d[\d.,e+-]*/g, '#')
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    const example = failed[0]?.reason ?? ''
    const most = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, REASONS_SHOWN)
    const kinds = counts.size === 1 ? '' : ` ${counts.size} kinds of reasons, the most frequent ${most[0]?.[1]} times.`
    const what =
      state === 'refused'
        ? `refused before ${failed.length === 1 ? 'it was' : 'they were'} sent`
        : 'rejected by the venue'
    const orderText = failed.length === 1 ? '1 order was' : `${failed.length} orders were`
    return [
      {
        code: `orders-${state}`,
        message: `${orderText} ${what}, for example: ${example.replace(/\.?$/, '.')}${kinds}`,
      },
    ]
  })
}
