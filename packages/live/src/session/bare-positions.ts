import { type Instrument, stepsToNumber } from '@kestrel/core'
import { isFinal, type Order } from '@kestrel/kernel'
import type { SessionCore } from './session-core.ts'
import { isStop } from './spot-exit.ts'

/**
 * Says which positions lost a stop that nobody here had cancelled, in whole or in part, and have none in its place: while a
 * session is halted stops are refused and may be taken off the venue.
 */
export function barePositions(core: SessionCore): string[] {
  const { venue, kernel } = core
  if (venue === undefined) return []
  const lost = venue.lostStops.all()
  if (lost.length === 0) return []
  const trades = kernel.records().trades()
  return lost.flatMap((stop) => {
    const { strategyIndex, instrument, leg } = stop
    const held = heldBy(stop, core)
    if (held === 0 || held > 0 !== (stop.side === 'sell')) return []
    const { strategy, closedTimeMs = Infinity, reason } = kernel.desk.record(stop)
    const isHedged = kernel.ledger.placeCount > core.instruments.length && instrument.kind !== 'spot'
    const isOver = trades.some(
      (each) =>
        each.strategy === strategy &&
        each.instrumentId === instrument.id &&
        (!isHedged || (each.direction === 'long') === held > 0) &&
        each.exitTimeMs > closedTimeMs,
    )
    // What was held then has been closed: a stop of what is held now is another one.
    if (isOver) return []
    const standing = kernel.desk
      .openOrders(strategyIndex, stop.instrumentIndex)
      .filter((each) => isStop(each) && each.side === stop.side && each.leg === leg && !isFinal(each.state))
    const guarded = standing.some(({ special }) => special.closePosition)
      ? Infinity
      : standing.reduce((lots, { remainingLots }) => lots + remainingLots, 0)
    const bare = Math.abs(held) - guarded
    if (bare <= 0) return []
    const at = Number.isFinite(stop.triggerPrice) ? ` at ${stop.triggerPrice}` : ''
    return `Nothing stops the loss of ${quantity(instrument, bare)} of ${quantity(instrument, held)} ${instrument.id} ${held > 0 ? 'long' : 'short'} of ${strategy}: its stop${at} (order ${stop.orderId}) ended: ${reason}. It is not put back by itself.`
  })
}

function heldBy({ strategyIndex, instrumentIndex, leg }: Order, { kernel, instruments }: SessionCore): number {
  const place = leg * instruments.length + instrumentIndex
  return kernel.ledger.lots[strategyIndex * kernel.ledger.placeCount + place] as number
}

function quantity(instrument: Instrument, lots: number): number {
  return stepsToNumber(Math.abs(lots), instrument.lot)
}
