import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { OrderState, SelfTradePrevention, Side } from '../core/order-types.ts'
import type { BinanceParams } from './binance-params.ts'

/** `BUY` or `SELL`. */
export function sideParam(params: BinanceParams): Side {
  params.required('side')
  const side = params.word('side', ['BUY', 'SELL'], new BinanceRefusal(-1117, 'Invalid side.'))
  return side === 'BUY' ? 'buy' : 'sell'
}

const STP: Readonly<Record<string, SelfTradePrevention>> = {
  NONE: 'none',
  EXPIRE_TAKER: 'expire-taker',
  EXPIRE_MAKER: 'expire-maker',
  EXPIRE_BOTH: 'expire-both',
  DECREMENT: 'decrement',
}

/** The self-trade prevention mode; undefined where none is asked for. */
export function stpParam(params: BinanceParams): SelfTradePrevention | undefined {
  const text = params.text('selfTradePreventionMode')
  if (text === undefined) return undefined
  const mode = STP[text]
  if (mode === undefined)
    throw new BinanceRefusal(-1130, "Data sent for parameter 'selfTradePreventionMode' is not valid.")
  return mode
}

/** The venue's word for a mode. */
export function stpWord(mode: SelfTradePrevention): string {
  return mode === 'none' ? 'NONE' : mode.toUpperCase().replace('-', '_')
}

/** A name that the venue takes for an order: up to 36 characters of a set. */
export function clientIdParam(params: BinanceParams, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = params.text(name)
    if (text === undefined) continue
    if (!/^[.A-Z:/a-z0-9_-]{1,36}$/.test(text)) {
      throw new BinanceRefusal(
        -1100,
        `Illegal characters found in parameter '${name}'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.`,
      )
    }
    return text
  }
  return undefined
}

/** The venue's word for an order's status. Conditional futures orders have words of their own, see the algo rows. */
export function statusWord({ status, filledLots }: OrderState): string {
  switch (status) {
    case 'pending':
    case 'open':
      return filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW'
    case 'partly-filled':
      return 'PARTIALLY_FILLED'
    case 'filled':
      return 'FILLED'
    case 'cancelled':
      return 'CANCELED'
    case 'expired-in-match':
      return 'EXPIRED_IN_MATCH'
    case 'expired':
    case 'rejected':
      return 'EXPIRED'
    default:
      return status satisfies never
  }
}
