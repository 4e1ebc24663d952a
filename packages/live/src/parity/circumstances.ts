import type { TimeMs } from '@kestrel/core'
import type { OrderRecord, RoundTrip, Side } from '@kestrel/kernel'
import type { Cause } from './attribute-difference.ts'

/** A command that a session was given. */
export interface GivenCommand {
  readonly timeMs: TimeMs
  readonly command: string
  readonly reason: string
}

/** A stop that was away from the venue for a time; infinite where it never came back. */
export interface AbsentStop extends Pick<OrderRecord, 'strategy' | 'instrumentId' | 'side'> {
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
  readonly reason: string
}

/** What is recorded of a session and its backtest beside their trades. */
export interface SessionCircumstances {
  /** Orders of the session, and of the backtest. */
  readonly orders: readonly OrderRecord[]
  readonly simulatedOrders: readonly OrderRecord[]
  /** Instants at which the session decided without all bars, or long after they had closed. */
  readonly lateBarsMs: readonly TimeMs[]
  readonly commands: readonly GivenCommand[]
  /** When stops of the session were not at the venue, though nobody on its side wanted that. */
  readonly absentStops: readonly AbsentStop[]
  /** Distance in time within which something belongs to a trade. */
  readonly toleranceMs: number
}

/** A cause with what it is known from. */
export interface Evidence {
  readonly cause: Cause
  readonly detail: string
}

/** Where orders fill. */
const PLACES = { orders: 'at the venue', simulatedOrders: 'in the simulator' } as const
const ENDED_UNFILLED = ['rejected', 'refused', 'cancelled', 'expired']
/** Words with which a session keeps orders back because of bars that came late. */
const LATE_WORDS = /^the session was away at this bar|^the bar came too late/
/** A repeated order to close, which has the reason of the first one. */
const AGAIN = 'still held'
/** Commands that keep nothing back once they are carried out. */
const PASSING = ['resume', 'put-back', 'leave-stops', 'close-unguarded']
/** The session stops itself. */
const OWN_GUARD = 'the account is not what the books say'

/** Finds what speaks for a cause in what was recorded. Nothing is put down to a cause that left no trace. */
export class RecordedEvidence {
  readonly #circumstances: SessionCircumstances

  constructor(circumstances: SessionCircumstances) {
    this.#circumstances = circumstances
  }

  get toleranceMs(): number {
    return this.#circumstances.toleranceMs
  }

  /** Why the session did not do at a time what the backtest did, on one side of an instrument. */
  ofMissing(trade: Pick<RoundTrip, 'instrumentId' | 'strategy'>, side: Side, timeMs: TimeMs): Evidence | undefined {
    const { orders } = this.#circumstances
    const near = orders.filter((each) => this.#isOf(each, trade, side, timeMs) && each.filledQuantity === 0)
    const failed = near.find(({ state }) => ENDED_UNFILLED.includes(state))
    if (failed !== undefined) return this.#ofFailed(failed)
    if (near.length > 0) return { cause: 'fill-rule', detail: 'rests unfilled at the venue' }
    return this.#ofCommandInForce(timeMs) ?? this.#ofPart('orders', trade, side, timeMs) ?? this.ofLateBars(timeMs)
  }

  /** Why the backtest did not do at a time what the session did. */
  ofExtra(trade: Pick<RoundTrip, 'instrumentId' | 'strategy'>, side: Side, timeMs: TimeMs): Evidence | undefined {
    const near = this.#circumstances.simulatedOrders.filter((each) => this.#isOf(each, trade, side, timeMs))
    const unfilled = near.find(({ filledQuantity }) => filledQuantity === 0)
    if (unfilled !== undefined) {
      const { closedTimeMs, reason: said, state } = unfilled
      const reason = closedTimeMs === undefined ? 'the window ended first' : said === '' ? state : said
      return { cause: 'fill-rule', detail: `not filled in the simulator: ${reason}` }
    }
    return this.#ofPart('simulatedOrders', trade, side, timeMs) ?? this.ofLateBars(timeMs)
  }

  /** The stop that would have closed it was taken off the venue, or kept from it. */
  ofAbsentStop(
    { instrumentId, strategy }: Pick<RoundTrip, 'instrumentId' | 'strategy'>,
    side: Side,
    timeMs: TimeMs,
  ): Evidence | undefined {
    const { absentStops, toleranceMs } = this.#circumstances
    const found = absentStops.find(
      (each) =>
        each.instrumentId === instrumentId &&
        each.strategy === strategy &&
        each.side === side &&
        each.fromMs <= timeMs + toleranceMs &&
        each.toMs >= timeMs - toleranceMs,
    )
    return found === undefined
      ? undefined
      : { cause: 'manual', detail: `its stop was not at the venue: ${found.reason}` }
  }

  /** Who had everything closed at a time. */
  ofFlatten(timeMs: TimeMs): Evidence | undefined {
    const { commands, toleranceMs } = this.#circumstances
    const given = commands.findLast((each) => each.command === 'flatten' && each.timeMs <= timeMs + toleranceMs)
    return given === undefined
      ? undefined
      : { cause: this.#causeOf(given), detail: `flatten: ${this.#reasonOf(given)}` }
  }

  ofLateBars(timeMs: TimeMs): Evidence | undefined {
    const { lateBarsMs } = this.#circumstances
    if (!lateBarsMs.some((lateMs) => this.#isNear(lateMs, timeMs))) return undefined
    return { cause: 'data', detail: 'decided without all bars, or long after they had closed' }
  }

  /**
   * An order that filled in part only, on the side where that tells: to open it left the smaller trade small, to close it let
   * the larger one go on and grow.
   */
  ofPartFill(session: RoundTrip, backtest: RoundTrip): Evidence | undefined {
    const isSmaller = session.quantity < backtest.quantity
    const [opens, closes] = session.direction === 'long' ? (['buy', 'sell'] as const) : (['sell', 'buy'] as const)
    return (
      this.#ofPart('orders', session, isSmaller ? opens : closes, session.entryTimeMs, session.exitTimeMs) ??
      this.#ofPart('simulatedOrders', backtest, isSmaller ? closes : opens, backtest.entryTimeMs, backtest.exitTimeMs)
    )
  }

  /** Whether an order of the session filled more than it asked for. */
  hasOverfilled({ instrumentId, strategy }: RoundTrip): boolean {
    return this.#circumstances.orders.some(
      (each) =>
        each.instrumentId === instrumentId &&
        each.strategy === strategy &&
        !each.closePosition &&
        each.filledQuantity > each.quantity * (1 + 1e-9),
    )
  }

  #ofPart(
    of: keyof typeof PLACES,
    trade: Pick<RoundTrip, 'instrumentId' | 'strategy'>,
    side: Side,
    fromMs: TimeMs,
    toMs = fromMs,
  ): Evidence | undefined {
    const part = this.#circumstances[of].find(
      (each) =>
        this.#isOf(each, trade, side, fromMs, toMs) && each.filledQuantity > 0 && each.filledQuantity < each.quantity,
    )
    if (part === undefined) return undefined
    const reason = part.reason === '' ? '' : `: ${part.reason}`
    return { cause: 'fill-rule', detail: `filled ${part.filledQuantity} of ${part.quantity} ${PLACES[of]}${reason}` }
  }

  #isNear(otherMs: TimeMs, timeMs: TimeMs): boolean {
    return Math.abs(otherMs - timeMs) <= this.#circumstances.toleranceMs
  }

