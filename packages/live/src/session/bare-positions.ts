import { type Instrument, type InstrumentId, stepsToNumber } from '@kestrel/core'
import { isFinal, type Order } from '@kestrel/kernel'
import type { SessionCore } from './session-core.ts'
import { isDust, isGuard } from './spot-exit.ts'

/** What is held and lost the stop that guarded it. */
export interface BarePosition {
  readonly strategy: string
  readonly instrument: InstrumentId
  /** Base units or contracts that nothing guards; above 0. */
  readonly quantity: number
  /** All of it in words, and what is done about it. */
  readonly text: string
}

/**
 * Positions that lost a stop that nobody here had cancelled, in whole or in part, and have none in its place: somebody took it off
 * the venue, or the session was halted. Those whose positions are over are forgotten.
 */
export function barePositions(core: SessionCore): BarePosition[] {
  const { venue, kernel } = core
  if (venue === undefined) return []
  const missing = venue.missing.all().flatMap((stop) => {
    const { reason = '', isLeft = false } = venue.missing.of(stop) ?? {}
    const next = isLeft
      ? 'It was taken away again after it was put back, or somebody trades by hand, so it is left as it is: close the position, or have it put back with kestrel bot resume.'
      : 'It is put back as soon as orders may go out and the account is what the books say.'
    return bareOf(stop, core, `is not at the venue: ${reason}. ${next}`)
  })
  const lost = venue.lostStops.all().flatMap((stop) => {
    if (isOver(stop, core)) {
      venue.lostStops.forget(stop)
      return []
    }
    const { reason } = kernel.desk.record(stop)
    return bareOf(stop, core, `ended: ${reason}. It is not put back by itself: guard the position or close it.`)
  })
  return [...missing, ...lost]
}

/** What was held when the stop ended has been closed: a stop of what is held now is another one. */
function isOver(stop: Order, core: SessionCore): boolean {
  const { instrument, side } = stop
  const { kernel, instruments } = core
  const held = core.heldBy(stop)
  if (held === 0 || held > 0 !== (side === 'sell')) return true
  const { strategy, closedTimeMs = Infinity } = kernel.desk.record(stop)
  const isHedged = kernel.ledger.placeCount > instruments.length && instrument.kind !== 'spot'
  return kernel
    .records()
    .trades()
    .some(
      (each) =>
        each.strategy === strategy &&
        each.instrumentId === instrument.id &&
        (!isHedged || (each.direction === 'long') === held > 0) &&
        each.exitTimeMs > closedTimeMs,
    )
}

/** @param problem - What became of the stop. */
function bareOf(stop: Order, core: SessionCore, problem: string): BarePosition[] {
  const { venue, kernel } = core
  const { strategyIndex, instrument, instrumentIndex, leg, side, triggerPrice, orderId } = stop
  const held = core.heldBy(stop)
  const standing = kernel.desk
    .openOrders(strategyIndex, instrumentIndex)
    .filter((each) => isGuard(each) && each.side === side && each.leg === leg && !isFinal(each.state))
    .filter((each) => venue?.missing.has(each) !== true)
  const guarded = standing.some(({ special }) => special.closePosition)
    ? Infinity
    : standing.reduce((lots, { remainingLots }) => lots + remainingLots, 0)
  const bare = Math.abs(held) - guarded
  // What no venue takes an order for can be guarded by none.
  if (bare <= 0 || isDust(instrument, bare, kernel.ledger.mark[instrumentIndex] as number)) return []
  const strategy = kernel.strategyName(strategyIndex)
  const at = Number.isFinite(triggerPrice) ? ` at ${triggerPrice}` : ''
  const quantity = quantityOf(instrument, bare)
  const text = `Nothing stops the loss of ${quantity} of ${quantityOf(instrument, held)} ${instrument.id} ${held > 0 ? 'long' : 'short'} of ${strategy}: its stop${at} (order ${orderId}) ${problem}`
  return [{ strategy, instrument: instrument.id, quantity, text }]
}

function quantityOf(instrument: Instrument, lots: number): number {
  return stepsToNumber(Math.abs(lots), instrument.lot)
}
