import type { RejectReason } from '../core/order-types.ts'
import type { BybitCategory } from './bybit-market.ts'
import { BybitRefusal } from './bybit-answer.ts'

type Code = readonly [code: number, message: string]

/** What the venue answers on derivatives and on spot. Codes: Bybit v5 documentation, "Error Codes". */
const CODES: Readonly<Record<RejectReason, readonly [linear: Code, spot: Code]>> = {
  'unknown-market': [
    [10001, 'Not supported symbols'],
    [170121, 'Invalid symbol.'],
  ],
  'unknown-order': [
    [110001, 'order not exists or too late to cancel'],
    [170213, 'Order does not exist.'],
  ],
  'order-not-open': [
    [110001, 'order not exists or too late to cancel'],
    [170139, 'Order has been filled.'],
  ],
  'price-missing': [
    [10001, 'The requested price is missing'],
    [170105, "Parameter 'price' was empty."],
  ],
  'price-out-of-band': [
    [110003, 'Order price exceeds the allowable range.'],
    [170193, 'Buy order price cannot be higher than the limit.'],
  ],
  'quantity-missing': [
    [10001, 'Qty invalid'],
    [170105, "Parameter 'qty' was empty."],
  ],
  'quantity-too-small': [
    [10001, 'The number of contracts exceeds minimum limit allowed'],
    [170136, 'Order quantity exceeded lower limit.'],
  ],
  'quantity-too-large': [
    [10001, 'The number of contracts exceeds maximum limit allowed: too large'],
    [170135, 'Order quantity exceeded upper limit.'],
  ],
  'notional-too-small': [
    [110094, 'Order notional value below the lower limit'],
    [170140, 'Order value exceeded lower limit.'],
  ],
  'too-many-orders': [
    [110020, 'You cannot have more than 500 active orders simultaneously.'],
    [170005, 'Too many new orders; current limit is 500 orders per symbol.'],
  ],
  'too-many-conditional-orders': [
    [110009, 'The number of stop orders exceeds the maximum allowable limit.'],
    [170005, 'Too many new orders; current limit is 30 orders per symbol.'],
  ],
  'duplicate-client-order-id': [
    [110072, 'OrderLinkedID is duplicate'],
    [170141, 'Duplicate clientOrderId'],
  ],
  'bad-visible-quantity': [
    [10001, 'Qty invalid'],
    [170136, 'Order quantity exceeded lower limit.'],
  ],
  'insufficient-balance': [
    [110007, 'ab not enough for new order'],
    [170131, 'Insufficient balance.'],
  ],
  'insufficient-margin': [
    [110007, 'ab not enough for new order'],
    [170131, 'Insufficient balance.'],
  ],
  'would-take': [
    [10001, 'PostOnly order would take'],
    [170218, 'The LIMIT-MAKER order is rejected due to invalid price.'],
  ],
  'would-not-fill': [
    [10001, 'FOK order would not fill'],
    [170210, 'New order rejected.'],
  ],
  'would-trigger': [
    [110092, 'expect Rising, but trigger_price <= current'],
    [170210, 'New order rejected.'],
  ],
  'reduce-only-refused': [
    [110017, 'current position is zero, cannot fix reduce-only order qty'],
    [170210, 'New order rejected.'],
  ],
  'no-position': [
    [110017, 'current position is zero, cannot fix reduce-only order qty'],
    [170210, 'New order rejected.'],
  ],
  'position-side-mismatch': [
    [10001, 'position idx not match position mode'],
    [170210, 'New order rejected.'],
  ],
  'position-over-leverage-cap': [
    [110013, 'cannot set leverage due to risk limit'],
    [170210, 'New order rejected.'],
  ],
  'bad-expiry': [
    [10001, 'time in force invalid'],
    [170115, 'Invalid timeInForce.'],
  ],
  'bad-trailing': [
    [10001, 'trailing stop invalid'],
    [170210, 'New order rejected.'],
  ],
  'no-change': [
    [10001, 'order not modified'],
    [10001, 'order not modified'],
  ],
}

/** A refusal of the matching engine in the venue's words. */
export function refusalOf(reason: RejectReason, category: BybitCategory): BybitRefusal {
  const [linear, spot] = CODES[reason]
  const [code, message] = category === 'spot' ? spot : linear
  return new BybitRefusal(code, message)
}
