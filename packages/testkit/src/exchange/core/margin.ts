import type { AccountRecord, PositionRecord } from './account-record.ts'
import { settingsOf } from './account-record.ts'
import type { MarginSummary } from './account-types.ts'
import { atomsFrom, atomsNumber, shareAtoms, valueAtoms } from './atoms.ts'
import { type ExchangeState, type MarketState, markOf } from './exchange-state.ts'
import type { MarginStep, Market } from './market-spec.ts'
import { orderWorth } from './order-record.ts'
import type { PositionSide, Side } from './order-types.ts'

/** The margin step that a notional falls in. */
export function marginStepOf(market: Market, notional: bigint): MarginStep {
  const value = atomsNumber(notional < 0n ? -notional : notional)
  const step = market.marginSteps.find(({ cap }) => value <= cap) ?? market.marginSteps.at(-1)
  if (step === undefined) throw new Error(`${market.id} has no margin step`)
  return step
}

/** Maintenance margin of a notional: `notional * rate - amount` of its step. */
export function maintenanceAtoms(market: Market, notional: bigint): bigint {
  const size = notional < 0n ? -notional : notional
  const step = marginStepOf(market, size)
  const margin = shareAtoms(size, step.maintenanceRate) - atomsFrom(step.maintenanceAmount)
  return margin > 0n ? margin : 0n
}

/** Value of a position at the mark price, signed; its entry sum while there is no price at all. */
export function positionNotional(market: MarketState, position: PositionRecord): bigint {
  const mark = markOf(market)
  return mark === undefined ? position.entryAtoms : valueAtoms(position.market, mark, position.qtyLots)
}

/** An order that is not in the book yet, for the question what it would need. */
export interface Planned {
  readonly side: Side
  readonly positionSide: PositionSide
  readonly notional: bigint
}

/** Notional of open orders by leg and side, reduce-only and waiting conditional ones left out. */
function openNotional(account: AccountRecord, market: MarketState, planned: Planned | undefined) {
  const sums = { buy: 0n, sell: 0n, longBuy: 0n, shortSell: 0n }
  const add = (side: Side, positionSide: PositionSide, notional: bigint): void => {
    if (positionSide === 'both') sums[side] += notional
    else if (positionSide === 'long' && side === 'buy') sums.longBuy += notional
    else if (positionSide === 'short' && side === 'sell') sums.shortSell += notional
  }
  for (const order of account.open.values()) {
    if (order.market !== market.market || order.status === 'pending' || order.reduceOnly) continue
    add(order.side, order.positionSide, orderWorth(order))
  }
  if (planned !== undefined) add(planned.side, planned.positionSide, planned.notional)
  return sums
}

/** What the account could come to hold on a market: the larger of what its buys and its sells lead to. */
export function exposureAtoms(account: AccountRecord, market: MarketState, planned?: Planned): bigint {
  const sums = openNotional(account, market, planned)
  const size = (side: PositionSide): bigint => {
    const position = account.positions.get(`${market.market.id}|${side}`)
    return position === undefined ? 0n : positionNotional(market, position)
  }
  const held = size('both')
  const up = abs(held + sums.buy)
  const down = abs(held - sums.sell)
  const oneWay = up > down ? up : down
  return oneWay + abs(size('long')) + sums.longBuy + abs(size('short')) + sums.shortSell
}

/** Margin that open orders need beyond the positions. Source: Binance, initial margin of one-way and hedge mode. */
export function openOrderInitial(account: AccountRecord, market: MarketState, planned?: Planned): bigint {
  let held = 0n
  for (const position of account.positions.values()) {
    if (position.market === market.market) held += abs(positionNotional(market, position))
  }
  const beyond = exposureAtoms(account, market, planned) - held
  return beyond > 0n ? beyond / leverageOf(account, market.market) : 0n
}

/** Leverage as a divisor of atoms. */
export function leverageOf(account: AccountRecord, market: Market): bigint {
  return BigInt(settingsOf(account, market.id).leverage)
}

function abs(atoms: bigint): bigint {
  return atoms < 0n ? -atoms : atoms
}

/** The margin account of a settle currency, at present mark prices. */
export function marginSummary(state: ExchangeState, account: AccountRecord, asset: string): MarginSummary {
  const wallet = account.wallets.futures.total(asset)
  const sums = {
    unrealized: 0n,
    isolated: 0n,
    crossUnrealized: 0n,
    positionInitial: 0n,
    crossInitial: 0n,
    maintenance: 0n,
  }
  for (const position of account.positions.values()) {
    const market = state.markets.get(position.market.id)
    if (market === undefined || position.market.quote !== asset || position.qtyLots === 0) continue
    const notional = positionNotional(market, position)
    const unrealized = notional - position.entryAtoms
    const initial = abs(notional) / leverageOf(account, position.market)
    sums.unrealized += unrealized
    sums.isolated += position.isolatedAtoms
    sums.positionInitial += initial
    sums.maintenance += maintenanceAtoms(position.market, notional)
    if (settingsOf(account, position.market.id).marginMode === 'isolated') continue
    sums.crossUnrealized += unrealized
    sums.crossInitial += initial
  }
  let openOrders = 0n
  for (const market of state.markets.values()) {
    if (market.market.kind === 'linear' && market.market.quote === asset)
      openOrders += openOrderInitial(account, market)
  }
  const crossWallet = wallet - sums.isolated
  const locked = wallet - account.wallets.futures.free(asset)
  const available = crossWallet - locked + sums.crossUnrealized - sums.crossInitial - openOrders
  return {
    asset,
    wallet,
    unrealized: sums.unrealized,
    crossWallet,
    crossUnrealized: sums.crossUnrealized,
    positionInitial: sums.positionInitial,
    openOrderInitial: openOrders,
    maintenance: sums.maintenance,
    available: available > 0n ? available : 0n,
  }
}
