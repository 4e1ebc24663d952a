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
 * A member that came to the market within the bar counts besides on the lots with which its group's entry brought it: they
 * were there before it. But they too may have gone to another order of the bar, or have closed a position of the other side.
 */
export class ReductionLimit {
  readonly #account: AccountView
  readonly #isHedged: boolean
  #lane: Lane | undefined
  /** Of either leg of hedge mode: lots held as the bar was begun, signed. */
  readonly #held = [0, 0]
  /** Of either side of either leg: lots that orders which are not reduce-only can take, and that others have taken of it. */
  readonly #contested = [0, 0, 0, 0]
  readonly #reduced = [0, 0, 0, 0]

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
    for (const leg of [0, 1] as const) this.#held[leg] = this.#account.positionLots(lane.instrumentIndex, leg)
    this.#contested.fill(0)
    this.#reduced.fill(0)
    for (const { order } of reached) {
      if (this.isReducing(order)) continue
      const place = placeOf(order)
      this.#contested[place] = (this.#contested[place] as number) + order.remainingLots
    }
  }

  /** Lots that an order may take now; infinity for all that it does not apply to. */
  lotsFor({ order, gain, joinedBar }: RestingOrder): number {
    const lane = this.#lane
    if (lane === undefined || gain < 0 || !this.isReducing(order)) return Infinity
    const place = placeOf(order)
    const held = this.#held[order.leg] as number
    const brought = joinedBar === lane.bar ? order.remainingLots : 0
    const reducible = (order.side === 'sell' ? held : -held) + brought
    return Math.max(0, reducible - (this.#contested[place] as number) - (this.#reduced[place] as number))
  }

  /** Counts what an order took; what one that came within the bar takes is what its own entry brought. */
  took({ order, joinedBar }: RestingOrder, lots: number): void {
    if (this.#lane === undefined || joinedBar === this.#lane.bar || !this.isReducing(order)) return
    const place = placeOf(order)
    this.#reduced[place] = (this.#reduced[place] as number) + lots
  }
}

function placeOf({ leg, side }: Order): number {
  return leg * 2 + (side === 'sell' ? 1 : 0)
}