  /** Orders count from when they were placed until they ended: what rested may have been meant. */
  #isOf(
    order: OrderRecord,
    { instrumentId, strategy }: Pick<RoundTrip, 'instrumentId' | 'strategy'>,
    side: Side,
    fromMs: TimeMs,
    toMs = fromMs,
  ): boolean {
    const { toleranceMs } = this.#circumstances
    const isThen = order.createdTimeMs <= toMs + toleranceMs && (order.closedTimeMs ?? Infinity) >= fromMs - toleranceMs
    return isThen && order.instrumentId === instrumentId && order.strategy === strategy && order.side === side
  }

  #ofFailed({ state, reason, createdTimeMs, closedTimeMs }: OrderRecord): Evidence {
    const detail = reason === '' ? state : reason
    if (reason.startsWith('risk:')) return { cause: 'risk', detail }
    const timeMs = closedTimeMs ?? createdTimeMs
    const isOwn = reason.startsWith('the session ')
    if (LATE_WORDS.test(reason)) return { cause: 'data', detail }
    if (isOwn) return { cause: this.#ofCommandInForce(timeMs)?.cause ?? 'manual', detail }
    const command = this.#circumstances.commands.find((each) => each.reason === reason)
    if (command !== undefined) return { cause: this.#causeOf(command), detail: `${command.command}: ${reason}` }
    if (state === 'refused') return { cause: 'filter', detail }
    return { cause: state === 'rejected' ? 'reject' : 'fill-rule', detail }
  }

  /** A command before a time that keeps orders back until the session is resumed. */
  #ofCommandInForce(timeMs: TimeMs): Evidence | undefined {
    const { commands, toleranceMs } = this.#circumstances
    // What was resumed a moment before or after may have kept it back.
    const before = commands.filter((each) => each.timeMs <= timeMs + toleranceMs)
    const resumed = before.findLastIndex((each) => each.command === 'resume' && each.timeMs < timeMs - toleranceMs)
    const given = before.slice(resumed + 1).findLast(({ command }) => !PASSING.includes(command))
    if (given === undefined) return undefined
    return { cause: this.#causeOf(given), detail: `${given.command}: ${this.#reasonOf(given)}` }
  }

  #causeOf(command: GivenCommand): Cause {
    const reason = this.#reasonOf(command)
    return reason.startsWith('risk:') || reason === OWN_GUARD ? 'risk' : 'manual'
  }

  #reasonOf(command: GivenCommand): string {
    if (command.reason !== AGAIN) return command.reason
    const { commands } = this.#circumstances
    const first = commands.slice(0, commands.indexOf(command)).findLast(({ reason }) => reason !== AGAIN)
    return first?.reason ?? command.reason
  }
}
