import type { RoundTrip } from '@kestrel/kernel'
import { type Evidence, RecordedEvidence, type SessionCircumstances } from './circumstances.ts'
import { entryOf, type TradePair } from './match-trades.ts'

/**
 * Why a session and its backtest differ.
 *
 * - `data`: the session decided without a bar that the backtest has, or long after it, or funding was settled otherwise
 * - `latency`: filled later, at the price that was there then
 * - `fee`: other fees than assumed
 * - `fill-rule`: filled at another price at the same time, or not or in part, than the simulator assumes
 * - `filter`: refused by a rule of the instrument
 * - `reject`: turned down by the venue
 * - `risk`: kept back or closed by a limit of the account, or by the session's own guard
 * - `manual`: an operator paused or flattened, or somebody took a stop off the venue
 * - `consequence`: follows from an earlier difference: what was held, and so decisions, were no longer the same
 * - `unexplained`: nothing that was recorded says why
 */
export type Cause =
  | 'data'
  | 'latency'
  | 'fee'
  | 'fill-rule'
  | 'filter'
  | 'reject'
  | 'risk'
  | 'manual'
  | 'consequence'
  | 'unexplained'

export interface Attribution {
  readonly cause: Cause
  /** Settle currency that the session made more (above 0) or less than the backtest because of it. */
  readonly money: number
  readonly detail: string
}

/** What differed before a trade. */
export interface EarlierDifferences {
  /** Something else was held by its strategy for longer than a fill takes. */
  readonly inHoldings: boolean
  /** Anything made other money: sizes that follow equity are no longer the same. */
  readonly inMoney: boolean
}

/** Money below which a difference is rounding. */
const ROUNDING = 1e-9

/** Takes the difference of a pair apart; the sum of the parts is the difference of its profit. */
export function attributeDifference(
  pair: TradePair,
  circumstances: SessionCircumstances,
  earlier: EarlierDifferences,
): readonly Attribution[] {
  const evidence = new RecordedEvidence(circumstances)
  const { session, backtest } = pair
  if (session !== undefined && backtest !== undefined) return compareTwins(session, backtest, evidence, earlier)
  const money = session === undefined ? -(backtest?.profit ?? 0) : session.profit
  return [{ ...lonelyCause(pair, evidence, earlier), money }]
}

function compareTwins(
  session: RoundTrip,
  backtest: RoundTrip,
  evidence: RecordedEvidence,
  earlier: EarlierDifferences,
): readonly Attribution[] {
  const sign = session.direction === 'long' ? 1 : -1
  const size = profitPerPrice(session)
  const parts: Attribution[] = []
  const add = ({ cause, detail }: Evidence, money: number): void => {
    if (Math.abs(money) > ROUNDING) parts.push({ cause, money, detail })
  }
  const fees = `fees ${feesOf(session)} for ${feesOf(backtest)}`
  add({ cause: 'fee', detail: fees }, feesOf(backtest) - feesOf(session))
  const funding = `funding ${session.funding} for ${backtest.funding}`
  add({ cause: 'data', detail: funding }, session.funding - backtest.funding)
  // What the simulator takes off for spread and slippage is an assumption; what is left of the prices is the market's.
  const assumed = backtest.slippage - session.slippage
  add({ cause: 'fill-rule', detail: `spread and slippage of ${backtest.slippage} assumed` }, assumed)
  const [entryMs, exitMs] = [session.entryTimeMs - backtest.entryTimeMs, session.exitTimeMs - backtest.exitTimeMs]
  const entered = sign * size * (backtest.entryPrice - session.entryPrice)
  const left = sign * size * (session.exitPrice - backtest.exitPrice)
  const prices = `${session.entryPrice} to ${session.exitPrice} for ${backtest.entryPrice} to ${backtest.exitPrice}`
  const other = otherExit(session, backtest, evidence, earlier)
  if (other === undefined) {
    const laterMs = Math.max(entryMs, exitMs)
    const cause = laterMs > 0 ? 'latency' : 'fill-rule'
    add({ cause, detail: `${prices}, up to ${laterMs} ms later` }, entered + left - assumed)
  } else {
    const cause = entryMs > 0 ? 'latency' : 'fill-rule'
    add({ cause, detail: `entered at ${session.entryPrice} for ${backtest.entryPrice}` }, entered - assumed)
    add(other, left)
  }
  const explained = parts.reduce((sum, { money }) => sum + money, 0)
  const rest = session.profit - backtest.profit - explained
  if (Math.abs(rest) > 1e-9 * Math.max(1, Math.abs(session.profit), Math.abs(backtest.profit))) {
    add(otherSize(session, backtest, evidence, earlier), rest)
  }
  return parts
}

