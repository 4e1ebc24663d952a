import type { VenueFill, VenueOrder } from '@kestrel/kernel'
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
import { venueFillOf, venueOrderOf, venuePositionOf } from '../../venue-reading.ts'
import type { Desk, StreamReading } from '../dialect.ts'
import { isConditional } from '../order-terms.ts'
import { binanceInstrument, binanceState, binanceType, finishedState } from './binance-orders.ts'

/** Executions of an order; `CALCULATED` is one by force. */
const EXECUTED = new Set(['TRADE', 'CALCULATED'])

/**
 * A message of the user-data stream of spot or futures.
 *
 * Source: https://developers.binance.com/docs, "User Data Streams" of spot and of USD-M futures.
 */
export function readBinanceStream(desk: Desk, message: unknown): StreamReading {
  if (!isRow(message)) return {}
  // The websocket API of spot wraps events; a subscription is confirmed with a number.
  const event = isRow(message['event']) ? message['event'] : message
  if (isRow(event['result']) && 'subscriptionId' in event['result']) return { confirms: true }
  switch (event['e']) {
    case 'executionReport':
      return readExecution(desk, event)
    case 'ORDER_TRADE_UPDATE':
      return readExecution(desk, rowOf(event['o'], 'an order update'))
    case 'ALGO_UPDATE':
      return readAlgo(desk, rowOf(event['o'], 'an order update'), event)
    case 'outboundAccountPosition':
      return { balances: rowsIn(event, 'B').map(spotBalance) }
    case 'ACCOUNT_UPDATE':
      return readAccount(desk, rowOf(event['a'], 'an account update'))
    case 'listenKeyExpired':
    case 'eventStreamTerminated':
      return { ended: 'the venue ended the stream' }
    default:
      return {}
  }
}

function spotBalance(row: Row): { currency: string; total: number; free: number } {
  const free = decimalOf(row, 'f') ?? Number.NaN
  const total = free + (decimalOf(row, 'l') ?? 0)
  if (Number.isNaN(total)) throw unreadable('a balance without a free part')
  return { currency: neededText(row, 'a'), total, free }
}

function readAccount(desk: Desk, account: Row): StreamReading {
  return {
    // Says the wallet, not what of it is free.
    balances: rowsIn(account, 'B').map((row) => {
      const total = decimalOf(row, 'wb')
      if (total === undefined) throw unreadable('a balance without a total')
      return { currency: neededText(row, 'a'), total, free: undefined }
    }),
    positions: rowsIn(account, 'P').flatMap((row) => {
      const instrument = binanceInstrument(desk, row, 's')
      if (instrument === undefined) return []
      const side = textOf(row, 'ps')
      return [
        venuePositionOf({
          instrument,
          side: side === 'LONG' ? 'long' : side === 'SHORT' ? 'short' : 'net',
          signedQuantity: decimalOf(row, 'pa') ?? Number.NaN,
          entryPrice: priceOf(row, 'ep') ?? Number.NaN,
          markPrice: undefined,
          liquidationPrice: undefined,
          leverage: undefined,
          marginMode:
            textOf(row, 'mt') === 'isolated' ? 'isolated' : textOf(row, 'mt') === 'cross' ? 'cross' : undefined,
        }),
      ]
    }),
  }
}

function readExecution(desk: Desk, row: Row): StreamReading {
  const order = orderOf(desk, row)
  if (order === undefined) return {}
  if (!EXECUTED.has(neededText(row, 'x')) || !((decimalOf(row, 'l') ?? 0) > 0)) return { orders: [order] }
  const fill = fillOf(row, order)
  if (desk.triggered.of(neededText(row, 'i')) === undefined && order.instrument.kind === 'perpetual')
    desk.triggered.keep(fill)
  return { orders: [order], fills: [fill] }
}

