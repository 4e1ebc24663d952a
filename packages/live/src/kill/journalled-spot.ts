import type { Instrument, InstrumentId, TimeMs } from '@kestrel/core'
import type { CreateAction } from '../sending/order-action.ts'
import type { SessionJournal } from '../session/session-journal.ts'
import { coinsOf, type OpenSpotOrder, type SpotBooks } from './spot-holdings.ts'

interface Booked {
  readonly action: CreateAction
  readonly instrument: Instrument
  readonly createdMs: TimeMs
  readonly fillIds: Set<string>
  clientOrderId: string
  quantityLots: number
  bookedLots: number
  earlierLots: number
  hasEnded: boolean
}

/**
 * What a session bought on spot, from its journal alone: nothing is played again, so that it needs neither the strategy nor the
 * time that this takes.
 *
 * @throws KestrelError `LIVE_JOURNAL_BROKEN`, `LIVE_JOURNAL` for a row that is not what was written or cannot be read.
 */
export function journalledSpot(journal: SessionJournal, instruments: readonly Instrument[]): SpotBooks {
  const spot = new Map(instruments.filter(({ kind }) => kind === 'spot').map((each) => [each.id, each]))
  const orders = new Map<number, Booked>()
  const held: Record<InstrumentId, number> = {}
  const fillIds = new Set<string>()
  for (const { timeMs, input, actions } of journal.verifiedSteps()) {
    for (const action of actions) {
      const instrument = action.kind === 'create' ? spot.get(action.instrument) : undefined
      if (action.kind !== 'create' || instrument === undefined) continue
      orders.set(action.orderId, {
        action,
        instrument,
        createdMs: timeMs,
        fillIds: new Set(),
        clientOrderId: action.clientOrderId,
        quantityLots: action.quantityLots,
        bookedLots: 0,
        earlierLots: 0,
        hasEnded: false,
      })
    }
    if (input.kind !== 'order') continue
    const order = orders.get(input.orderId)
    if (order === undefined) continue
    const { news } = input
    if (news.kind === 'filled') {
      order.fillIds.add(news.fillId)
      fillIds.add(news.fillId)
      order.bookedLots += news.lots
      const { instrument, action } = order
      held[instrument.id] = (held[instrument.id] ?? 0) + coinsOf({ ...news, instrument, side: action.side })
    } else if (news.kind === 'amended') order.quantityLots = news.quantityLots
    else if (['rejected', 'cancelled', 'expired'].includes(news.kind)) order.hasEnded = true
  }
  for (const { orderId, clientOrderId, filledLots } of journal.notes('replaced')) {
    const order = orders.get(orderId as number)
    if (order === undefined) continue
    order.clientOrderId = clientOrderId as string
    order.earlierLots = filledLots as number
  }
  return { held, open: [...orders.values()].filter(mayFill).map(openOrder), fillIds }
}

/** Where all of it is booked there is nothing more to come. */
function mayFill({ hasEnded, bookedLots, quantityLots }: Booked): boolean {
  return !hasEnded && bookedLots < quantityLots
}

function openOrder({ action, instrument, createdMs, ...order }: Booked): OpenSpotOrder {
  return {
    clientOrderId: order.clientOrderId,
    venueOrderId: undefined,
    instrument,
    type: action.type,
    side: action.side,
    createdMs,
    fillIds: order.fillIds,
    bookedLots: order.bookedLots - order.earlierLots,
  }
}
