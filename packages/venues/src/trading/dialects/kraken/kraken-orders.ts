import type { Instrument } from '@kestrel/core'
import type { OrderType, VenueFill, VenueOrder, VenueOrderState } from '@kestrel/kernel'
import {
  booleanOf,
  decimalOf,
  isRow,
  neededText,
  priceOf,
  type Row,
  rowOf,
  rowsIn,
  sideOf,
  textOf,
  timeOf,
  unreadable,
} from '../../raw-answer.ts'
import { venueFillOf, venueOrderOf } from '../../venue-reading.ts'
import type { Desk } from '../dialect.ts'

const TYPES: Readonly<Record<string, OrderType>> = {
  market: 'market',
  limit: 'limit',
  iceberg: 'limit',
  'stop-loss': 'stop-market',
  'stop-loss-limit': 'stop-limit',
  'take-profit': 'take-profit',
  'take-profit-limit': 'take-profit-limit',
  'trailing-stop': 'trailing-stop',
  'trailing-stop-limit': 'trailing-stop',
  'settle-position': 'market',
}

function typeOf(text: string): OrderType {
  const type = TYPES[text]
  if (type === undefined) throw unreadable('the type of an order', text)
  return type
}

function stateOf(status: string, filled: number, quantity: number): VenueOrderState {
  switch (status) {
    case 'pending':
    case 'pending_new':
    case 'open':
    case 'new':
    case 'partially_filled':
    case 'triggered':
      return 'open'
    case 'filled':
      return 'filled'
    case 'closed':
      return filled > 0 && filled >= quantity * (1 - 1e-9) ? 'filled' : 'cancelled'
    case 'canceled':
      return 'cancelled'
    case 'expired':
      return 'expired'
    default:
      throw unreadable('the state of an order', status)
  }
}

function instrumentOf(desk: Desk, marketId: string): Instrument | undefined {
  return desk.book.instrumentAt(marketId, desk.products)
}

/** An order from a request's answer, which lists orders by their id. */
export function readKrakenOrder(desk: Desk, id: string, row: Row): VenueOrder | undefined {
  const description = rowOf(row['descr'], 'the description of an order')
  const instrument = instrumentOf(desk, neededText(description, 'pair'))
  if (instrument === undefined) return undefined
  const type = typeOf(neededText(description, 'ordertype'))
  const [quantity, filled] = [decimalOf(row, 'vol') ?? 0, decimalOf(row, 'vol_exec') ?? 0]
  const misc = (textOf(row, 'misc') ?? '').split(',')
  const conditional = type !== 'market' && type !== 'limit'
  return venueOrderOf({
    instrument,
    venueOrderId: id,
    clientOrderId: textOf(row, 'cl_ord_id'),
    side: sideOf(description, 'type'),
    type,
    state: stateOf(neededText(row, 'status'), filled, quantity),
    quantity,
    filled,
    averagePrice: priceOf(row, 'price'),
    limitPrice:
      type === 'limit'
        ? statedPrice(description, 'price')
        : conditional
          ? statedPrice(description, 'price2')
          : undefined,
    triggerPrice: conditional ? (statedPrice(row, 'stopprice') ?? statedPrice(description, 'price')) : undefined,
    reduceOnly: booleanOf(row, 'reduce_only'),
    isTriggered: conditional && misc.some((each) => each === 'stopped' || each === 'touched'),
    reason: textOf(row, 'reason') ?? '',
    tsEventMs: timeOf(row, 'closetm', 'opentm'),
  })
}

/** A price; the description has `+5%` and the like for those that follow the market. */
function statedPrice(row: Row, name: string): number | undefined {
  const text = textOf(row, name)
  return text === undefined || /[%+-]/.test(text) ? undefined : priceOf(row, name)
}