function orderOf(desk: Desk, row: Row): VenueOrder | undefined {
  const instrument = binanceInstrument(desk, row, 's')
  if (instrument === undefined) return undefined
  const isSpot = instrument.kind === 'spot'
  const actualId = neededText(row, 'i')
  const stop = desk.triggered.of(actualId)
  const stated = binanceType(neededText(row, 'ot', 'o'), isSpot)
  const filled = decimalOf(row, 'z') ?? 0
  const money = decimalOf(row, 'Z') ?? Number.NaN
  const reason = textOf(row, 'r') ?? ''
  return venueOrderOf({
    instrument,
    venueOrderId: stop?.venueOrderId ?? actualId,
    // A cancellation has an id of its own in `c` and the order's in `C`.
    clientOrderId: stop?.clientOrderId ?? textOf(row, 'C', 'c'),
    side: sideOf(row, 'S'),
    type: stop?.type ?? (isSpot && textOf(row, 'd') !== undefined ? 'trailing-stop' : stated),
    state: binanceState(neededText(row, 'X')),
    quantity: decimalOf(row, 'q') ?? 0,
    filled,
    averagePrice: priceOf(row, 'ap') ?? (filled > 0 && money > 0 ? money / filled : undefined),
    limitPrice: priceOf(row, 'p'),
    triggerPrice: stop?.triggerPrice ?? priceOf(row, 'P', 'sp'),
    reduceOnly: booleanOf(row, 'R'),
    isTriggered: stop !== undefined || (isConditional(stated) && (!isSpot || row['w'] === true)),
    reason: reason === 'NONE' || reason === '0' ? '' : reason,
    tsEventMs: timeOf(row, 'T'),
  })
}

function fillOf(row: Row, order: VenueOrder): VenueFill {
  const [amount, currency, price] = [decimalOf(row, 'n'), textOf(row, 'N'), priceOf(row, 'L')]
  if (price === undefined) throw unreadable('a fill without a price')
  const name = textOf(row, 'c') ?? ''
  const isForced = name.startsWith('autoclose-') || name === 'adl_autoclose' || row['x'] === 'CALCULATED'
  return venueFillOf({
    fillId: neededText(row, 't'),
    venueOrderId: order.venueOrderId,
    clientOrderId: order.clientOrderId,
    instrument: order.instrument,
    side: order.side,
    quantity: decimalOf(row, 'l') ?? Number.NaN,
    price,
    fee: amount === undefined || currency === undefined ? undefined : { currency, amount },
    liquidity: isForced ? 'liquidation' : row['m'] === true ? 'maker' : 'taker',
    tsEventMs: timeOf(row, 'T'),
  })
}

/** A stop of the algo service. `ai` is the number of the order that it became. */
function readAlgo(desk: Desk, row: Row, event: Row): StreamReading {
  const instrument = binanceInstrument(desk, row, 's')
  if (instrument === undefined) return {}
  const status = neededText(row, 'X')
  const filled = decimalOf(row, 'aq') ?? 0
  const quantity = decimalOf(row, 'q') ?? 0
  const order = venueOrderOf({
    instrument,
    venueOrderId: neededText(row, 'aid'),
    clientOrderId: textOf(row, 'caid'),
    side: sideOf(row, 'S'),
    type: binanceType(neededText(row, 'o'), false),
    state: status === 'FINISHED' ? finishedState(filled, quantity) : binanceState(status),
    quantity,
    filled,
    averagePrice: priceOf(row, 'ap'),
    limitPrice: priceOf(row, 'p'),
    triggerPrice: priceOf(row, 'tp'),
    reduceOnly: booleanOf(row, 'R', 'cp'),
    isTriggered: status === 'TRIGGERING' || status === 'TRIGGERED' || status === 'FINISHED',
    reason: textOf(row, 'rm') ?? '',
    tsEventMs: timeOf(event, 'E', 'T'),
  })
  const fills = desk.triggered.join(textOf(row, 'ai'), {
    venueOrderId: order.venueOrderId,
    clientOrderId: order.clientOrderId,
    type: order.type,
    triggerPrice: priceOf(row, 'tp'),
  })
  return { orders: [order], fills }
}
