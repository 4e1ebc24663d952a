import { closableLots } from './admission.ts'
import { lotsFor } from './atoms.ts'
import type { ExchangeState, MarketState } from './exchange-state.ts'
import { matchableLots } from './matchable.ts'
import type { RestingOrder } from './order-book.ts'
import { openLots, type OrderRecord } from './order-record.ts'
import type { OrderStatus, RejectReason, Side } from './order-types.ts'
import { releaseLock, settleSide } from './settle-fill.ts'
import { emitAccount, emitOrder } from './report-events.ts'

const oppositeOf = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** Ends an order: out of the lists, its lock released, and reported. */
export function endOrder(
  state: ExchangeState,
  order: OrderRecord,
  status: Extract<OrderStatus, 'filled' | 'cancelled' | 'expired' | 'expired-in-match' | 'rejected'>,
  reason?: RejectReason,
): void {
  order.status = status
  order.reject = reason
  order.account.open.delete(order.orderId)
  if (order.expiresMs !== undefined) state.dated.delete(order)
  releaseLock(order, true)
  if (status !== 'filled') {
    const execution = status === 'expired-in-match' ? 'prevented' : status
    emitOrder(state, order, execution, reason === undefined ? {} : { reason })
  }
  emitAccount(state, order.account, order.market.kind === 'spot' ? 'spot' : 'futures', 'order')
}

/** Takes an order out of the book or out of the waiting ones, and ends it. */
export function withdrawOrder(
  state: ExchangeState,
  market: MarketState,
  order: OrderRecord,
  status: 'cancelled' | 'expired' | 'expired-in-match',
): void {
  market.pending.delete(order.orderId)
  const resting = market.book.order(order.orderId)
  if (resting !== undefined) market.book.remove(resting)
  endOrder(state, order, status)
}

/** Prints a match and settles both sides, the resting one first. */
export function execute(
  state: ExchangeState,
  market: MarketState,
  takerSide: Side,
  priceTicks: number,
  qtyLots: number,
  sides: {
    readonly taker: OrderRecord | undefined
    readonly takerId: number
    readonly maker: OrderRecord | undefined
    readonly makerId: number
  },
): void {
  const tradeId = market.nextTradeId++
  market.lastTicks = priceTicks
  market.moved = true
  const [buyOrderId, sellOrderId] =
    takerSide === 'buy' ? [sides.takerId, sides.makerId] : [sides.makerId, sides.takerId]
  state.emit({
    type: 'trade',
    marketId: market.market.id,
    tsMs: state.clock.nowMs(),
    tradeId,
    priceTicks,
    qtyLots,
    takerSide,
    buyOrderId,
    sellOrderId,
  })
  const match = { market, tradeId, priceTicks, qtyLots }
  settleSide(state, match, oppositeOf(takerSide), sides.maker, true)
  settleSide(state, match, takerSide, sides.taker, false)
  for (const order of [sides.maker, sides.taker]) {
    if (order?.status === 'filled') endOrder(state, order, 'filled')
  }
}

/** Something that takes from the book: an account's order, or an anonymous one. */
interface Taker {
  readonly order: OrderRecord | undefined
  readonly orderId: number
  readonly side: Side
  readonly priceTicks: number | undefined
  /** Lots it still wants at this price. */
  readonly wants: (priceTicks: number) => number
  readonly onFill: (lots: number) => void
  /** Anonymous levels as recorded: it meets orders of accounts only, and other anonymous ones vanish without a print. */
  readonly silent?: boolean
}

/** Matches against the book in order of price, then of time, until the taker has enough or nothing reaches. */
export function sweep(state: ExchangeState, market: MarketState, taker: Taker): void {
  const opposite = oppositeOf(taker.side)
  for (;;) {
    const maker = market.book.first(opposite)
    if (maker === undefined || !reaches(taker, maker.priceTicks)) return
    const wants = taker.wants(maker.priceTicks)
    if (wants <= 0) return
    if (maker.owner !== undefined && maker.owner.account === taker.order?.account) {
      if (preventSelfTrade(state, market, taker, maker, wants)) return
      if (taker.order.selfTradePrevention !== 'none') continue
    }
    let lots = Math.min(wants, maker.shown)
    if (maker.owner !== undefined) lots = Math.min(lots, reducible(maker.owner, lots))
    if (lots === 0) {
      // A reduce-only order whose position is gone.
      if (maker.owner !== undefined) withdrawOrder(state, market, maker.owner, 'expired')
      continue
    }
    market.book.take(maker, lots)
    taker.onFill(lots)
    if (taker.silent === true && maker.owner === undefined) continue
    const sides = { taker: taker.order, takerId: taker.orderId, maker: maker.owner, makerId: maker.orderId }
    execute(state, market, taker.side, maker.priceTicks, lots, sides)
  }
}

function reaches(taker: Pick<Taker, 'side' | 'priceTicks'>, ticks: number): boolean {
  if (taker.priceTicks === undefined) return true
  return taker.side === 'buy' ? ticks <= taker.priceTicks : ticks >= taker.priceTicks
}

/** Lots that an order may still do: a reduce-only one no more than its position has. */
function reducible(order: OrderRecord, lots: number): number {
  if (!order.reduceOnly && !order.closePosition) return lots
  return Math.min(
    lots,
    closableLots(order.account, { marketId: order.market.id, side: order.side, positionSide: order.positionSide }),
  )
}