/** Why a trade ended at another time than a fill that takes a moment; undefined where it did not. */
function otherExit(
  session: RoundTrip,
  backtest: RoundTrip,
  evidence: RecordedEvidence,
  earlier: EarlierDifferences,
): Evidence | undefined {
  if (session.exitReason === 'flatten') {
    const flatten = evidence.ofFlatten(session.exitTimeMs)
    if (flatten !== undefined) return flatten
  }
  if (Math.abs(session.exitTimeMs - backtest.exitTimeMs) <= evidence.toleranceMs) return undefined
  const side = session.direction === 'long' ? 'sell' : 'buy'
  const isLater = session.exitTimeMs > backtest.exitTimeMs
  const found = isLater
    ? (evidence.ofAbsentStop(session, side, backtest.exitTimeMs) ??
      evidence.ofMissing(session, side, backtest.exitTimeMs))
    : evidence.ofExtra(session, side, session.exitTimeMs)
  return found ?? consequenceOf(earlier, 'ended at another time')
}

/** Why a trade had another size. The value of inverse contracts bends with the price, which also leaves a rest. */
function otherSize(
  session: RoundTrip,
  backtest: RoundTrip,
  evidence: RecordedEvidence,
  earlier: EarlierDifferences,
): Evidence {
  const detail = `quantity ${session.quantity} for ${backtest.quantity}`
  if (session.quantity === backtest.quantity) return { cause: 'fill-rule', detail: 'prices of an inverse contract' }
  if (evidence.hasOverfilled(session)) return { cause: 'unexplained', detail: `${detail}: more than was asked for` }
  const part = evidence.ofPartFill(session, backtest)
  if (part !== undefined) return part
  const differs = earlier.inHoldings || earlier.inMoney
  return differs
    ? { cause: 'consequence', detail: `${detail}, after an earlier difference` }
    : { cause: 'unexplained', detail }
}

/** Money that one unit of price makes of a trade. */
function profitPerPrice({
  quantity,
  entryPrice,
  exitPrice,
  direction,
  profit,
  entryFee,
  exitFee,
  funding,
}: RoundTrip): number {
  const move = (exitPrice - entryPrice) * (direction === 'long' ? 1 : -1)
  const gross = profit + entryFee + exitFee - funding
  // Contracts are worth a multiple of their number; where price did not move, the number has to do.
  return Math.abs(move) > ROUNDING * entryPrice ? gross / move : quantity
}

function feesOf({ entryFee, exitFee }: RoundTrip): number {
  return entryFee + exitFee
}

function lonelyCause(pair: TradePair, evidence: RecordedEvidence, earlier: EarlierDifferences): Evidence {
  const { session, backtest } = pair
  const trade = (session ?? backtest) as RoundTrip
  const timeMs = entryOf(pair)
  const side = trade.direction === 'long' ? 'buy' : 'sell'
  if (session !== undefined && evidence.hasOverfilled(session)) {
    return { cause: 'unexplained', detail: 'an order filled more than it asked for' }
  }
  if (session?.entryTag === 'flatten') {
    const flatten = evidence.ofFlatten(timeMs)
    if (flatten !== undefined) return flatten
  }
  const found = session === undefined ? evidence.ofMissing(trade, side, timeMs) : evidence.ofExtra(trade, side, timeMs)
  return (
    found ??
    consequenceOf(earlier, session === undefined ? 'filled in the simulator alone' : 'filled at the venue alone')
  )
}

function consequenceOf({ inHoldings }: EarlierDifferences, what: string): Evidence {
  return inHoldings
    ? { cause: 'consequence', detail: 'follows from an earlier difference' }
    : { cause: 'unexplained', detail: `${what}, and nothing that was recorded says why` }
}
