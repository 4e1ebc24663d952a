import { roundToSteps, stepsToNumber } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'
import type { RestingOrder } from './resting-order.ts'

/** The range of a bar, or of what is left of it. */
interface Range {
  readonly high: number
  readonly low: number
}

/** Level of a trailing stop while `best` is the best price it has seen: rounded to the tick away from that price. */
function levelBehind(order: Order, best: number): number {
  const { tick } = order.instrument
  const { trailTicks, trailRate } = order.special
  const isSell = order.side === 'sell'
  const mode = isSell ? 'down' : 'up'
  const steps = Number.isNaN(trailTicks)
    ? roundToSteps(best * (isSell ? 1 - trailRate : 1 + trailRate), tick, mode)
    : roundToSteps(best, tick, mode) + (isSell ? -trailTicks : trailTicks)
  return stepsToNumber(steps, tick)
}

/** The tighter of two levels; one that is NaN does not count. */
function tighter(order: Order, one: number, other: number): number {
  if (Number.isNaN(one)) return other
  return order.side === 'sell' ? Math.max(one, other) : Math.min(one, other)
}

function setLevel(resting: RestingOrder, level: number): void {
  resting.level = level
  resting.reachPrice = level
}

/** True when `price` is at the activation price or beyond it; one without is active at any price. */
function activates({ special, side, instrument }: Order, price: number): boolean {
  if (Number.isNaN(special.activationTicks)) return true
  const activation = stepsToNumber(special.activationTicks, instrument.tick)
  return side === 'sell' ? price >= activation : price <= activation
}

/**
 * Price at which a range that began at `from` sets a trailing stop off, or NaN where it cannot have done so.
 *
 * For a sell with the level L from before, distance d and best price rising from `from`: the level is at least
 * L0 = max(L, from - d) throughout.
 * - low <= L0: whatever the order of prices, the stop is met before price is below L0, so it sells at L0 or at a level that
 *   has risen above it. L0 is the worst of these.
 * - L0 < low <= high - d: price may have fallen from the high by d, or have risen to it last. Of the ways in which the
 *   stop is met, that in which price first rose to low + d and then fell is the worst: it sells at the low. If it was not
 *   met, the position is worth the close, which is not below the low. So no path is worse than selling at the low.
 * - low > high - d: nowhere in the range did price fall by d, so it cannot have been met.
 *
 * A buy is the mirror image.
 */
function setOffPrice(order: Order, level: number, from: number, { high, low }: Range): number {
  const floor = tighter(order, level, levelBehind(order, from))
  const isSell = order.side === 'sell'
  const worst = isSell ? low : high
  if (isSell ? worst <= floor : worst >= floor) return floor
  const tightest = levelBehind(order, isSell ? high : low)
  return (isSell ? worst <= tightest : worst >= tightest) ? worst : Number.NaN
}

/** At an open: the stop comes to life where the price activates it, and follows it. */
export function trailAtOpen(resting: RestingOrder, open: number): void {
  const { order, level } = resting
  if (!Number.isNaN(level)) setLevel(resting, level)
  // One that the gap has set off sells at the open: its level is not moved first.
  if (!Number.isNaN(level) && resting.reachedAt(open)) return
  if (!Number.isNaN(level) || activates(order, open)) setLevel(resting, tighter(order, level, levelBehind(order, open)))
}

/**
 * What a bar does to a trailing stop that rested from its open.
 *
 * One that the bar activates may have been met on the way from there: whether its lowest price came before or after, the
 * bar does not say, so it came after.
 *
 * @returns Price at which it is set off, or NaN where it follows the bar's best price instead.
 */
export function trailThroughBar(resting: RestingOrder, open: number, range: Range): number {
  const { order, level } = resting
  return Number.isNaN(level) ? fromActivation(order, range) : setOffPrice(order, level, open, range)
}

/** Price at which a range sets a trailing stop off that it activates, or NaN where it does not do so. */
function fromActivation(order: Order, range: Range): number {
  if (!activates(order, order.side === 'sell' ? range.high : range.low)) return Number.NaN
  return setOffPrice(order, Number.NaN, stepsToNumber(order.special.activationTicks, order.instrument.tick), range)
}

/** At the end of a bar that has not set it off: the level follows the bar's best price. */
export function trailAtEnd(resting: RestingOrder, { high, low }: Range): void {
  const { order, level } = resting
  const best = order.side === 'sell' ? high : low
  if (Number.isNaN(level) && !activates(order, best)) return
  setLevel(resting, tighter(order, level, levelBehind(order, best)))
}

/**
 * What the rest of a bar does to a trailing stop that came to the market inside it, when its group's entry filled at
 * `entryPrice`. When that was nobody knows, so the whole range counts as the rest.
 *
 * @returns Price at which it is set off, or NaN. Then the best price that it has seen for certain is the entry's or the
 *   close, and it is active only where the entry's price is an activation.
 */
export function trailFromEntry(resting: RestingOrder, entryPrice: number, close: number, range: Range): number {
  const { order } = resting
  if (!activates(order, entryPrice)) return fromActivation(order, range)
  const best = order.side === 'sell' ? Math.max(entryPrice, close) : Math.min(entryPrice, close)
  setLevel(resting, levelBehind(order, best))
  return setOffPrice(order, Number.NaN, entryPrice, range)
}
