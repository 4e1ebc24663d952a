import { ccxtClassNames } from './ccxt-class-names.ts'

const UNKNOWN_ORDER =
  /"code":\s*-?(?:2011|2013|20124)\b|"retCode":\s*(?:110001|170142|170143|170213)\b|"sCode":\s*"(?:51400|51401|51402|51410|51603)"|"code":\s*"(?:51400|51401|51402|51603)"|EOrder:Unknown order/

/** True where the venue says that it has no such open order; a query or a cancellation may hear that of an order that is done. */
export function isOrderUnknown(error: unknown): boolean {
  return ccxtClassNames(error).has('OrderNotFound') || UNKNOWN_ORDER.test(error instanceof Error ? error.message : '')
}

const DUPLICATE =
  /"code":\s*-?(?:4116|20132)\b|"retCode":\s*(?:110072|170141)\b|"sCode":\s*"(?:51016|51065)"|duplicate (?:order|cl_?ord|client)|ClOrdId .*(?:exists|duplicat)/i

/** True where the venue already has an order of this client order id. */
export function isDuplicate(error: unknown): boolean {
  return ccxtClassNames(error).has('DuplicateOrderId') || DUPLICATE.test(error instanceof Error ? error.message : '')
}

const UNCHANGED =
  /"code":\s*-?(?:4046|4059)\b|"retCode":\s*(?:110025|110026|110043|34036|100028)\b|not modified|no need to change/i

/** True where a setting is already what was asked for. */
export function isUnchanged(error: unknown): boolean {
  return (
    ccxtClassNames(error).has('NoChange') ||
    ccxtClassNames(error).has('MarginModeAlreadySet') ||
    UNCHANGED.test(error instanceof Error ? error.message : '')
  )
}
