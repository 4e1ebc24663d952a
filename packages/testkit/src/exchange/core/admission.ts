import type { AccountRecord } from './account-record.ts'
import { settingsOf } from './account-record.ts'
import { atomsFrom, atomsNumber, lotsAtoms, notionalAtoms } from './atoms.ts'
import { bestTicks, type ExchangeState, type MarketState, markOf } from './exchange-state.ts'
import { exposureAtoms, marginSummary, openOrderInitial, type Planned } from './margin.ts'
import { matchableLots } from './matchable.ts'
import type { OrderIntent, PositionSide, RejectReason } from './order-types.ts'

/** Why an order is refused, or undefined for one that is accepted. Reads, and changes nothing. */
export function refusalOf(state: ExchangeState, account: AccountRecord, intent: OrderIntent): RejectReason | undefined {
  const market = state.markets.get(intent.marketId)
  if (market === undefined) return 'unknown-market'
  return (
    shapeRefusal(market, intent) ??
    countRefusal(account, market, intent) ??
    sizeRefusal(market, intent) ??
    triggerRefusal(market, intent) ??
    positionRefusal(account, market, intent) ??
    matchRefusal(account, market, intent) ??
    moneyRefusal(state, account, market, intent)
  )
}

function isConditional(intent: OrderIntent): boolean {
  return intent.trigger !== undefined || intent.trailing !== undefined
}

/** Fields that must or must not be there, whatever the market's state. */
function shapeRefusal({ market }: MarketState, intent: OrderIntent): RejectReason | undefined {
  const { qtyLots, quoteAtoms, priceTicks, visibleLots } = intent
  if (intent.type === 'limit' && (priceTicks === undefined || priceTicks <= 0)) return 'price-missing'
  if (qtyLots === undefined && quoteAtoms === undefined && intent.closePosition !== true) return 'quantity-missing'
  if (quoteAtoms !== undefined && (market.kind !== 'spot' || intent.type !== 'market')) return 'quantity-missing'
  if (visibleLots !== undefined && (visibleLots <= 0 || visibleLots > (qtyLots ?? 0))) return 'bad-visible-quantity'
  if (intent.trailing !== undefined && !(intent.trailing.callbackBps >= 1)) return 'bad-trailing'
  if (intent.closePosition === true && !isConditional(intent)) return 'no-position'
  return undefined
}

function countRefusal(account: AccountRecord, { market }: MarketState, intent: OrderIntent): RejectReason | undefined {
  const conditional = isConditional(intent)
  let plainOrders = 0
  let waiting = 0
  for (const order of account.open.values()) {
    if (order.market !== market) continue
    if (order.clientOrderId === intent.clientOrderId) return 'duplicate-client-order-id'
    if (order.status === 'pending') waiting++
    else plainOrders++
  }
  if (conditional && waiting >= market.maxConditionalOrders) return 'too-many-conditional-orders'
  return plainOrders + (market.kind === 'spot' ? waiting : 0) >= market.maxOpenOrders && !conditional
    ? 'too-many-orders'
    : undefined
}

/** Quantity, notional and price band. */
function sizeRefusal(state: MarketState, intent: OrderIntent): RejectReason | undefined {
  const { market } = state
  const { qtyLots, priceTicks } = intent
  if (qtyLots !== undefined) {
    if (!(qtyLots >= market.minLots)) return 'quantity-too-small'
    if (!Number.isSafeInteger(qtyLots) || qtyLots > (intent.type === 'market' ? market.maxMarketLots : market.maxLots))
      return 'quantity-too-large'
  }
  const reference = referencePrice(state)
  if (priceTicks !== undefined && !Number.isSafeInteger(priceTicks)) return 'price-out-of-band'
  if (priceTicks !== undefined && reference !== undefined) {
    const price = (priceTicks * market.tick.mantissa) / market.tick.scale
    if (price > reference * market.priceBand.up || price < reference * market.priceBand.down) return 'price-out-of-band'
  }
  if (intent.reduceOnly === true || intent.closePosition === true) return undefined
  const notional = estimateNotional(state, intent)
  return notional !== undefined && notional < market.minNotional ? 'notional-too-small' : undefined
}

