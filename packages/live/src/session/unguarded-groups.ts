import { type Instrument, stepsToNumber, type TimeMs } from '@kestrel/core'
import { isFinal, type Kernel, type Order, type OrderGroup } from '@kestrel/kernel'
import { isDust } from './spot-exit.ts'

/** Tag of orders that close what a stop was to guard. */
export const STOP_REFUSED = 'stop refused'
/** Wait after an order to close that left something, doubled each time up to the second. */
const WAIT_MS = 1_000
const MOST_WAIT_MS = 60_000

/** How often targets of spot go without coins for the sake of an order to close. */
const ATTEMPTS_WITH_COINS = 3

/** What a stop was to guard that the venue does not take. */
interface Unguarded {
  readonly group: OrderGroup
  readonly entry: Order
  /** The newest order that closes it. */
  close: Order | undefined
  closedLots: number
  attempts: number
  afterMs: TimeMs
}

/**
 * Closes by market orders what entries have opened whose stops the venue turned down: the price may be past the stop already.
 * It waits until nothing else of the group may trade, and goes on until nothing is left.
 */
export class UnguardedGroups {
  readonly #kernel: Kernel
  readonly #instruments: readonly Instrument[]
  readonly #waiting = new Set<Unguarded>()

  constructor(kernel: Kernel, instruments: readonly Instrument[]) {
    this.#kernel = kernel
    this.#instruments = instruments
  }

  add(group: OrderGroup): void {
    const { entry } = group
    if (entry === undefined || [...this.#waiting].some((each) => each.group === group)) return
    this.#waiting.add({ group, entry, close: undefined, closedLots: 0, attempts: 0, afterMs: -Infinity })
  }

  /** Whoever closes everything closes this too. */
  clear(): void {
    this.#waiting.clear()
  }

  /**
   * True where coins of an instrument are needed for what is to be closed. Where the venue has turned that down often enough,
   * somebody else has them, and nobody here need go without.
   */
  needsCoins(instrument: Instrument): boolean {
    for (const { entry, close, attempts } of this.#waiting) {
      const isUnderWay = close !== undefined && !isFinal(close.state)
      if (entry.instrument === instrument && (isUnderWay || attempts < ATTEMPTS_WITH_COINS)) return true
    }
    return false
  }

  /** True where nothing is to be closed. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** True where an order to close may go out. */
  isDue(nowMs: TimeMs): boolean {
    for (const { close, afterMs } of this.#waiting) {
      if (nowMs >= afterMs && (close === undefined || isFinal(close.state))) return true
    }
    return false
  }

  /** Sends the orders to close that may go out now. */
  close(): void {
    for (const each of this.#waiting) this.#closeOne(each)
  }

  #closeOne(each: Unguarded): void {
    const { desk, nowMs } = this.#kernel
    const { group, entry } = each
    if ([entry, ...group.members].some(({ state }) => !isFinal(state))) return
    if (each.close !== undefined) {
      if (!isFinal(each.close.state)) return
      each.closedLots += each.close.filledLots
      each.close = undefined
    }
    const { instrument, instrumentIndex, strategyIndex, side } = entry
    const left = this.#leftOf(each)
    if (left <= 0 || isDust(instrument, left, this.#kernel.ledger.mark[instrumentIndex] as number)) {
      this.#waiting.delete(each)
      return
    }
    if (nowMs < each.afterMs) return
    each.afterMs = nowMs + Math.min(MOST_WAIT_MS, WAIT_MS * 2 ** each.attempts++)
    // Where a few coins of spot are missing, the rest is closed all the same.
    const lots = instrument.kind === 'spot' && side === 'buy' ? Math.min(left, desk.freeLots(entry)) : left
    if (lots <= 0) return
    const isHedged = this.#kernel.ledger.placeCount > this.#instruments.length && instrument.kind !== 'spot'
    each.close = desk.submit(strategyIndex, instrumentIndex, {
      instrument,
      side: side === 'buy' ? 'sell' : 'buy',
      quantity: stepsToNumber(lots, instrument.lot),
      reduceOnly: instrument.kind !== 'spot',
      tag: STOP_REFUSED,
      ...(isHedged ? { positionSide: side === 'buy' ? 'long' : 'short' } : {}),
    })
  }

  /** Lots that the group has opened, nobody has closed, and the books still hold. */
  #leftOf({ group, entry, closedLots }: Unguarded): number {
    const { ledger } = this.#kernel
    const { strategyIndex, instrumentIndex, leg, side, filledLots } = entry
    const closed = group.members.reduce((sum, member) => sum + member.filledLots, closedLots)
    const place = strategyIndex * ledger.placeCount + leg * this.#instruments.length + instrumentIndex
    const held = (ledger.lots[place] as number) * (side === 'buy' ? 1 : -1)
    return Math.min(filledLots - closed, held)
  }
}
