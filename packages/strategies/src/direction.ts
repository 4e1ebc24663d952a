import type { Instrument } from '@kestrel/core'
import type { PositionView, StrategyContext } from '@kestrel/kernel'
import { z } from 'zod'

/** 1 long, -1 short, 0 out of the market. */
export type Side = 1 | -1 | 0

/** The parameter of strategies that may also sell short. */
export const directionParam = z
  .enum(['long', 'both'])
  .default('long')
  .describe('sell short too; on spot, which cannot be sold short, `both` is the same as `long`')

/** Whether shorts are both wanted and possible. */
export function maySellShort(instrument: Instrument, direction: 'long' | 'both'): boolean {
  return direction === 'both' && instrument.kind === 'perpetual'
}

/** Side of a position. */
export function sideOf({ side }: PositionView): Side {
  return side === 'long' ? 1 : side === 'short' ? -1 : 0
}

/**
 * Brings the position to a side, with `weight` of equity, and leaves one that is there already as it is: no trades just
 * to follow the price. Asks again at each call until it has been reached.
 */
export function takeSide(
  { position, target }: Pick<StrategyContext<unknown>, 'position' | 'target'>,
  instrument: Instrument,
  side: Side,
  weight: number,
  tag: string,
): void {
  if (sideOf(position(instrument)) === side) return
  if (side === 0) target(instrument, 0, { tag })
  else target(instrument, { weight: side * weight }, { tag })
}
