import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import type { RejectReason } from '../core/order-types.ts'

type Codes = Readonly<Partial<Record<RejectReason, readonly [code: number, message: string]>>>

const SPOT: Codes = {
  'unknown-order': [-2011, 'Unknown order sent.'],
  'order-not-open': [-2011, 'Unknown order sent.'],
  'price-missing': [-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
  'price-out-of-band': [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
  'quantity-missing': [-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
  'quantity-too-small': [-1013, 'Filter failure: LOT_SIZE'],
  'quantity-too-large': [-1013, 'Filter failure: LOT_SIZE'],
  'notional-too-small': [-1013, 'Filter failure: NOTIONAL'],
  'too-many-orders': [-1013, 'Filter failure: MAX_NUM_ORDERS'],
  'too-many-conditional-orders': [-1013, 'Filter failure: MAX_NUM_ALGO_ORDERS'],
  'duplicate-client-order-id': [-2010, 'Duplicate order sent.'],
  'bad-visible-quantity': [-1013, 'Filter failure: ICEBERG_PARTS'],
  'insufficient-balance': [-2010, 'Account has insufficient balance for requested action.'],
  'would-take': [-2010, 'Order would immediately match and take.'],
  'would-trigger': [-2010, 'Stop price would trigger immediately.'],
  'bad-trailing': [-1013, 'Filter failure: TRAILING_DELTA'],
  'no-change': [-2038, 'Order amend (quantity increase) is not supported.'],
}

const USDM: Codes = {
  'unknown-order': [-2011, 'Unknown order sent.'],
  'order-not-open': [-2011, 'Unknown order sent.'],
  'price-missing': [-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
  'price-out-of-band': [-4016, "Limit price can't be higher than the cap or lower than the floor of the mark price."],
  'quantity-missing': [-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
  'quantity-too-small': [-4003, 'Quantity less than or equal to zero.'],
  'quantity-too-large': [-4005, 'Quantity greater than max quantity.'],
  'too-many-orders': [-2025, 'Reach max open order limit.'],
  'too-many-conditional-orders': [-4045, 'Reach max stop order limit.'],
  'duplicate-client-order-id': [-4116, 'ClientOrderId is duplicated.'],
  'insufficient-balance': [-2018, 'Balance is insufficient.'],
  'insufficient-margin': [-2019, 'Margin is insufficient.'],
  'would-take': [
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
  ],
  'would-not-fill': [
    -5021,
    'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history',
  ],
  'would-trigger': [-2021, 'Order would immediately trigger.'],
  'reduce-only-refused': [-2022, 'ReduceOnly Order is rejected.'],
  'no-position': [-4509, 'Time in Force (TIF) GTE can only be used with open positions.'],
  'position-side-mismatch': [-4061, "Order's position side does not match user's setting."],
  'position-over-leverage-cap': [-2027, 'Exceeded the maximum allowable position at current leverage.'],
  'bad-expiry': [-1102, "Mandatory parameter 'goodTillDate' was not sent, was empty/null, or malformed."],
  'bad-trailing': [-2007, 'Invalid callBack rate'],
  'no-change': [-5027, 'No need to modify the order.'],
}

/** The venue's words for a refusal of the exchange. */
export function refusalFor(reason: RejectReason, format: BinanceFormat): BinanceRefusal {
  if (reason === 'unknown-market') return new BinanceRefusal(-1121, 'Invalid symbol.')
  if (reason === 'notional-too-small' && format.kind === 'usdm') {
    const least = Number(format.market.minNotional / 100_000_000n)
    return new BinanceRefusal(
      -4164,
      `Order's notional must be no smaller than ${least} (unless you choose reduce only).`,
    )
  }
  const [code, message] = (format.kind === 'spot' ? SPOT : USDM)[reason] ?? [-1013, `Filter failure: ${reason}`]
  return new BinanceRefusal(code, message)
}
