import type { AccountView, Order } from '@kestrel/kernel'
import type { Lane } from './lane.ts'
import type { RestingOrder } from './resting-order.ts'

/**
 * How much of a position orders may take inside a bar that can only reduce it.
 *
 * A reduce-only order depends on what others did before it, and a bar does not say what came first. Where its fill loses
 * against the close, it takes what there is. Where it gains, it counts on nothing that is not certain: not on a position
 * that was made within the bar, and not on one that another order of the bar may have taken from it. What it then does not
 * get, it still rests for.
 *
 * A member that came to the market within the bar, with a fill of its group's entry, is exempt: that it reduces this very
 * entry is certain.
 */
export class ReductionLimit {
  readonly #account: AccountView
  readonly #isHedged: boolean
  #lane: Lane | undefined
  /** Of either leg of hedge mode: lots held as the bar was begun, signed. */
  readonly #held = [0, 0]
  /** Of either leg: lots that orders which are not reduce-only, and those that are, can take or have taken from it. */
  readonly #contested = [0, 0]
  readonly #reduced = [0, 0]

  constructor(account: AccountView) {
    this.#account = account
    this.#isHedged = account.margin?.setup.positionMode === 'hedge'
  }

  /** True for an order that can do nothing but reduce a position: in hedge mode, all that close one. */
  isReducing({ reduceOnly, leg, side, instrument }: Order): boolean {
    return reduceOnly || (this.#isHedged && instrument.kind !== 'spot' && (side === 'buy') === (leg === 1))
  }

  /** Begins with the orders that a bar has reached. */
  start(lane: Lane, reached: readonly RestingOrder[]): void {
    this.#lane = lane
    for (const leg of [0, 1] as const) {
      this.#held[leg] = this.#account.positionLots(lane.instrumentIndex, leg)
      this.#contested[leg] = 0
      this.#reduced[leg] = 0
    }
    for (const { order } of reached) {
      if (!this.isReducing(order) && this.#reduces(order)) {
        this.#contested[order.leg] = (this.#contested[order.leg] as number) + order.remainingLots
      }
    }
  }

  /** Lots that an order may take now; infinity for all that it does not apply to. */
  lotsFor({ order, gain, joinedBar }: RestingOrder): number {
    const lane = this.#lane
    if (lane === undefined || gain < 0 || joinedBar === lane.bar || !this.isReducing(order)) return Infinity
    if (!this.#reduces(order)) return 0
    const { leg } = order
    return Math.max(
      0,
      Math.abs(this.#held[leg] as number) - (this.#contested[leg] as number) - (this.#reduced[leg] as number),
    )
  }

  /** Counts what an order took. */
  took({ order }: RestingOrder, lots: number): void {
    if (this.#lane === undefined || !this.isReducing(order)) return
    this.#reduced[order.leg] = (this.#reduced[order.leg] as number) + lots
  }

  #reduces({ leg, side }: { readonly leg: 0 | 1; readonly side: 'buy' | 'sell' }): boolean {
    const held = this.#held[leg] as number
    return side === 'sell' ? held > 0 : held < 0
  }
}
