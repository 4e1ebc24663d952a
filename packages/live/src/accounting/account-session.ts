import { type Instrument, type InstrumentId, stepsToNumber } from '@kestrel/core'
import type { FillRecord, RunRecords } from '@kestrel/kernel'
import type { CreateAction } from '../sending/order-action.ts'
import type { SessionJournal } from '../session/session-journal.ts'
import type { AccountFill, AccountFunding, RateLookup } from './account-fill.ts'

/** What a session did, as accounting needs it. */
export interface SessionAccounting {
  readonly fills: readonly AccountFill[]
  readonly funding: readonly AccountFunding[]
  readonly rateOf: RateLookup
}

/**
 * Fills and funding of a session.
 *
 * Live the fills are those of the venue, with its ids and fees, from the journal; on paper those of the simulated venue. Rates of
 * fees in a third currency are those at which the session booked them.
 *
 * @param records - What the session did, played again.
 */
export function accountSession(
  journal: SessionJournal,
  mode: 'paper' | 'live',
  instruments: readonly Instrument[],
  records: RunRecords,
): SessionAccounting {
  const byId = new Map(instruments.map((each) => [each.id, each]))
  const booked = records.fills()
  const fills = mode === 'live' ? venueFills(journal, byId) : booked.map((each) => simulatedFill(each, byId))
  const funding = records.funding().map(({ instrumentId, amount, tsEventMs: timeMs }): AccountFunding => {
    const instrument = byId.get(instrumentId) as Instrument
    return { instrument, currency: instrument.settleCurrency, amount, timeMs }
  })
  const rateOf: RateLookup = (currency, inCurrency, timeMs) => {
    const fill = booked.find(
      (each) =>
        each.tsEventMs === timeMs &&
        each.feeCurrency === currency &&
        each.fee !== 0 &&
        each.feeValue !== 0 &&
        byId.get(each.instrumentId)?.settleCurrency === inCurrency,
    )
    return fill === undefined ? undefined : fill.feeValue / fill.fee
  }
  return { fills, funding, rateOf }
}

function venueFills(journal: SessionJournal, byId: ReadonlyMap<InstrumentId, Instrument>): AccountFill[] {
  const orders = new Map<number, CreateAction>()
  const fills: AccountFill[] = []
  for (const { input, actions } of journal.steps()) {
    for (const action of actions) if (action.kind === 'create') orders.set(action.orderId, action)
    if (input.kind !== 'order' || input.news.kind !== 'filled') continue
    const order = orders.get(input.orderId)
    const instrument = order === undefined ? undefined : byId.get(order.instrument)
    if (order === undefined || instrument === undefined) continue
    const { fillId, lots, price, fee, tsEventMs: timeMs } = input.news
    const { side, positionSide } = order
    fills.push({
      fillId,
      instrument,
      side,
      quantity: stepsToNumber(lots, instrument.lot),
      price,
      fee,
      ...(positionSide === undefined ? {} : { positionSide }),
      timeMs,
    })
  }
  return fills
}

function simulatedFill(record: FillRecord, byId: ReadonlyMap<InstrumentId, Instrument>): AccountFill {
  const { fillId, instrumentId, side, quantity, price, fee: amount, feeCurrency: currency, positionSide } = record
  return {
    fillId: String(fillId),
    instrument: byId.get(instrumentId) as Instrument,
    side,
    quantity,
    price,
    fee: { currency, amount },
    ...(positionSide === undefined ? {} : { positionSide }),
    timeMs: record.tsEventMs,
  }
}