/** Price that bands and estimates go by: mark on a perpetual, last or the middle of the book on spot. */
function referencePrice(state: MarketState): number | undefined {
  return markOf(state)
}

/** What the order is worth, or undefined while nobody knows a price. */
function estimateNotional(state: MarketState, intent: OrderIntent): bigint | undefined {
  if (intent.quoteAtoms !== undefined) return intent.quoteAtoms
  const lots = intent.qtyLots ?? 0
  const ticks = intent.priceTicks ?? intent.trigger?.priceTicks
  if (ticks !== undefined) return notionalAtoms(state.market, ticks, lots)
  const reference = referencePrice(state)
  if (reference === undefined) return undefined
  return (atomsFrom(reference) * lotsAtoms(state.market, lots)) / 100_000_000n
}

function triggerRefusal(state: MarketState, intent: OrderIntent): RejectReason | undefined {
  const { trigger } = intent
  if (trigger === undefined) return undefined
  if (!(trigger.priceTicks > 0)) return 'price-missing'
  if (!Number.isSafeInteger(trigger.priceTicks)) return 'price-out-of-band'
  const now = watchedPrice(state, trigger.by)
  if (now === undefined) return undefined
  const price = (trigger.priceTicks * state.market.tick.mantissa) / state.market.tick.scale
  return (trigger.when === 'rise' ? now >= price : now <= price) ? 'would-trigger' : undefined
}

/** Price that a trigger watches, in quote units. */
export function watchedPrice(state: MarketState, by: 'last' | 'mark' | 'index'): number | undefined {
  if (by === 'mark') return markOf(state)
  if (by === 'index') return state.indexPrice ?? markOf(state)
  const { tick } = state.market
  return state.lastTicks === undefined ? undefined : (state.lastTicks * tick.mantissa) / tick.scale
}

/** Lots of the position that an order of this side could close. */
export function closableLots(
  account: AccountRecord,
  intent: Pick<OrderIntent, 'marketId' | 'side' | 'positionSide'>,
): number {
  const held = account.positions.get(`${intent.marketId}|${intent.positionSide ?? 'both'}`)?.qtyLots ?? 0
  return intent.side === 'sell' ? Math.max(0, held) : Math.max(0, -held)
}

/** Whether an order can only make a position smaller: it says so, or it works against a leg of hedge mode. */
export function isReducing(
  intent: Pick<OrderIntent, 'side' | 'positionSide' | 'reduceOnly' | 'closePosition'>,
): boolean {
  const againstLeg =
    (intent.positionSide === 'long' && intent.side === 'sell') ||
    (intent.positionSide === 'short' && intent.side === 'buy')
  return intent.reduceOnly === true || intent.closePosition === true || againstLeg
}

function positionRefusal(
  account: AccountRecord,
  { market }: MarketState,
  intent: OrderIntent,
): RejectReason | undefined {
  if (market.kind === 'spot') return undefined
  const positionSide: PositionSide = intent.positionSide ?? 'both'
  if ((positionSide === 'both') === account.hedgeMode) return 'position-side-mismatch'
  // Conditional orders are judged when they go off.
  if (isConditional(intent) || !isReducing(intent)) return undefined
  const closable = closableLots(account, intent)
  const hedged = positionSide !== 'both'
  return closable === 0 || (hedged && (intent.qtyLots ?? 0) > closable) ? 'reduce-only-refused' : undefined
}

