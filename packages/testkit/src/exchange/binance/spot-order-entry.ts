import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import { atomsOf } from '../core/atoms.ts'
import type { OrderIntent, TimeInForce } from '../core/order-types.ts'
import { type BinanceParams, missing, stepsOf } from './binance-params.ts'
import { clientIdParam, sideParam, stpParam } from './order-words.ts'

const TYPES = [
  'LIMIT',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
  'LIMIT_MAKER',
] as const
const TIME_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const

/** Ticks of a price parameter; refused where it is too precise or off the tick. */
function priceParam(params: BinanceParams, name: string, { market }: BinanceFormat): number | undefined {
  const text = params.decimal(name)
  if (text === undefined) return undefined
  checkPrecision(text, name)
  const ticks = stepsOf(text, market.tick)
  if (ticks === undefined || ticks === 0) throw new BinanceRefusal(-1013, 'Filter failure: PRICE_FILTER')
  return ticks
}

/** Lots of a quantity parameter; refused where it is too precise or off the lot. */
export function quantityParam(params: BinanceParams, name: string, { market }: BinanceFormat): number | undefined {
  const text = params.decimal(name)
  if (text === undefined) return undefined
  checkPrecision(text, name)
  const lots = stepsOf(text, market.lot)
  if (lots === undefined) throw new BinanceRefusal(-1013, 'Filter failure: LOT_SIZE')
  return lots
}

function checkPrecision(text: string, name: string): void {
  const decimals = text.split('.')[1]?.replace(/0+$/, '').length ?? 0
  if (decimals > 8) throw new BinanceRefusal(-1111, `Parameter '${name}' has too much precision.`)
}

/** A spot order of the wire as the exchange takes it. */
export function spotIntent(params: BinanceParams, format: BinanceFormat): OrderIntent {
  params.required('type')
  const type = params.word('type', TYPES, new BinanceRefusal(-1116, 'Invalid orderType.')) ?? 'LIMIT'
  const side = sideParam(params)
  const limited = type.endsWith('LIMIT') || type === 'LIMIT_MAKER'
  const stops = type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT')
  const priceTicks = priceParam(params, 'price', format)
  if (limited && priceTicks === undefined) throw missing('price')
  if (!limited && priceTicks !== undefined) throw new BinanceRefusal(-1106, "Parameter 'price' sent when not required.")
  const qtyLots = quantityParam(params, 'quantity', format)
  const sum = params.decimal('quoteOrderQty')
  if (qtyLots !== undefined && sum !== undefined) {
    throw new BinanceRefusal(-1128, 'Combination of optional parameters invalid.')
  }
  if (qtyLots === undefined && (sum === undefined || type !== 'MARKET')) throw missing('quantity')
  return {
    marketId: format.market.id,
    side,
    type: limited ? 'limit' : 'market',
    venueType: type,
    clientOrderId: clientIdParam(params, ['newClientOrderId']),
    qtyLots,
    quoteAtoms: sum === undefined ? undefined : atomsOf(sum),
    priceTicks,
    timeInForce: timeInForce(params, type),
    visibleLots: visibleLots(params, format),
    selfTradePrevention: stpParam(params),
    ...(stops ? condition(params, format, type.startsWith('STOP_LOSS'), side) : {}),
  }
}

function timeInForce(params: BinanceParams, type: (typeof TYPES)[number]): TimeInForce {
  const word = params.word('timeInForce', TIME_IN_FORCE, new BinanceRefusal(-1115, 'Invalid timeInForce.'))
  if (type === 'LIMIT_MAKER') return 'GTX'
  const takesOne = type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT'
  if (takesOne && word === undefined) throw missing('timeInForce')
  if (!takesOne && word !== undefined) {
    throw new BinanceRefusal(-1106, "Parameter 'timeInForce' sent when not required.")
  }
  return word ?? 'GTC'
}

function visibleLots(params: BinanceParams, format: BinanceFormat): number | undefined {
  const lots = quantityParam(params, 'icebergQty', format)
  return lots === 0 ? undefined : lots
}

/**
 * A stop goes off when the price moves against the order, a take-profit when it moves with it. With `trailingDelta` that is when
 * the order begins to follow the price, and a move back against it sets it off. Source: Binance, "Spot Trailing Stop order FAQ".
 */
function condition(params: BinanceParams, format: BinanceFormat, isStop: boolean, side: 'buy' | 'sell') {
  const stopTicks = priceParam(params, 'stopPrice', format)
  const delta = params.whole('trailingDelta')
  if (stopTicks === undefined && delta === undefined) {
    throw new BinanceRefusal(-1102, "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!")
  }
  const when = isStop === (side === 'buy') ? ('rise' as const) : ('fall' as const)
  if (delta !== undefined) {
    if (delta < 10 || delta > 2_000) throw new BinanceRefusal(-1013, 'Filter failure: TRAILING_DELTA')
    const back = side === 'sell' ? ('fall' as const) : ('rise' as const)
    return { trailing: { callbackBps: delta, when: back, activationTicks: stopTicks, activateWhen: when } }
  }
  return { trigger: { by: 'last' as const, when, priceTicks: stopTicks ?? 0 } }
}
