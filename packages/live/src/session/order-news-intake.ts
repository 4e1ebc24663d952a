import { isDeepStrictEqual } from 'node:util'
import type { Clock, Instrument } from '@kestrel/core'
import { isFinal, type Order, type OrderRecord } from '@kestrel/kernel'
import { isReleased } from '../risk/order-effect.ts'
import type { SessionCore } from './session-core.ts'
import type { OrderNews } from './session-input.ts'
import type { SessionNotices } from './session-notices.ts'
import type { SessionSteps } from './session-steps.ts'
import { isGuard, isStop, isWorthClosing, TOO_SMALL } from './spot-exit.ts'

type FillNews = Extract<OrderNews, { kind: 'filled' }>

/** Takes in what the sender heard of orders, and says what somebody has to know of it. */
export class OrderNewsIntake {
  readonly #core: SessionCore
  readonly #steps: SessionSteps
  readonly #notices: SessionNotices
  readonly #clock: Clock
  readonly #isWanted: (orderId: number) => boolean
  readonly #unknownFees = new Set<string>()
  /** Orders as they were told last. */
  readonly #told = new WeakMap<Order, OrderRecord>()

  /** @param isWanted - True for orders whose end nobody needs to be told of: somebody here wanted it. */
  constructor(
    core: SessionCore,
    steps: SessionSteps,
    notices: SessionNotices,
    clock: Clock,
    isWanted: (orderId: number) => boolean,
  ) {
    this.#core = core
    this.#steps = steps
    this.#notices = notices
    this.#clock = clock
    this.#isWanted = isWanted
  }

  hear(orderId: number, news: OrderNews): void {
    const order = this.#core.venue?.orderOf(orderId)
    const hadEnded = order !== undefined && isFinal(order.state)
    const exits = order?.group?.members.filter(({ state }) => !isFinal(state)) ?? []
    this.#steps.take({ kind: 'order', timeMs: this.#clock.nowMs(), orderId, news })
    if (order === undefined || this.#steps.state === 'failed') return
    if (!this.#notices.hasLeft) this.#tell(order)
    this.#alarmOfUnsent(exits)
    if (news.kind === 'filled') {
      this.#alarmOfUnknownFee(order.instrument, news.fee)
      if (hadEnded) this.#alarmOfLateFill(order, news.lots)
    } else if (!hadEnded) this.#alarmOfBarePosition(order, news)
  }

  /** Each change once: what is still heard of an order that has ended need not change it. */
  #tell(order: Order): void {
    const record = this.#core.kernel.desk.record(order)
    if (isDeepStrictEqual(record, this.#told.get(order))) return
    this.#told.set(order, record)
    this.#notices.tell({ kind: 'order', order: record })
  }

  #alarmOfLateFill({ orderId, group, instrument, tag }: Order, lots: number): void {
    const isEntry = group !== undefined && group.entry?.orderId === orderId
    const bare = isEntry ? ' Its stop and target are gone: nothing guards what it opened.' : ''
    const what = `${lots} lots of ${instrument.id}${tag === '' ? '' : ` (${tag})`}`
    const message = `Order ${orderId} was filled after its end: ${what} are in the books.${bare}`
    this.#notices.alarm(isEntry ? 'critical' : 'warning', 'LIVE_LATE_FILL', message)
  }

  /** Stops that no venue would take, so that they were never sent. */
  #alarmOfUnsent(exits: readonly Order[]): void {
    for (const exit of exits) {
      const { orderId, instrument, type, state, reason } = exit
      if (!isStop(exit) || !isFinal(state) || reason !== TOO_SMALL || !this.#isHeld(exit)) continue
      const next = isWorthClosing(exit) ? '. What it was to guard is closed at the market.' : ''
      const message = `Order ${orderId} (${type} of ${instrument.id}) does not guard its position: ${reason}${next}`
      this.#notices.alarm('critical', 'LIVE_GUARD', message)
    }
  }

  /** What was to guard a position does not, and nobody here wanted that. */
  #alarmOfBarePosition(order: Order, news: Exclude<OrderNews, FillNews>): void {
    const { orderId, instrument, type } = order
    const isTakenOff = this.#core.venue?.isTakenOff(order) === true
    if (!(isExit(order) || isGuard(order)) || (this.#isWanted(orderId) && !isTakenOff)) return
    const what = `Order ${orderId} (${type} of ${instrument.id})`
    if (news.kind === 'amend-refused') {
      if (news.quantityLots === undefined) return
      this.#notices.alarm('critical', 'LIVE_GUARD', `${what} could not be changed and stands as it was: ${news.reason}`)
    } else if (news.kind === 'rejected' || news.kind === 'cancelled' || news.kind === 'expired') {
      if (!this.#isHeld(order)) return
      const isRefused = isStop(order) && news.isByVenue === true && this.#core.venue?.missing.has(order) !== true
      const next = isRefused ? whatFollows(order) : this.#whatIsPutBack(order)
      const why = isTakenOff
        ? `it had begun to fill before it was changed${whatIsLeft(order)}`
        : `${news.reason}${next}`
      const message = `${what} does not guard its position any more: ${why}`
      this.#notices.alarm('critical', 'LIVE_GUARD', message)
    }
  }

  /** What becomes of a stop that somebody took away. */
  #whatIsPutBack(stop: Order): string {
    const missing = this.#core.venue?.missing.of(stop)
    if (missing === undefined) return ''
    return missing.isLeft
      ? '. It was to be put back a moment ago and is left as it is now: close the position, or have it put back with kestrel bot resume.'
      : '. It is put back.'
  }

  /** Whether the order's strategy holds something where the order would trade. */
  #isHeld(order: Order): boolean {
    return this.#core.heldBy(order) !== 0
  }

  /** A fee in a currency that the books do not keep is paid and not counted. */
  #alarmOfUnknownFee({ kind, base, settleCurrency }: Instrument, { currency, amount }: FillNews['fee']): void {
    const { currencies } = this.#core.kernel.ledger
    const isKnown =
      currency === settleCurrency || (kind === 'spot' && currency === base) || currencies.includes(currency)
    if (amount === 0 || isKnown || this.#unknownFees.has(currency)) return
    this.#unknownFees.add(currency)
    const message = `The venue takes fees in ${currency}, which the books do not keep.`
    this.#notices.alarm('warning', 'LIVE_FEE_CURRENCY', message)
  }
}

/** What is done where the venue turned down a stop of a bracket. */
function whatFollows(stop: Order): string {
  if (!isReleased(stop)) return ''
  return isFinal(stop.state)
    ? ' What it was to guard is closed at the market.'
    : ' Targets give way that have its coins set aside, and it is sent again.'
}

/** What becomes of what an order was to close that filled in part before it was changed. */
function whatIsLeft(order: Order): string {
  if (!isStop(order)) return ''
  return isReleased(order) ? '. What is left is closed at the market.' : '. Guard what is left, or close it.'
}

/** Whether it is there to get out of a position. */
function isExit({ group, reduceOnly, special, type, orderId }: Order): boolean {
  return isReleased({ group, orderId }) || special.closePosition || (reduceOnly && type !== 'market')
}
