import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { OrderIntent, PositionSide, Side, TimeInForce } from '../core/order-types.ts'
import { type BinanceParams, missing, stepsOf } from './binance-params.ts'
import { clientIdParam, sideParam, stpParam } from './order-words.ts'

const PLAIN_TYPES = ['LIMIT', 'MARKET'] as const
const ALGO_TYPES = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'] as const
const TIME_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'] as const

/** Ticks of a price parameter; refused where it is off the tick. */
export function tickParam(params: BinanceParams, name: string, { market }: BinanceFormat): number | undefined {
  const text = params.decimal(name)
  if (text === undefined) return undefined
  const ticks = stepsOf(text, market.tick)
  if (ticks === undefined) {
    if (isTooPrecise(text, market.tick.decimals)) {
      throw new BinanceRefusal(-1111, 'Precision is over the maximum defined for this asset.')
    }
    throw new BinanceRefusal(-4014, 'Price not increased by tick size.')
  }
  if (ticks === 0) throw new BinanceRefusal(-4001, 'Price less than 0.')
  return ticks
}

/** Lots of a quantity parameter; refused where it is off the lot. */
export function lotParam(params: BinanceParams, name: string, { market }: BinanceFormat): number | undefined {
  const text = params.decimal(name)
  if (text === undefined) return undefined
  const lots = stepsOf(text, market.lot)
  if (lots !== undefined) return lots
  if (isTooPrecise(text, market.lot.decimals)) {
    throw new BinanceRefusal(-1111, 'Precision is over the maximum defined for this asset.')
  }
  throw new BinanceRefusal(-4023, 'Qty not increased by step size.')
}

function isTooPrecise(text: string, decimals: number): boolean {
  return (text.split('.')[1]?.replace(/0+$/, '').length ?? 0) > decimals
}

/** A plain futures order of the wire as the exchange takes it. */
export function usdmIntent(params: BinanceParams, format: BinanceFormat, core: ExchangePort): OrderIntent {
  const type = params.required('type')
  if (ALGO_TYPES.some((word) => word === type)) {
    throw new BinanceRefusal(
      -4120,
      'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
    )
  }
  const word = params.word('type', PLAIN_TYPES, new BinanceRefusal(-1116, 'Invalid orderType.'))
  const side = sideParam(params)
  const qtyLots = lotParam(params, 'quantity', format)
  if (qtyLots === undefined) throw missing('quantity')
  const timeInForce = timeInForceParam(params)
  if (word === 'LIMIT' && timeInForce === undefined) throw missing('timeInForce')
  if (word === 'MARKET' && timeInForce !== undefined) {
    throw new BinanceRefusal(-1106, "Parameter 'timeInForce' sent when not required.")
  }
  return {
    marketId: format.market.id,
    side,
    type: word === 'MARKET' ? 'market' : 'limit',
    venueType: word,
    clientOrderId: clientIdParam(params, ['newClientOrderId']),
    qtyLots,
    priceTicks: word === 'MARKET' ? undefined : limitPrice(params, format, side, core),
    timeInForce: timeInForce ?? 'GTC',
    ...expiry(params, timeInForce),
    ...positionParams(params),
    selfTradePrevention: stpParam(params),
  }
}

/** A conditional order of the algo service. */
export function algoIntent(params: BinanceParams, format: BinanceFormat, core: ExchangePort): OrderIntent {
  if (params.required('algoType') !== 'CONDITIONAL') throw new BinanceRefusal(-4500, 'Invalid algo type.')
  params.required('type')
  const type = params.word('type', ALGO_TYPES, new BinanceRefusal(-1116, 'Invalid orderType.')) ?? 'STOP'
  const side = sideParam(params)
  const closePosition = params.flag('closePosition')
  const qtyLots = lotParam(params, 'quantity', format)
  if (closePosition && qtyLots !== undefined) {
    throw new BinanceRefusal(-4137, 'Quantity must be zero with closePosition equals true')
  }
  if (!closePosition && qtyLots === undefined) throw missing('quantity')
  const limited = type === 'STOP' || type === 'TAKE_PROFIT'
  const timeInForce = timeInForceParam(params)
  const by = params.text('workingType') === 'MARK_PRICE' ? ('mark' as const) : ('last' as const)
  return {
    marketId: format.market.id,
    side,
    type: limited ? 'limit' : 'market',
    venueType: type,
    clientOrderId: clientIdParam(params, ['clientAlgoId', 'newClientOrderId']),
    qtyLots,
    priceTicks: limited ? limitPrice(params, format, side, core) : undefined,
    timeInForce: timeInForce ?? 'GTC',
    ...expiry(params, timeInForce),
    ...positionParams(params),
    closePosition,
    selfTradePrevention: stpParam(params),
    ...condition(params, format, type, side, by),
  }
}

