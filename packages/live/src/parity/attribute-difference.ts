import type { OrderRecord, RoundTrip } from '@kestrel/kernel'
import { entryOf, type TradePair } from './match-trades.ts'

/**
 * Why a session and its backtest differ.
 *
 * - `data`: the session decided without a bar that the backtest has, or funding was settled otherwise
 * - `latency`: filled later, at the price that was there then
 * - `fee`: other fees than assumed
 * - `fill-rule`: filled at another price at the same time, or in another quantity, than the simulator assumes
 * - `filter`: refused by a rule of the instrument
 * - `reject`: turned down by the venue
 * - `risk`: kept back by a limit of the account
 * - `manual`: an operator paused, resumed or flattened
 * - `consequence`: a trade that follows from an earlier difference: books, and so decisions, were no longer the same
 */
export type Cause = 'data' | 'latency' | 'fee' | 'fill-rule' | 'filter' | 'reject' | 'risk' | 'manual' | 'consequence'

export interface Attribution {
  readonly cause: Cause
  /** Settle currency that the session made more (above 0) or less than the backtest because of it. */
  readonly money: number
  readonly detail: string
}

/** What is known of a session beside its trades. */
export interface SessionCircumstances {
  readonly orders: readonly OrderRecord[]
  readonly lateBarsMs: readonly number[]
  readonly commands: readonly { readonly timeMs: number; readonly command: string; readonly reason: string }[]
  /** Distance in time within which something belongs to a trade. */
  readonly toleranceMs: number
}

/** Money below which a difference is rounding. */
const ROUNDING = 1e-9

/** Takes the difference of a pair apart; the sum of the parts is the difference of its profit. */
export function attributeDifference(
  pair: TradePair,
  circumstances: SessionCircumstances,
  hadEarlierDifference: boolean,
): readonly Attribution[] {
  const { session, backtest } = pair
  if (session !== undefined && backtest !== undefined) return compareTwins(session, backtest)
  const money = session === undefined ? -(backtest?.profit ?? 0) : session.profit
  return [{ ...lonelyCause(pair, circumstances, hadEarlierDifference), money }]
}

function compareTwins(session: RoundTrip, backtest: RoundTrip): readonly Attribution[] {
  const sign = session.direction === 'long' ? 1 : -1
  const size = profitPerPrice(session)
  const parts: Attribution[] = []
  const add = (cause: Cause, money: number, detail: string): void => {
    if (Math.abs(money) > ROUNDING) parts.push({ cause, money, detail })
  }
  add('fee', feesOf(backtest) - feesOf(session), `fees ${feesOf(session)} for ${feesOf(backtest)}`)
  add('data', session.funding - backtest.funding, `funding ${session.funding} for ${backtest.funding}`)
  // What the simulator takes off for spread and slippage is an assumption; what is left of the prices is the market's.
  const assumed = backtest.slippage - session.slippage
  add('fill-rule', assumed, `spread and slippage of ${backtest.slippage} assumed`)
  const moved = sign * size * (session.exitPrice - backtest.exitPrice - (session.entryPrice - backtest.entryPrice))
  const laterMs = Math.max(session.entryTimeMs - backtest.entryTimeMs, session.exitTimeMs - backtest.exitTimeMs)
  const prices = `${session.entryPrice} to ${session.exitPrice} for ${backtest.entryPrice} to ${backtest.exitPrice}`
  add(laterMs > 0 ? 'latency' : 'fill-rule', moved - assumed, `${prices}, up to ${laterMs} ms later`)
  const explained = parts.reduce((sum, { money }) => sum + money, 0)
  const rest = session.profit - backtest.profit - explained
  // What is left is the same trade in another size; inverse contracts also leave their curvature here.
  if (Math.abs(rest) > 1e-9 * Math.max(1, Math.abs(session.profit), Math.abs(backtest.profit))) {
    add('fill-rule', rest, `quantity ${session.quantity} for ${backtest.quantity}`)
  }
  return parts
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

function lonelyCause(
  pair: TradePair,
  { orders, lateBarsMs, commands, toleranceMs }: SessionCircumstances,
  hadEarlierDifference: boolean,
): Omit<Attribution, 'money'> {
  const trade = (pair.session ?? pair.backtest) as RoundTrip
  const timeMs = entryOf(pair)
  const isNear = (otherMs: number): boolean => Math.abs(otherMs - timeMs) <= toleranceMs
  const side = trade.direction === 'long' ? 'buy' : 'sell'
  const failed = orders.find(
    (each) =>
      each.instrumentId === trade.instrumentId &&
      each.strategy === trade.strategy &&
      each.side === side &&
      isNear(each.createdTimeMs) &&
      ['rejected', 'refused', 'cancelled', 'expired'].includes(each.state),
  )
  const order = commands.findLast((each) => each.timeMs <= timeMs + toleranceMs)
  if (trade.entryTag === 'flatten' || trade.exitReason === 'flatten') return { cause: 'manual', detail: 'flattened' }
  if (pair.session === undefined && failed !== undefined) return { cause: causeOf(failed), detail: failed.reason }
  if (pair.session === undefined && order !== undefined && order.command !== 'resume') {
    return { cause: 'manual', detail: `${order.command}: ${order.reason}` }
  }
  if (lateBarsMs.some(isNear)) return { cause: 'data', detail: 'decided before all bars had come' }
  if (hadEarlierDifference) return { cause: 'consequence', detail: 'follows from an earlier difference' }
  const detail = pair.session === undefined ? 'filled in the simulator alone' : 'filled at the venue alone'
  return { cause: 'fill-rule', detail }
}

function causeOf({ state, reason }: OrderRecord): Cause {
  if (state === 'refused') return 'filter'
  if (reason.startsWith('risk:')) return 'risk'
  if (reason.startsWith('the session ')) return 'manual'
  if (state === 'rejected') return 'reject'
  return 'fill-rule'
}