/** Applies the taker's mode where it meets an order of its own account. True: the taker is over. */
function preventSelfTrade(
  state: ExchangeState,
  market: MarketState,
  taker: Taker,
  maker: RestingOrder,
  wants: number,
): boolean {
  const mode = taker.order?.selfTradePrevention ?? 'none'
  if (maker.owner === undefined || taker.order === undefined || mode === 'none') return false
  if (mode === 'decrement') {
    const lots = Math.min(wants, maker.lots)
    taker.order.preventedLots += lots
    maker.owner.preventedLots += lots
    if (lots === maker.lots) withdrawOrder(state, market, maker.owner, 'expired-in-match')
    else {
      market.book.shrink(maker, lots)
      releaseLock(maker.owner)
    }
    if (openLots(taker.order) > 0) return false
    endOrder(state, taker.order, 'expired-in-match')
    return true
  }
  if (mode === 'expire-maker' || mode === 'expire-both') {
    maker.owner.preventedLots += openLots(maker.owner)
    withdrawOrder(state, market, maker.owner, 'expired-in-match')
  }
  if (mode === 'expire-maker') return false
  taker.order.preventedLots += openLots(taker.order)
  endOrder(state, taker.order, 'expired-in-match')
  return true
}

/** Lets an accepted order meet the market, and rests, expires or ends what is left of it. */
export function work(state: ExchangeState, market: MarketState, order: OrderRecord): void {
  order.workingMs ??= state.clock.nowMs()
  const limited = order.type === 'limit' ? order.priceTicks : undefined
  const wanted = { side: order.side, priceTicks: limited, qtyLots: openLots(order) }
  const killed = order.timeInForce === 'FOK' && matchableLots(market, order.account, wanted) < openLots(order)
  if (!killed) {
    if (market.market.mode === 'noiseless') takeTouch(state, market, order)
    else {
      sweep(state, market, {
        order,
        orderId: order.orderId,
        side: order.side,
        priceTicks: limited,
        wants: (ticks) => wantedLots(order, ticks),
        onFill: () => undefined,
      })
    }
  }
  if (!order.account.open.has(order.orderId)) return
  const rests =
    order.type === 'limit' &&
    (order.timeInForce === 'GTC' || order.timeInForce === 'GTX' || order.timeInForce === 'GTD')
  if (!rests || reducible(order, openLots(order)) === 0) endOrder(state, order, 'expired')
  else rest(market, order)
}

function wantedLots(order: OrderRecord, ticks: number): number {
  if (order.quoteAtoms === undefined) return reducible(order, openLots(order))
  const affordable = lotsFor(order.market, ticks, order.quoteAtoms - order.filledQuoteAtoms)
  if (order.side === 'buy') return affordable
  // A sale for a sum cannot give more coins than there are.
  const owned = order.account.wallets.spot.free(order.market.base)
  const { mantissa, scale } = order.market.lot
  return Math.min(affordable, Number((owned * BigInt(scale)) / (BigInt(mantissa) * 100_000_000n)))
}

/** Noiseless: everything at the touch, in full. */
function takeTouch(state: ExchangeState, market: MarketState, order: OrderRecord): void {
  const ticks = order.side === 'buy' ? market.touch?.askTicks : market.touch?.bidTicks
  const limited = { side: order.side, priceTicks: order.type === 'limit' ? order.priceTicks : undefined }
  if (ticks === undefined || !reaches(limited, ticks)) return
  const lots = wantedLots(order, ticks)
  if (lots > 0)
    execute(state, market, order.side, ticks, lots, {
      taker: order,
      takerId: order.orderId,
      maker: undefined,
      makerId: state.nextOrderId++,
    })
}

function rest(market: MarketState, order: OrderRecord): void {
  const lots = openLots(order)
  market.book.add({
    orderId: order.orderId,
    side: order.side,
    priceTicks: order.priceTicks ?? 0,
    owner: order,
    lots,
    shown: Math.min(order.visibleLots ?? lots, lots),
    peak: order.visibleLots,
  })
}

/** Noiseless: the touch moved; fills resting orders that it reaches, at their own price, oldest of the best price first. */
export function fillTouched(state: ExchangeState, market: MarketState): void {
  const { touch } = market
  if (touch === undefined) return
  for (const side of ['buy', 'sell'] as const) {
    const against = side === 'buy' ? touch.askTicks : touch.bidTicks
    for (;;) {
      const maker = market.book.first(side)
      if (maker?.owner === undefined) break
      const beyond = side === 'buy' ? maker.priceTicks - against : against - maker.priceTicks
      if (market.market.fillRule === 'through' ? beyond <= 0 : beyond < 0) break
      const lots = Math.min(maker.shown, reducible(maker.owner, maker.shown))
      if (lots === 0) {
        withdrawOrder(state, market, maker.owner, 'expired')
        continue
      }
      market.book.take(maker, lots)
      const sides = { taker: undefined, takerId: state.nextOrderId++, maker: maker.owner, makerId: maker.orderId }
      execute(state, market, oppositeOf(side), maker.priceTicks, lots, sides)
    }
  }
}