function timeInForceParam(params: BinanceParams): TimeInForce | undefined {
  return params.word('timeInForce', TIME_IN_FORCE, new BinanceRefusal(-1115, 'Invalid timeInForce.'))
}

/** `price`, or the price of the book that `priceMatch` names (`OPPONENT`, `QUEUE`, each with a depth). */
function limitPrice(params: BinanceParams, format: BinanceFormat, side: Side, core: ExchangePort): number {
  const match = params.text('priceMatch')
  const price = tickParam(params, 'price', format)
  if (match === undefined || match === 'NONE') {
    if (price === undefined) throw missing('price')
    return price
  }
  if (price !== undefined) throw new BinanceRefusal(-4109, 'Price and priceMatch cannot be sent together.')
  const parts = /^(OPPONENT|QUEUE)(?:_(5|10|20))?$/.exec(match)
  if (parts === null) throw new BinanceRefusal(-1130, "Data sent for parameter 'priceMatch' is not valid.")
  const depth = Number(parts[2] ?? 1)
  const book = core.book(format.market.id, depth)
  const rows = (parts[1] === 'OPPONENT') === (side === 'buy') ? book.asks : book.bids
  const ticks = rows[depth - 1]?.[0]
  if (ticks === undefined) throw new BinanceRefusal(-1112, 'No orders on book for symbol.')
  return ticks
}

function expiry(params: BinanceParams, timeInForce: TimeInForce | undefined): { expiresMs?: number } {
  const date = params.whole('goodTillDate')
  if (timeInForce !== 'GTD') return {}
  if (date === undefined) throw missing('goodTillDate')
  // The venue cuts to whole seconds.
  return { expiresMs: Math.floor(date / 1_000) * 1_000 }
}

function positionParams(params: BinanceParams): { positionSide: PositionSide; reduceOnly: boolean } {
  const refusal = new BinanceRefusal(-4060, 'Invalid position side.')
  const word = params.word('positionSide', ['BOTH', 'LONG', 'SHORT'], refusal) ?? 'BOTH'
  const reduceOnly = params.flag('reduceOnly')
  if (word !== 'BOTH' && reduceOnly) throw new BinanceRefusal(-1106, "Parameter 'reduceonly' sent when not required.")
  return { positionSide: word.toLowerCase() as PositionSide, reduceOnly }
}

function condition(
  params: BinanceParams,
  format: BinanceFormat,
  type: (typeof ALGO_TYPES)[number],
  side: Side,
  by: 'last' | 'mark',
): Partial<OrderIntent> {
  if (type === 'TRAILING_STOP_MARKET') {
    const rate = Number(params.decimal('callbackRate') ?? Number.NaN)
    if (!(rate >= 0.1 && rate <= 10)) throw new BinanceRefusal(-2007, 'Invalid callBack rate')
    const activationTicks = tickParam(params, 'activatePrice', format) ?? tickParam(params, 'activationPrice', format)
    const when = side === 'sell' ? ('fall' as const) : ('rise' as const)
    return { trailing: { callbackBps: Math.round(rate * 100), when, activationTicks }, triggerBy: by }
  }
  const priceTicks = tickParam(params, 'triggerPrice', format)
  if (priceTicks === undefined) throw missing('triggerPrice')
  const when = type.startsWith('STOP') === (side === 'buy') ? ('rise' as const) : ('fall' as const)
  return { trigger: { by, when, priceTicks } }
}