/** A trade from a request's answer. It does not say in which currency the fee was taken; that is the quote unless asked otherwise. */
export function readKrakenFill(desk: Desk, id: string, row: Row): VenueFill | undefined {
  const instrument = instrumentOf(desk, neededText(row, 'pair'))
  if (instrument === undefined) return undefined
  const [price, amount] = [priceOf(row, 'price'), decimalOf(row, 'fee')]
  if (price === undefined) throw unreadable('a fill without a price')
  return venueFillOf({
    fillId: id,
    venueOrderId: neededText(row, 'ordertxid'),
    clientOrderId: textOf(row, 'cl_ord_id'),
    instrument,
    side: sideOf(row, 'type'),
    quantity: decimalOf(row, 'vol') ?? Number.NaN,
    price,
    fee: amount === undefined ? undefined : { currency: instrument.quote, amount },
    liquidity: booleanOf(row, 'maker') ? 'maker' : 'taker',
    tsEventMs: timeOf(row, 'time'),
  })
}

/**
 * A report of the stream's `executions`. Reports state only what changed, so they are laid over what earlier ones said.
 *
 * Source: https://docs.kraken.com/api/docs/websocket-v2/executions
 */
export function readKrakenExecution(
  desk: Desk,
  report: Row,
): { readonly order: VenueOrder | undefined; readonly fill: VenueFill | undefined } {
  const id = neededText(report, 'order_id')
  const row: Row = { ...desk.partials.get(id), ...report }
  desk.partials.set(id, row)
  const marketId = textOf(row, 'symbol')
  const instrument = marketId === undefined ? undefined : instrumentOf(desk, marketId)
  // Without its first report nothing can be said of it; requests will.
  if (instrument === undefined || textOf(row, 'order_type') === undefined) return { order: undefined, fill: undefined }
  const order = executionOrder(id, row, instrument)
  if (order.state !== 'open') desk.partials.delete(id)
  return { order, fill: executionFill(id, report, row, instrument) }
}

function executionOrder(id: string, row: Row, instrument: Instrument): VenueOrder {
  const type = typeOf(neededText(row, 'order_type'))
  const [quantity, filled] = [decimalOf(row, 'order_qty') ?? 0, decimalOf(row, 'cum_qty') ?? 0]
  const triggers = isRow(row['triggers']) ? row['triggers'] : {}
  return venueOrderOf({
    instrument,
    venueOrderId: id,
    clientOrderId: textOf(row, 'cl_ord_id'),
    side: sideOf(row, 'side'),
    type,
    state: stateOf(neededText(row, 'order_status'), filled, quantity),
    quantity,
    filled,
    averagePrice: priceOf(row, 'avg_price'),
    limitPrice: priceOf(row, 'limit_price'),
    triggerPrice: priceOf(triggers, 'price', 'actual_price') ?? priceOf(row, 'stop_price'),
    reduceOnly: booleanOf(row, 'reduce_only'),
    isTriggered: textOf(triggers, 'status') === 'triggered',
    reason: textOf(row, 'reason') ?? '',
    tsEventMs: timeOf(row, 'timestamp'),
  })
}

function executionFill(id: string, report: Row, row: Row, instrument: Instrument): VenueFill | undefined {
  const fillId = textOf(report, 'exec_id')
  const quantity = decimalOf(report, 'last_qty')
  const price = priceOf(report, 'last_price')
  if (fillId === undefined || quantity === undefined || price === undefined) return undefined
  const [fee] = rowsIn(report, 'fees')
  const [amount, currency] = fee === undefined ? [] : [decimalOf(fee, 'qty'), textOf(fee, 'asset')]
  return venueFillOf({
    fillId,
    venueOrderId: id,
    clientOrderId: textOf(row, 'cl_ord_id'),
    instrument,
    side: sideOf(row, 'side'),
    quantity,
    price,
    fee: amount === undefined || currency === undefined ? undefined : { currency, amount },
    liquidity: textOf(report, 'liquidity_ind') === 'm' ? 'maker' : 'taker',
    tsEventMs: timeOf(report, 'timestamp'),
  })
}
