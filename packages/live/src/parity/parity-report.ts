import { timeframeMs } from '@kestrel/core'
import type { RoundTrip } from '@kestrel/kernel'
import { type Attribution, attributeDifference, type Cause, type EarlierDifferences } from './attribute-difference.ts'
import { matchTrades, type TradePair } from './match-trades.ts'
import { openTrades, STILL_OPEN } from './open-trades.ts'
import type { Rerun } from './rerun-session.ts'

/** One trade in a parity report. What is held at the end is one that ends there, at the mark, with the reason `open`. */
export interface ParityRow {
  readonly session: RoundTrip | undefined
  readonly backtest: RoundTrip | undefined
  /** Settle currency; session less backtest. */
  readonly difference: number
  readonly attributions: readonly Attribution[]
  /**
   * `equal`: nothing differs. `matched`: the same trade, with differences. `attributed`: on one side alone, with a cause.
   * `unexplained`: nothing that was recorded says why it differs.
   */
  readonly verdict: 'equal' | 'matched' | 'attributed' | 'unexplained'
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
    /** Closed trades, and what is held, of which nothing that was recorded says why they differ. */
    readonly unexplained: number
  }
  /** Money of the difference in end equity that is in no row. */
  readonly rest: number
  /** True where every row is explained and the rows are all of the difference. */
  readonly isExplained: boolean
  readonly endEquity: { readonly session: number; readonly backtest: number }
  /** Money by cause, session less backtest. */
  readonly causes: readonly { readonly cause: Cause; readonly money: number; readonly count: number }[]
  readonly rows: readonly ParityRow[]
  /** Positions that are still open: each is a row, and none of the trades that are counted. */
  readonly openPositions: { readonly session: number; readonly backtest: number }
}

/** Money, as a part of the start equity, below which what is in no row is rounding. */
const ROUNDING = 1e-7

/** Matches the trades of a session with those of its backtest, and says of each difference where it comes from. */
export function parityReport({
  start,
  session,
  backtest,
  instruments,
  timeframe,
  market,
  commands,
  absentStops,
}: Rerun): ParityReport {
  const stepMs = timeframeMs(timeframe)
  const toleranceMs = 2 * stepMs
  const closed = session.trades()
  const ended = {
    trades: closed,
    fills: session.fills(),
    funding: session.funding(),
    openPositions: session.openPositions,
  }
  const ours = [...closed, ...openTrades(ended, instruments, market.toMs)]
  const theirs = [...backtest.trades, ...openTrades(backtest, instruments, market.toMs)]
  const circumstances = {
    orders: session.orders(),
    simulatedOrders: backtest.orders,
    lateBarsMs: market.lateBarsMs,
    commands,
    absentStops,
    toleranceMs,
  }
  const earlier = new Differences(stepMs)
  const rows = matchTrades(ours, theirs, toleranceMs).map((pair): ParityRow => {
    const attributions = attributeDifference(pair, circumstances, earlier.before(pair))
    const difference = (pair.session?.profit ?? 0) - (pair.backtest?.profit ?? 0)
    const row = { ...pair, difference, attributions, verdict: verdictOf(pair, difference, attributions) }
    earlier.add(row)
    return row
  })
  const count = (verdict: ParityRow['verdict']): number =>
    rows.filter((row) => row.verdict === verdict && hasEnded(row)).length
  const inRows = rows.reduce((sum, { difference }) => sum + difference, 0)
  const interest = paidInterest(backtest.interest) - paidInterest(session.interest())
  const rest = session.endEquity - backtest.endEquity - inRows - interest
  const unexplained = rows.filter(({ verdict }) => verdict === 'unexplained').length
  return {
    sessionId: start.id,
    mode: start.mode,
    fromMs: market.fromMs,
    toMs: market.toMs,
    trades: {
      session: closed.length,
      backtest: backtest.trades.length,
      equal: count('equal'),
      matched: count('matched'),
      attributed: count('attributed'),
      unexplained,
    },
    rest,
    isExplained: unexplained === 0 && Math.abs(rest) <= ROUNDING * Math.max(1, session.startEquity),
    endEquity: { session: session.endEquity, backtest: backtest.endEquity },
    causes: causesOf(rows),
    rows,
    openPositions: { session: session.openPositions.length, backtest: backtest.openPositions.length },
  }
}

function verdictOf(
  { session, backtest }: TradePair,
  difference: number,
  attributions: readonly Attribution[],
): ParityRow['verdict'] {
  const explained = attributions.reduce((sum, { money }) => sum + money, 0)
  const isWhole = Math.abs(difference - explained) <= 1e-6 * Math.max(1, Math.abs(difference))
  if (!isWhole || attributions.some(({ cause }) => cause === 'unexplained')) return 'unexplained'
  if (session === undefined || backtest === undefined) return 'attributed'
  return attributions.length === 0 ? 'equal' : 'matched'
}

function hasEnded({ session, backtest }: TradePair): boolean {
  return [session, backtest].some((trade) => trade !== undefined && trade.exitReason !== STILL_OPEN)
}

function paidInterest(interest: readonly { readonly amount: number }[]): number {
  return interest.reduce((sum, { amount }) => sum + amount, 0)
}

/** What has differed so far. */
class Differences {
  readonly #stepMs: number
  /** Strategies that did not hold the same for longer than a fill takes. */
  readonly #holdings = new Set<string>()
  #inMoney = false

  constructor(stepMs: number) {
    this.#stepMs = stepMs
  }

  before({ session, backtest }: TradePair): EarlierDifferences {
    const { strategy } = (session ?? backtest) as RoundTrip
    return { inHoldings: this.#holdings.has(strategy), inMoney: this.#inMoney }
  }

  add({ session, backtest, difference }: Omit<ParityRow, 'verdict'>): void {
    const { strategy } = (session ?? backtest) as RoundTrip
    if (difference !== 0) this.#inMoney = true
    const isSame =
      session?.quantity === backtest?.quantity &&
      session?.exitReason === backtest?.exitReason &&
      Math.abs((session?.entryTimeMs ?? 0) - (backtest?.entryTimeMs ?? 0)) <= this.#stepMs &&
      Math.abs((session?.exitTimeMs ?? 0) - (backtest?.exitTimeMs ?? 0)) <= this.#stepMs
    if (!isSame) this.#holdings.add(strategy)
  }
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
