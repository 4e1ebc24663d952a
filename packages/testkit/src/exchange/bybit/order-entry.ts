import type { OrderIntent, OrderState, PositionSide, RejectReason } from '../core/order-types.ts'
import { BybitRefusal, badParameter } from './bybit-answer.ts'
import type { AccountContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import type { BybitParams } from './bybit-params.ts'
import { atomsOf } from '../core/atoms.ts'
import { refusalOf } from './refusal-codes.ts'

const LINK_ID = /^[A-Za-z0-9_-]{1,36}$/

const TRIGGER_BY = { LastPrice: 'last', MarkPrice: 'mark', IndexPrice: 'index' } as const

const TIMES_IN_FORCE = { GTC: 'GTC', IOC: 'IOC', FOK: 'FOK', PostOnly: 'GTX' } as const

const POSITION_SIDES: Readonly<Record<string, PositionSide>> = { 0: 'both', 1: 'long', 2: 'short' }

/**
 * Takes an order in. As on the venue the answer says only that it was received: a post-only order that would take, or a
 * fill-or-kill order that cannot, gets its number and is then cancelled, which the order stream tells.
 *
 * @returns The order as it stands.
 * @throws BybitRefusal for what the venue refuses at once.
 */
export function createOrder(context: AccountContext, market: BybitMarket, params: BybitParams): OrderState {
  const { exchange, key, notes } = context
  const linkId = params.text('orderLinkId')
  if (linkId !== undefined && !LINK_ID.test(linkId)) throw badParameter('params error: OrderLinkId invalid')
  // A name is used once: a closed order keeps its own.
  if (linkId !== undefined && isNameTaken(context, market, linkId))
    throw refusalOf('duplicate-client-order-id', market.category)
  const intent = orderIntent(context, market, params, linkId ?? notes.hiddenName())
  const { lastTicks } = market.tape.bars
  const outcome = exchange.place(key.accountId, intent)
  if (outcome.ok) {
    notes.noteCreation(outcome.value.order.orderId, lastTicks)
    return outcome.value.order
  }
  const turned = TURNED_AWAY[outcome.reason]
  if (turned === undefined) throw triggerRefusal(outcome.reason, market, intent)
  return notes.turnAway((orderId) => turnedAway(context, intent, orderId), turned).order
}

/** What the engine refuses and the venue acknowledges first. */
const TURNED_AWAY: Readonly<Partial<Record<RejectReason, string>>> = {
  'would-take': 'EC_PostOnlyWillTakeLiquidity',
  'would-not-fill': 'EC_NoImmediateQtyToFill',
}

function isNameTaken({ exchange, key, notes }: AccountContext, { market }: BybitMarket, linkId: string): boolean {
  if (exchange.order(key.accountId, market.id, { clientOrderId: linkId }) !== undefined) return true
  return notes
    .turnedAway(key.accountId)
    .some(({ order }) => order.marketId === market.id && order.clientOrderId === linkId)
}

/** The engine says only that a trigger already holds; the venue says which way it was expected to move. */
function triggerRefusal(reason: RejectReason, market: BybitMarket, intent: OrderIntent): BybitRefusal {
  if (reason === 'would-trigger' && market.category === 'linear' && intent.trigger?.when === 'fall')
    return new BybitRefusal(110093, 'expect Falling, but trigger_price >= current')
  return refusalOf(reason, market.category)
}

function orderIntent(
  context: AccountContext,
  market: BybitMarket,
  params: BybitParams,
  clientOrderId: string,
): OrderIntent {
  const side = sideOf(params, market)
  const orderType = params.required('orderType')
  if (orderType !== 'Market' && orderType !== 'Limit')
    throw market.category === 'spot'
      ? new BybitRefusal(170116, 'Invalid orderType.')
      : badParameter('OrderType invalid')
  const type = orderType === 'Market' ? 'market' : 'limit'
  const positionSide = POSITION_SIDES[params.text('positionIdx') ?? '0']
  if (positionSide === undefined) throw badParameter('position idx not match position mode')
  const isReducing = market.category === 'linear' && (params.flag('reduceOnly') || params.flag('closeOnTrigger'))
  const trigger = triggerOf(market, params)
  return {
    marketId: market.market.id,
    side,
    type,
    clientOrderId,
    ...quantityOf(context, market, params, { side, type, positionSide, isConditional: trigger !== undefined }),
    priceTicks: type === 'limit' ? priceOf(market, params.required('price')) : undefined,
    timeInForce: type === 'market' ? 'IOC' : timeInForceOf(market, params),
    trigger,
    reduceOnly: isReducing,
    positionSide: market.category === 'linear' ? positionSide : undefined,
    // An account may trade with itself here unless it asks otherwise.
    selfTradePrevention: SELF_TRADE[params.text('smpType') ?? 'None'] ?? 'none',
    venueType: trigger === undefined ? undefined : (params.text('orderFilter') ?? 'Stop'),
  }
}

const SELF_TRADE: Readonly<Record<string, 'none' | 'expire-taker' | 'expire-maker' | 'expire-both'>> = {
  None: 'none',
  CancelTaker: 'expire-taker',
  CancelMaker: 'expire-maker',
  CancelBoth: 'expire-both',
}

function sideOf(params: BybitParams, market: BybitMarket): 'buy' | 'sell' {
  const side = params.required('side')
  if (side === 'Buy') return 'buy'
  if (side === 'Sell') return 'sell'
  throw market.category === 'spot' ? new BybitRefusal(170117, 'Invalid side.') : badParameter('Side invalid')
}

function timeInForceOf(market: BybitMarket, params: BybitParams): 'GTC' | 'IOC' | 'FOK' | 'GTX' {
  const name = params.text('timeInForce') ?? 'GTC'
  if (Object.hasOwn(TIMES_IN_FORCE, name)) return TIMES_IN_FORCE[name as keyof typeof TIMES_IN_FORCE]
  throw refusalOf('bad-expiry', market.category)
}

/** @throws BybitRefusal where it is no price of the market. */
export function priceOf(market: BybitMarket, text: string): number {
  const ticks = market.parseTicks(text)
  if (ticks !== undefined && ticks > 0) return ticks
  throw market.category === 'spot'
    ? new BybitRefusal(170134, 'Order price has too many decimals.')
    : badParameter('params error: Price invalid')
}

/** @throws BybitRefusal where it is no quantity of the market. */
export function lotsOf(market: BybitMarket, text: string): number {
  const lots = market.parseLots(text)
  if (lots !== undefined) return lots
  throw market.category === 'spot'
    ? new BybitRefusal(170137, 'Order quantity has too many decimals.')
    : badParameter('Qty invalid')
}

/** A purchase at market of spot is for a sum of money, unless it says `baseCoin`. */
function quantityOf(
  context: AccountContext,
  market: BybitMarket,
  params: BybitParams,
  order: { side: 'buy' | 'sell'; type: string; positionSide: PositionSide; isConditional: boolean },
): Pick<OrderIntent, 'qtyLots' | 'quoteAtoms' | 'closePosition'> {
  const text = params.required('qty')
  if (market.category === 'spot' && order.type === 'market') {
    const unit = params.text('marketUnit') ?? (order.side === 'buy' ? 'quoteCoin' : 'baseCoin')
    if (unit !== 'quoteCoin') return { qtyLots: lotsOf(market, text) }
    if (!/^\d{1,15}(\.\d{1,8})?$/.test(text)) throw new BybitRefusal(170148, 'Market order amount decimal too long')
    return { quoteAtoms: atomsOf(text) }
  }
  const lots = lotsOf(market, text)
  // Quantity 0 with both flags closes whatever there is.
  const closesAll = lots === 0 && params.flag('reduceOnly') && params.flag('closeOnTrigger')
  if (!closesAll) return { qtyLots: lots }
  if (order.isConditional) return { closePosition: true }
  const held = context.exchange
    .positions(context.key.accountId)
    .find(({ marketId, positionSide }) => marketId === market.market.id && positionSide === order.positionSide)
  return { qtyLots: Math.abs(held?.qtyLots ?? 0) }
}

function triggerOf(market: BybitMarket, params: BybitParams): OrderIntent['trigger'] {
  const text = params.text('triggerPrice')
  if (text === undefined) return undefined
  const priceTicks = priceOf(market, text)
  if (market.category === 'spot') {
    // Spot names no direction: it is the side of the last price on which the trigger lies.
    return { by: 'last', when: priceTicks >= market.tape.bars.lastTicks ? 'rise' : 'fall', priceTicks }
  }
  const direction = params.text('triggerDirection')
  if (direction !== '1' && direction !== '2') throw badParameter('triggerDirection invalid')
  const by = params.text('triggerBy') ?? 'LastPrice'
  if (!Object.hasOwn(TRIGGER_BY, by)) throw badParameter('triggerBy invalid')
  return { by: TRIGGER_BY[by as keyof typeof TRIGGER_BY], when: direction === '1' ? 'rise' : 'fall', priceTicks }
}

function turnedAway(context: AccountContext, intent: OrderIntent, orderId: number): OrderState {
  return {
    orderId,
    conditionalId: undefined,
    accountId: context.key.accountId,
    clientOrderId: intent.clientOrderId ?? '',
    marketId: intent.marketId,
    side: intent.side,
    type: intent.type,
    venueType: intent.venueType,
    status: 'cancelled',
    qtyLots: intent.qtyLots,
    quoteAtoms: intent.quoteAtoms,
    priceTicks: intent.priceTicks,
    timeInForce: intent.timeInForce ?? 'GTC',
    expiresMs: undefined,
    trigger: undefined,
    trailing: undefined,
    triggeredMs: undefined,
    reduceOnly: intent.reduceOnly ?? false,
    closePosition: false,
    positionSide: intent.positionSide ?? 'both',
    selfTradePrevention: intent.selfTradePrevention ?? 'none',
    visibleLots: undefined,
    filledLots: 0,
    filledQuoteAtoms: 0n,
    preventedLots: 0,
    createdMs: context.nowMs,
    updatedMs: context.nowMs,
    workingMs: undefined,
    amendments: 0,
    reject: 'would-take',
    liquidation: false,
  }
}
