import { timeframeMs } from '@kestrel/core'
import type { RoundTrip } from '@kestrel/kernel'
import { type Attribution, attributeDifference, type Cause } from './attribute-difference.ts'
import { matchTrades } from './match-trades.ts'
import type { Rerun } from './rerun-session.ts'

/** One trade in a parity report. */
export interface ParityRow {
  readonly session: RoundTrip | undefined
  readonly backtest: RoundTrip | undefined
  /** Settle currency; session less backtest. */
  readonly difference: number
  readonly attributions: readonly Attribution[]
  /** `equal`: nothing differs. `matched`: the same trade, with differences. `attributed`: on one side alone, with a cause. */
  readonly verdict: 'equal' | 'matched' | 'attributed'
}

/** What a session and the backtest of the same window have in common, and what they have not. */
export interface ParityReport {
  readonly sessionId: string
  readonly mode: 'paper' | 'live'
  readonly fromMs: number
  readonly toMs: number
  readonly trades: {
    readonly session: number
    readonly backtest: number
    readonly equal: number
    readonly matched: number
    readonly attributed: number
    /** Neither matched nor attributed: always 0, or the report says so. */
    readonly unexplained: number
  }
  readonly endEquity: { readonly session: number; readonly backtest: number }
  /** Money by cause, session less backtest. */
  readonly causes: readonly { readonly cause: Cause; readonly money: number; readonly count: number }[]
  readonly rows: readonly ParityRow[]
  /** Positions that are still open: they are part of no trade yet. */
  readonly openPositions: { readonly session: number; readonly backtest: number }
}

/** Matches the trades of a session with those of its backtest, and says of each difference where it comes from. */
export function parityReport({ start, session, backtest, timeframe, market, commands }: Rerun): ParityReport {
  const toleranceMs = 2 * timeframeMs(timeframe)
  const ours = session.trades()
  const theirs = backtest.trades
  const circumstances = {
    orders: session.orders(),
    lateBarsMs: market.lateBarsMs,
    commands,
    toleranceMs,
  }
  let hadDifference = false
  const rows = matchTrades(ours, theirs, toleranceMs).map((pair): ParityRow => {
    const attributions = attributeDifference(pair, circumstances, hadDifference)
    const isPair = pair.session !== undefined && pair.backtest !== undefined
    if (!isPair) hadDifference = true
    const difference = (pair.session?.profit ?? 0) - (pair.backtest?.profit ?? 0)
    return {
      ...pair,
      difference,
      attributions,
      verdict: !isPair ? 'attributed' : attributions.length === 0 ? 'equal' : 'matched',
    }
  })
  const count = (verdict: ParityRow['verdict']): number => rows.filter((row) => row.verdict === verdict).length
  return {
    sessionId: start.id,
    mode: start.mode,
    fromMs: market.fromMs,
    toMs: market.toMs,
    trades: {
      session: ours.length,
      backtest: theirs.length,
      equal: count('equal'),
      matched: count('matched'),
      attributed: count('attributed'),
      unexplained: rows.filter(isUnexplained).length,
    },
    endEquity: { session: session.endEquity, backtest: backtest.endEquity },
    causes: causesOf(rows),
    rows,
    openPositions: { session: session.openPositions.length, backtest: backtest.openPositions.length },
  }
}

/** The parts must add up to the whole. */
function isUnexplained({ difference, attributions }: ParityRow): boolean {
  const explained = attributions.reduce((sum, { money }) => sum + money, 0)
  return Math.abs(difference - explained) > 1e-6 * Math.max(1, Math.abs(difference))
}

function causesOf(rows: readonly ParityRow[]): ParityReport['causes'] {
  const causes = new Map<Cause, { money: number; count: number }>()
  for (const { attributions } of rows) {
    for (const { cause, money } of attributions) {
      const sum = causes.get(cause) ?? { money: 0, count: 0 }
      sum.money += money
      sum.count++
      causes.set(cause, sum)
    }
  }
  return [...causes].map(([cause, sum]) => ({ cause, ...sum })).sort((a, b) => Math.abs(b.money) - Math.abs(a.money))
}