/** Post-only that would take, and fill-or-kill that cannot fill. */
function matchRefusal(account: AccountRecord, state: MarketState, intent: OrderIntent): RejectReason | undefined {
  if (isConditional(intent)) return undefined
  const opposite = bestTicks(state, intent.side === 'buy' ? 'sell' : 'buy')
  if (intent.timeInForce === 'GTX' && intent.priceTicks !== undefined && opposite !== undefined) {
    const takes = intent.side === 'buy' ? intent.priceTicks >= opposite : intent.priceTicks <= opposite
    if (takes) return 'would-take'
  }
  if (intent.timeInForce === 'FOK' && state.market.kind === 'linear' && intent.qtyLots !== undefined) {
    if (matchableLots(state, account, intent) < intent.qtyLots) return 'would-not-fill'
  }
  return undefined
}

function moneyRefusal(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  intent: OrderIntent,
): RejectReason | undefined {
  if (market.market.kind === 'spot') {
    return spotRefusal(account, market, intent) ?? unifiedRefusal(state, account, market, intent)
  }
  if (isConditional(intent) || isReducing(intent)) return undefined
  return marginRefusal(state, account, market, intent)
}

/** Whether a spot account lacks what the order gives. */
export function spotRefusal(account: AccountRecord, state: MarketState, intent: OrderIntent): RejectReason | undefined {
  const { market } = state
  const wallet = account.wallets.spot
  if (intent.side === 'sell') {
    const needed = intent.qtyLots === undefined ? 1n : lotsAtoms(market, intent.qtyLots)
    return wallet.free(market.base) < needed ? 'insufficient-balance' : undefined
  }
  const needed = spotCost(state, intent)
  return wallet.free(market.quote) < needed ? 'insufficient-balance' : undefined
}

/** In a unified account a spot purchase may not take what positions and open orders need as margin. */
function unifiedRefusal(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  intent: OrderIntent,
): RejectReason | undefined {
  if (!account.unified || intent.side === 'sell') return undefined
  const { available } = marginSummary(state, account, market.market.quote)
  return available < spotCost(market, intent) ? 'insufficient-balance' : undefined
}

/** Money that a spot purchase needs: its limit, its sum, its trigger, or what the book asks for the quantity. */
function spotCost(state: MarketState, intent: OrderIntent): bigint {
  const { market } = state
  if (intent.quoteAtoms !== undefined) return intent.quoteAtoms
  let lots = intent.qtyLots ?? 0
  const ticks = intent.priceTicks ?? intent.trigger?.priceTicks
  if (ticks !== undefined) return notionalAtoms(market, ticks, lots)
  if (intent.trailing !== undefined) return 0n
  if (state.touch !== undefined) return notionalAtoms(market, state.touch.askTicks, lots)
  let cost = 0n
  for (const order of state.book.from('sell')) {
    const taken = Math.min(lots, order.lots)
    cost += notionalAtoms(market, order.priceTicks, taken)
    lots -= taken
    if (lots === 0) break
  }
  return cost
}

/** Margin and leverage cap of an order that may open. */
export function marginRefusal(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  intent: OrderIntent,
): RejectReason | undefined {
  const opposite = bestTicks(market, intent.side === 'buy' ? 'sell' : 'buy')
  const ticks = intent.type === 'limit' ? intent.priceTicks : opposite
  const notional =
    ticks === undefined
      ? (estimateNotional(market, intent) ?? 0n)
      : notionalAtoms(market.market, ticks, intent.qtyLots ?? 0)
  const planned: Planned = { side: intent.side, positionSide: intent.positionSide ?? 'both', notional }
  const more = openOrderInitial(account, market, planned) - openOrderInitial(account, market)
  if (more > marginSummary(state, account, market.market.quote).available) return 'insufficient-margin'
  const { leverage } = settingsOf(account, market.market.id)
  const exposure = exposureAtoms(account, market, planned)
  if (exposure <= exposureAtoms(account, market)) return undefined
  return atomsNumber(exposure) > leverageCap(market, leverage) ? 'position-over-leverage-cap' : undefined
}

/** Largest notional that a leverage allows. */
export function leverageCap({ market }: MarketState, leverage: number): number {
  return Math.max(0, ...market.marginSteps.filter(({ maxLeverage }) => maxLeverage >= leverage).map(({ cap }) => cap))
}
